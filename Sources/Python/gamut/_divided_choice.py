"""Choosing from an archive, and taking the records where their files are read."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gamut._archive import Archive
from gamut._divided_fit import PartsNote
from gamut._engine import Engine, carry_out_all
from gamut._errors import DataError, GamutError
from gamut._locations import Location
from gamut._options import CommandLine, SelectOptions, budget_text
from gamut._pool_files import names_of_subsets
from gamut._scratch import scratch_folder
from gamut._tasks import Outcome, Part, Task
from gamut._tool import invoke

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

#: What stands in a folder of an address while files in it come and go.
_UNFINISHED = "chosen.unfinished"
_HIDDEN = ".{}.gamut-{}"
_FORMATS = {"jsonl", "messages", "sharegpt", "alpaca", "prompt-completion"}


class Subset:
    """A subset whose records stand in one file for each file of the pool that has some.

    Attributes:
        output: The folder of these files; `chosen.npy` in it tells the records' places in the pool, and
            `chosen.manifest.json` is the record of the run.
        files: Their paths or addresses, in the pool's order. One after the other they are what `gamut select` on one
            machine writes.
        counts: How many records each of `files` holds.
        digests: The SHA-256 of each of `files`.
        indices: The places of the chosen samples in the pool, from 0, ascending.
        manifest: The record of the run.
        summary: The table that the command shows.
        archive: What was chosen from, to choose again.
    """

    def __init__(
        self,
        output: Location,
        written: Mapping[str, Mapping[str, Any]],
        indices: npt.NDArray[np.int64],
        manifest: dict[str, Any],
        summary: str,
        archive: Archive,
    ) -> None:
        self._places = [output / name for name in written]
        self.output = str(output)
        self.files = [str(place) for place in self._places]
        self.counts = {str(output / name): int(facts["samples"]) for name, facts in written.items()}
        self.digests = {str(output / name): str(facts["sha256"]) for name, facts in written.items()}
        self.indices = indices
        self.manifest = manifest
        self.summary = summary
        self.archive = archive

    def sha256(self) -> str:
        """The SHA-256 of all files, one after the other, which are read for it."""
        digest = hashlib.sha256()
        for place in self._places:
            with _opened(place) as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return self.summary


def _opened(place: Location) -> Any:
    return place.system.open(place.path, "rb") if place.is_remote else open(place.path, "rb")


@dataclass
class ChoiceRequest:
    """A subset that is to be chosen.

    Attributes:
        output: The folder that is written.
        budget: As for `gamut.select`.
        options: Those of `gamut.select`.
    """

    output: Location
    budget: Any
    threads: int
    options: Mapping[str, Any]
    settings: Mapping[str, Any] | None


_NOT_HERE = {
    "output": "the folder is the second argument",
    "rejects": "each machine would write its own; run 'gamut fit --on-error skip --rejects FILE' on a file",
    "threads": "it is told by threads=",
}
#: Options that look at texts or whole vectors, which stay where the files are.
_LOOKING = ("exclude", "near_duplicates", "redundancy")
_LOOKING_METHODS = {"deita", "k-center", "facility-location", "dns", "cluster-rank"}


def check_choice(output: Location, budget: Any, options: Mapping[str, Any], remote: bool) -> None:
    """Refuses, before any work, what cannot be chosen here.

    Args:
        remote: Whether the files lie where this machine reads them through fsspec alone.
    """
    for name, reason in _NOT_HERE.items():
        if options.get(name) is not None:
            raise ValueError(f"{name} does not go with a cluster: {reason}")
    if options.get("order", "pool") != "pool":
        raise ValueError(
            f"order={options['order']!r} does not go with a cluster: each file's records are written where the"
            " file is, in the order of the pool"
        )
    written = options.get("format")
    if written is not None and written not in _FORMATS:
        raise ValueError(
            f"format={written!r} does not go with a cluster: what is written stands in several files of lines;"
            f" formats are {', '.join(sorted(_FORMATS))}"
        )
    saved = options.get("save_recipe")
    if saved is not None and os.path.lexists(saved) and not options.get("force"):
        raise DataError(
            f"{os.fspath(saved)} exists already; choose another name, or replace it with force=True",
            1,
            "data",
        )
    if isinstance(budget, list | tuple):
        raise TypeError("one budget at a time; choose the others from the archive of the first")
    if remote:
        for name in _LOOKING:
            if options.get(name):
                raise ValueError(
                    f"{name} looks at texts or vectors, which lie at addresses and stay there; it needs files in a"
                    " folder that this machine shares"
                )
        if options.get("method") in _LOOKING_METHODS:
            raise ValueError(
                f"method={options['method']!r} looks at vectors, which lie at addresses and stay there; it needs"
                " files in a folder that this machine shares"
            )
    if output.exists() and not output.is_folder():
        raise DataError(f"{output} is a file, and what is written is a folder", 1, "data")
    names = [name for name in output.names() if not _is_staging(output, name)]
    if names:
        if not options.get("force"):
            what = (
                "holds what an interrupted run left" if _UNFINISHED in names else "exists already"
            )
            raise DataError(
                f"{output} {what}; choose another name, or replace it with force=True", 1, "data"
            )
        if not {"chosen.manifest.json", _UNFINISHED} & set(names):
            raise DataError(
                f"{output} holds no subset that was written on a cluster, and is not replaced",
                1,
                "data",
            )
    _ask(budget, options)


def _ask(budget: Any, options: Mapping[str, Any]) -> None:
    """Has the program say what it says of a command line, before files are read for hours."""
    plain = {
        name: item
        for name, item in options.items()
        if item is not None and name not in {"exclude", "force", "format", "recipe"}
    }
    with ExitStack() as stack, scratch_folder() as scratch:
        line = CommandLine("select", SelectOptions, plain, stack, in_memory=False)
        if budget is not None:
            line.arguments.append(f"--budget={_budget(budget)}")
        elif options.get("recipe") is not None:
            line.arguments.append("--budget=1")
        none = scratch / "none.jsonl"
        with suppress(DataError):
            invoke(
                ["select", *line.arguments, f"--output={scratch / 'chosen.npy'}", "--", str(none)]
            )


def _budget(budget: Any) -> str:
    text = budget_text(budget)
    if "," in text:
        raise TypeError("one budget at a time; choose the others from the archive of the first")
    return text


def choose(engine: Engine, archive: Archive, request: ChoiceRequest) -> Subset:
    """Chooses from an archive that was joined of those of its files, and takes the records on the cluster."""
    output = request.output
    told = PartsNote.beside(Location.of(archive.path))
    if told is None:
        raise DataError(
            f"{archive.path} has no {PartsNote.path(Location.of(archive.path)).name} beside it, which tells of its parts:"
            " it was not made on a cluster",
            1,
            "data",
        )
    check_choice(output, request.budget, request.options, told.root is not None)
    options = {name: item for name, item in request.options.items() if item is not None}
    force = bool(options.pop("force", False))
    written = options.pop("format", None)
    storage = Location.of(told.storage, request.settings)
    run = uuid.uuid4().hex[:12]
    work = storage / f".gamut-{run}"
    staged = _staging(output, storage, work, run)
    try:
        with scratch_folder() as scratch:
            # A recipe that is saved may be there already; all else goes where nothing is.
            summary = _choose(
                archive, told, {**options, "force": force}, request.budget, scratch, output
            )
            manifest = json.loads((scratch / "chosen.manifest.json").read_bytes())
            chosen, shares = _shares(scratch / "chosen.npy", manifest, told, archive)
            names = names_of_subsets([part["source"] for part in told.parts], ".jsonl")
            done: list[tuple[str, Outcome]] = []
            attempts = staged / "attempts"
            if shares:
                for place in (work, attempts):
                    place.make()
                tasks = []
                for number, own in shares.items():
                    places = work / f"{number:05d}.npy"
                    _write_places(own, places, scratch)
                    tasks.append(
                        Task(
                            "take", _part(told, number, request.settings), attempts, request.threads,
                            () if written is None else (f"--format={written}",),
                            archive=storage / told.folder / told.parts[number]["archive"],
                            places=places,
                        )
                    )  # fmt: skip
                outcomes = carry_out_all(engine, tasks)
                for (number, own), outcome in zip(shares.items(), outcomes, strict=True):
                    if outcome.facts["samples"] != len(own):
                        raise GamutError(
                            f"of {told.parts[number]['file']} {outcome.facts['samples']} records were taken, and"
                            f" {len(own)} were chosen"
                        )
                    done.append((names[number], outcome))
            _lay_down(done, attempts, staged, output, scratch, force)
    finally:
        work.remove()
        staged.remove()
    return Subset(
        output, {name: outcome.facts for name, outcome in done}, chosen, manifest, summary, archive
    )


def _staging(output: Location, storage: Location, work: Location, run: str) -> Location:
    """Where records are taken to until all are there: in the output's file system, and not in the output.

    There an attempt that comes late would leave them a second time.
    """
    hidden = _HIDDEN.format(output.name, run)
    if output.is_remote and output.system == storage.system:
        return work / "taken"
    # Beside a bucket is no place.
    inside = output.is_remote and not posixpath.dirname(output.path)
    return output / hidden if inside else output.parent / hidden


def _is_staging(output: Location, name: str) -> bool:
    return name.startswith(_HIDDEN.format(output.name, ""))


def _choose(
    archive: Archive,
    told: PartsNote,
    options: Mapping[str, Any],
    budget: Any,
    scratch: Path,
    output: Location,
) -> str:
    """Chooses places, into a folder of this machine."""
    path = scratch / "chosen.npy"
    with ExitStack() as stack:
        line = CommandLine("select", SelectOptions, options, stack, in_memory=False)
        if budget is not None:
            line.arguments.append(f"--budget={_budget(budget)}")
        try:
            done = invoke(
                ["select", *line.arguments, f"--output={path}", "--", str(archive.path)],
                descriptors=line.descriptors,
            )
        except DataError as error:
            if told.root is not None and "is neither there nor beside the archive" in error.message:
                raise DataError(
                    f"{error.message} where this machine reads it: what looks at texts or vectors needs files in a"
                    " folder that this machine shares",
                    error.exit_status,
                    error.kind,
                ) from None
            raise
    manifest = scratch / "chosen.manifest.json"
    if not manifest.is_file():
        raise ValueError("the recipe has several budgets; give one as budget=")
    # Named are what stays.
    text = manifest.read_text(encoding="utf-8")
    text = text.replace(_quoted(str(path)), _quoted(str(output / "chosen.npy")))
    if archive.address is not None:
        text = text.replace(_quoted(str(archive.path)), _quoted(archive.address))
    manifest.write_text(text, encoding="utf-8")
    lines = done.stderr.rstrip().splitlines()
    return "\n".join(line for line in lines if not line.startswith("wrote "))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _shares(
    path: Path, manifest: Mapping[str, Any], told: PartsNote, archive: Archive
) -> tuple[npt.NDArray[np.int64], dict[int, npt.NDArray[np.int64]]]:
    """All chosen places, and of each file that has some the places in it."""
    import numpy as np

    chosen: npt.NDArray[np.int64] = np.load(path)
    numbers = {part["source"]: number for number, part in enumerate(told.parts)}
    shares: dict[int, npt.NDArray[np.int64]] = {}
    start = 0
    for source in manifest["sources"]:
        end = start + source["samples"] + source["rejected"]
        first, last = np.searchsorted(chosen, [start, end])
        if last > first:
            if source["path"] not in numbers:
                raise DataError(
                    f"{source['path']} came to {archive.path} later, and has no part; fit all files together",
                    1,
                    "data",
                )
            shares[numbers[source["path"]]] = chosen[first:last] - start
        start = end
    if (np.diff(chosen) <= 0).any() or sum(map(len, shares.values())) != len(chosen):
        raise GamutError("the chosen places are not those of the archive's sources, in their order")
    return chosen, shares


def _part(told: PartsNote, number: int, settings: Mapping[str, Any] | None) -> Part:
    part = told.parts[number]
    return Part(number, Location.of(part["file"], settings), part["source"])


def _write_places(places: npt.NDArray[np.int64], to: Location, scratch: Path) -> None:
    import numpy as np

    path = scratch / to.name if to.is_remote else Path(to.path)
    np.save(path, places)
    if to.is_remote:
        to.keep(path)
        path.unlink()


def _lay_down(
    done: Sequence[tuple[str, Outcome]],
    attempts: Location,
    staged: Location,
    output: Location,
    scratch: Path,
    force: bool,
) -> None:
    """Gives the files that were told their names; the folder appears whole, or with its manifest last."""
    told = sorted(scratch.glob("chosen.*"))
    told.sort(key=lambda path: path.name == "chosen.manifest.json")
    if output.is_remote:
        # Whoever comes after a run that ends in here knows that the files are no one's.
        unfinished = scratch / _UNFINISHED
        unfinished.write_text("gamut has not finished writing this folder\n")
        (output / _UNFINISHED).keep(unfinished)
        for old in output.names():
            replaced = force or _is_staging(output, old)
            if replaced and old != _UNFINISHED and (output / old).path != staged.path:
                (output / old).remove()
        for name, outcome in done:
            (attempts / outcome.name).move(output / name)
        for path in told:
            (output / path.name).keep(path)
        (output / _UNFINISHED).remove()
        return
    whole = staged / "whole"
    whole.make()
    for name, outcome in done:
        (attempts / outcome.name).move(whole / name)
    for path in told:
        (whole / path.name).keep(path)
    if os.path.isdir(output.path):
        if output.names():
            output.move(staged / "before")
        else:
            os.rmdir(output.path)
    whole.move(output)
