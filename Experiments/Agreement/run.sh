#!/usr/bin/env bash
# Ranks subsets by what is cheap to know of them, and compares that with the ranks that training gave them.
#
#   Experiments/Agreement/run.sh            reads what Subsets and Instructions left; writes results.json and figure.svg
#   Experiments/Agreement/run.sh --quick    whether the sums are right
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../Training/environment.sh"
if [ "${1:-}" = --quick ]; then
  temporary
  "$study_python" "$here/agreement.py" "$temporary" --quick
  exit
fi
"$study_python" "$here/agreement.py" "$studies/generated" --results "$here/results.json" --figure "$here/figure.svg"
