"""Package and program belong together: options, versions, libraries."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gamut
from gamut import _options

NATIVE = Path(gamut.__file__).parent / "_native"
IS_WHEEL = NATIVE.exists() and "GAMUT_EXECUTABLE" not in os.environ

# What a keyword argument does not stand for: the package gives these itself, or has parameters for them.
OWN = {"help", "json", "quiet", "timing"}


@pytest.mark.parametrize(
    ("command", "options", "own"),
    [
        ("select", _options.SelectOptions, {"indices", "budget"}),
        # A first pass over one part of a pool: gamut.ray and gamut.spark make it.
        ("fit", _options.FitOptions, {"output", "moments"}),
        # What a metric means is a page of text: gamut.run("describe", "--explain", NAME).
        ("describe", _options.DescribeOptions, {"explain", "markdown", "plain"}),
        ("compare", _options.CompareOptions, {"markdown"}),
        ("tune", _options.TuneOptions, {"budget", "plain"}),
        ("explain", _options.ExplainOptions, {"budget"}),
    ],
)
def test_every_option_of_the_program_is_an_argument(
    command: str, options: type, own: set[str]
) -> None:
    page = gamut.run(command, "--help").stdout.decode()
    known = {
        name.replace("-", "_")
        for name in re.findall(r"^ {2,6}(?:-\w, )?--([a-z][a-z-]*)", page, re.MULTILINE)
    }
    assert known - OWN - own == _options.names_of(options), f"gamut/_options.py, {options.__name__}"


@pytest.mark.parametrize(
    "options",
    [
        getattr(_options, name)
        for name in dir(_options)
        if name.endswith(("Options", "Recipe", "Scoring"))
    ],
)
def test_every_argument_is_documented(options: type) -> None:
    own = set(options.__dict__.get("__annotations__", {})) or _options.names_of(options)
    text = "\n".join(
        base.__doc__ or ""
        for base in (options, _options.Recipe, _options.Scoring, _options.DescribeOptions)
    )
    for name in own:
        assert re.search(rf"^\s+{name}: ", text, re.MULTILINE), name


def test_version() -> None:
    assert gamut.run("--version").stdout.decode() == f"gamut {gamut.__version__}\n"


def test_names() -> None:
    for name in gamut.__all__:
        assert getattr(gamut, name).__doc__, name
    assert set(gamut.__all__) <= set(dir(gamut))
    with pytest.raises(AttributeError, match="has no attribute 'selct'"):
        _ = gamut.selct  # type: ignore[attr-defined]


def test_the_command_starts_without_numpy() -> None:
    code = "import sys, gamut.__main__, gamut._tool; print([m for m in ('numpy', 'nanoarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_run(tmp_path: Path) -> None:
    done = gamut.run("select", "-", "--budget=1", "--axis=tokens:2", input=b'{"text":"a b"}\n')
    assert done.stdout == b'{"text":"a b"}\n'
    assert "1 selected" in done.stderr
    with pytest.raises(gamut.UsageError, match="unknown command"):
        gamut.run("selct")


@pytest.mark.skipif(not IS_WHEEL, reason="not installed from a wheel")
def test_the_command_is_the_program() -> None:
    command = Path(sys.executable).parent / "gamut"
    done = subprocess.run(
        [command, "select", "nope.jsonl", "--budget=1"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "gamut select: cannot open nope.jsonl: no such file or folder\n"
    import signal
    import time

    process = subprocess.Popen([command, "select", "-", "--budget=1"], stdin=subprocess.PIPE)
    while (
        b"_native" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        and os.path.basename(os.readlink(f"/proc/{process.pid}/exe")) != "gamut"
    ):
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130


@pytest.mark.skipif(not IS_WHEEL, reason="not installed from a wheel")
def test_the_program_needs_nothing_but_the_wheel(tmp_path: Path) -> None:
    rows = "".join(f'{{"text":"row {n} of some text {n * n}"}}\n' for n in range(50))
    (tmp_path / "pool.jsonl").write_text(rows)
    done = subprocess.run(
        [NATIVE / "bin" / "gamut", "select", "pool.jsonl", "--budget=5", "--quiet", "-o", "s.jsonl"],
        cwd=tmp_path, env={"LD_DEBUG": "libs"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {
        line.rsplit(" ", 1)[1] for line in done.stderr.splitlines() if "calling init: " in line
    }
    own = {
        Path(path).name for path in loaded if Path(path).resolve().is_relative_to(NATIVE.resolve())
    }
    # Opened when it was needed, from beside the program.
    assert "libopenblas.so.0" in own
    systems = {re.sub(r"[.-].*", "", Path(path).name) for path in loaded} - {
        re.sub(r"[.-].*", "", name) for name in own
    }
    assert systems <= {"ld", "libc", "libm", "libdl", "libpthread", "libgcc_s", "libstdc++"}


@pytest.mark.skipif(not IS_WHEEL, reason="not installed from a wheel")
def test_licences_of_what_is_bundled() -> None:
    import importlib.metadata

    files = importlib.metadata.files("gamut-select") or []
    texts = {path.name for path in files if "licenses" in path.parts}
    assert {
        "LICENSE",
        "swift-LICENSE.txt",
        "LIBRARIES.md",
        "libopenblas0-pthread-copyright.txt",
    } <= texts
    listed = next(path for path in files if path.name == "LIBRARIES.md").read_text()
    for library in (NATIVE / "lib").iterdir():
        assert f"| {library.name} |" in listed
