"""The pool of the repository, as rows and as whatever holds rows."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
POOL = REPOSITORY / "Data" / "pool.jsonl"


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    with POOL.open() as lines:
        return [json.loads(line) for line in lines][:600]


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of each test's own, which has to be empty afterwards."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    import gc

    gc.collect()
    assert os.listdir(folder) == []
