#!/usr/bin/env bash
# Installs what is missing and runs everything that must hold: the formatter's verdict, the release build,
# the quickstart from end to end, the comparison with other implementations, the studies on small slices, exports as
# they are read by others, and all tests.
#
#   Tests/run.sh            everything
#   Tests/run.sh FILTER     only the tests whose names match FILTER
#   Tests/run.sh --cluster  only the Python package on clusters, Ray's and Spark's, of this machine
set -euo pipefail
cd "$(dirname "$0")/.."
source Experiments/dependencies.sh

require_swift
install_missing "${gamut_build_packages[@]}" "${gamut_test_packages[@]}"

install_duckdb

if [ "${1:-}" = --cluster ]; then
  say "build (release)"
  swift build -c release --product gamut -q
  say "the Python package on clusters"
  GAMUT=.build/release/gamut exec Sources/Python/test_cluster.sh "${@:2}"
fi

if [ $# -gt 0 ]; then
  exec swift test --disable-xctest --filter "$1"
fi

say "format"
swift format lint --strict --recursive Package.swift Sources Tests Experiments

say "build (release)"
swift build -c release -q

say "quickstart"
bash Experiments/quickstart.sh

# outside NAME COMMAND...: a check against programs that are installed for it; where they cannot be had it says
# so with status 75 and is passed over, visibly.
outside() {
  local name=$1 status=0
  shift
  say "$name"
  GAMUT=.build/release/gamut bash "$@" || status=$?
  case $status in
    0) ;;
    75) say "SKIPPED: $name, since packages could not be installed" ;;
    *) exit "$status" ;;
  esac
}

outside "cross-checks with other implementations" Experiments/CrossChecks/run.sh
outside "studies of what selection is worth, on small slices" Experiments/studies.sh --quick
outside "exports, opened by the library that trainers open them with" Experiments/Trainers/run.sh --load
outside "a pool in parts, with the subset of one run" Experiments/Cluster/check.sh
outside "the Python package" Sources/Python/test_wheel.sh

# Last, so that the runner's own closing line closes the run.
say "tests"
swift test --disable-xctest
