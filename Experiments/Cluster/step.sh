#!/usr/bin/env bash
# One step of a choice that is divided among machines; shards.sh calls it here or by Slurm.
#
#   step.sh STEP WORK [NUMBER]
#
# WORK is a folder that all machines see, as shards.sh lays it out; NUMBER is the shard's, from 0, by default that
# of the job array's task. A step that was done is passed over, since an archive stands whole or not at all.
set -euo pipefail
step=$1 work=$2 number=${3:-${SLURM_ARRAY_TASK_ID:-}}
gamut=${GAMUT:-gamut}
threads=${SLURM_CPUS_PER_TASK:-${GAMUT_THREADS:-$(nproc)}}

# words FILE: the options in a file, one a line, in which {} stands for the shard without its endings.
words() {
  local line
  options=()
  while IFS= read -r line; do options+=("${line//\{\}/"$stem"}"); done <"$work/$1.options"
}

shard= stem=
if [ -n "$number" ]; then
  mapfile -t shards <"$work/shards.txt"
  shard=${shards[number]}
  stem=${shard%.gz}
  stem=${stem%.zst}
  stem=${stem%.*}
fi

# make TARGET COMMAND...: runs a command unless what it makes stands already.
make() {
  if [ -e "$1/archive.json" ]; then return 0; fi
  "$gamut" "${@:2}" --quiet -o "$1"
}

case $step in
  moments)
    words fit
    fit=("${options[@]}")
    words read
    make "$work/moments/$number.gamut" fit "$shard" --moments --threads "$threads" "${fit[@]}" "${options[@]}"
    ;;
  model) make "$work/model.gamut" merge "$work"/moments/*.gamut ;;
  segment)
    words read
    make "$work/segments/$number.gamut" fit "$shard" --model "$work/model.gamut" --threads "$threads" \
      "${options[@]}"
    ;;
  choose)
    make "$work/pool.gamut" merge "$work"/segments/*.gamut
    words select
    "$gamut" select "$work/pool.gamut" --threads "$threads" "${options[@]}" --force -o "$work/subset.jsonl"
    ;;
  *)
    echo "step.sh: no step '$step': moments, model, segment or choose" >&2
    exit 2
    ;;
esac
