#!/usr/bin/env bash
# Loads what `gamut export` writes with the trainers that it is written for, and trains on it.
#
#   Experiments/Trainers/run.sh --load             only: datasets.load_dataset on every format (Tests/run.sh does it)
#   Experiments/Trainers/run.sh [--write] [SETS]   everything; SETS is a folder of further sets
#
# Installs exact versions into virtual environments below .build/trainers, one a trainer, since they want different
# versions of the same packages: 460 MB for --load, 7 GB for everything, and 3 GB a trainer more where pip finds
# no torch but the one with CUDA. Then builds gamut. Nothing is fetched after that, and no GPU is used. --write
# leaves results.md and results.json beside this script. The exit status is 1 where something is wrong, and 75 where
# packages cannot be installed.
#
# GAMUT names a built gamut, GAMUT_TRAINER_ENVIRONMENTS another folder for the environments, GAMUT_TRAINER_ROWS how
# many rows of a set are used (125).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environments=${GAMUT_TRAINER_ENVIRONMENTS:-$root/.build/trainers}
rows=${GAMUT_TRAINER_ROWS:-125}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Caches of their own: what was loaded from folders of the same names before must not come back.
export PIP_DISABLE_PIP_VERSION_CHECK=1 HF_HOME=$work/home

load= write=
case ${1:-} in
  --load) load=1; shift ;;
  --write) write=1; shift ;;
esac
sets=${1:+$(cd "$1" && pwd)}

# install NAME [torch]: makes the environment NAME by requirements-NAME.txt, unless it is there as the file says.
install() {
  local environment=$environments/$1 list=$here/requirements-$1.txt
  if cmp -s "$list" "$environment/installed.txt"; then return 0; fi
  echo "installing $(grep -vc '^#' "$list") packages of requirements-$1.txt into $environment" >&2
  rm -rf "$environment"
  python3 -m venv "$environment"
  if [ -n "${2:-}" ]; then "$environment/bin/pip" install --quiet "$2" || return 1; fi
  "$environment/bin/pip" install --quiet --no-deps -r "$list" || return 1
  cp "$list" "$environment/installed.txt"
}

unavailable() {
  echo "the packages of $here/requirements-$1.txt cannot be installed: is there a network?" >&2
  exit 75
}

install datasets || unavailable datasets
export PATH=$environments/datasets/bin:$PATH # for duckdb

gamut=${GAMUT:-}
if [ -z "$gamut" ]; then
  (cd "$root" && swift build -c release --product gamut >&2)
  gamut=$root/.build/release/gamut
fi
gamut=$(realpath "$gamut")

status=0
"$environments/datasets/bin/python" "$here/load_datasets.py" "$gamut" "$root/Data/pool.jsonl" |
  tee "$work/loaded.txt" || status=1
if [ -n "$load" ]; then exit $status; fi

for trainer in trl llama-factory axolotl; do
  install "$trainer" torch==2.13.0 || unavailable "$trainer"
done

# One after the other: each would take all cores.
mkdir "$work/sets"
"$environments/trl/bin/python" "$here/exports.py" "$work/sets" "$gamut" "$root/Data/pool.jsonl" "$rows" ${sets:+"$sets"}
for trainer in trl llama-factory axolotl; do
  echo "$trainer" >&2
  "$environments/$trainer/bin/python" "$here/check_${trainer//-/_}.py" "$work/sets/cases.json" "$trainer" \
    "$work/model-$trainer" "$root/Data/pool.jsonl" "$work/sets/results-$trainer.json" \
    > "$work/$trainer.log" 2>&1 || { status=1; tail -20 "$work/$trainer.log" >&2; }
done

for trainer in trl llama-factory axolotl; do
  "$environments/$trainer/bin/pip" list --format=freeze 2>/dev/null |
    grep -E '^(trl|llamafactory|axolotl|torch|transformers|datasets|accelerate|peft)==' | paste -sd ' ' |
    sed "s/^/- $trainer: /; s/==/ /g"
done > "$work/versions.txt"
python3 --version | sed 's/^/- /' >> "$work/versions.txt"
mkdir "$work/output"
"$environments/trl/bin/python" "$here/table.py" "$work/sets" "$work/loaded.txt" "$work/output" "$work/versions.txt" ||
  status=1
cat "$work/output/results.md"
if [ -n "$write" ]; then cp "$work/output/results.md" "$work/output/results.json" "$here/"; fi
exit $status
