"""What a selection holds, and what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import gamut

Rows = list[dict[str, Any]]
AXES = ["complexity:4", "tokens:3"]


def test_manifest_summary_and_notes(rows: Rows) -> None:
    selection = gamut.select(rows, budget="5%", quality={"quality": 2, "level": -1}, axis=AXES)
    assert len(selection) == len(selection.indices) == selection.manifest["subset"]["samples"] == 30
    assert selection.manifest["recipe"]["quality"] == ["quality:2", "level:-1"]
    assert selection.manifest["sources"][0]["samples"] == len(rows)
    assert "30 selected" in repr(selection)
    assert "wrote" not in repr(selection)
    assert any("row 137" in note for note in selection.notes), selection.notes
    assert selection.files == []
    with pytest.raises(ValueError, match="receipts=True"):
        _ = selection.receipts


def test_receipts(rows: Rows) -> None:
    selection = gamut.select(rows, budget=25, quality="quality", axis=AXES, receipts=True)
    receipts = selection.receipts
    assert len(receipts) == len(rows)
    chosen = [row for row, receipt in enumerate(receipts) if receipt["status"] == "selected"]
    assert chosen == selection.indices.tolist()
    assert receipts[7]["id"] == rows[7]["id"]
    assert receipts[-1] == receipts[len(rows) - 1]
    assert [item["line"] for item in receipts[3:6]] == [4, 5, 6]
    with pytest.raises(IndexError):
        receipts[len(rows)]
    table = receipts.to_arrow()
    assert isinstance(table, pa.Table)
    assert table.num_rows == len(rows)
    assert table["status"].to_pylist() == [receipt["status"] for receipt in receipts]


def test_order(rows: Rows) -> None:
    options: dict[str, Any] = {"budget": 25, "quality": "quality", "axis": AXES}
    pool = gamut.select(rows, **options)
    rank = gamut.select(rows, order="rank", receipts=True, **options)
    assert sorted(rank.indices.tolist()) == pool.indices.tolist()
    receipts = rank.receipts
    assert [receipts[index]["order"] for index in rank.indices.tolist()] == list(range(1, 26))
    assert rank.subset() == [rows[index] for index in rank.indices]
    assert list(rank.records()) == rank.subset()


def test_several_budgets(rows: Rows) -> None:
    selections = gamut.select(rows, budget=["2%", "5%", "10%"], quality="quality", axis=AXES)
    assert [len(selection) for selection in selections] == [12, 30, 60]
    for small, large in zip(selections, selections[1:], strict=False):
        assert set(small.indices) < set(large.indices)
    with pytest.raises(TypeError, match=r"several budgets are a list: budget=\['1k', '2k'\]"):
        gamut.select(rows, budget="1k,2k")


def test_output(rows: Rows, tmp_path: Path) -> None:
    output = tmp_path / "subset.jsonl"
    options: dict[str, Any] = {"budget": 10, "quality": "quality", "axis": AXES, "output": output}
    selection = gamut.select(rows, receipts=True, save_recipe=tmp_path / "recipe.yaml", **options)
    assert sorted(path.name for path in selection.files) == [
        "subset.indices.npy",
        "subset.jsonl",
        "subset.manifest.json",
        "subset.receipts.jsonl",
    ]
    written = [json.loads(line) for line in output.read_text().splitlines()]
    assert written == selection.subset()
    assert (np.load(tmp_path / "subset.indices.npy") == selection.indices).all()
    with pytest.raises(gamut.DataError, match="subset.jsonl exists already"):
        gamut.select(rows, **options)
    again = gamut.select(rows, force=True, **{**options, "recipe": tmp_path / "recipe.yaml"})
    assert (again.indices == selection.indices).all()
    assert not (tmp_path / "subset.receipts.jsonl").exists()


def test_recipes(rows: Rows, tmp_path: Path) -> None:
    first = gamut.select(
        rows, budget=12, quality="quality", axis=AXES, evenness=0.5, min_quality="10%"
    )
    recipe = first.manifest["recipe"]
    for given in (
        first,
        first.manifest,
        recipe,
        {**recipe, "min-quality": None, "min_quality": "10%"},
    ):
        if isinstance(given, dict) and "min_quality" in given:
            given.pop("min-quality")
        again = gamut.select(rows, recipe=given)
        assert again.indices.tolist() == first.indices.tolist()
    assert len(gamut.select(rows, recipe=first, budget=3)) == 3
    with pytest.raises(TypeError, match="a recipe cannot be int"):
        gamut.select(rows, recipe=5)


def test_evaluation_sets_in_memory(rows: Rows) -> None:
    options: dict[str, Any] = {"budget": 500, "quality": "quality", "axis": AXES, "receipts": True}
    selection = gamut.select(rows, exclude=rows[:40], **options)
    statuses = [receipt["status"] for receipt in selection.receipts[:40]]
    assert statuses.count("excluded") > 30
    both = gamut.select(rows, exclude=pa.Table.from_pylist(rows[:40]), **options)
    assert both.indices.tolist() == selection.indices.tolist()


def test_lines_that_are_no_records(rows: Rows, tmp_path: Path) -> None:
    broken = [rows[0], {"instruction": 5}, *rows[1:50]]
    with pytest.raises(gamut.DataError, match="^row 1: 'instruction' holds a number"):
        gamut.select(broken, budget=5, axis=AXES)
    selection = gamut.select(
        broken, budget=50, axis=AXES, on_error="skip", rejects=tmp_path / "bad.jsonl", receipts=True
    )
    assert 1 not in selection.indices
    assert selection.receipts[1]["status"] == "rejected"
    assert selection.subset()[1] == broken[selection.indices[1]]
    assert (tmp_path / "bad.jsonl").read_text() == '{"instruction":5}\n'


def test_page(rows: Rows, tmp_path: Path) -> None:
    selection = gamut.select(
        pa.Table.from_pylist(rows), budget=15, quality="quality", axis=AXES,
        embeddings=np.random.default_rng(0).normal(size=(len(rows), 8)), exclude=rows[:5],
    )  # fmt: skip
    page = selection.report(tmp_path / "report.html")
    assert page.lstrip().startswith("<!")
    assert (tmp_path / "report.html").read_text() == page
    shown = selection._repr_html_()
    assert shown.startswith('<iframe sandbox="allow-scripts"')
    assert "srcdoc=" in shown
    # Nothing ends the attribute before its end.
    assert shown.count('"') == shown[: shown.index("srcdoc")].count('"') + 2


def test_a_table_where_the_page_cannot_be_made(rows: Rows) -> None:
    selection = gamut.select(iter(rows), budget=15, quality="quality", axis=AXES)
    assert selection._repr_html_().startswith("<pre>")


def test_a_subset_written_as_a_table_is_read_as_one(rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "subset.csv"
    chosen = gamut.select(rows, budget=3, quality="quality", axis=AXES, output=path)
    assert path.read_text(encoding="utf-8").startswith("id,instruction,")
    assert len(chosen.indices) == 3
    with pytest.raises(ValueError, match="written as csv"):
        list(chosen.records())
