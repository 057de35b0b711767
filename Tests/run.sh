#!/usr/bin/env bash
# Installs what is missing and runs everything that must hold: the formatter's verdict, all tests, the
# release build, and the quickstart from end to end.
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

# Last, so that the runner's own closing line closes the run.
say "tests"
swift test --disable-xctest
