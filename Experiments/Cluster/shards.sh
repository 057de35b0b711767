#!/usr/bin/env bash
# Chooses from a pool of many files, each read on any machine that sees them: two passes over every file, side by
# side, and two short steps between and after.
#
#   shards.sh [--on local|slurm] [--jobs N] --work FOLDER [--fit OPTIONS] [--read OPTIONS] --select OPTIONS FILE...
#
# --on      local: as many files at once as --jobs says, by default one for every two cores. slurm: job arrays, each
#           step waiting for the one before; $SBATCH_OPTIONS goes to every sbatch.
# --work    a new folder on storage that all machines see; moments, model and segments stay there, and the result is
#           FOLDER/subset.jsonl. Started again with a folder that is there, it goes on where it was stopped; other
#           options of the choice make another subset, other files or options of the passes need another folder.
# --fit     options of the first pass: --quality, --axis, --keep, --topics, --seed, --text, --chat-template.
# --read    options of both passes: --embeddings, --tokenizer, --on-error. {} stands for a file without its endings,
#           as in --read '--embeddings {}.npy'.
# --select  options of the choice: --budget and all others of gamut select.
#
# The subset is, byte for byte, that of one gamut fit over all files and a choice from it: files count in the order in
# which people count, part-9 before part-10. $GAMUT names the program on all machines, by default gamut on the PATH, or
# else this checkout's .build/release/gamut.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# Told to every step: Slurm runs a copy of step.sh that lies elsewhere.
built=$here/../../.build/release/gamut
if [ -z "${GAMUT:-}" ] && ! command -v gamut >/dev/null && [ -x "$built" ]; then GAMUT=$(realpath "$built"); fi
export GAMUT=${GAMUT:-gamut}
command -v "$GAMUT" >/dev/null || { echo "shards.sh: no program '$GAMUT'; build it, or name it in \$GAMUT" >&2; exit 1; }
usage() { sed -n '2,21s/^# \{0,1\}//p' "$0" >&2; exit 2; }

on=local work= fit= read= select= jobs=$((($(nproc) + 1) / 2)) files=()
while [ $# -gt 0 ]; do
  case $1 in
    --on | --work | --fit | --read | --select | --jobs)
      [ $# -ge 2 ] || usage
      declare "${1#--}=$2"
      shift 2
      ;;
    -*) usage ;;
    *) files+=("$(realpath -s "$1")"); shift ;;
  esac
done
[ -n "$work" ] && [ -n "$select" ] && [ ${#files[@]} -gt 0 ] || usage

# lines FILE TEXT: options as the shell would divide them, one a line; nothing is expanded.
lines() { xargs -rn1 printf '%s\n' <<<"$2" >"$work/$1"; }

mkdir -p "$work/moments" "$work/segments"
work=$(realpath "$work")
printf '%s\n' "${files[@]}" | sort -V >"$work/shards.txt.new"
lines fit.options.new "$fit"
lines read.options.new "$read"
# What was made by other files or options would be taken for made by these.
for name in shards.txt fit.options read.options; do
  if [ -e "$work/$name" ] && ! cmp -s "$work/$name.new" "$work/$name"; then
    rm "$work"/*.new
    echo "shards.sh: $work was begun with other ${name/shards.txt/files} ($work/$name); name a new folder" >&2
    exit 1
  fi
done
for name in shards.txt fit.options read.options; do mv "$work/$name.new" "$work/$name"; done
lines select.options "$select"
last=$((${#files[@]} - 1))

case $on in
  local)
    # Those that run side by side share the cores.
    export GAMUT_THREADS=$((($(nproc) + jobs - 1) / jobs))
    seq 0 "$last" | xargs -P "$jobs" -n1 "$here/step.sh" moments "$work"
    "$here/step.sh" model "$work"
    seq 0 "$last" | xargs -P "$jobs" -n1 "$here/step.sh" segment "$work"
    GAMUT_THREADS=$(nproc) "$here/step.sh" choose "$work"
    ;;
  slurm)
    mkdir -p "$work/logs"
    # submit DEPENDENCY NAME OPTIONS...: prints the job's number.
    submit() {
      # shellcheck disable=SC2086
      sbatch --parsable --job-name="gamut-$2" --output="$work/logs/$2-%A_%a.out" ${1:+--dependency=afterok:$1} \
        --kill-on-invalid-dep=yes ${SBATCH_OPTIONS:-} "${@:3}"
    }
    array=--array=0-$last
    moments=$(submit "" moments "$array" "$here/step.sh" moments "$work")
    model=$(submit "$moments" model "$here/step.sh" model "$work")
    segments=$(submit "$model" segment "$array" "$here/step.sh" segment "$work")
    choose=$(submit "$segments" choose "$here/step.sh" choose "$work")
    echo "submitted: moments $moments, model $model, segments $segments, choose $choose" >&2
    echo "$choose"
    ;;
  *) usage ;;
esac
