#!/usr/bin/env bash
# Builds gamut and installs it for one user, or for all, with its manual pages and completions.
#
#   Experiments/install.sh             into ~/.local
#   Experiments/install.sh PREFIX      into PREFIX, such as /usr/local
#   Experiments/install.sh --remove [PREFIX]
#
# What it writes: PREFIX/bin/gamut, PREFIX/share/man/man1/gamut*.1, and one file each for bash, zsh and fish
# in the folders where these shells look. Swift's libraries go into the binary; those of Debian stay shared.
set -euo pipefail
CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source Experiments/dependencies.sh

remove=false
if [ "${1-}" = --remove ]; then
  remove=true
  shift
fi
if [ $# -gt 1 ] || [[ "${1-}" == -* ]]; then
  say "usage: Experiments/install.sh [--remove] [PREFIX]"
  exit 2
fi
prefix=${1:-$HOME/.local}

pages=$prefix/share/man/man1
bash_folder=$prefix/share/bash-completion/completions
zsh_folder=$prefix/share/zsh/site-functions
fish_folder=$prefix/share/fish/vendor_completions.d

if $remove; then
  rm -f "$prefix/bin/gamut" "$pages/gamut.1" "$pages"/gamut-*.1 "$bash_folder/gamut" \
    "$zsh_folder/_gamut" "$fish_folder/gamut.fish"
  say "removed gamut from $prefix"
  exit 0
fi

require_swift
install_missing "${gamut_build_packages[@]}"

say "build (release; some minutes the first time)"
# In a folder of its own: the tests' build links Swift's libraries from where they are.
build=(swift build -c release --product gamut --static-swift-stdlib --scratch-path .build/install)
"${build[@]}" -q
built=$("${build[@]}" --show-bin-path)/gamut

install -d "$prefix/bin" "$pages" "$bash_folder" "$zsh_folder" "$fish_folder"
install -s -m 755 "$built" "$prefix/bin/gamut"
"$built" man > "$pages/gamut.1"
commands=$("$built" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }')
for command in $commands; do
  "$built" man "$command" > "$pages/gamut-$command.1"
done
"$built" completions bash > "$bash_folder/gamut"
"$built" completions zsh > "$zsh_folder/_gamut"
"$built" completions fish > "$fish_folder/gamut.fish"

say "installed gamut $("$prefix/bin/gamut" --version | cut -d ' ' -f 2) into $prefix"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) say "add to your shell's start-up file: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
