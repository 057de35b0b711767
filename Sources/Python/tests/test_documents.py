"""The Python code that is shown runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
DOCUMENTS = [REPOSITORY / "README.md", REPOSITORY / "Sources" / "Python" / "README.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.parent.name))
def test_examples(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Data").mkdir()
    shutil.copy(REPOSITORY / "Data" / "pool.jsonl", tmp_path / "Data" / "pool.jsonl")
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(document), "exec"), names)
    names.clear()


@pytest.mark.parametrize("engine", ["ray", "spark"])
def test_examples_on_clusters(engine: str) -> None:
    assert f"```python {engine}\n" in DOCUMENTS[1].read_text()
    pytest.skip("run by tests/cluster, with test_cluster.sh")
