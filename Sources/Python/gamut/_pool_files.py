"""The files of a pool that is divided, in its order, and what they are called."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gamut._locations import Location, natural
from gamut._tasks import Part

#: Names of other files in the folder of a subset that end as subsets do.
_TAKEN = {"chosen.receipts.jsonl"}
_ENDINGS = (".jsonl", ".ndjson", ".json", ".parquet", ".csv", ".tsv")


def parts_of(
    files: Any, embeddings: Any, settings: Mapping[str, Any] | None
) -> tuple[list[Part], Location | None]:
    """The files of a pool in its order, as people count their paths.

    Returns:
        The files, and the folder that their names in archives start from; `None` where these are whole paths.
    """
    places = _expanded(files, settings, "files")
    if not places:
        raise ValueError("there are no files")
    vectors: list[Location | str | None] = [None] * len(places)
    if isinstance(embeddings, str) and embeddings.startswith("column:"):
        vectors = [embeddings] * len(places)
    elif embeddings is not None:
        found = _expanded(embeddings, settings, "embeddings")
        if len(found) != len(places):
            raise ValueError(
                f"there are {len(places)} files and {len(found)} files of embeddings; each file has its own"
            )
        vectors = list(found)
    seen: set[str] = set()
    for place in places:
        if str(place) in seen:
            raise ValueError(f"{place} is given twice")
        seen.add(str(place))
    root = _common(places)
    vector_root = _common([place for place in vectors if isinstance(place, Location)])
    pairs = [
        (_below(file, root), file, vector) for file, vector in zip(places, vectors, strict=True)
    ]
    pairs.sort(key=lambda pair: natural(pair[0]))
    parts = [
        Part(
            number, file, source, vector,
            _below(vector, vector_root) if isinstance(vector, Location) else "",
        )
        for number, (source, file, vector) in enumerate(pairs)
    ]  # fmt: skip
    return parts, root


def names_of_files(files: Any, what: str = "files") -> list[str]:
    """Paths, addresses and patterns, where they are such.

    Raises:
        TypeError: They are data in memory.
    """
    several = [files] if isinstance(files, str | os.PathLike) else files
    if not isinstance(several, list | tuple) or not all(
        isinstance(name, str | os.PathLike) for name in several
    ):
        raise TypeError(
            f"{what} are paths or addresses on a cluster; write data in memory to files first"
        )
    return [os.fspath(name) for name in several]


def _expanded(files: Any, settings: Mapping[str, Any] | None, what: str) -> list[Location]:
    return [
        match
        for name in names_of_files(files, what)
        for match in Location.of(name, settings).matches()
    ]


def _common(places: Sequence[Location]) -> Location | None:
    """The folder that files of an address have in common; `None` for paths, which are taken whole."""
    remote = [place for place in places if place.is_remote]
    if not remote:
        return None
    first = remote[0]
    if len(remote) < len(places) or any(place.system != first.system for place in remote):
        raise ValueError("files are paths, or addresses of one file system, and not both")
    return first.above(posixpath.commonpath([posixpath.dirname(place.path) for place in remote]))


def _below(place: Location, root: Location | None) -> str:
    return place.path if root is None else posixpath.relpath(place.path, root.path)


def names_of_subsets(sources: Sequence[str], ending: str) -> list[str]:
    """What the chosen records of each file are called: as the file, with folders where names would collide."""
    folder = posixpath.commonpath([posixpath.dirname(source) for source in sources])
    below = [posixpath.relpath(source, folder or ".") for source in sources]

    def name(place: int, length: int) -> str:
        whole = below[place]
        kinds = (_stem(posixpath.basename(whole)), _stem(whole), whole)
        # Even whole names may collide: 'a' as a folder of subsets, and 'a' as one of these.
        return kinds[min(length, 2)] + f"-{place + 1}" * max(length - 2, 0) + ending

    lengths = [0] * len(below)
    while True:
        names = [name(place, length) for place, length in enumerate(lengths)]
        count = Counter(names)
        folders = {folder for name in names for folder in _folders(name)}
        colliding = [
            place
            for place, name in enumerate(names)
            if count[name] > 1
            or name in folders
            or name in _TAKEN
            or any(folder in count for folder in _folders(name))
        ]
        if not colliding:
            return names
        for place in [place for place in colliding if lengths[place] < 2] or colliding:
            lengths[place] += 1


def _folders(name: str) -> list[str]:
    """The folders that a relative name stands in."""
    pieces = name.split("/")
    return ["/".join(pieces[:end]) for end in range(1, len(pieces))]


def _stem(name: str) -> str:
    for packing in (".gz", ".zst"):
        name = name.removesuffix(packing) or name
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
