# Sourced by each study's run.sh: the Python that studies run with, and the programs that they call.
#
#   study_python    the interpreter of .build/studies, made by requirements.txt where it is missing
#   GAMUT           a built gamut, GAMUT_PROXY_LOSS and GAMUT_MAKE_POOL the programs beside it
#   GAMUT_WORK      what a study leaves between runs: .build/studies/NAME
#
# Exits with 75 where packages cannot be installed. torch is the build for processors where pip finds one, else the
# one with CUDA's libraries (3 GB); no GPU is used either way.
training=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$training/../.." && pwd)
studies=${GAMUT_STUDIES:-$root/.build/studies}
study_python=$studies/environment/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONPATH=$training PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
# Studies run one thing after the other, on one core each: the same numbers, and room for another beside it.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

if ! cmp -s "$training/requirements.txt" "$studies/environment/installed.txt"; then
  echo "installing $(grep -vc '^#' "$training/requirements.txt") packages and what they need into $studies/environment" >&2
  rm -rf "$studies/environment"
  mkdir -p "$studies"
  if ! { python3 -m venv "$studies/environment" && "$study_python" -m pip install --quiet -r "$training/requirements.txt"; }; then
    echo "the packages of $training/requirements.txt cannot be installed: is there a network?" >&2
    exit 75
  fi
  cp "$training/requirements.txt" "$studies/environment/installed.txt"
fi

# temporary: a folder that goes when the script ends.
temporary() {
  local folder
  folder=$(mktemp -d "${TMPDIR:-/tmp}/gamut-study.XXXXXX")
  trap "rm -rf '$folder'" EXIT
  temporary=$folder
}

# build VARIABLE PRODUCT: a release build of a program, unless the variable names one.
build() {
  if [ -z "${!1:-}" ]; then
    (cd "$root" && swift build -c release --product "$2" >&2)
    printf -v "$1" %s "$root/.build/release/$2"
  fi
  export "$1"
}
build GAMUT gamut
build GAMUT_PROXY_LOSS ProxyLoss
build GAMUT_MAKE_POOL gamut-make-pool
