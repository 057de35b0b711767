#!/bin/bash
# Is the advice of `gamut tune` worth following on samples that it did not see?
#
#   Experiments/Tuning/run.sh NAME POOL.jsonl [OPTION...]
#
# writes NAME.md and NAME.json beside this script. OPTIONs are --quality COL, --label COL and --vectors POOL.npy.
# Without arguments: the repository's own pool. Needs `swift build -c release` and python3 with numpy; SPLITS (10),
# GRIDS (15), SHARE (10) and THREADS set how often the pool is divided, how many random configurations are
# held against it, the budget in percent, and threads.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
name=${1:-repository}
pool=${2:-$root/Data/pool.jsonl}
shift $(($# < 2 ? $# : 2))
if [ "$name" = repository ]; then set -- --quality quality --label topic "$@"; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/evaluate.py" "$root/.build/release/gamut" "$work" "$here" "$name" "$pool" "$@"
