"""What goes wrong, interruptions, and what is left behind."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

import gamut
import gamut._scratch

Rows = list[dict[str, Any]]
AXES = ["complexity:4", "tokens:3"]


def test_exit_statuses(rows: Rows) -> None:
    with pytest.raises(gamut.DataError, match="no record has a number in 'nope'") as data:
        gamut.select(rows, budget=5, quality="nope")
    assert (data.value.exit_status, data.value.kind) == (1, "data")
    with pytest.raises(gamut.UsageError, match="'4' is not valid for '--evenness'") as usage:
        gamut.select(rows, budget=5, evenness=4)
    assert (usage.value.exit_status, usage.value.kind) == (2, "usage")
    assert "See 'gamut" not in str(usage.value)
    with pytest.raises(gamut.RequirementError, match="not what is required") as unmet:
        gamut.select(rows, budget=5, quality="quality", require="quality>=2")
    assert (unmet.value.exit_status, unmet.value.kind) == (3, "requirement")
    with pytest.raises(gamut.DataError, match="nope.jsonl: no such file"):
        gamut.select("nope.jsonl", budget=5)
    assert all(issubclass(item.type, gamut.GamutError) for item in (data, usage, unmet))


def test_options_that_are_none(rows: Rows) -> None:
    for wrong, hint in (
        ("bugdet", "budget"),
        ("near_duplicate", "near_duplicates"),
        ("axes", "axis"),
    ):
        with pytest.raises(TypeError, match=rf"no option '{wrong}'; did you mean '{hint}'\?"):
            gamut.select(rows, **{wrong: 1})  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="a share is written '10%'"):
        gamut.select(rows, budget=0.1)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="seed cannot be set"):
        gamut.select(rows, budget=1, seed={1})  # type: ignore[call-overload]
    # None is as if it were not there, and a value never becomes an option.
    assert len(gamut.select(rows, budget=5, axis=AXES, seed=None, drop=None, receipts=False)) == 5  # type: ignore[call-overload]
    with pytest.raises(gamut.UsageError, match="--seed"):
        gamut.select(rows, budget=1, seed=-1)
    with pytest.raises(gamut.DataError, match="--force"):
        gamut.select(rows, budget=1, quality="--force")


def test_no_program(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAMUT_EXECUTABLE", "/nonexistent")
    with pytest.raises(gamut.GamutError, match=r"\$GAMUT_EXECUTABLE names no file"):
        gamut.select(rows, budget=5)


def test_a_program_that_is_killed(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "gamut"
    fake.write_text("#!/bin/sh\nkill -9 $$\n")
    fake.chmod(0o755)
    monkeypatch.setenv("GAMUT_EXECUTABLE", str(fake))
    with pytest.raises(gamut.GamutError, match="SIGKILL; was there not enough memory") as error:
        gamut.select(rows, budget=5)
    assert error.value.exit_status == -9


def test_an_error_while_rows_are_read_ends_the_program(rows: Rows, tmp_path: Path) -> None:
    def failing() -> Any:
        yield from rows * 20
        raise RuntimeError("no more rows")

    with pytest.raises(RuntimeError, match="no more rows"):
        gamut.select(failing(), budget=5, axis=AXES, output=tmp_path / "s.jsonl")
    # Half of the data is not taken for the data.
    assert [path.name for path in tmp_path.iterdir()] == ["scratch"]


SLOW = """
    import os, signal, sys, time
    import gamut

    def rows():
        n = 0
        while True:
            n += 1
            if n == 3000:
                print("going", flush=True)
            yield {"text": f"row {n} has some words", "quality": n % 7}

    try:
        gamut.select(rows(), budget=10, quality="quality", axis="tokens:3")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        time.sleep(float(sys.argv[1]))
"""


def children(process: int) -> list[str]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return path.read_text().split() if path.exists() else []


def start_slow(scratch: Path, wait: float = 0) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW), str(wait)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "going\n"
    (tool,) = children(process.pid)
    return process, int(tool)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_ctrl_c(scratch: Path) -> None:
    process, tool = start_slow(scratch)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (output, process.returncode) == ("interrupted\n", 0), errors
    assert not is_running(tool)
    assert os.listdir(scratch) == []


def test_what_a_killed_process_leaves_goes_with_the_next(rows: Rows, scratch: Path) -> None:
    process, tool = start_slow(scratch)
    process.kill()
    process.communicate(timeout=60)
    deadline = time.monotonic() + 60
    while is_running(tool) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(tool)
    assert len(os.listdir(scratch)) == 1
    gamut.select(rows, budget=5, axis=AXES)
    assert os.listdir(scratch) == []


def test_a_folder_in_use_is_left_alone(scratch: Path) -> None:
    process, _ = start_slow(scratch)
    before = os.listdir(scratch)
    gamut._scratch.make_folder().remove()
    assert os.listdir(scratch) == before
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


def test_threads(rows: Rows) -> None:
    expected = gamut.select(rows, budget=20, axis=AXES).indices.tolist()
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        runs = [threads.submit(gamut.select, rows, budget=20, axis=AXES) for _ in range(16)]
        assert all(run.result().indices.tolist() == expected for run in runs)


def in_child(rows: Rows) -> list[int]:
    return gamut.select(rows, budget=20, axis=AXES).indices.tolist()


def test_processes(rows: Rows) -> None:
    expected = in_child(rows)
    archive = gamut.fit(rows, axis=AXES)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(in_child, [rows, rows]) == [expected, expected]
    # A child that ended did not take the parent's archive along.
    assert archive.select(budget=20).indices.tolist() == expected
