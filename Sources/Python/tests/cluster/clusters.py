"""What tests know of an engine that is there for them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any


class Cluster:
    """An engine that is there for the tests.

    Attributes:
        name: `"ray"` or `"spark"`.
        module: `gamut.ray` or `gamut.spark`.
        folder: What its machines note.
        scratch: Where its machines put what is temporary.
    """

    def __init__(self, name: str, module: ModuleType, folder: Path) -> None:
        self.name = name
        self.module: Any = module
        self.folder = folder
        self.scratch = folder / "scratch"

    def arm(self, part: str, late: bool) -> None:
        """Has the machine killed that reads a part."""
        for name in ("fired", "killed", "late"):
            (self.folder / name).unlink(missing_ok=True)
        if late:
            (self.folder / "late").touch()
        (self.folder / "armed").write_text(part)

    def killed(self) -> int:
        """The process that was killed."""
        return int((self.folder / "killed").read_text())

    def asked(self) -> list[tuple[int, str]]:
        """Who asked for what on the machines."""
        path = self.folder / "asked"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(int(line.split()[0]), line.partition(" ")[2]) for line in lines]
