"""Files and folders that several machines see: paths of a shared folder, or addresses that fsspec knows."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamut._errors import DataError

_RUN = re.compile(rb"([0-9]+)")
#: Slashes behind a name, and not those that begin one.
_END = re.compile(r"(?<![:/])/+$")


def natural(name: str) -> tuple[list[tuple[int, int, bytes]], bytes]:
    """What names are sorted by to stand as people count, `part-9` before `part-10`; as the program does."""
    raw = os.fsencode(name)
    key: list[tuple[int, int, bytes]] = []
    for place, piece in enumerate(_RUN.split(raw)):
        if place % 2:
            digits = piece.lstrip(b"0")
            key.append((0x30, len(digits), digits))
        else:
            key += [(byte, 0, b"") for byte in piece]
    return key, raw


def is_address(name: str) -> bool:
    """Whether a name is one for fsspec, such as `s3://bucket/part-1.jsonl`."""
    return "://" in name


@dataclass(frozen=True)
class Location:
    """A file or a folder.

    Attributes:
        path: Its absolute path, or its path within `system`.
        address: What fsspec finds it by; `None` for a path.
        system: The file system of fsspec; `None` for a path.
    """

    path: str
    address: str | None = None
    system: Any = None

    @classmethod
    def of(
        cls, name: str | os.PathLike[str], settings: Mapping[str, Any] | None = None
    ) -> Location:
        """The place of a name.

        Args:
            name: A path, relative to the current folder, or an address.
            settings: What fsspec is to know of the file system, such as credentials.

        Raises:
            ImportError: An address, and there is no fsspec, or not what it needs for this one.
        """
        text = os.fspath(name)
        if not is_address(text):
            return cls(os.path.abspath(text))
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise ImportError(
                f"addresses such as {text} need fsspec; install it, and what it needs for this one"
            ) from None
        system, path = url_to_fs(text, **(settings or {}))
        return cls(path.rstrip("/") or path, _END.sub("", text), system)

    @property
    def is_remote(self) -> bool:
        """Whether it takes fsspec to look at it."""
        return self.system is not None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)

    def __str__(self) -> str:
        return self.address or self.path

    def __truediv__(self, name: str) -> Location:
        if self.address is None:
            return Location(os.path.join(self.path, name))
        path = f"{self.path.rstrip('/')}/{name}"
        return Location(path, _address(self, path), self.system)

    @property
    def parent(self) -> Location:
        """The folder that it lies in."""
        return self.above(posixpath.dirname(self.path))

    def above(self, path: str) -> Location:
        """A folder of the same file system."""
        if self.address is None:
            return Location(path)
        return Location(path, _address(self, path), self.system)

    def matches(self) -> list[Location]:
        """The files that a pattern stands for, as people count; a name that is no pattern is itself."""
        if not any(sign in self.path for sign in "*?[") or self.exists():
            return [self]
        if self.system is None:
            import glob

            found = glob.glob(self.path)
        else:
            self.system.invalidate_cache()
            found = [str(path) for path in self.system.glob(self.path)]
        if not found:
            raise DataError(f"{self} stands for no file", 1, "data")
        found.sort(key=natural)
        if self.address is None:
            return [Location(path) for path in found]
        return [Location(path, _address(self, path), self.system) for path in found]

    def exists(self) -> bool:
        """Whether there is such a file or folder."""
        if self.system is None:
            return os.path.lexists(self.path)
        self.system.invalidate_cache()
        return bool(self.system.exists(self.path))

    def is_folder(self) -> bool:
        """Whether it is a folder."""
        if self.system is None:
            return os.path.isdir(self.path)
        return bool(self.system.isdir(self.path))

    def names(self) -> list[str]:
        """What lies in a folder; nothing where there is none."""
        if self.system is None:
            return sorted(os.listdir(self.path)) if os.path.isdir(self.path) else []
        self.system.invalidate_cache()
        if not self.system.isdir(self.path):
            return []
        found = self.system.ls(self.path, detail=False)
        return sorted(posixpath.basename(str(path).rstrip("/")) for path in found)

    def make(self) -> None:
        """Makes a folder, unless it is there."""
        if self.system is None:
            os.makedirs(self.path, exist_ok=True)
        else:
            self.system.makedirs(self.path, exist_ok=True)

    def remove(self) -> None:
        """Removes a file or a folder with all that is in it; what is not there is no harm."""
        if self.system is None:
            if os.path.isdir(self.path) and not os.path.islink(self.path):
                # Another machine may still be writing, which it cannot do for long.
                for wait in (0, 0.2, 1):
                    time.sleep(wait)
                    shutil.rmtree(self.path, ignore_errors=True)
                    if not os.path.lexists(self.path):
                        break
            elif os.path.lexists(self.path):
                os.unlink(self.path)
        elif self.exists():
            self.system.rm(self.path, recursive=True)

    def move(self, to: Location) -> None:
        """Gives another name; both are of one file system."""
        if self.system is None:
            os.makedirs(os.path.dirname(to.path), exist_ok=True)
            os.rename(self.path, to.path)
        else:
            self.system.makedirs(posixpath.dirname(to.path), exist_ok=True)
            self.system.mv(self.path, to.path)

    def read_bytes(self) -> bytes:
        """A small file's bytes."""
        if self.system is None:
            return Path(self.path).read_bytes()
        return bytes(self.system.cat_file(self.path))

    def fetch(self, to: Path) -> Path:
        """Copies a file, or a folder with all that is in it, to this machine.

        Returns:
            Where it lies then: in its own place where that is a path, else `to`.
        """
        if self.system is None:
            return Path(self.path)
        if not self.system.isdir(self.path):
            to.parent.mkdir(parents=True, exist_ok=True)
            self.system.get_file(self.path, str(to))
            return to
        self.system.invalidate_cache()
        for path in self.system.find(self.path):
            local = to / posixpath.relpath(str(path), self.path)
            local.parent.mkdir(parents=True, exist_ok=True)
            self.system.get_file(path, str(local))
        return to

    def keep(self, what: Path, last: str | None = None) -> None:
        """Copies a file of this machine, or a folder with all that is in it, to this place.

        Args:
            what: The file or the folder.
            last: The name of the file that is copied last, which says that all others are there.
        """
        files = sorted(path for path in what.rglob("*") if path.is_file()) if what.is_dir() else []
        if self.system is None:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            if what.is_dir():
                shutil.copytree(what, self.path)
            else:
                shutil.copyfile(what, self.path)
            return
        if not what.is_dir():
            self.parent.make()
            self.system.put_file(str(what), self.path)
            return
        files.sort(key=lambda path: path == what / (last or ""))
        for folder in sorted({path.parent for path in files}):
            name = folder.relative_to(what).as_posix()
            (self if name == "." else self / name).make()
        for path in files:
            self.system.put_file(str(path), f"{self.path}/{path.relative_to(what).as_posix()}")


def _address(place: Location, path: str) -> str:
    """The address of another path in the file system of a place."""
    links = (place.address or "").split("::")
    number = next(number for number, link in enumerate(links) if "://" in link)
    link, own = links[number], place.path
    protocol = link.partition("://")[0]
    if own and link.endswith(own):
        # What stands before the path may name a machine, which many file systems' paths leave out.
        links[number] = link[: -len(own)] + path
    elif not own.strip("/"):
        links[number] = link + path
    else:
        links[number] = path if path.startswith(f"{protocol}://") else f"{protocol}://{path}"
    return "::".join(links)
