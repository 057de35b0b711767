#!/usr/bin/env bash
# Measures gamut beside its peers, doing the same job on the same files in the same run.
#
#   run.sh [--quick] [--sizes 10k,100k,1M] [--rounds N] [--only PEER,...] [--pool FILE --quality COLUMN]
#          [--data FOLDER] [--suffix WORD]
#
# PEER: script, pyribs, semhash, deita, facility-location, data-juicer. Installs their exact versions
# (requirements-*.txt) into virtual environments below .build/peers, 2.5 GB, and 6 GB more for
# data-juicer, which brings torch. Pools are grown by the project's own generator, unless --pool names
# one with instruction, input and output; data stays in FOLDER (default .build/peers/data, 4 GB).
# Writes Results/DATE-MACHINE.json and .md. PEERS_LIMIT: seconds that one run may take (300).
#
# --quick: 2,000 samples, one round, only the script, DEITA's rule and pyribs; prints, writes nothing.
#
# GAMUT, GAMUT_MAKE_POOL, GAMUT_BENCHMARKS name built programs, GAMUT_PEER_ENVIRONMENTS another folder
# for the environments. The exit status is 1 where one failed, 75 where packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
environments=${GAMUT_PEER_ENVIRONMENTS:-$root/.build/peers}
export PIP_DISABLE_PIP_VERSION_CHECK=1

quick='' sizes=10k,100k,1M rounds=5 only='' pool='' quality=quality data=$root/.build/peers/data suffix=''
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1; shift ;;
    --sizes) sizes=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    --pool) pool=$(realpath "$2"); shift 2 ;;
    --quality) quality=$2; shift 2 ;;
    --data) data=$(realpath -m "$2"); shift 2 ;;
    --suffix) suffix=-$2; shift 2 ;;
    *) sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
known=script,pyribs,semhash,deita,facility-location,data-juicer
if [ -n "$quick" ]; then
  sizes=2k rounds=1 known=script,deita,pyribs only=${only:-$known}
fi
for peer in ${only//,/ }; do
  case ,$known, in
    *,"$peer",*) ;;
    *) echo "no peer '$peer' here; there are $known" >&2; exit 2 ;;
  esac
done
# What is made of another pool is never taken for that of the generator's.
if [ -n "$pool" ]; then data=$data/$(basename "$pool").$(cksum <<< "$pool" | cut -d ' ' -f 1); fi

# wanted PEER: whether it takes part.
wanted() {
  case ,${only:-$1}, in
    *,"$1",*) return 0 ;;
    *) return 1 ;;
  esac
}

# install NAME: makes the environment NAME by requirements-NAME.txt, unless it is there as the file says.
install() {
  local environment=$environments/$1 list=$here/requirements-$1.txt
  if cmp -s "$list" "$environment/installed.txt"; then return 0; fi
  echo "installing $(wc -l < "$list") packages of requirements-$1.txt into $environment" >&2
  rm -rf "$environment"
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install --quiet --no-deps -r "$list"; }; then
    echo "the packages of $list cannot be installed: is there a network?" >&2
    exit 75
  fi
  cp "$list" "$environment/installed.txt"
}

install script
wanted pyribs && install ribs
wanted semhash && install semhash
wanted facility-location && install facility-location
wanted data-juicer && install data-juicer

built=$root/.build/release
if [ -z "${GAMUT:-}" ] || [ -z "${GAMUT_MAKE_POOL:-}" ] || [ -z "${GAMUT_BENCHMARKS:-}" ]; then
  (cd "$root" && swift build -c release >&2)
fi
gamut=$(realpath "${GAMUT:-$built/gamut}")
maker=$(realpath "${GAMUT_MAKE_POOL:-$built/gamut-make-pool}")
benchmarks=$(realpath "${GAMUT_BENCHMARKS:-$built/gamut-benchmarks}")
python=$environments/script/bin/python

mkdir -p "$data"
counts=
for size in ${sizes//,/ }; do
  case $size in
    *k) count=$((${size%k} * 1000)) ;;
    *M) count=$((${size%M} * 1000000)) ;;
    *) count=$size ;;
  esac
  counts=${counts:+$counts,}$count
  if [ -n "$pool" ]; then
    head -n "$count" "$pool" > "$data/pool-$count.jsonl"
    if [ "$(wc -l < "$data/pool-$count.jsonl")" -lt "$count" ]; then
      echo "$pool has fewer than $count lines" >&2
      exit 1
    fi
    rm -f "$data/texts-$count.npy" "$data/columns-$count.npz"
  elif [ ! -e "$data/pool-$count.jsonl" ]; then
    "$maker" --rows "$count" --seed 7 --output "$data/pool.half"
    mv "$data/pool.half" "$data/pool-$count.jsonl"
  fi
  # Under another name until it is whole.
  if [ ! -e "$data/vectors-$count.npy" ]; then
    "$benchmarks" vectors --rows "$count" --dimension 384 -o "$data/half.npy"
    mv "$data/half.npy" "$data/vectors-$count.npy"
  fi
  if [ ! -e "$data/texts-$count.npy" ]; then
    "$benchmarks" embed "$data/pool-$count.jsonl" -o "$data/half.npy" > "$data/embed.json"
    mv "$data/half.npy" "$data/texts-$count.npy"
  fi
  # Another version of what makes them may have handed rivals less.
  if [ "$here/prepare.py" -nt "$data/columns-$count.npz" ] || [ ! -e "$data/nested-$count.jsonl" ]; then
    "$python" "$here/prepare.py" "$data/pool-$count.jsonl" --vectors "$data/texts-$count.npy" \
      --quality "$quality" --gamut "$gamut" --nested "$data/nested-$count.jsonl" \
      -o "$data/columns-$count.npz"
  fi
  # What gamut is handed where rivals are handed descriptors: made anew, since another build may keep more.
  fit=("$gamut" fit "$data/pool-$count.jsonl" --quality "$quality" --quiet --force)
  if wanted pyribs; then "${fit[@]}" -o "$data/pool-$count.gamut"; fi
  if wanted deita; then
    "${fit[@]}" --embeddings "$data/texts-$count.npy" -o "$data/texts-$count.gamut"
  fi
done

model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
slug=$(printf '%s cores %s' "$(nproc)" "${model:-$(uname -m)}" | tr '[:upper:]' '[:lower:]' |
  tr -cs 'a-z0-9' '-' | sed 's/-*$//')
options=(--gamut "$gamut" --data "$data" --environments "$environments" --sizes "$counts"
  --quality "$quality" --rounds "$rounds" --only "$only")
if [ -n "$quick" ]; then
  options+=(--quick)
else
  options+=(--output "$here/Results/$(date +%F)-$slug$suffix")
fi
exec "$python" "$here/compare.py" "${options[@]}"
