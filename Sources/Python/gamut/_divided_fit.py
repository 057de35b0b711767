"""Reading a pool on the machines of a cluster.

Pass 1 gathers from every file what a model is fitted from, pass 2 reads every file by that model, and what comes of
it is joined to one archive. Between the machines go what the program writes, and names.
"""

from __future__ import annotations

import json
import os
import uuid
import weakref
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gamut._archive import Archive
from gamut._engine import Engine, carry_out_all
from gamut._errors import DataError
from gamut._locations import Location
from gamut._options import CommandLine, FitOptions
from gamut._pool_files import parts_of
from gamut._scratch import Folder, make_folder, scratch_folder
from gamut._tasks import Task
from gamut._tool import invoke, log

#: Options of a fit that pass 2 takes as well: the model brings the others.
_READING = {"on_error", "chat_template"}
#: Options that name files, which other machines may not have, and what is read beside these: a tokenizer's template by
#: 'auto', and the tokens that a template names.
_NEIGHBOURS = {
    "tokenizer": ("chat_template.jinja", "tokenizer_config.json"),
    "chat_template": ("tokenizer_config.json",),
}
_TEMPLATES = {"chatml", "llama3", "zephyr", "mistral", "auto", "none"}


@dataclass
class FitRequest:
    """A pool that is to be read.

    Attributes:
        output: The archive's folder, a path of this machine or an address.
        storage: The folder that all machines see.
        options: Those of `gamut.fit`.
    """

    files: Any
    output: Location
    storage: Location
    embeddings: Any
    threads: int
    options: Mapping[str, Any]
    settings: Mapping[str, Any] | None


_REFUSED = {
    "model": "the files decide the model; to read files by one that is there, run 'gamut fit --model' on each",
    "rejects": "each machine would write its own; run 'gamut fit --on-error skip --rejects FILE' on a file",
}


def fit(engine: Engine, request: FitRequest) -> Archive:
    """Reads a pool on the machines of a cluster."""
    options = {name: item for name, item in request.options.items() if item is not None}
    for name, reason in _REFUSED.items():
        if options.pop(name, None):
            raise ValueError(f"{name} does not go with a cluster: {reason}")
    force = bool(options.pop("force", False))
    beside = {
        name: options.pop(name)
        for name in sorted(set(_NEIGHBOURS) & set(options))
        if str(options[name]) not in _TEMPLATES
    }
    with ExitStack() as stack:
        line = CommandLine("fit", FitOptions, options, stack, in_memory=False)
        reading = CommandLine(
            "fit", FitOptions, {name: options[name] for name in _READING & set(options)}, stack,
            in_memory=False,
        )  # fmt: skip
        if line.descriptors:
            raise TypeError("on a cluster options name files")
    parts, root = parts_of(request.files, request.embeddings, request.settings)
    output, storage = request.output, request.storage
    if output.exists() and not force:
        raise DataError(
            f"{output} exists already; choose another name, or replace it with force=True",
            1,
            "data",
        )
    before = PartsNote.beside(output)
    note = PartsNote.path(output)
    if before is None and note.exists():
        raise DataError(
            f"{note} tells of another archive's parts; choose another name, or remove it where that archive"
            " is gone",
            1,
            "data",
        )
    # At an address the note comes first: with it, what lacks the rest is what an interrupted run left.
    if output.exists() and before is None and not (output / "archive.json").exists():
        raise DataError(f"{output} is no archive, and is not replaced", 1, "data")
    run = uuid.uuid4().hex[:12]
    work, kept = storage / f".gamut-{run}", storage / f"{_base(output.name)}.parts-{run}"
    moments = work / "moments"
    # Where a name is cheap to change the parts get to their folder when they are whole: an attempt that comes late
    # finds no place to write to. Elsewhere it may leave a folder that no one names.
    read = kept if storage.is_remote else work / "read"
    folder: Folder | None = None
    try:
        for place in (moments, read):
            place.make()
        given = _lay_out(beside, work / "beside")
        done = carry_out_all(
            engine,
            [
                Task(
                    "gather", part, moments, request.threads, tuple(line.arguments),
                    (work / "beside", given) if given else None,
                )
                for part in parts
            ],
        )  # fmt: skip
        model = work / "model.gamut"
        _merge(moments, [outcome.name for outcome in done], model)
        done = carry_out_all(
            engine,
            [
                Task(
                    "read", part, read, request.threads, tuple(reading.arguments),
                    (work / "beside", given) if given else None, model,
                )
                for part in parts
            ],
        )  # fmt: skip
        names = [outcome.name for outcome in done]
        if not storage.is_remote:
            _check(Path(read.path), names, read)
            kept.make()
            for name in names:
                (read / name).move(kept / name)
        told = PartsNote(
            output.name, str(storage), kept.name, None if root is None else str(root),
            [
                {"source": part.source, "file": str(part.file), "archive": name}
                for part, name in zip(parts, names, strict=True)
            ],
        )  # fmt: skip
        if output.is_remote:
            folder = make_folder()
        archive = _join(kept, names, output, told, folder, force)
    except BaseException:
        if folder is not None:
            folder.remove()
        kept.remove()
        raise
    finally:
        work.remove()
    # What attempts left that were not told.
    for name in set(kept.names()) - set(names):
        (kept / name).remove()
    if before is not None and before.storage == told.storage:
        (storage / before.folder).remove()
    return archive


def _lay_out(files: Mapping[str, Any], into: Location) -> dict[str, str]:
    """Puts files that options name where all machines see them, those of each option in a folder of its own.

    Returns:
        Their names below `into`, by the option that names each.
    """
    names: dict[str, str] = {}
    for name, value in files.items():
        option = name.replace("_", "-")
        path = Path(os.fspath(value))
        if not path.is_file():
            raise DataError(f"{path}: no such file", 1, "data")
        # Two options may name files of one name, each with neighbours of its own.
        beside = [path.parent / neighbour for neighbour in _NEIGHBOURS[name]]
        for file in dict.fromkeys([path, *(file for file in beside if file.is_file())]):
            (into / option / file.name).keep(file)
        names[option] = f"{option}/{path.name}"
    return names


def _merge(
    folder: Location, names: Sequence[str], output: Location, *, force: bool = False
) -> None:
    """Joins archives of a folder to one in another place."""
    with scratch_folder() as scratch:
        local = Path(folder.path)
        if folder.is_remote:
            local = scratch / "parts"
            for name in names:
                with suppress(FileNotFoundError):
                    (folder / name).fetch(local / name)
        _check(local, names, folder)
        path = scratch / "merged.gamut" if output.is_remote else Path(output.path)
        # By short names: there may be many.
        options = [*(["--force"] if force else []), f"--output={path}"]
        done = invoke(["merge", *options, "--", *names], folder=local)
        for line in done.stderr.splitlines():
            if line.startswith("note: "):
                log.warning("%s", line.removeprefix("note: "))
        if output.is_remote:
            output.keep(path, last="archive.json")


def _check(folder: Path, names: Sequence[str], origin: Location) -> None:
    """Sees whether what other machines wrote is there."""
    for name in names:
        if not (folder / name / "archive.json").is_file():
            raise DataError(
                f"{origin / name}, which another machine wrote, is not there: storage has to be a folder"
                " that all machines share, or an address",
                1,
                "data",
            )


def _join(
    kept: Location,
    names: Sequence[str],
    output: Location,
    told: PartsNote,
    folder: Folder | None,
    force: bool,
) -> Archive:
    """Joins the archives of all files, and notes where these are."""
    local = output if folder is None else Location(str(folder.path / output.name))
    _merge(kept, names, local, force=force)
    note = told.path(local)
    Path(note.path).write_text(told.text(), encoding="utf-8")
    if folder is None:
        return Archive(output.path)
    for place in (output, told.path(output)):
        place.remove()
    told.path(output).keep(Path(note.path))
    output.keep(Path(local.path), last="archive.json")
    return held(local, folder, output)


def held(local: Location, folder: Folder, address: Location) -> Archive:
    """An archive of an address, in a folder that goes with the object."""
    archive = Archive(local.path)
    archive.address = str(address)
    weakref.finalize(archive, folder.remove)
    return archive


def _base(name: str) -> str:
    return name.removesuffix(".gamut") or name


@dataclass
class PartsNote:
    """Where the archives lie that an archive was joined of; kept beside it as `NAME.parts.json`.

    Attributes:
        archive: The archive's name.
        storage: The folder that all machines see.
        folder: The folder in it that holds the archives.
        root: The address that sources' names start from; `None` where these are whole paths.
        parts: For each file, in the pool's order, `source`, `file` and `archive`.
    """

    archive: str
    storage: str
    folder: str
    root: str | None
    parts: list[dict[str, str]] = field(default_factory=list)

    @staticmethod
    def path(archive: Location) -> Location:
        return archive.parent / f"{_base(archive.name)}.parts.json"

    @classmethod
    def beside(cls, archive: Location) -> PartsNote | None:
        """The note of an archive, where it has one."""
        place = cls.path(archive)
        if not place.exists():
            return None
        kept = json.loads(place.read_bytes())
        told = str(kept.get("archive", archive.name))
        # Not of `pool` what is of `pool.gamut`; both may have been given another name together.
        if told != archive.name and _base(told) == _base(archive.name):
            return None
        return cls(archive.name, kept["storage"], kept["folder"], kept["root"], kept["parts"])

    def text(self) -> str:
        kept = {
            "archive": self.archive, "storage": self.storage, "folder": self.folder, "root": self.root,
            "parts": self.parts,
        }  # fmt: skip
        return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
