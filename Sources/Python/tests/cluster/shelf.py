"""A file system that is no one's but these tests': a folder under another name, which only fsspec can open."""

from __future__ import annotations

from typing import Any

import fsspec
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem


class Refusal(Exception):
    """As clients of stores have them: no OSError, and not made of what it tells."""

    def __init__(self, *, path: str) -> None:
        super().__init__(f"{path} cannot be had")


class Shelf(DirFileSystem):  # type: ignore[misc]
    """What lies below `root`, as `shelf://part-1.jsonl`; files whose names hold `refused` cannot be read."""

    protocol = "shelf"

    def __init__(self, root: str = "", refused: str = "", **options: Any) -> None:
        if not root:
            raise ValueError("the shelf's root was not told")
        super().__init__(path=root, fs=LocalFileSystem(auto_mkdir=True), **options)
        self.refused = refused

    def get_file(self, rpath: str, *arguments: Any, **options: Any) -> None:
        if self.refused and self.refused in rpath:
            raise Refusal(path=rpath)
        super().get_file(rpath, *arguments, **options)


def register() -> None:
    """Makes the name known, in this process alone: others get the file system itself."""
    fsspec.register_implementation("shelf", Shelf, clobber=True)
