#!/usr/bin/env bash
# Which subset of a noisy, lopsided pool of labelled requests trains the better classifier?
#
#   Experiments/Intents/run.sh [DATA]     all runs, kept and resumed; then tables, numbers and the figure
#   Experiments/Intents/run.sh --quick    the same code on a made-up source; it writes nothing here
#
# DATA, or the variable GAMUT_DATA, is a folder with intent_clinc150.jsonl and intent_snips.jsonl (text,
# label, split, and in the first paraphrase) and vectors/intent_clinc150.minilm.f16.npy. They are no part of
# this repository.
set -euo pipefail
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
source "$(dirname "$0")/../Training/environment.sh"
here=$(cd "$(dirname "$0")" && pwd)

if [ "${1:-}" = --quick ]; then
  exec "$study_python" "$here/study.py" --work "$studies" --quick
fi
data=${1:-${GAMUT_DATA:-}}
for file in intent_clinc150.jsonl intent_snips.jsonl vectors/intent_clinc150.minilm.f16.npy; do
  if [ -z "$data" ] || [ ! -e "$data/$file" ]; then
    echo "SKIPPED: Intents needs $file in a folder that is named as argument or by GAMUT_DATA"
    exit 0
  fi
done
exec "$study_python" "$here/study.py" --work "$studies" --data "$data"
