#!/usr/bin/env bash
# Compares the metrics of vectors with those of other implementations.
#
#   Experiments/CrossChecks/run.sh [VECTORS.npy ...]
#
# Installs their exact versions into a virtual environment (by default below .build), builds gamut and
# prints the table, which it also leaves as vectors.md and vectors.csv beside this script.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environment=${GAMUT_CROSS_CHECK_ENVIRONMENT:-$root/.build/cross-checks}
gamut=${GAMUT:-}

if [ ! -x "$environment/bin/python" ]; then
  python3 -m venv "$environment"
fi
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
  -r "$here/requirements.txt"
# Alone, for what they name besides is for plots and for encoders that are not used here.
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
  vendi-score==0.0.3 submodlib-py==0.0.3

if [ -z "$gamut" ]; then
  (cd "$root" && swift build -c release --product gamut >&2)
  gamut=$root/.build/release/gamut
fi
"$environment/bin/python" "$here/vectors.py" "$@" --gamut "$gamut" --output "$here"
