#!/usr/bin/env bash
# Chooses from a pool in five parts, here and by Slurm where there is one, and holds what comes out against one run
# over all parts.
#
#   check.sh      $GAMUT names the program, by default .build/release/gamut
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
GAMUT=$(realpath "${GAMUT:-$root/.build/release/gamut}")
export GAMUT
# In the checkout, which job arrays see rather than a machine's own /tmp.
mkdir -p "$root/.build"
work=$(mktemp -d "$root/.build/cluster-check.XXXXXX")
submitted=()
trap '[ ${#submitted[@]} -eq 0 ] || scancel "${submitted[@]}" || true; rm -rf "$work"' EXIT
cd "$work"

split -n l/5 -d --additional-suffix=.jsonl "$root/Data/pool.jsonl" part-
gzip part-03.jsonl
shards=(--fit '--quality quality' --select '--budget 10% --evenness 0.7' part-*)
"$GAMUT" select part-* --quality quality --budget 10% --evenness 0.7 --quiet -o one.jsonl

# same SUBSET WHO: whether a subset is that of one run.
same() {
  cmp "$1" one.jsonl || { echo "$2: another subset than that of one run" >&2; exit 1; }
  echo "$2: the subset of one run, $(sha256sum <"$1" | cut -c1-16)" >&2
}

"$here/shards.sh" --work here --jobs 2 "${shards[@]}" 2>/dev/null
same here/subset.jsonl "side by side"

# Begun again where a machine was lost: one segment is missing, one step half-way.
rm -r here/segments/2.gamut here/pool.gamut here/subset.*
mkdir here/segments/.gamut-half
"$here/shards.sh" --work here --jobs 2 "${shards[@]}" 2>/dev/null
same here/subset.jsonl "begun again"

# What other options made is not taken for this one's.
if "$here/shards.sh" --work here --fit '--seed 3' --select '--budget 10%' part-* 2>/dev/null; then
  echo "begun again with other options: not refused" >&2
  exit 1
fi

if ! sinfo -h -t idle,mixed,allocated -o %n 2>/dev/null | grep -q .; then
  echo "SKIPPED: job arrays, since no Slurm answers here" >&2
  exit 0
fi
told=$("$here/shards.sh" --on slurm --work slurm "${shards[@]}" 2>&1 >/dev/null)
mapfile -t submitted < <(grep -o '[0-9]\+' <<<"$told")
job=${submitted[-1]}
for _ in $(seq 300); do
  squeue -h -j "$job" 2>/dev/null | grep -q . || break
  sleep 1
done
if squeue -h -j "$job" 2>/dev/null | grep -q .; then
  echo "SKIPPED: job arrays, since Slurm has not come to them in five minutes" >&2
  exit 0
fi
submitted=()
same slurm/subset.jsonl "job arrays"
