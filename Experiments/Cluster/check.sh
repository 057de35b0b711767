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
work=$(mktemp -d "${TMPDIR:-/tmp}/gamut-cluster.XXXXXX")
trap 'rm -rf "$work"' EXIT
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

if ! sinfo -h -t idle,mixed,allocated -o %n 2>/dev/null | grep -q .; then
  echo "SKIPPED: job arrays, since no Slurm answers here" >&2
  exit 0
fi
job=$("$here/shards.sh" --on slurm --work slurm "${shards[@]}")
for _ in $(seq 120); do
  squeue -h -j "$job" 2>/dev/null | grep -q . || break
  sleep 1
done
same slurm/subset.jsonl "job arrays"
