#!/usr/bin/env bash
# Kills commands that write archives at random moments, and checks each time that the archive is whole:
#
#   Tests/kill.sh [KILLS]        50 kills of each command unless told otherwise
#
# It takes the release build, and asks: does 'gamut select' give the subset of the earlier or of the new
# archive; is nothing half-written under the output's name; does the next run clear what is left?
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:-50}
gamut=$PWD/.build/release/gamut
[ -x "$gamut" ] || swift build -c release --product gamut
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
pool=$PWD/Data/pool.jsonl
cd "$folder"
head -n 1500 "$pool" >a.jsonl
tail -n +1501 "$pool" >b.jsonl

subset() { "$gamut" select "$1" --budget 200 -q quality --quiet | sha256sum | cut -c 1-64; }
fail() { echo "FAILED: $1" >&2; exit 1; }

"$gamut" fit a.jsonl -q quality -o a.gamut --quiet
"$gamut" fit b.jsonl --model a.gamut -o b.gamut --quiet
"$gamut" merge a.gamut b.gamut -o ab.gamut --quiet
a=$(subset a.gamut) b=$(subset b.gamut) ab=$(subset ab.gamut)
[ "$a" != "$b" ] && [ "$a" != "$ab" ] || fail "the archives should differ"

# What a command takes, in microseconds, to kill it at any moment of that.
took() { local start=${EPOCHREALTIME/./}; "$@" --quiet >&2; echo $((${EPOCHREALTIME/./} - start)); }

# attempt WITHIN COMMAND…: starts a command and kills it after a random part of the time,
# late moments more often: what is done last is what matters.
attempt() {
  local within=$1; shift
  "$@" --quiet 2>/dev/null & local process=$!
  sleep "$(awk -v r=$((RANDOM * 32768 + RANDOM)) -v w="$within" \
    'BEGIN { print sqrt(r / 1073741824) * w * 1.3 / 1e6 }')"
  kill -KILL "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null && ended=whole || ended=killed
}

report() { echo "$1: $kills kills, $2 ended before, $3 old and $4 new afterwards"; }

whole=0 old=0 new=0
time=$(took "$gamut" fit a.jsonl -q quality -o x.gamut)
rm -r x.gamut
for _ in $(seq "$kills"); do
  attempt "$time" "$gamut" fit a.jsonl -q quality -o x.gamut
  [ "$ended" = whole ] && whole=$((whole + 1))
  if [ -e x.gamut ]; then
    [ "$(subset x.gamut)" = "$a" ] || fail "a new archive is not whole"
    new=$((new + 1)); rm -r x.gamut
  else old=$((old + 1)); fi
done
report "fit" $whole $old $new

whole=0 old=0 new=0
cp -r b.gamut x.gamut
for _ in $(seq "$kills"); do
  attempt "$time" "$gamut" fit a.jsonl -q quality -o x.gamut --force
  [ "$ended" = whole ] && whole=$((whole + 1))
  found=$(subset x.gamut)
  if [ "$found" = "$a" ]; then new=$((new + 1)); rm -r x.gamut; cp -r b.gamut x.gamut
  elif [ "$found" = "$b" ]; then old=$((old + 1))
  else fail "an archive that is replaced is neither"; fi
done
report "fit --force" $whole $old $new

whole=0 old=0 new=0
cp -r a.gamut y.gamut
time=$(took "$gamut" add y.gamut b.jsonl)
rm -r x.gamut; cp -r a.gamut x.gamut
for _ in $(seq "$kills"); do
  attempt "$time" "$gamut" add x.gamut b.jsonl
  [ "$ended" = whole ] && whole=$((whole + 1))
  found=$(subset x.gamut)
  if [ "$found" = "$ab" ]; then new=$((new + 1)); rm -r x.gamut; cp -r a.gamut x.gamut
  elif [ "$found" = "$a" ]; then old=$((old + 1))
  else fail "an archive that is added to is neither"; fi
done
report "add" $whole $old $new
"$gamut" add x.gamut b.jsonl --quiet
diff -r -x derived x.gamut y.gamut || fail "something is left in an archive"

whole=0 old=0 new=0
rm -r x.gamut
time=$(took "$gamut" merge a.gamut b.gamut -o x.gamut)
rm -r x.gamut; cp -r b.gamut x.gamut
for _ in $(seq "$kills"); do
  attempt "$time" "$gamut" merge a.gamut b.gamut -o x.gamut --force
  [ "$ended" = whole ] && whole=$((whole + 1))
  found=$(subset x.gamut)
  if [ "$found" = "$ab" ]; then new=$((new + 1)); rm -r x.gamut; cp -r b.gamut x.gamut
  elif [ "$found" = "$b" ]; then old=$((old + 1))
  else fail "an archive that is replaced by a merge is neither"; fi
done
report "merge --force" $whole $old $new

"$gamut" fit a.jsonl -q quality -o x.gamut --force --quiet
left=$(find . -maxdepth 1 -name '.x.gamut*' -o -maxdepth 1 -name '.gamut-*')
[ -z "$left" ] || fail "left behind: $left"
echo "all archives whole, nothing left behind"
