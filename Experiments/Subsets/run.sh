#!/usr/bin/env bash
# Chooses from five noisy pools by every method, trains on what was chosen, and tests it.
#
#   Experiments/Subsets/run.sh            everything; leaves results.json and figure.svg beside this script
#   Experiments/Subsets/run.sh --quick    two small pools and a small model, to see that it works; claims nothing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Training/environment.sh"
if [ "${1:-}" = --quick ]; then
  temporary
  "$study_python" "$here/subsets_against_subsets.py" "$temporary" --quick
  exit
fi
"$study_python" "$here/subsets_against_subsets.py" "$studies/generated" \
  --results "$here/results.json" --figure "$here/figure.svg"
