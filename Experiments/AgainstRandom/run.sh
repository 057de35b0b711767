#!/bin/bash
# Holds every method's subsets of a pool against random ones, at 1 %, 5 % and 20 % of it.
#
#   Experiments/AgainstRandom/run.sh NAME POOL [OPTION...]
#
# writes NAME.md and NAME.json beside this script. OPTIONs go to `gamut select`, such as --quality score or
# --embeddings pool.npy. Without arguments: the repository's own pool. Needs `swift build -c release` and
# python3; METHODS names methods other than all, THREADS their threads.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
gamut="$root/.build/release/gamut"
name=${1:-repository}
pool=${2:-Data/pool.jsonl}
shift $(($# < 2 ? $# : 2))
if [ "$name" = repository ]; then set -- --quality quality "$@"; fi
cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
metrics=vendi_1,novelsum,facility_location,coverage_radius,mean_pairwise_cosine_distance,distinct_2,self_bleu
methods=${METHODS:-archive random random-balanced random-length top deita k-center facility-location mig dns cluster-rank}
for method in $methods; do
  # The draws hang on pool and seed alone, so those of the first run serve for all others.
  count=$([ "$method" = archive ] && echo 20 || echo 1)
  "$gamut" select "$pool" "$@" --method "$method" --budget 1%,5%,20% \
    --random "$count" --metrics "$metrics" --quiet ${THREADS:+--threads "$THREADS"} \
    -o "$work/$method.jsonl"
done
python3 "$here/summarise.py" "$name" "$work" "$here" $methods
