"""Fits and choices on a real Ray and a real Spark: the bytes of one machine, whoever dies."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import shelf
from clusters import Cluster
from pools import BROKEN, BROKEN_LINE, PARTS, REPOSITORY, DividedPool

import gamut

FIT: dict[str, Any] = {
    "quality": "quality", "axis": ["complexity:4", "topic:8@cvt"], "on_error": "skip",
}  # fmt: skip


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Alone:
    """What one machine makes of the pool, with vectors or without."""

    def __init__(self, pool: DividedPool, folder: Path, vectors: bool) -> None:
        more = {"embeddings": pool.all_vectors} if vectors else {}
        first = gamut.select(pool.files, budget=300, output=folder / "first.jsonl", **FIT, **more)
        second = gamut.select(
            pool.files, budget="10ktok", evenness=1, output=folder / "second.jsonl", **FIT, **more
        )
        self.first, self.second = digest(first.files[0]), digest(second.files[0])
        self.indices = first.indices.tolist()
        self.model = gamut.fit(pool.files, **FIT, **more).index["model"]["id"]


@pytest.fixture(scope="module")
def alone(pool: DividedPool, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Alone]:
    return {
        vectors: Alone(pool, tmp_path_factory.mktemp("alone"), vectors) for vectors in (False, True)
    }


def check_parts(storage: Path, archive: gamut.Archive) -> None:
    """Each file has one part, nothing is left of other attempts, and the archive holds each segment once."""
    told = json.loads((storage / "pool.parts.json").read_bytes())
    assert sorted(os.listdir(storage)) == sorted(["pool.gamut", "pool.parts.json", told["folder"]])
    assert sorted(os.listdir(storage / told["folder"])) == sorted(
        part["archive"] for part in told["parts"]
    )
    assert len(told["parts"]) == len(PARTS)
    segments = archive.index["segments"]
    assert len(segments) == len({segment["id"] for segment in segments}) == len(PARTS)
    assert archive.index["samples"] == 3000


@pytest.mark.parametrize("vectors", [False, True], ids=["texts", "vectors"])
def test_the_bytes_of_one_machine(
    cluster: Cluster, pool: DividedPool, alone: dict[bool, Alone], tmp_path: Path, vectors: bool
) -> None:
    expected, storage = alone[vectors], tmp_path / "storage"
    subset = cluster.module.select(
        pool.files, tmp_path / "subset", storage=storage, budget=300,
        embeddings=pool.vectors if vectors else None, **FIT,
    )  # fmt: skip
    assert (subset.sha256(), subset.indices.tolist()) == (expected.first, expected.indices)
    assert subset.archive.index["model"]["id"] == expected.model
    joined = b"".join(Path(file).read_bytes() for file in subset.files)
    assert hashlib.sha256(joined).hexdigest() == expected.first
    check_parts(storage, subset.archive)
    # Again, and no file is read as a whole.
    before = len(cluster.asked())
    again = cluster.module.select(subset.archive, tmp_path / "again", budget="10ktok", evenness=1)
    assert again.sha256() == expected.second
    commands = {line.split()[0] for _, line in cluster.asked()[before:]}
    assert commands == {"take"}


@pytest.mark.parametrize("late", [False, True], ids=["before", "behind"])
def test_a_machine_is_killed_in_pass_2(
    cluster: Cluster, pool: DividedPool, alone: dict[bool, Alone], tmp_path: Path, late: bool
) -> None:
    cluster.arm(pool.files[3], late)
    before = len(cluster.asked())
    archive = cluster.module.fit(
        pool.files, tmp_path / "storage" / "pool.gamut", storage=tmp_path / "storage", **FIT
    )
    assert not Path(f"/proc/{cluster.killed()}").exists()
    reads = [
        line
        for _, line in cluster.asked()[before:]
        if f" -- {pool.files[3]}" in line and " --model=" in line
    ]
    assert len(reads) >= 2
    check_parts(tmp_path / "storage", archive)
    assert archive.index["model"]["id"] == alone[False].model
    subset = cluster.module.select(archive, tmp_path / "subset", budget=300)
    assert (subset.sha256(), subset.indices.tolist()) == (
        alone[False].first, alone[False].indices,
    )  # fmt: skip
    assert sum(subset.counts.values()) == 300


def test_several_processes_work(cluster: Cluster, pool: DividedPool, tmp_path: Path) -> None:
    before = len(cluster.asked())
    cluster.module.fit(
        pool.files, tmp_path / "pool.gamut", storage=tmp_path / "storage", threads=1, **FIT
    )
    asked = cluster.asked()[before:]
    assert len({process for process, _ in asked}) >= 2
    assert all("--threads=1" in line for _, line in asked)


def test_a_bad_record_is_told_and_not_read_again(
    cluster: Cluster, pool: DividedPool, tmp_path: Path
) -> None:
    before = len(cluster.asked())
    with pytest.raises(
        gamut.DataError, match=rf"{BROKEN}:{BROKEN_LINE}: 'instruction' holds"
    ) as error:
        cluster.module.select(
            pool.files, tmp_path / "subset", storage=tmp_path / "storage", budget=5, threads=1
        )
    assert error.value.exit_status == 1
    asked = [line for _, line in cluster.asked()[before:] if line.endswith(pool.files[3])]
    if cluster.name == "ray":
        # Spark may also have started a second attempt of a task that it finds slow.
        assert len(asked) == 1
    assert os.listdir(tmp_path / "storage") == []
    assert not (tmp_path / "subset").exists()


def test_addresses(
    cluster: Cluster, pool: DividedPool, alone: dict[bool, Alone], tmp_path: Path
) -> None:
    shelf.register()
    shutil.copytree(pool.folder, tmp_path / "root" / "pool")
    options: dict[str, Any] = {"storage_options": {"root": str(tmp_path / "root")}}
    subset = cluster.module.select(
        "shelf://pool/?/part-*", "shelf://subset", storage="shelf://work", budget=300,
        embeddings="shelf://pool/vectors/?/part-*", **FIT, **options,
    )  # fmt: skip
    assert (subset.sha256(), subset.indices.tolist()) == (alone[True].first, alone[True].indices)
    assert subset.files[0] == "shelf://subset/a/part-1.jsonl"
    check_parts(tmp_path / "root" / "work", subset.archive)
    again = cluster.module.select(
        "shelf://work/pool.gamut", tmp_path / "again", budget="10ktok", evenness=1, **options
    )
    assert again.sha256() == alone[True].second
    with pytest.raises(gamut.DataError, match=rf"shelf://pool/{BROKEN}:{BROKEN_LINE}: "):
        cluster.module.fit(
            "shelf://pool/?/part-*", tmp_path / "no.gamut", storage="shelf://no", **options
        )
    assert os.listdir(tmp_path / "root" / "no") == []


def test_a_store_that_does_not_answer(cluster: Cluster, pool: DividedPool, tmp_path: Path) -> None:
    """Its error is no one else's, and cannot be sent to another machine."""
    shelf.register()
    shutil.copytree(pool.folder / "b", tmp_path / "root" / "pool")
    options: dict[str, Any] = {
        "storage_options": {"root": str(tmp_path / "root"), "refused": "part-3"}
    }
    with pytest.raises(
        gamut.GamutError, match=r"shelf://pool/part-3.jsonl: Refusal: .*part-3.jsonl .*\(on "
    ):
        cluster.module.fit(
            "shelf://pool/part-*", tmp_path / "no.gamut", storage=tmp_path / "st", **FIT, **options
        )
    assert os.listdir(tmp_path / "st") == []


def test_examples(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python code that is shown for the engine runs."""
    document = REPOSITORY / "Sources" / "Python" / "README.md"
    blocks = re.findall(
        rf"^```python {cluster.name}\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL
    )
    assert blocks
    monkeypatch.chdir(tmp_path)
    lines = (REPOSITORY / "Data" / "pool.jsonl").read_bytes().splitlines(keepends=True)
    Path("pool").mkdir()
    for number, start in enumerate(range(0, 3000, 600)):
        Path(f"pool/part-{number + 1}.jsonl").write_bytes(b"".join(lines[start : start + 600]))
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(document), "exec"), names)
    names.clear()
