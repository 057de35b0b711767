#!/usr/bin/env bash
# Installs what is missing, builds gamut, chooses 500 of the 3,000 samples in Data/pool.jsonl and shows
# what came of it. Results go to output/, which git does not track.
set -euo pipefail
CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source Experiments/dependencies.sh

require_swift
install_missing "${gamut_build_packages[@]}"

say "build (release; some minutes the first time)"
swift build -c release --product gamut -q
PATH="$(swift build -c release --show-bin-path):$PATH"

mkdir -p output
say "gamut select Data/pool.jsonl --quality quality --budget 500 --receipts -o output/subset.jsonl --force"
gamut select Data/pool.jsonl --quality quality --budget 500 --receipts -o output/subset.jsonl --force

# One receipt of each kind: the first line with its status.
say "three receipts of output/subset.receipts.jsonl"
for status in selected outranked duplicate; do
  grep -m 1 "\"status\":\"$status\"" output/subset.receipts.jsonl
done

say "next, in $PWD"
cat <<NEXT
  less output/subset.manifest.json       everything about this run
  .build/release/gamut select --help     every option, with examples
  .build/release/gamut select Data/pool.jsonl --quality quality --budget 30ktok \\
    --axis column:topic --axis column:level -o output/by-topic.jsonl
                                         30,000 tokens, even over topics and levels
  .build/release/gamut select Data/pool.jsonl --recipe Data/recipe.yaml --budget 100,500 \\
    -o output/nested.jsonl               a recipe from a file, and two subsets, one within the other
  .build/release/gamut select YOURS.jsonl --quality YOUR_SCORE --budget 10% -o output/yours.jsonl
                                         a tenth of your own data
NEXT
