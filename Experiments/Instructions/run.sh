#!/bin/bash
# Which subset of equal tokens trains the better language model of real instruction data?
#
#   Experiments/Instructions/run.sh [DATA]    all of it: 40 minutes of one core; DATA or $GAMUT_DATA names a
#                                             folder with alpaca_52k.json and what else data.py reads, plain
#                                             or compressed (.zst)
#   Experiments/Instructions/run.sh --quick   the same code on the repository's own pool; writes nothing here
#
# Runs that were kept below .build/studies are not made again.
set -euo pipefail
source "$(dirname "$0")/../Training/environment.sh"
here=$(cd "$(dirname "$0")" && pwd)
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false

quick() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$study_python" "$here/study.py" "$root/Data" --runs "$work" --output "$work" --quick
  for name in results.json runs.json tables.md figure.svg; do test -s "$work/$name"; done
  echo "the code runs: $(wc -l < "$work/Instructions-quick.jsonl") runs of trigrams," \
    "$(wc -l < "$work/Instructions-neural.jsonl") runs of the transformer"
}

if [ "${1:-}" = --quick ]; then
  quick
  exit
fi
folder=${1:-${GAMUT_DATA:-}}
if [ -z "$folder" ]; then
  echo "SKIPPED: no folder with Alpaca and the others is named (run.sh DATA, or GAMUT_DATA); trying the code"
  quick
  exit
fi
"$study_python" "$here/study.py" "$folder" --runs "$studies" --output "$here"
