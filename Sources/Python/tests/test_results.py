"""fit, describe, compare, tune and explain."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pytest

import gamut

Rows = list[dict[str, Any]]
AXES = ["complexity:4", "tokens:3"]


def test_archives(rows: Rows, tmp_path: Path) -> None:
    table = pa.Table.from_pylist(rows)
    expected = gamut.select(table, budget=20, quality="quality", axis=AXES).indices.tolist()
    archive = gamut.fit(
        table, tmp_path / "pool.gamut", quality="quality", axis=AXES, keep=["topic"]
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "pool.gamut",
        "pool.jsonl",
        "scratch",
    ]
    selection = archive.select(budget=20)
    assert selection.indices.tolist() == expected
    assert selection.subset().to_pylist() == [rows[index] for index in expected]
    assert archive.index["model"]
    # Opened again it knows its lines, and not what they were.
    opened = gamut.Archive(tmp_path / "pool.gamut")
    assert opened.select(budget=20).subset() == [rows[index] for index in expected]
    assert gamut.select(str(tmp_path / "pool.gamut"), budget=20).indices.tolist() == expected
    assert opened.report().lstrip().startswith("<!")
    assert archive.explain(row=expected[0], budget=20).status == "selected"
    assert archive.describe(metrics=["cells"]).samples == len(rows)
    with pytest.raises(TypeError, match="rows are those of data in memory"):
        opened.explain(row=3, budget=20)


def test_archives_that_fail_leave_what_was(rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "pool.gamut"
    gamut.fit(rows[:100], path, axis=AXES)
    before = (tmp_path / "pool.jsonl").read_bytes()
    for data, options, error in (
        (rows, {}, gamut.DataError),
        (rows, {"force": True, "quality": "nope"}, gamut.DataError),
        ([*rows, 5], {"force": True}, TypeError),
    ):
        with pytest.raises(error):
            gamut.fit(data, path, axis=AXES, **options)
        assert (tmp_path / "pool.jsonl").read_bytes() == before
        assert sorted(item.name for item in tmp_path.iterdir()) == [
            "pool.gamut",
            "pool.jsonl",
            "scratch",
        ]
    assert len(gamut.Archive(path).select(budget=10)) == 10
    assert len(gamut.fit(rows, path, axis=AXES, force=True).select(budget=200)) == 200
    with pytest.raises(gamut.DataError, match="is no archive"):
        gamut.Archive(tmp_path)


def test_archives_without_a_name_go_with_their_object(rows: Rows, scratch: Path) -> None:
    archive = gamut.fit(rows, axis=AXES)
    selection = archive.select(budget=5)
    folder = archive.path.parent
    assert folder.parent == scratch
    del archive
    gc.collect()
    # What was chosen from it may still need it.
    assert folder.exists()
    assert len(selection.subset()) == 5
    del selection
    gc.collect()
    assert not folder.exists()


def test_describe(rows: Rows) -> None:
    description = gamut.describe(rows, quality="quality", axis=AXES, metrics=["cells", "evenness"])
    assert description.samples == description["samples"] == len(rows)
    assert set(description.metrics) == {"cells", "evenness"}
    assert 0 < description["quality"]["mean"] < 1
    assert "evenness" in repr(description)
    part = gamut.describe(rows[:50], pool=rows, axis=AXES, target="uniform", metrics="js_to_target")
    assert part.samples == 50
    assert 0 < part.metrics["js_to_target"] < 1


def test_compare(rows: Rows, tmp_path: Path) -> None:
    options: dict[str, Any] = {"metrics": "cells", "axis": AXES, "quality": "quality"}
    comparison = gamut.compare(rows[:50], pa.Table.from_pylist(rows), **options)
    assert [item["name"] for item in comparison.sets] == ["set 1", "set 2"]
    assert [item.samples for item in comparison.sets] == [50, 600]
    named = gamut.compare({"small": rows[:50], "all": datasets.Dataset.from_list(rows)}, **options)
    assert [item["name"] for item in named.sets] == ["small", "all"]
    assert named.differences[0]["against"] == "small"
    assert str(tmp_path) not in repr(named.json)
    assert "small" in repr(named)
    groups = gamut.compare(rows, group_by="topic", **options)
    assert {item["name"] for item in groups.sets} == {row["topic"] for row in rows}
    with pytest.raises(ValueError, match="cannot be the name of a set"):
        gamut.compare({"a/b": rows, "c": rows})


def test_tune(rows: Rows, tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "quality": "quality", "try_axis": "complexity:4,8", "try_evenness": [0, 1], "try_greed": 0,
    }  # fmt: skip
    tuning = gamut.tune(rows, budget=50, **options)
    assert len(tuning.configurations) > 2
    assert tuning.reason in repr(tuning)
    chosen = gamut.select(rows, recipe=tuning)
    assert len(chosen) == 50
    kept = gamut.tune(
        gamut.fit(rows, quality="quality"), budget=50, output=tmp_path / "r.yaml", **options
    )
    assert (tmp_path / "r.yaml").read_text() == kept.recipe_text
    assert (
        gamut.select(rows, recipe=tmp_path / "r.yaml").indices.tolist() == chosen.indices.tolist()
    )


def test_explain(rows: Rows) -> None:
    options: dict[str, Any] = {"budget": 20, "quality": "quality", "axis": AXES}
    selection = gamut.select(rows, **options)
    chosen = int(selection.indices[3])
    for data in (rows, pa.Table.from_pylist(rows)):
        explanation = gamut.explain(data, row=chosen, **options)
        assert explanation.status == "selected"
        assert explanation["id"] == rows[chosen]["id"]
        assert {change["of"] for change in explanation.changes} == {"budget", "quality", "evenness"}
    assert gamut.explain(rows, id=rows[chosen]["id"], **options).json == explanation.json
    with pytest.raises(TypeError, match="id=... or with row=..."):
        gamut.explain(rows, **options)
    with pytest.raises(gamut.DataError):
        gamut.explain(rows, row=len(rows), **options)
    numbered = [{**row, "id": place % 300} for place, row in enumerate(rows)]
    two = gamut.explain(numbered, id=7, **options)
    assert two["line"] == 8
    assert [other["line"] for other in two.others] == [308]
