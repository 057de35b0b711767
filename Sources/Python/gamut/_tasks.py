"""What a machine of a cluster does with one file, as functions of small values; knows no engine.

A task that is started twice, since a machine died or was slow, gives its result another name each time, and tells
it when it is whole. Only names that were told are used: so nothing is lost, and nothing is there twice.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gamut import __version__
from gamut._errors import DataError, GamutError, UsageError
from gamut._locations import Location
from gamut._scratch import scratch_folder
from gamut._tool import invoke


@dataclass(frozen=True)
class Part:
    """One file of the pool.

    Attributes:
        number: Its place in the pool, from 0.
        file: Where it lies.
        source: What archives call it: its path, or where it lies below the folder that all files have in common.
        vectors: Where its vectors lie, or `column:NAME`; `None` for the built-in embedding.
        vectors_source: What archives call them, where they lie in a file.
    """

    number: int
    file: Location
    source: str
    vectors: Location | str | None = None
    vectors_source: str = ""


@dataclass(frozen=True)
class Task:
    """What is to be done with a part.

    Attributes:
        step: `"gather"`, `"read"` or `"take"`.
        part: The file.
        into: The folder that the result goes into.
        threads: How many threads the program works with.
        arguments: Options of the program.
        beside: Further files that it needs, by the option that names each: a folder, and names in it.
        model: The model to read the part by.
        archive: The part's archive, to take records from.
        places: Where the records stand in the part.
        ending: How the records' file ends, which decides their format.
        version: The version of this package that asks.
    """

    step: str
    part: Part
    into: Location
    threads: int
    arguments: tuple[str, ...] = ()
    beside: tuple[Location, Mapping[str, str]] | None = None
    model: Location | None = None
    archive: Location | None = None
    places: Location | None = None
    ending: str = ".jsonl"
    version: str = __version__


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Attributes:
        name: The result's name in the folder that was asked for.
        error: Why there is none.
        may_pass: Whether another attempt may go better.
        facts: What is known of the result.
    """

    name: str = ""
    error: Exception | None = None
    may_pass: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


def carry_out(task: Task) -> Outcome:
    """Does a task on this machine.

    What goes wrong is returned and not raised, with what may pass marked: of what is raised some engines try all again,
    some nothing, and none tells the file.
    """
    if task.version != __version__:
        return Outcome(
            error=GamutError(
                f"gamut-select {__version__} is installed on {socket.gethostname()}, and"
                f" {task.version} where the work was divided; install one version everywhere"
            )
        )
    step: Callable[[Task, _Bench], Outcome] = {"gather": _gather, "read": _read, "take": _take}[
        task.step
    ]
    try:
        with ExitStack() as stack:
            return step(task, _Bench(task, stack))
    except (DataError, UsageError) as error:
        return Outcome(error=_about(error, task.part))
    except (FileNotFoundError, PermissionError) as error:
        return Outcome(error=DataError(f"{task.part.file}: {error}", 1, "data"))
    except GamutError as error:
        # Ended by a signal: another machine may have more memory.
        message = f"{task.part.file}: {error.message} (on {socket.gethostname()})"
        told = type(error)(message, error.exit_status, error.kind)
        return Outcome(error=told, may_pass=error.exit_status is not None)
    except Exception as error:
        # Clients of stores have errors of their own, and not all can be sent to another machine.
        kind = type(error).__name__
        message = f"{task.part.file}: {kind}: {error} (on {socket.gethostname()})"
        return Outcome(error=GamutError(message), may_pass=True)


def _about(error: GamutError, part: Part) -> GamutError:
    """An error of the program with the file's whole name."""
    name = str(part.file)
    message = error.message
    if name not in message:
        short = re.compile(rf"(?<![\w/.-]){re.escape(part.source)}(?![\w/])")
        message, count = short.subn(lambda _: name, message)
        if count == 0:
            message = f"{name}: {message}"
    return type(error)(message, error.exit_status, error.kind)


class _Bench:
    """A folder of this machine, with copies of what does not lie where the program can read it."""

    def __init__(self, task: Task, stack: ExitStack) -> None:
        self.task = task
        self.folder = stack.enter_context(scratch_folder())

    def source(self) -> str:
        part = self.task.part
        part.file.fetch(self.folder / "files" / part.source)
        return part.source

    def run(self, arguments: list[str]) -> str:
        (self.folder / "files").mkdir(exist_ok=True)
        command, *options = arguments
        done = invoke(
            [command, f"--threads={self.task.threads}", *options],
            folder=self.folder / "files",
            ends_with_thread=True,
        )
        return done.stderr

    def options(self) -> list[str]:
        options = list(self.task.arguments)
        if self.task.beside is not None:
            place, names = self.task.beside
            folder = place.fetch(self.folder / "beside")
            options += [f"--{option}={folder / name}" for option, name in names.items()]
        part = self.task.part
        if isinstance(part.vectors, Location):
            part.vectors.fetch(self.folder / "files" / part.vectors_source)
            options.append(f"--embeddings={part.vectors_source}")
        elif part.vectors is not None:
            options.append(f"--embeddings={part.vectors}")
        return options

    def result(self, ending: str) -> tuple[str, Path, Location]:
        """A name that no other attempt has, where the program writes, and where it is to lie."""
        into = self.task.into
        name = f"{self.task.part.number:05d}-{uuid.uuid4().hex[:12]}{ending}"
        if into.is_remote:
            (self.folder / "out").mkdir()
            return name, self.folder / "out" / name, into / name
        # Not made here: an attempt that comes late shall leave nothing behind.
        if not Path(into.path).is_dir():
            raise DataError(
                f"{into} is not there on {socket.gethostname()}: storage and output have to be folders"
                " that all machines share, or addresses",
                1,
                "data",
            )
        return name, Path(into.path) / name, into / name


def _archive(task: Task, bench: _Bench, options: list[str], ending: str) -> Outcome:
    name, path, place = bench.result(ending)
    source = bench.source()
    bench.run(["fit", "--quiet", *options, *bench.options(), f"--output={path}", "--", source])
    if place.is_remote:
        place.keep(path, last="archive.json")
    return Outcome(name)


def _gather(task: Task, bench: _Bench) -> Outcome:
    return _archive(task, bench, ["--moments"], ".moments")


def _read(task: Task, bench: _Bench) -> Outcome:
    assert task.model is not None
    model = task.model.fetch(bench.folder / "model.gamut")
    return _archive(task, bench, [f"--model={model}"], ".gamut")


def _take(task: Task, bench: _Bench) -> Outcome:
    assert task.archive is not None
    assert task.places is not None
    archive = task.archive.fetch(bench.folder / "part.gamut")
    places = task.places.fetch(bench.folder / "places.npy")
    name, path, place = bench.result(task.ending)
    bench.source()
    told = bench.run(
        ["take", "--json", *task.arguments, f"--places={places}", f"--output={path}", "--", str(archive)]
    )  # fmt: skip
    samples = _told(told)["samples"]
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    size = path.stat().st_size
    if place.is_remote:
        place.keep(path)
    return Outcome(name, facts={"samples": samples, "bytes": size, "sha256": digest.hexdigest()})


def _told(text: str) -> dict[str, Any]:
    """The JSON in what the program said, where its libraries may have words of their own before and behind."""
    start = re.search(r"^\{", text, re.MULTILINE)
    if start is None:
        raise GamutError(f"the program did not tell what it wrote, but: {text.strip()}")
    return dict(json.JSONDecoder().raw_decode(text, start.start())[0])
