"""Says what a wheel runs on: any Python 3, and the C library that the program was linked against."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelTag(BuildHookInterface[Any]):
    """Sets the wheel's tag, and refuses to make one without the program."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it gathers the files."""
        if version == "editable":
            return
        if not (Path(self.root) / "gamut" / "_native" / "bin" / "gamut").is_file():
            raise RuntimeError(
                "the program is not here: wheels are made by Sources/Python/build_wheel.sh"
            )
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['GAMUT_WHEEL_PLATFORM']}"
