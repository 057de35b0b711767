#!/usr/bin/env bash
# Trains on sets whose quality, diversity and complexity are set one by one.
#
#   Experiments/Claims/run.sh            everything; leaves results.json and figure.svg beside this script
#   Experiments/Claims/run.sh --quick    a small model, to see that it works; claims nothing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Training/environment.sh"
if [ "${1:-}" = --quick ]; then
  temporary
  "$study_python" "$here/claims.py" "$temporary" --quick
  exit
fi
"$study_python" "$here/claims.py" "$studies/generated" --results "$here/results.json" --figure "$here/figure.svg"
