#!/usr/bin/env bash
# Runs the studies of what selection is worth, one after the other.
#
#   Experiments/studies.sh [DATA]     all of them, some seven hours of one core; DATA as the studies' own scripts say
#   Experiments/studies.sh --quick    each on a small slice, in minutes, to see that it works; claims nothing
#
# Exits with 75 where packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Agreement comes last: it reads what the others left.
for study in Claims Subsets Intents Instructions RealModel LyingScores Knobs Agreement; do
  SECONDS=0
  echo "$study" >&2
  if [ "${1:-}" = --quick ]; then
    bash "$here/$study/run.sh" --quick > /dev/null 2> "${TMPDIR:-/tmp}/gamut-study-$$.log" || {
      status=$?
      tail -20 "${TMPDIR:-/tmp}/gamut-study-$$.log" >&2
      exit $status
    }
    grep -h '^SKIPPED' "${TMPDIR:-/tmp}/gamut-study-$$.log" >&2 || true
    rm -f "${TMPDIR:-/tmp}/gamut-study-$$.log"
  else
    bash "$here/$study/run.sh" "$@"
  fi
  echo "$study: $SECONDS s" >&2
done
