#!/usr/bin/env bash
# Tries a fraction of all configurations of the archive on three kinds of pool: what is each knob worth?
#
#   Experiments/Knobs/run.sh [DATA]     everything; leaves results.json and figure.svg beside this script
#   Experiments/Knobs/run.sh --quick    two small pools, to see that it works; claims nothing
#
# DATA, or the variable GAMUT_DATA, is the folder of outside data that Intents and Instructions need; without it the
# generated pools alone are tried.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Training/environment.sh"
if [ "${1:-}" = --quick ]; then
  temporary
  "$study_python" "$here/knobs.py" "$temporary" --quick
  exit
fi
data=${1:-${GAMUT_DATA:-}}
"$study_python" "$here/knobs.py" "$studies/generated" ${data:+--data "$data"} \
  --results "$here/results.json" --figure "$here/figure.svg"
