#!/usr/bin/env bash
# Compares metrics and methods with other implementations of them.
#
#   Experiments/CrossChecks/run.sh [--write] [VECTORS.npy ...]
#
# Installs exact versions of those into a virtual environment (by default below .build), builds gamut, and
# prints the tables; --write leaves them as results.md beside this script. The exit status is 1 where
# something differs that should not, and 75 where the packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environment=${GAMUT_CROSS_CHECK_ENVIRONMENT:-$root/.build/cross-checks}
gamut=${GAMUT:-}
python=$environment/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

writes=
if [ "${1:-}" = --write ]; then
  writes=1
  shift
fi

if [ ! -x "$python" ]; then
  python3 -m venv "$environment"
fi
# The list is whole, and alone: what they name besides is for plots and for encoders not used here.
if ! "$python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"; then
  echo "the packages of $here/requirements.txt cannot be installed: is there a network?" >&2
  exit 75
fi

if [ -z "$gamut" ]; then
  (cd "$root" && swift build -c release --product gamut >&2)
  gamut=$root/.build/release/gamut
fi

counter=${GAMUT_COUNTER:-}
if [ -z "$counter" ]; then
  (cd "$root" && swift build -c release --product CountTokens >&2)
  counter=$root/.build/release/CountTokens
fi

status=0
{
  printf '# Results\n\nWritten by `run.sh` on %s.\n\n## Metrics of vectors\n\n' "$(date +%F)"
  "$python" "$here/vectors.py" "$@" --gamut "$gamut" || status=1
  printf '\n## Metrics of texts\n\nThe first 300 records of `Data/pool.jsonl`.\n\n'
  head -300 "$root/Data/pool.jsonl" > "$work/set.jsonl"
  "$gamut" describe "$work/set.jsonl" --json --quiet > "$work/set.json"
  "$python" "$here/texts.py" "$work/set.jsonl" "$work/set.json" || status=1
  # Scores of which no two are equal, and no copies: the order of equal ones is not in the receipts.
  PYTHONPATH=$here "$python" - "$root/Data/pool.jsonl" "$work" <<'PYTHON'
import json, sys
import numpy, vectors
random = numpy.random.default_rng(1)
seen = set()
with open(sys.argv[1]) as lines, open(sys.argv[2] + "/pool.jsonl", "w") as pool:
    for line in lines:
        record = json.loads(line)
        text = record["instruction"], record["input"], record["output"]
        if text not in seen:
            seen.add(text)
            print(json.dumps(dict(record, score=random.random())), file=pool)
rows = vectors.synthetic(len(seen))
numpy.save(sys.argv[2] + "/vectors.npy", rows + random.normal(size=rows.shape).astype("float32"))
PYTHON
  printf '\n## Archives\n\nThe records of `Data/pool.jsonl`, with synthetic vectors and scores.\n\n'
  "$python" "$here/archives.py" "$work/pool.jsonl" "$work/vectors.npy" --quality score \
    --gamut "$gamut" || status=1
  printf '\n## Methods\n\n300 of the same records.\n\n'
  "$python" "$here/methods.py" "$work/pool.jsonl" "$work/vectors.npy" --quality score \
    --gamut "$gamut" || status=1
  printf '\n## Tokens\n\nThe texts of `Data/pool.jsonl`, and random ones, by tokenizers trained on it.\n\n'
  "$python" "$here/tokens.py" "$root/Data/pool.jsonl" --counter "$counter" || status=1
} > "$work/results.md"
cat "$work/results.md"
if [ -n "$writes" ]; then cp "$work/results.md" "$here/results.md"; fi
exit $status
