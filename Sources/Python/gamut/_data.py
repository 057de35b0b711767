"""What can be handed in: paths, tables and lists of records, told apart by what they can do."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from json import JSONEncoder
from typing import IO, TYPE_CHECKING, Any, cast

from gamut._vectors import VectorFile, path_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# How many bytes of lines are gathered before they are written, and how many records are looked at.
_PIECE = 1 << 20
_BATCH = 4096


def is_path(value: Any) -> bool:
    """Whether a value names a file."""
    return isinstance(value, str | os.PathLike)


class Data:
    """Something to read samples from.

    Attributes:
        value: What was handed in.
    """

    #: Paths, where it is files.
    paths: list[str] | None = None

    def __init__(self, value: Any, columns: Sequence[str] | None = None) -> None:
        self.value = value
        self.columns = columns

    def write(self, sink: IO[bytes], vectors: tuple[str, VectorFile] | None = None) -> int:
        """Writes all records as lines of JSON, and a column as vectors.

        Returns:
            How many there were.
        """
        raise NotImplementedError

    def take(self, indices: npt.NDArray[np.int64]) -> Any:
        """The rows at some places, as what was handed in; `NotImplemented` where that cannot be."""
        return NotImplemented

    def can_be_read_again(self) -> bool:
        """Whether the same records come once more."""
        return True


def recognise(value: Any, columns: Sequence[str] | None = None) -> Data:
    """Tells what was handed in by what it can do; no library is imported for that."""
    module = type(value).__module__.split(".")[0]
    if hasattr(value, "_as_data"):
        return cast("Data", value._as_data(columns))
    if is_path(value):
        return Files([os.fspath(value)], columns)
    if isinstance(value, list | tuple) and value and all(map(is_path, value)):
        return Files([os.fspath(path) for path in value], columns)
    if module == "pandas" and hasattr(value, "iloc"):
        return PandasFrame(value, columns)
    if module == "datasets" and hasattr(value, "with_format") and hasattr(value, "select"):
        return HuggingFaceDataset(value, columns)
    if hasattr(value, "__arrow_c_stream__"):
        return ArrowTable(value, columns)
    if isinstance(value, Mapping):
        if module == "datasets":
            raise TypeError(
                f"this holds several sets, {', '.join(map(repr, value))}; hand in one of them"
            )
        raise TypeError(
            "a mapping is not a set of records; hand in a list of dicts, or a table such as"
            " pyarrow.table(...)"
        )
    if module == "polars" and hasattr(value, "collect"):
        raise TypeError("a lazy frame has no rows yet; hand in what .collect() gives")
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return Records(value, columns)
    raise TypeError(
        f"{type(value).__qualname__} is no data; hand in a table (Hugging Face Dataset, pandas, Polars,"
        " DuckDB, pyarrow), an iterable of dicts, or paths"
    )


class Files(Data):
    """Files that the program reads itself, or an archive."""

    def __init__(self, paths: list[str], columns: Sequence[str] | None) -> None:
        super().__init__(paths, columns)
        if columns is not None:
            raise TypeError("columns=... picks columns of data in memory; files are read whole")
        self.paths = paths


class ArrowTable(Data):
    """Whatever speaks the Arrow PyCapsule interface."""

    def write(self, sink: IO[bytes], vectors: tuple[str, VectorFile] | None = None) -> int:
        from gamut._arrow import write_table

        if type(self.value).__module__.startswith("polars.") and "Null" in str(self.value.schema):
            # Polars hands columns of nothing but nulls over in a form that is none of Arrow's.
            records = self.value.iter_rows(named=True)
            if vectors is not None:
                return _write_with_vectors(records, sink, self.columns, vectors)
            return write_records(records, sink, self.columns)
        return write_table(self.value, sink, self.columns, vectors)

    def take(self, indices: npt.NDArray[np.int64]) -> Any:
        module = type(self.value).__module__.split(".")[0]
        if module == "polars":
            return self.value[indices]
        if module == "pyarrow" and hasattr(self.value, "take"):
            return self.value.take(indices)
        return NotImplemented

    def can_be_read_again(self) -> bool:
        return not type(self.value).__name__.endswith("Reader")


class PandasFrame(Data):
    """A pandas frame; its index is no column, and its rows are told by place."""

    def write(self, sink: IO[bytes], vectors: tuple[str, VectorFile] | None = None) -> int:
        from gamut._arrow import write_table

        wrong = [name for name in self.value.columns if not isinstance(name, str)]
        if wrong:
            raise TypeError(f"the column {wrong[0]!r} has no text for a name")
        # An index that is no column would come along as one.
        frame = self.value.reset_index(drop=True)
        names = _names(self.columns, vectors)
        if names is not None and set(names) <= set(frame.columns):
            frame = frame[names]
        try:
            from nanoarrow.c_array_stream import c_array_stream

            stream = c_array_stream(frame)
        except (AttributeError, ImportError, TypeError, ValueError):
            # Without pyarrow, or of columns that Arrow has no type for: record by record.
            if vectors is not None:
                return _write_with_vectors(_pandas_records(frame), sink, self.columns, vectors)
            return write_records(_pandas_records(frame), sink, self.columns)
        return write_table(stream, sink, self.columns, vectors)

    def take(self, indices: npt.NDArray[np.int64]) -> Any:
        return self.value.iloc[indices]


def _names(
    columns: Sequence[str] | None, vectors: tuple[str, VectorFile] | None
) -> list[str] | None:
    """The columns that are looked at at all; `None` for every one."""
    if columns is None:
        return None
    extra = [vectors[0]] if vectors is not None and vectors[0] not in columns else []
    return [*columns, *extra]


def _pandas_records(frame: Any) -> Iterator[dict[str, Any]]:
    for start in range(0, len(frame), _BATCH):
        yield from frame.iloc[start : start + _BATCH].to_dict("records")


class HuggingFaceDataset(Data):
    """A `datasets.Dataset`, in the order and with the rows that its indices tell."""

    def write(self, sink: IO[bytes], vectors: tuple[str, VectorFile] | None = None) -> int:
        from gamut._arrow import write_table

        # Tables, in pieces, whatever format the set has; shuffled and filtered rows come as they stand.
        count = 0
        value, names = self.value, _names(self.columns, vectors)
        if names is not None and set(names) <= set(value.column_names):
            value = value.select_columns(names)
        for table in value.with_format("arrow").iter(_BATCH):
            try:
                count += write_table(table, sink, self.columns, vectors)
            except ValueError as error:
                raise ValueError(_moved(str(error), count)) from None
        return count

    def take(self, indices: npt.NDArray[np.int64]) -> Any:
        return self.value.select(indices)


def _moved(message: str, rows: int) -> str:
    """A message about a row of a piece, as one about a row of the whole."""
    import re

    return re.sub(r"^row (\d+)", lambda match: f"row {int(match[1]) + rows}", message)


class Records(Data):
    """An iterable of mappings, read once."""

    def write(self, sink: IO[bytes], vectors: tuple[str, VectorFile] | None = None) -> int:
        if vectors is not None:
            return _write_with_vectors(self.value, sink, self.columns, vectors)
        return write_records(self.value, sink, self.columns)

    def take(self, indices: npt.NDArray[np.int64]) -> Any:
        if isinstance(self.value, Sequence):
            return [self.value[index] for index in indices.tolist()]
        return NotImplemented

    def can_be_read_again(self) -> bool:
        return isinstance(self.value, Sequence)


def _write_with_vectors(
    records: Iterable[Any],
    sink: IO[bytes],
    columns: Sequence[str] | None,
    vectors: tuple[str, VectorFile],
) -> int:
    import numpy as np

    name, file = vectors

    def rest() -> Iterator[Any]:
        for row, record in enumerate(records):
            if not isinstance(record, Mapping) or record.get(name) is None:
                raise ValueError(f"row {row}, column {name!r}: there is no vector")
            vector = np.asarray(record[name])
            if vector.dtype.kind != "f":
                vector = vector.astype(np.float32)
            if vector.ndim != 1 or (file.width and len(vector) != file.width):
                raise ValueError(f"row {row}, column {name!r}: the vector has another length")
            file.write(np.ascontiguousarray(vector)[np.newaxis])
            yield {key: value for key, value in record.items() if key != name}

    return write_records(rest(), sink, columns)


def write_records(
    records: Iterable[Any], sink: IO[bytes], columns: Sequence[str] | None = None
) -> int:
    """Writes records as lines of JSON.

    NaN is null, as in a table; dates and times are ISO 8601.

    Raises:
        TypeError: A record is no mapping, or holds what JSON lacks.
        ValueError: A number is infinite, or a text is no Unicode.
    """
    encode = JSONEncoder(
        ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    ).encode
    wanted = None if columns is None else set(columns)
    row = -1
    gathered = io.BytesIO()
    for row, record in enumerate(records):
        if not isinstance(record, Mapping):
            raise TypeError(f"row {row} is {type(record).__qualname__}, and a record is a dict")
        if wanted is not None:
            record = {key: value for key, value in record.items() if key in wanted}
        try:
            try:
                line = encode(record if isinstance(record, dict) else dict(record))
            except ValueError:
                line = encode(_without_nan(record))
            gathered.write(line.encode())
        except UnicodeEncodeError:
            raise ValueError(f"row {row}: a text holds half a surrogate pair") from None
        except (TypeError, ValueError) as error:
            raise type(error)(f"row {row}: {error}") from None
        gathered.write(b"\n")
        if gathered.tell() >= _PIECE:
            sink.write(gathered.getbuffer())
            gathered = io.BytesIO()
    sink.write(gathered.getbuffer())
    return row + 1


def _plain(value: Any) -> Any:
    """What JSON has in place of a value that it lacks."""
    import datetime
    import decimal

    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        # NumPy's numbers and arrays.
        plain = value.tolist()
        if plain is not value and not isinstance(plain, bytes):
            return plain
    raise TypeError(f"it holds {type(value).__qualname__}, which JSON lacks")


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        if value != value:
            return None
        if value in (float("inf"), float("-inf")):
            raise ValueError("a number is infinite, which JSON lacks")
        return value
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return _without_nan(value.tolist())
    return value


def as_path(value: Any, stack: ExitStack, descriptors: list[int]) -> list[str]:
    """Paths that the program reads a set from; data in memory are written to a file without a name."""
    data = recognise(value)
    if data.paths is not None:
        return data.paths
    file = cast("IO[bytes]", stack.enter_context(tempfile.TemporaryFile(prefix="gamut-")))
    data.write(file)
    file.flush()
    descriptors.append(file.fileno())
    return [path_of(file)]
