"""Places for what lives as long as one run.

What goes in has no name at all: it is gone when the process is, however that ends. What comes out needs names,
and gets a folder; one that a killed process left is removed by the next that makes one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "gamut-python-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder, which is gone afterwards."""
    folder = make_folder()
    try:
        yield folder.path
    finally:
        folder.remove()


class Folder:
    """A folder that belongs to this process as long as it holds the lock in it."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock
        self._owner = os.getpid()

    def remove(self) -> None:
        """Removes the folder; in a process that was forked off its owner nothing happens."""
        if self._lock < 0 or os.getpid() != self._owner:
            return
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)
        self._lock = -1


def make_folder() -> Folder:
    """Makes a folder for outputs, and removes those that no process holds any more."""
    root = Path(tempfile.gettempdir())
    _sweep(root)
    # Under its last name only once it is locked, so that no sweep takes it for a left one.
    path = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=root))
    lock = os.open(path / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    named = root / path.name[1:]
    path.rename(named)
    return Folder(named, lock)


def _sweep(root: Path) -> None:
    for path in root.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if path.stat().st_uid != os.getuid():
                continue
            lock = os.open(path / "lock", os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)
