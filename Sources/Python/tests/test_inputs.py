"""One pool gives one subset, whatever holds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import gamut

Rows = list[dict[str, Any]]
OPTIONS: dict[str, Any] = {"budget": 40, "quality": "quality", "axis": ["complexity:4", "tokens:3"]}


def chosen(data: Any, **more: Any) -> gamut.Selection:
    return gamut.select(data, **{**OPTIONS, **more})


@pytest.fixture(scope="module")
def expected(rows: Rows) -> list[int]:
    path = Path(__file__).resolve().parents[3] / "Data" / "pool.jsonl"
    lines = path.read_text().splitlines()[: len(rows)]
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pool.jsonl").write_text("\n".join(lines) + "\n")
        command = [
            gamut.executable(),
            "select",
            "pool.jsonl",
            "--receipts",
            "--quiet",
            "-o",
            "s.jsonl",
        ]
        options = ["--budget=40", "--quality=quality", "--axis=complexity:4", "--axis=tokens:3"]
        subprocess.run([*command, *options], cwd=folder, check=True)
        receipts = (Path(folder) / "s.receipts.jsonl").read_text().splitlines()
    return [row for row, line in enumerate(receipts) if json.loads(line)["status"] == "selected"]


def test_lists_of_dicts(rows: Rows, expected: list[int]) -> None:
    selection = chosen(rows)
    assert selection.indices.dtype == np.int64
    assert selection.indices.tolist() == expected
    assert selection.subset() == [rows[index] for index in expected]


def test_iterators_are_read_once(rows: Rows, expected: list[int]) -> None:
    selection = chosen(row for row in rows)
    assert selection.indices.tolist() == expected
    assert selection.subset() == [rows[index] for index in expected]
    with pytest.raises(ValueError, match="read once"):
        selection.report()


def test_files(rows: Rows, expected: list[int], tmp_path: Path) -> None:
    parts = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    parts[0].write_text("".join(json.dumps(row) + "\n\n" for row in rows[:200]))
    parts[1].write_text(json.dumps(rows[200:]))
    for data in (parts, tuple(map(str, parts))):
        selection = chosen(data)
        assert selection.indices.tolist() == expected
        assert selection.subset() == [rows[index] for index in expected]


def test_arrow(rows: Rows, expected: list[int]) -> None:
    table = pa.Table.from_pylist(rows)
    selection = chosen(table)
    assert selection.indices.tolist() == expected
    assert selection.subset().to_pylist() == [rows[index] for index in expected]
    chunks = pa.concat_tables([table.slice(0, 7), table.slice(7, 0), table.slice(7)])
    assert chosen(chunks).indices.tolist() == expected
    reader = chosen(table.to_reader(max_chunksize=100))
    assert reader.indices.tolist() == expected
    assert reader.subset() == [rows[index] for index in expected]


def test_pandas(rows: Rows, expected: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame(rows)
    # An index like that of a filtered frame: places count, labels do not.
    frame.index = pd.Index(range(5000, 5000 + len(rows)))
    selection = chosen(frame)
    assert selection.indices.tolist() == expected
    pd.testing.assert_frame_equal(selection.subset(), frame.iloc[expected])

    def absent(*_: Any) -> Any:
        raise ImportError("no pyarrow")

    monkeypatch.setattr(pd.DataFrame, "__arrow_c_stream__", absent)
    assert chosen(frame).indices.tolist() == expected


def test_pandas_of_what_arrow_has_no_type_for(rows: Rows) -> None:
    frame = pd.DataFrame({"text": [row["output"] for row in rows], "x": [1, "a", None] * 200})
    assert len(gamut.select(frame, budget=5)) == 5


def test_polars(rows: Rows, expected: list[int]) -> None:
    frame = pl.DataFrame(rows)
    selection = chosen(frame)
    assert selection.indices.tolist() == expected
    assert selection.subset().equals(frame[expected])
    assert chosen(pl.concat([frame[:100], frame[100:]], rechunk=False)).indices.tolist() == expected


def test_duckdb(rows: Rows, expected: list[int]) -> None:
    table = pa.Table.from_pylist(rows)
    connection = duckdb.connect()
    connection.register("pool", table)
    selection = chosen(connection.sql("select * from pool"))
    assert selection.indices.tolist() == expected
    assert selection.subset() == [rows[index] for index in expected]


def test_hugging_face(rows: Rows, expected: list[int]) -> None:
    dataset = datasets.Dataset.from_list(rows)
    selection = chosen(dataset)
    assert selection.indices.tolist() == expected
    subset = selection.subset()
    assert isinstance(subset, datasets.Dataset)
    assert subset.to_list() == [rows[index] for index in expected]
    assert chosen(dataset.with_format("numpy")).indices.tolist() == expected
    stream = chosen(dataset.to_iterable_dataset())
    assert stream.indices.tolist() == expected


def test_hugging_face_rows_in_another_order(rows: Rows, expected: list[int]) -> None:
    # Rows of a shuffled, filtered and cut set are told by where they stand now.
    shuffled = datasets.Dataset.from_list(rows + rows[:50]).shuffle(seed=3)
    kept = shuffled.filter(lambda row: row["quality"] > 0.2).select(range(300))
    selection = chosen(kept)
    assert selection.indices.tolist() == chosen(kept.to_list()).indices.tolist()
    assert selection.subset().to_list() == [kept[index] for index in selection.indices.tolist()]


def test_chat_records(rows: Rows) -> None:
    chats = [
        {
            "messages": [
                {"role": "user", "content": row["instruction"]},
                {"role": "assistant", "content": row["output"]},
            ],
            "scores": {"judge": row["quality"], "other": None},
        }
        for row in rows
    ]
    options: dict[str, Any] = {"budget": 30, "quality": "scores.judge", "axis": "tokens:4"}
    first = gamut.select(chats, **options)
    for data in (
        pa.Table.from_pylist(chats),
        pl.DataFrame(chats),
        pd.DataFrame(chats),
        datasets.Dataset.from_list(chats),
    ):
        assert gamut.select(data, **options).indices.tolist() == first.indices.tolist()


def test_columns_that_are_looked_at(rows: Rows, expected: list[int]) -> None:
    images = [{**row, "image": b"\x00"} for row in rows]
    table = pa.Table.from_pylist(images)
    with pytest.raises(TypeError, match="column 'image' holds binary"):
        chosen(table)
    with pytest.raises(TypeError, match="row 0: it holds bytes"):
        chosen(images)
    names = ["instruction", "input", "output", "quality"]
    for data in (table, images, pd.DataFrame(images), datasets.Dataset.from_list(images)):
        selection = chosen(data, columns=names)
        assert selection.indices.tolist() == expected
    assert selection.subset().column_names == list(images[0])
    with pytest.raises(ValueError, match="there is no column 'nope'; there are 'id'"):
        chosen(table, columns=["nope"])
    with pytest.raises(TypeError, match="files are read whole"):
        chosen("pool.jsonl", columns=names)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (5, "int is no data"),
        (b"text", "bytes is no data"),
        ({"text": ["a"]}, "a mapping is not a set of records"),
        (["a.jsonl", {"text": "a"}], "row 0 is str, and a record is a dict"),
        (pl.LazyFrame({"text": ["a"]}), "lazy frame|collect"),
        (datasets.DatasetDict(train=datasets.Dataset.from_dict({"text": ["a"]})), "'train'"),
        (pa.chunked_array([["a"]]), "single column"),
    ],
)
def test_what_is_no_data(data: Any, message: str) -> None:
    if isinstance(data, pl.LazyFrame) and hasattr(data, "__arrow_c_stream__"):
        pytest.skip("this Polars hands lazy frames over")
    with pytest.raises(TypeError, match=message):
        gamut.select(data, budget=1)


def test_nothing(rows: Rows) -> None:
    for data in ([], pa.Table.from_pylist(rows).slice(0, 0), pd.DataFrame(rows)[:0]):
        with pytest.raises(gamut.DataError, match="no samples|empty|no record"):
            gamut.select(data, budget=1)
