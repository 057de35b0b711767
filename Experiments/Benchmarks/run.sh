#!/usr/bin/env bash
# Builds the tool for release, makes the data that is missing, measures, and writes
# Results/DATE-MACHINE.json and .md.
#
#   run.sh [--pool FILE --quality COLUMN] [--data FOLDER] [--rounds N] [--only SECTION]... [--suffix WORD]
#
# Without --pool the pool is grown by the project's own generator: 1,000,000 records. Data stays in
# FOLDER (default .build/benchmark-data; about 4 GB) for the next run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

pool= quality=quality data=$root/.build/benchmark-data suffix=
more=()
while [ $# -gt 0 ]; do
  case $1 in
    --pool) pool=$(realpath "$2"); shift 2 ;;
    --quality) quality=$2; shift 2 ;;
    --data) data=$(realpath -m "$2"); shift 2 ;;
    --suffix) suffix=-$2; shift 2 ;;
    --rounds | --only) more+=("$1" "$2"); shift 2 ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

cd "$root"
swift build -c release
mkdir -p "$data"
bin=.build/release

if [ -z "$pool" ]; then
  pool=$data/pool.jsonl
  [ -e "$pool" ] || "$bin/gamut-make-pool" --rows 1000000 --output "$pool"
fi
head -n 10000 "$pool" > "$data/pool-10k.jsonl"
head -n 100000 "$pool" > "$data/pool-100k.jsonl"
"$bin/gamut-benchmarks" lengthen "$data/pool-100k.jsonl" --times 10 -o "$data/long-100k.jsonl"
[ -e "$data/vectors.npy" ] ||
  "$bin/gamut-benchmarks" vectors --rows 1000000 --dimension 384 -o "$data/vectors.npy"

model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
machine="$(nproc) cores, ${model:-$(uname -m)}"
slug=$(printf '%s' "$machine" | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9' '-' | sed 's/-*$//')

# What is measured is what users have: no kernel chosen by hand.
env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE "$bin/gamut-benchmarks" run \
  "$data/pool-10k.jsonl" "$data/pool-100k.jsonl" "$pool" \
  --long-pool "$data/long-100k.jsonl" --vectors "$data/vectors.npy" \
  --tool "$bin/gamut" --quality "$quality" --scratch "$data" \
  --date "$(date +%F)" --machine "$machine" -o "$here/Results/$(date +%F)-$slug$suffix" "${more[@]}"
