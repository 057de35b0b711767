#!/usr/bin/env bash
# Tests the package on clusters of this machine: a Ray of several worker processes, and a standalone Spark of a master
# and two workers. Installs both, half a gigabyte, into an environment of their own.
#
#   Sources/Python/test_cluster.sh [PYTEST ARGUMENT ...]
#
# $GAMUT names a program that is built already; else the release build is made. $GAMUT_PYTHON names the Python (by
# default python3). Spark needs a Java, 17 or 21: where there is none, its tests are skipped, visibly. The exit status is
# 75 where packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environment=$root/.build/python/cluster
python=${GAMUT_PYTHON:-python3}

program=${GAMUT:-}
if [ -z "$program" ]; then
  (cd "$root" && swift build -c release --product gamut >&2)
  program=$root/.build/release/gamut
fi
program=$(realpath "$program")

# Without its pip an environment is a half-made one.
if ! { [ -x "$environment/bin/pip" ] || "$python" -m venv "$environment" || { rm -rf "$environment"; false; }; } ||
  ! "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$here/requirements-cluster.txt"; then
  echo "the packages of $here/requirements-cluster.txt cannot be installed: is there a network?" >&2
  exit 75
fi
if ! command -v java >/dev/null; then
  echo "SKIPPED: Spark, since there is no java" >&2
fi

# Compiled files would lie beside the sources.
cd "$here"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here GAMUT_EXECUTABLE=$program \
  "$environment/bin/pytest" -p no:cacheprovider -q -rs "$here/tests/cluster" "$@"
