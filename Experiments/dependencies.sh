# Sourced by Experiments/quickstart.sh and Tests/run.sh: checks for what Gamut is built on and installs
# what is missing. Nothing else is installed, and nothing that is there already is changed.

# Debian packages, with the versions (Debian 12) that Gamut is built and tested with.
gamut_build_packages=(
  "libopenblas-dev 0.3.21"  # matrix products, eigenvectors
  "libsimdjson-dev 3.0.1"   # JSON
  "zlib1g-dev 1.2.13"       # .gz
  "libzstd-dev 1.5.4"       # .zst
  "libssl-dev 3.0"          # SHA-256
  "libyaml-dev 0.2.5"       # recipes
)
gamut_test_packages=(
  "libsentencepiece0 0.1.97" # counts tokens by a SentencePiece model; the tool runs without it
  "zstd 1.5.4"              # packs what tests read
  "python3 3.11"            # runs the cross-checks
  "python3-venv 3.11"       # holds what they compare with
  "python3-numpy 1.24.2"    # opens the .npy files that Gamut writes, and writes those it reads
  "binutils 2.40"           # tells what a wheel's libraries need
  "chromium 156"            # opens the pages of reports; where it is missing these tests are skipped
)

# The command that reads and writes Parquet, from PyPI; the tool runs without it.
gamut_duckdb="duckdb-cli==1.5.6"

# install_duckdb: puts the duckdb command into .build/duckdb, where tests look for it; what needs it is
# skipped, visibly, where it cannot be had.
install_duckdb() {
  if [ -x .build/duckdb/bin/duckdb ] || [ -n "${GAMUT_DUCKDB:-}" ]; then return 0; fi
  mkdir -p .build
  if ! { python3 -m venv .build/duckdb && .build/duckdb/bin/pip install -q "$gamut_duckdb"; } >&2; then
    rm -rf .build/duckdb
    say "SKIPPED: tests of Parquet, since $gamut_duckdb cannot be installed"
  fi
}

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

# install_missing "PACKAGE VERSION"...: installs the packages that dpkg does not know as installed.
install_missing() {
  local entry package version missing=()
  for entry in "$@"; do
    read -r package version <<<"$entry"
    if [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" != "install ok installed" ]; then
      missing+=("$package")
      say "missing: $package (tested with $version)"
    fi
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    say "apt-get is not here: install these by hand, then start again: ${missing[*]}"
    return 1
  fi
  local root=()
  if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi
  say "installing with apt-get: ${missing[*]}"
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
  for package in "${missing[@]}"; do
    say "installed: $package $(dpkg-query -W -f='${Version}' "$package")"
  done
}

# Swift itself comes from swift.org and is not installed here.
require_swift() {
  if ! command -v swift >/dev/null; then
    say "Swift is missing: install Swift 6.3 or later (https://www.swift.org/install/linux/debian/12/)"
    return 1
  fi
  local version
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9.]+$')
  if [ "$(printf '6.3\n%s\n' "$version" | sort -V | head -1)" != "6.3" ]; then
    say "Swift $version is here, 6.3 or later is needed (https://www.swift.org/install/linux/debian/12/)"
    return 1
  fi
}
