"""Embeddings: the same vectors are the same, however they come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import gamut
import gamut._vectors

Rows = list[dict[str, Any]]
OPTIONS: dict[str, Any] = {"budget": 40, "quality": "quality"}


@pytest.fixture(scope="module")
def vectors(rows: Rows) -> npt.NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=(len(rows), 12)).astype(np.float32)


@pytest.fixture(scope="module")
def expected(rows: Rows, vectors: npt.NDArray[np.float32], tmp_path_factory: Any) -> list[int]:
    path = tmp_path_factory.mktemp("vectors") / "v.npy"
    np.save(path, vectors)
    return gamut.select(rows, embeddings=path, **OPTIONS).indices.tolist()


def test_arrays(rows: Rows, vectors: npt.NDArray[np.float32], expected: list[int]) -> None:
    for array in (
        vectors,
        np.asfortranarray(vectors),
        np.repeat(vectors, 2, axis=0)[::2],
        vectors.astype(">f4"),
        vectors.astype(np.float64),
        vectors.tolist(),
    ):
        assert gamut.select(rows, embeddings=array, **OPTIONS).indices.tolist() == expected
    half = gamut.select(rows, embeddings=vectors.astype(np.float16), **OPTIONS)
    assert len(set(half.indices) & set(expected)) > 30


def test_files(
    rows: Rows, vectors: npt.NDArray[np.float32], expected: list[int], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / "v.npy"
    np.save(path, vectors)
    mapped = np.load(path, mmap_mode="r")
    # A view of a file's part is none of it, and written as any array.
    np.save(tmp_path / "more.npy", np.vstack([vectors[:5], vectors]))
    part = np.load(tmp_path / "more.npy", mmap_mode="r")[5:]
    assert gamut.select(rows, embeddings=part, **OPTIONS).indices.tolist() == expected
    monkeypatch.setattr(gamut._vectors, "VectorFile", None)
    for given in (path, str(path), mapped):
        assert gamut.select(rows, embeddings=given, **OPTIONS).indices.tolist() == expected


def test_columns(rows: Rows, vectors: npt.NDArray[np.float32], expected: list[int]) -> None:
    items = [{**row, "vec": vector} for row, vector in zip(rows, vectors.tolist(), strict=True)]
    table = pa.Table.from_pylist(rows)
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), 12)
    cut = pa.concat_arrays([fixed[:3], fixed])[3:]
    lists = pa.array(list(vectors), pa.list_(pa.float32()))
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    for data in (
        table.append_column("vec", fixed),
        table.append_column("vec", cut),
        table.append_column("vec", lists),
        pa.concat_tables([table.slice(0, 9), table.slice(9)]).append_column("vec", lists),
        frame.with_columns(vec=pl.Series(vectors)),
        frame.with_columns(vec=pl.Series(vectors.tolist(), dtype=pl.List(pl.Float32))),
        pd.DataFrame(items),
        datasets.Dataset.from_list(items),
        items,
    ):
        selection = gamut.select(data, embeddings="vec", **OPTIONS)
        assert selection.indices.tolist() == expected
        assert selection.manifest["embedding"]["dimension"] == 12
    # The vectors are not among what is read as text.
    assert "vec" not in next(selection.records())
    archive = gamut.fit(table.append_column("vec", fixed), quality="quality", embeddings="vec")
    assert archive.select(budget=40).indices.tolist() == expected


def test_what_are_no_vectors(rows: Rows, vectors: npt.NDArray[np.float32]) -> None:
    table = pa.Table.from_pylist(rows)
    with pytest.raises(gamut.DataError, match="599.*600|600.*599"):
        gamut.select(rows, embeddings=vectors[:-1], **OPTIONS)
    with pytest.raises(TypeError, match="these are int64"):
        gamut.select(rows, embeddings=np.arange(600).reshape(-1, 2), **OPTIONS)
    with pytest.raises(ValueError, match="these have 1"):
        gamut.select(rows, embeddings=vectors[0], **OPTIONS)
    with pytest.raises(ValueError, match="there is no column 'vec'"):
        gamut.select(table, embeddings="vec", **OPTIONS)
    with pytest.raises(TypeError, match="'quality' holds no lists of floats"):
        gamut.select(table, embeddings="quality", **OPTIONS)
    broken: list[Any] = vectors.tolist()
    broken[7] = None
    with pytest.raises(ValueError, match="row 7, column 'vec': there is no vector"):
        gamut.select(table.append_column("vec", pa.array(broken)), embeddings="vec", **OPTIONS)
    broken[7] = [1.0]
    with pytest.raises(ValueError, match="row 7, column 'vec': the vector has 1 numbers"):
        gamut.select(table.append_column("vec", pa.array(broken)), embeddings="vec", **OPTIONS)
    bad = vectors.copy()
    bad[3, 3] = np.nan
    with pytest.raises(gamut.DataError):
        gamut.select(rows, embeddings=bad, **OPTIONS)
