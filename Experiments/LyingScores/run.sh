#!/bin/bash
# How does each method of `gamut select` degrade as the score lies?
#
#   Experiments/LyingScores/run.sh [FOLDER]     the whole study; FOLDER has the rated sets (else $GAMUT_DATA)
#   Experiments/LyingScores/run.sh --quick      a small slice of it, which writes nothing beside this script
#
# Runs are kept in LyingScores.jsonl of the studies' folder, so that an ended run goes on where it was.
set -euo pipefail
source "$(dirname "$0")/../Training/environment.sh"
here=$(cd "$(dirname "$0")" && pwd)
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

if [ "${1:-}" = --quick ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$study_python" "$here/study.py" "$work" "$work/runs.jsonl" "$work" --quick
  exit
fi
data=${1:-${GAMUT_DATA:-}}
runs=$studies/LyingScores.jsonl
"$study_python" "$here/study.py" "$studies/LyingScores" "$runs" "$here" ${data:+--data "$data"}
