#!/bin/bash
# What buys spread: the archive's choice of 5 % of a pool by axes and options, against 20 random subsets.
#
#   Experiments/AgainstRandom/spread.sh POOL [OPTION...]
#
# prints a table of quality and of metrics of vectors and texts. Needs `swift build -c release` and python3.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
pool=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
while IFS= read -r variant; do
  number=$((number + 1))
  # shellcheck disable=SC2086
  "$root/.build/release/gamut" select "$pool" "$@" $variant --evenness 1 --budget 5% --random 20 --quiet \
    --metrics quality,tokens,vendi_1,novelsum,facility_location,distinct_2 -o "$work/$number.jsonl"
  printf '%s\n' "$variant" > "$work/$number.name"
done <<'VARIANTS'
--axis complexity --axis topic1 --axis topic2
--axis complexity --axis topic1 --axis topic2 --redundancy 0.6
--axis complexity:4 --axis topic:64@cvt
--axis complexity:4 --axis topic:64@cvt --redundancy 0.6
--axis complexity:4 --axis topic:64@cvt --redundancy 0.45
--axis topic:1024@cvt --topics 64
--axis topic:1024@cvt --topics 64 --redundancy 0.45
VARIANTS
python3 - "$work" <<'PYTHON'
import json, pathlib, sys
names = ["quality_mean", "tokens_mean", "vendi_1", "novelsum", "facility_location", "distinct_2"]


def shown(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


print("| options | " + " | ".join(names) + " |")
print("| --- |" + " ---: |" * len(names))
for number in range(1, 100):
    path = pathlib.Path(sys.argv[1], f"{number}.manifest.json")
    if not path.exists():
        break
    found = json.loads(path.read_text())["random"]
    if number == 1:
        ranges = [found["random"][name] for name in names]
        print("| random | " + " | ".join(f"{shown(r['low'])} to {shown(r['high'])}" for r in ranges) + " |")
    cells = []
    for name in names:
        value, draws = found["subset"][name], found["random"][name]
        text = shown(value)
        if name != "tokens_mean" and value > draws["high"]:
            text = f"**{text}**"
        if name != "tokens_mean" and value < draws["low"]:
            text = f"*{text}* ✗"
        cells.append(text)
    name = path.with_name(f"{number}.name").read_text().strip()
    print(f"| `{name}` | " + " | ".join(cells) + " |")
PYTHON
