#!/usr/bin/env bash
# Installs what is missing and runs everything that must hold: the formatter's verdict, the release build,
# the quickstart from end to end, the comparison with other implementations, exports as they are read by others,
# and all tests.
#
#   Tests/run.sh            everything
#   Tests/run.sh FILTER     only the tests whose names match FILTER
set -euo pipefail
cd "$(dirname "$0")/.."
source Experiments/dependencies.sh

require_swift
install_missing "${gamut_build_packages[@]}" "${gamut_test_packages[@]}"

if [ $# -gt 0 ]; then
  exec swift test --disable-xctest --filter "$1"
fi

say "format"
swift format lint --strict --recursive Package.swift Sources Tests Experiments

say "build (release)"
swift build -c release -q

say "quickstart"
bash Experiments/quickstart.sh

say "cross-checks with other implementations"
status=0
GAMUT=.build/release/gamut bash Experiments/CrossChecks/run.sh || status=$?
case $status in
  0) ;;
  75) say "SKIPPED: the cross-checks, whose packages could not be installed" ;;
  *) exit "$status" ;;
esac

say "exports, opened by the library that trainers open them with"
status=0
GAMUT=.build/release/gamut bash Experiments/Trainers/run.sh --load || status=$?
case $status in
  0) ;;
  75) say "SKIPPED: opening exports, for which packages could not be installed" ;;
  *) exit "$status" ;;
esac

# Last, so that the runner's own closing line closes the run.
say "tests"
swift test --disable-xctest
