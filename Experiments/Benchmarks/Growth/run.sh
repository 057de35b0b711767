#!/usr/bin/env bash
# Measures how gamut's time and memory grow from 10,000 samples to 10,000,000, and draws it.
#
#   run.sh [--sizes 10k,100k,1M,10M] [--rounds N] [--data FOLDER] [--suffix WORD]
#
# Pools are grown by the project's own generator, vectors are 128 float16 a sample; both stay in FOLDER (default
# .build/growth/data; 7 GB for all sizes, and 7 GB more while it runs). Writes Results/growth-DATE-MACHINE.json and .md
# beside the other benchmarks, and figure.svg beside this script; with other sizes the figure goes beside the results.
# A quarter of an hour for all sizes, four minutes of it for tuning the largest.
#
# GAMUT, GAMUT_MAKE_POOL, GAMUT_BENCHMARKS name built programs. The exit status is 75 where matplotlib, which draws the
# figure, cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
export PIP_DISABLE_PIP_VERSION_CHECK=1

sizes=10k,100k,1M,10M rounds=5 data=$root/.build/growth/data suffix=''
while [ $# -gt 0 ]; do
  case $1 in
    --sizes) sizes=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --data) data=$(realpath -m "$2"); shift 2 ;;
    --suffix) suffix=-$2; shift 2 ;;
    *) sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

python=$root/.build/growth/environment/bin/python
if ! cmp -s "$here/requirements.txt" "$root/.build/growth/environment/installed.txt"; then
  echo "installing the packages of $here/requirements.txt into .build/growth/environment" >&2
  rm -rf "$root/.build/growth/environment"
  if ! { python3 -m venv "$root/.build/growth/environment" &&
    "$python" -m pip install --quiet --no-deps -r "$here/requirements.txt"; }; then
    echo "the packages of $here/requirements.txt cannot be installed: is there a network?" >&2
    exit 75
  fi
  cp "$here/requirements.txt" "$root/.build/growth/environment/installed.txt"
fi

built=$root/.build/release
if [ -z "${GAMUT:-}" ] || [ -z "${GAMUT_MAKE_POOL:-}" ] || [ -z "${GAMUT_BENCHMARKS:-}" ]; then
  (cd "$root" && swift build -c release >&2)
fi
gamut=$(realpath "${GAMUT:-$built/gamut}")
maker=$(realpath "${GAMUT_MAKE_POOL:-$built/gamut-make-pool}")
benchmarks=$(realpath "${GAMUT_BENCHMARKS:-$built/gamut-benchmarks}")

mkdir -p "$data"
counts=
for size in ${sizes//,/ }; do
  count=${size//k/000}
  count=${count//M/000000}
  counts=${counts:+$counts,}$count
  [ -e "$data/pool-$count.jsonl" ] ||
    "$maker" --rows "$count" --seed 7 --output "$data/pool-$count.jsonl"
  [ -e "$data/vectors-$count.npy" ] ||
    "$benchmarks" vectors --half --rows "$count" --dimension 128 -o "$data/vectors-$count.npy"
done

model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
slug=$(printf '%s' "$(nproc) cores, ${model:-$(uname -m)}" | tr '[:upper:]' '[:lower:]' |
  tr -cs 'a-z0-9' '-' | sed 's/-*$//')
result=$here/../Results/growth-$(date +%F)-$slug$suffix
python3 "$here/growth.py" --gamut "$gamut" --data "$data" --sizes "$counts" --rounds "$rounds" -o "$result"
figure=$here/figure.svg
[ "$sizes" = 10k,100k,1M,10M ] || figure=$result.svg
"$python" "$here/figure.py" "$result.json" "$figure"
