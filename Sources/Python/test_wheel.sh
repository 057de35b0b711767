#!/usr/bin/env bash
# Builds the wheel and tests it, installed in fresh environments of two Pythons where there are two. What needs a
# cluster is tested by test_cluster.sh.
#
#   Sources/Python/test_wheel.sh [PYTEST ARGUMENT ...]
#
# $GAMUT_WHEEL names a wheel that is built already. $GAMUT_PYTHONS names the Pythons (by default the first two of
# python3.13 to python3.10 that are here and differ from each other, on the path or below pyenv's versions). The
# exit status is 75 where packages cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environments=$root/.build/python/environments

wheel=${GAMUT_WHEEL:-}
if [ -z "$wheel" ]; then wheel=$("$here/build_wheel.sh"); fi

pythons=()
if [ -n "${GAMUT_PYTHONS:-}" ]; then
  read -r -a pythons <<<"$GAMUT_PYTHONS"
else
  # The oldest and the newest tell most.
  found=()
  for version in 3.10 3.11 3.12 3.13 3.14; do
    for python in "$(command -v "python$version" || true)" \
      "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
      # A package that the requirements pin may have left the oldest behind.
      if [ "$version" != 3.10 ] && [ -x "$python" ] && "$python" -c 'import venv, ssl' 2>/dev/null; then
        found+=("$python")
        break
      fi
    done
  done
  if [ ${#found[@]} -eq 0 ]; then found=("$(command -v python3)"); fi
  pythons=("${found[0]}")
  if [ ${#found[@]} -gt 1 ]; then pythons+=("${found[-1]}"); fi
fi
if [ ${#pythons[@]} -lt 2 ]; then
  echo "one Python is here (${pythons[0]}), so the wheel is tested with that one alone" >&2
fi

# Not from a folder in which the package's sources would be found instead of the wheel.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for python in "${pythons[@]}"; do
  version=$("$python" -c 'import platform; print(platform.python_version())')
  environment=$environments/$version
  echo "Python $version" >&2
  # Without its pip an environment is a half-made one.
  if ! { [ -x "$environment/bin/pip" ] || "$python" -m venv "$environment" || { rm -rf "$environment"; false; }; } ||
    ! "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
      -r "$here/requirements-test.txt"; then
    echo "the packages of $here/requirements-test.txt cannot be installed: is there a network?" >&2
    exit 75
  fi
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index \
    --force-reinstall "$wheel"
  env -u PYTHONPATH -u GAMUT_EXECUTABLE "$environment/bin/pytest" -p no:cacheprovider -q \
    -c "$here/pyproject.toml" --rootdir "$here" --ignore "$here/tests/cluster" "$here/tests" "$@"
done
cd "$here"
"$environment/bin/ruff" check --no-cache . >&2
"$environment/bin/ruff" format --no-cache --check . >&2
"$environment/bin/mypy" --cache-dir "$work/mypy" --config-file pyproject.toml -p gamut >&2
