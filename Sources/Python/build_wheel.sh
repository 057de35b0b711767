#!/usr/bin/env bash
# Makes the wheel of the Python package: the program, the libraries that it needs beside it, Swift's among them, and
# their licences.
#
#   Sources/Python/build_wheel.sh [FOLDER]
#
# The wheel goes into FOLDER, by default .build/python/wheels, which holds no other then; its path is printed.
# $GAMUT names a program that is built already. One linked with --static-swift-stdlib serves as well, starts as fast
# and makes the wheel a tenth smaller, but it is another build than the one that the tests run. The exit status is
# 75 where the build's own tools cannot be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
output=$(realpath -m "${1:-$root/.build/python/wheels}")
tools=$root/.build/python/tools
stage=$root/.build/python/stage
native=$stage/gamut/_native
program=${GAMUT:-}

# Without its pip an environment is a half-made one.
if ! { [ -x "$tools/bin/pip" ] || python3 -m venv "$tools" || { rm -rf "$tools"; false; }; } ||
  ! "$tools/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$here/requirements-build.txt"; then
  echo "the packages of $here/requirements-build.txt cannot be installed: is there a network?" >&2
  exit 75
fi

if [ -z "$program" ]; then
  (cd "$root" && swift build -c release --product gamut >&2)
  program=$root/.build/release/gamut
fi

rm -rf "$stage"
mkdir -p "$native/bin" "$native/lib" "$stage/licenses" "$output"
cp -r "$here/pyproject.toml" "$here/wheel_tag.py" "$here/README.md" "$here/gamut" "$stage/"
mkdir -p "$native/bin" "$native/lib"
cp "$root/LICENSE" "$stage/LICENSE"
find "$stage" -name __pycache__ -prune -exec rm -rf {} +
cp "$program" "$native/bin/gamut"
strip "$native/bin/gamut"

# The libraries that the program names, those that it opens when it first needs them, and what these name; all
# but those that every system with such wheels has: the C library, and the compiler's, which comes with it.
library() {
  local path
  path=$(ldconfig -p | awk -v name="$1" '$1 == name { print $NF; exit }')
  [ -n "$path" ] || { echo "$1 is not installed" >&2; return 1; }
  echo "$path"
}
opened=("$(library libopenblas.so.0)" "$(library libsentencepiece.so.0)")
mapfile -t libraries < <(
  {
    printf '%s\n' "${opened[@]}"
    for file in "$program" "${opened[@]}"; do ldd "$file" | awk '$2 == "=>" { print $3 }'; done
  } | grep -vE '/(ld-linux[^/]*|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s))\.so[^/]*$' | sort -u
)
toolchain=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")
{
  echo "# Libraries in this wheel"
  echo
  echo "Swift's runtime is part of the program, or stands beside it (swift-LICENSE.txt). All other libraries"
  echo "are those of Debian, unchanged but for where they look for each other; their sources are Debian's"
  echo "packages of these names and versions."
  echo
  echo "| file | package | version | source package |"
  echo "| --- | --- | --- | --- |"
} >"$stage/licenses/LIBRARIES.md"
declare -A seen=()
for path in "${libraries[@]}"; do
  name=$(basename "$path")
  [ -z "${seen[$name]:-}" ] || continue
  seen[$name]=1
  cp -L "$path" "$native/lib/$name"
  chmod 644 "$native/lib/$name"
  "$tools/bin/patchelf" --force-rpath --set-rpath '$ORIGIN' "$native/lib/$name"
  case $(realpath "$path") in
    "$toolchain"/*)
      echo "| $name | Swift | $(swift --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -1) | swift |" \
        >>"$stage/licenses/LIBRARIES.md"
      continue
      ;;
  esac
  # A file is known to dpkg under the name that it was installed by, before /lib became a link.
  real=$(realpath "$path")
  package=$({ dpkg -S "$real" || dpkg -S "${real#/usr}"; } 2>/dev/null | head -1 | sed 's/: .*//')
  [ -n "$package" ] || { echo "no Debian package holds $real, so its licence is not known" >&2; exit 1; }
  dpkg-query -W -f="| $name | \${Package} | \${Version} | \${source:Package} |\n" "$package" \
    >>"$stage/licenses/LIBRARIES.md"
  plain=${package%%:*}
  cp -L "/usr/share/doc/$plain/copyright" "$stage/licenses/$plain-copyright.txt"
done
# The texts that these refer to.
grep -ohE '/usr/share/common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9]' "$stage"/licenses/*-copyright.txt | sort -u |
  while read -r text; do
    if [ -f "$text" ]; then cp -L "$text" "$stage/licenses/common-$(basename "$text").txt"; fi
  done
cp -L "$toolchain/share/swift/LICENSE.txt" "$stage/licenses/swift-LICENSE.txt"
"$tools/bin/patchelf" --force-rpath --set-rpath '$ORIGIN/../lib' "$native/bin/gamut"

# The oldest C library that has every symbol which is asked for.
needed=$(objdump -T "$native/bin/gamut" "$native"/lib/* | grep -oE 'GLIBC_2\.[0-9]+' | sort -uV | tail -1)
export GAMUT_WHEEL_PLATFORM="manylinux_2_${needed#GLIBC_2.}_$(uname -m)"
# The same bytes from the same commit.
SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 1700000000)
export SOURCE_DATE_EPOCH
rm -f "$output"/gamut_select-*.whl
"$tools/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
  --wheel-dir "$output" "$stage" >&2
wheel=$(ls "$output"/gamut_select-*.whl)

verdict=$("$tools/bin/python" -m auditwheel show "$wheel" 2>&1)
if ! tr '\n' ' ' <<<"$verdict" | grep -q "platform tag: \"$GAMUT_WHEEL_PLATFORM\""; then
  echo "$verdict" >&2
  echo "the wheel is not what its name says" >&2
  exit 1
fi
echo "$wheel"
