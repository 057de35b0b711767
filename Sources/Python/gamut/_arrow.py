"""Arrow tables as lines of JSON, column by column, and as vectors.

The Arrow C stream is read by nanoarrow, which lends the memory of each batch; nothing is copied but into the
text that is written. How types leave: numbers and booleans as themselves, text as text, lists and structs as
arrays and objects, missing values and NaN as null, dates and times as ISO 8601, decimals as numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gamut._vectors import VectorFile

# How many rows are put into words at once.
_BATCH = 8192

# A column's values from one place to another, as JSON in UTF-8.
_Renderer = Callable[[Any, int, int], list[bytes]]


def write_table(
    table: Any,
    sink: IO[bytes],
    columns: Sequence[str] | None = None,
    vectors: tuple[str, VectorFile] | None = None,
) -> int:
    """Writes the rows of a table as lines of JSON.

    Args:
        table: What has `__arrow_c_stream__`.
        sink: Where the lines go.
        columns: The columns that are written; all where it is `None`.
        vectors: A column that is written as vectors instead, and where they go.

    Returns:
        The number of rows.

    Raises:
        TypeError: A column has a type that JSON lacks; it is named.
        ValueError: A column has a number that is infinite, or a vector is missing or of another length.
    """
    from nanoarrow.c_array_stream import c_array_stream

    stream = c_array_stream(table)
    schema = stream.get_schema()
    if schema.format != "+s":
        raise TypeError("a table is needed, and this is a single column")
    names = [schema.child(place).name for place in range(schema.n_children)]
    vector_place = None
    if vectors is not None:
        vector_place = _place(names, vectors[0])
    wanted = range(len(names)) if columns is None else [_place(names, name) for name in columns]
    wanted = [place for place in wanted if place != vector_place]
    renderers = [_renderer(schema.child(place), names[place]) for place in wanted]
    keys = [
        (b"," if index else b"{") + _name(names[place]) + b":" for index, place in enumerate(wanted)
    ]
    row_count = 0
    for array in stream:
        view = array.view()
        for start in range(0, view.length, _BATCH):
            stop = min(start + _BATCH, view.length)
            first, end = view.offset + start, view.offset + stop
            cells = []
            for place, renderer in zip(wanted, renderers, strict=True):
                try:
                    cells.append(renderer(view.child(place), first, end))
                except _BadCell as error:
                    raise ValueError(
                        f"row {row_count + start + error.row}, column {names[place]!r}: {error.reason}"
                    ) from None
            sink.write(_lines(keys, cells, stop - start))
            if vectors is not None:
                _take_vectors(
                    view.child(vector_place),
                    schema.child(vector_place),
                    first,
                    end,
                    vectors,
                    row_count + start,
                )
        row_count += view.length
    return row_count


def _place(names: Sequence[str], name: str) -> int:
    if name in names:
        return list(names).index(name)
    raise ValueError(f"there is no column {name!r}; there are {', '.join(map(repr, names))}")


def _name(name: str) -> bytes:
    return json.dumps(name, ensure_ascii=False).encode()


def _lines(keys: Sequence[bytes], cells: Sequence[list[bytes]], count: int) -> bytes:
    """Objects, one a line: the cells of each row with the keys between them."""
    if not keys:
        return b"{}\n" * count
    width = 2 * len(keys) + 1
    parts = [b""] * (width * count)
    for index, key in enumerate(keys):
        parts[2 * index :: width] = [key] * count
        parts[2 * index + 1 :: width] = cells[index]
    parts[width - 1 :: width] = [b"}\n"] * count
    return b"".join(parts)


class _BadCell(Exception):
    """A value that JSON lacks, in a row counted from the start of what was asked for."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(row, reason)
        self.row = row
        self.reason = reason


def _renderer(schema: Any, path: str) -> _Renderer:
    """How a column of a type is put into words."""
    form: str = schema.format
    if schema.dictionary is not None:
        render = _dictionary(_NUMBERS[form], _renderer(schema.dictionary, path))
    elif form == "n":
        return lambda view, start, stop: [b"null"] * (stop - start)
    elif form == "b":
        render = _booleans
    elif form in ("e", "f", "g"):
        render = _floats(_NUMBERS[form])
    elif form in _NUMBERS:
        render = _integers(_NUMBERS[form])
    elif form in ("u", "U"):
        render = _strings("<i4" if form == "u" else "<i8")
    elif form == "vu":
        render = _string_views
    elif form.startswith("d:"):
        render = _decimals(form)
    elif form.startswith(("tdD", "tdm", "ts")):
        render = _dates(form)
    elif form.startswith("tt"):
        render = _times(form)
    elif form == "+s":
        render = _structs(schema, path)
    elif form in ("+l", "+L"):
        item = _renderer(schema.child(0), f"{path}[]")
        render = _lists("<i4" if form == "+l" else "<i8", item)
    elif form.startswith("+w:"):
        render = _fixed_lists(int(form[3:]), _renderer(schema.child(0), f"{path}[]"))
    else:
        raise TypeError(_unsupported(form, path))
    return _with_nulls(render)


def _unsupported(form: str, path: str) -> str:
    kinds = {
        "z": "binary",
        "Z": "binary",
        "vz": "binary",
        "w": "binary",
        "tD": "durations",
        "ti": "intervals",
        "+m": "maps",
        "+u": "unions",
        "+r": "run-end encoded values",
        "+v": "list views",
    }
    kind = next((kind for start, kind in kinds.items() if form.startswith(start)), f"'{form}'")
    return (
        f"column {path!r} holds {kind}, which JSON lacks; name the columns that matter with"
        f" columns=[...], or convert it"
    )


# Arrow's names of numbers, and NumPy's.
_NUMBERS = {
    "c": "<i1", "C": "<u1", "s": "<i2", "S": "<u2", "i": "<i4", "I": "<u4", "l": "<i8", "L": "<u8",
    "e": "<f2", "f": "<f4", "g": "<f8",
}  # fmt: skip


def _buffer(view: Any, index: int, dtype: Any) -> npt.NDArray[Any]:
    import numpy as np

    buffer = view.buffer(index)
    if buffer.size_bytes == 0:
        return np.empty(0, dtype)
    return np.frombuffer(memoryview(buffer).cast("B"), dtype)


def _bits(view: Any, index: int, start: int, stop: int) -> npt.NDArray[np.uint8]:
    import numpy as np

    first = start // 8
    packed = _buffer(view, index, np.uint8)[first : (stop + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[start - 8 * first : stop - 8 * first]


def _with_nulls(render: _Renderer) -> _Renderer:
    def rendered(view: Any, start: int, stop: int) -> list[bytes]:
        import numpy as np

        first, end = view.offset + start, view.offset + stop
        nulls: Sequence[int] = ()
        if view.buffer_type(0) == "validity" and view.buffer(0).size_bytes:
            nulls = np.flatnonzero(_bits(view, 0, first, end) == 0).tolist()
        try:
            cells = render(view, first, end)
        except _BadCell as error:
            if error.row not in nulls:
                raise
            # What lies under a missing value is anything: the values are looked at one by one.
            gone = set(nulls)
            cells = [
                b"null" if row in gone else render(view, first + row, first + row + 1)[0]
                for row in range(end - first)
            ]
        for row in nulls:
            cells[row] = b"null"
        return cells

    return rendered


def _encoded(cells: Iterable[str]) -> list[bytes]:
    """Texts without line ends as bytes, all at once."""
    joined = "\n".join(cells)
    return joined.encode().split(b"\n") if joined else []


def _booleans(view: Any, start: int, stop: int) -> list[bytes]:
    return [(b"false", b"true")[bit] for bit in _bits(view, 1, start, stop).tolist()]


def _integers(dtype: str) -> _Renderer:
    return lambda view, start, stop: _encoded(
        map(str, _buffer(view, 1, dtype)[start:stop].tolist())
    )


def _floats(dtype: str) -> _Renderer:
    def render(view: Any, start: int, stop: int) -> list[bytes]:
        import numpy as np

        values = _buffer(view, 1, dtype)[start:stop]
        cells = _encoded(map(repr, values.tolist()))
        for row in np.flatnonzero(~np.isfinite(values)).tolist():
            if not np.isnan(values[row]):
                raise _BadCell(row, "the number is infinite, which JSON lacks")
            cells[row] = b"null"
        return cells

    return render


# Bytes below a space, which JSON writes as escapes; those that are common have names of two letters.
_CONTROLS = bytes(range(32))
_NAMED = ((b"\n", b"\\n"), (b"\t", b"\\t"), (b"\r", b"\\r"), (b"\f", b"\\f"), (b"\b", b"\\b"))
_CONTROL = re.compile(rb"[\x00-\x1f]")


def _has_controls(text: bytes) -> bool:
    # Three times as fast as to look for them.
    return len(text.translate(None, _CONTROLS)) != len(text)


def _quoted(texts: Sequence[bytes]) -> list[bytes]:
    """Texts as JSON has them, all escaped at once: a byte that no UTF-8 has stands between them."""
    joined = b"\xff".join(texts).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    if _has_controls(joined):
        for byte, escape in _NAMED:
            joined = joined.replace(byte, escape)
    if _has_controls(joined):
        joined = _CONTROL.sub(lambda match: b"\\u%04x" % match[0][0], joined)
    cells = (b'"' + joined.replace(b"\xff", b'"\xff"') + b'"').split(b"\xff")
    if len(cells) != len(texts):
        row = next(row for row, text in enumerate(texts) if b"\xff" in text)
        raise _BadCell(row, "the text is no UTF-8")
    return cells


def _strings(dtype: str) -> _Renderer:
    def render(view: Any, start: int, stop: int) -> list[bytes]:
        if start == stop:
            return []
        offsets = _buffer(view, 1, dtype)[start : stop + 1]
        first = int(offsets[0])
        ends = (offsets - first).tolist()
        raw = _buffer(view, 2, "u1")[first : first + ends[-1]].tobytes()
        return _quoted([raw[low:high] for low, high in zip(ends, ends[1:], strict=False)])

    return render


def _string_views(view: Any, start: int, stop: int) -> list[bytes]:
    if start == stop:
        return []
    # Sixteen bytes a text: its length, and either itself or four bytes of it, a buffer and a place there.
    raw = _buffer(view, 1, "u1")[16 * start : 16 * stop].tobytes()
    fields = _buffer(view, 1, "<i4").reshape(-1, 4)[start:stop].tolist()
    buffers = [_buffer(view, index, "u1").data for index in range(2, view.n_buffers - 1)]
    texts = []
    for row, (length, _, buffer, place) in enumerate(fields):
        if length <= 12:
            texts.append(raw[16 * row + 4 : 16 * row + 4 + length])
        else:
            texts.append(bytes(buffers[buffer][place : place + length]))
    return _quoted(texts)


def _decimals(form: str) -> _Renderer:
    parts = form[2:].split(",")
    scale = int(parts[1])
    width = (int(parts[2]) if len(parts) > 2 else 128) // 8

    def render(view: Any, start: int, stop: int) -> list[bytes]:
        from decimal import Context, Decimal

        exact = Context(prec=100)
        raw = memoryview(view.buffer(1)).cast("B")
        numbers = (
            int.from_bytes(raw[width * row : width * (row + 1)], "little", signed=True)
            for row in range(start, stop)
        )
        return _encoded(format(Decimal(number).scaleb(-scale, exact), "f") for number in numbers)

    return render


_UNITS = {"s": "s", "m": "ms", "u": "us", "n": "ns"}


def _dates(form: str) -> _Renderer:
    import numpy as np

    if form == "tdD":
        dtype, unit, zone = "<i4", "D", ""
    elif form == "tdm":
        dtype, unit, zone = "<i8", "ms", ""
    else:
        # Times with a zone are kept as those of UTC.
        dtype, unit, zone = "<i8", _UNITS[form[2]], "Z" if len(form) > 4 else ""

    def render(view: Any, start: int, stop: int) -> list[bytes]:
        values = _buffer(view, 1, dtype)[start:stop].astype(f"datetime64[{unit}]")
        if form == "tdm":
            values = values.astype("datetime64[D]")
        return _encoded(f'"{text}{zone}"' for text in np.datetime_as_string(values).tolist())

    return render


def _times(form: str) -> _Renderer:
    import numpy as np

    dtype = "<i4" if form[2] in "sm" else "<i8"

    def render(view: Any, start: int, stop: int) -> list[bytes]:
        values = _buffer(view, 1, dtype)[start:stop].astype(f"datetime64[{_UNITS[form[2]]}]")
        return _encoded(f'"{text[11:]}"' for text in np.datetime_as_string(values).tolist())

    return render


def _dictionary(dtype: str, render: _Renderer) -> _Renderer:
    def rendered(view: Any, start: int, stop: int) -> list[bytes]:
        dictionary = view.dictionary
        if dictionary.length == 0:
            return [b"null"] * (stop - start)
        # Under a missing value there may stand any number.
        codes = _buffer(view, 1, dtype)[start:stop].clip(0, dictionary.length - 1).tolist()
        if dictionary.length <= _BATCH:
            values = render(dictionary, 0, dictionary.length)
            return [values[code] for code in codes]
        used = {code: render(dictionary, code, code + 1)[0] for code in set(codes)}
        return [used[code] for code in codes]

    return rendered


def _structs(schema: Any, path: str) -> _Renderer:
    names = [schema.child(place).name for place in range(schema.n_children)]
    renderers = [
        _renderer(schema.child(place), f"{path}.{name}") for place, name in enumerate(names)
    ]
    keys = [(b"," if place else b"{") + _name(name) + b":" for place, name in enumerate(names)]

    def render(view: Any, start: int, stop: int) -> list[bytes]:
        cells = [
            renderer(view.child(place), start, stop) for place, renderer in enumerate(renderers)
        ]
        return _lines(keys, cells, stop - start).split(b"\n")[:-1]

    return render


def _joined(items: list[bytes], offsets: Sequence[int]) -> list[bytes]:
    first = offsets[0]
    return [
        b"[" + b",".join(items[low - first : high - first]) + b"]"
        for low, high in zip(offsets, offsets[1:], strict=False)
    ]


def _lists(dtype: str, item: _Renderer) -> _Renderer:
    def render(view: Any, start: int, stop: int) -> list[bytes]:
        if start == stop:
            return []
        offsets = _buffer(view, 1, dtype)[start : stop + 1].tolist()
        return _joined(_items(item, view.child(0), offsets), offsets)

    return render


def _fixed_lists(width: int, item: _Renderer) -> _Renderer:
    def render(view: Any, start: int, stop: int) -> list[bytes]:
        offsets = [width * row for row in range(start, stop + 1)]
        return _joined(_items(item, view.child(0), offsets), offsets)

    return render


def _items(item: _Renderer, child: Any, offsets: Sequence[int]) -> list[bytes]:
    try:
        return item(child, offsets[0], offsets[-1])
    except _BadCell as error:
        # The row is that of the list which the item stands in.
        place = offsets[0] + error.row
        row = next(row for row in range(len(offsets) - 1) if place < offsets[row + 1])
        raise _BadCell(row, error.reason) from None


def _take_vectors(
    view: Any, schema: Any, start: int, stop: int, vectors: tuple[str, VectorFile], row: int
) -> None:
    """Hands on the lists of a column as rows of numbers, from the memory in which they lie."""
    import numpy as np

    name, file = vectors
    form: str = schema.format
    item = schema.child(0).format if schema.n_children == 1 else ""
    if item not in ("e", "f", "g") or not (form in ("+l", "+L") or form.startswith("+w:")):
        raise TypeError(f"column {name!r} holds no lists of floats, so it cannot be the embeddings")
    first, end = view.offset + start, view.offset + stop
    if view.buffer_type(0) == "validity" and view.buffer(0).size_bytes:
        missing = np.flatnonzero(_bits(view, 0, first, end) == 0)
        if len(missing):
            raise ValueError(f"row {row + missing[0]}, column {name!r}: there is no vector")
    child = view.child(0)
    if form.startswith("+w:"):
        width = int(form[3:])
        low, high = width * first, width * end
    else:
        offsets = _buffer(view, 1, "<i4" if form == "+l" else "<i8")[first : end + 1]
        widths = np.diff(offsets)
        width = file.width or int(widths[0])
        other = np.flatnonzero(widths != width)
        if len(other):
            raise ValueError(
                f"row {row + other[0]}, column {name!r}: the vector has {widths[other[0]]} numbers,"
                f" and those before have {width}"
            )
        low, high = int(offsets[0]), int(offsets[-1])
    low, high = child.offset + low, child.offset + high
    if child.buffer(0).size_bytes and (_bits(child, 0, low, high) == 0).any():
        raise ValueError(f"column {name!r}: a vector has a missing number")
    file.write(_buffer(child, 1, _NUMBERS[item])[low:high].reshape(-1, width))
