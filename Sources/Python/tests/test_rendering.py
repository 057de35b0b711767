"""Tables leave as the lines that the json module would write of their rows."""

from __future__ import annotations

import datetime
import decimal
import io
import json
import math
import random
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from gamut._arrow import write_table
from gamut._data import write_records


def lines(table: Any) -> list[str]:
    sink = io.BytesIO()
    count = write_table(table, sink)
    text = sink.getvalue().decode()
    assert text.count("\n") == count
    return text.split("\n")[:-1]


def dumped(rows: list[dict[str, Any]]) -> list[str]:
    sink = io.BytesIO()
    write_records(rows, sink)
    return sink.getvalue().decode().split("\n")[:-1]


SPECIAL = [
    "", "a", "\\", '"', '\\"', "\\\\u0000", "\n", "\r\n", "\t", "\x00", "\x01\x1f", "\b\f", "\x7f", "é", "漢字",
    "🎉", "\u2028", "x" * 12, "x" * 13, '"' * 13, "\\n", "\ufeff", "\xff",
]  # fmt: skip


def test_texts() -> None:
    rows = [{"a": text, "b": text + "!", 'key "\n%s': None} for text in SPECIAL]
    expected = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    assert lines(pa.Table.from_pylist(rows)) == expected
    assert lines(pl.DataFrame(rows).select("a", "b")) == [
        json.dumps({"a": row["a"], "b": row["b"]}, ensure_ascii=False, separators=(",", ":"))
        for row in rows
    ]
    large = pa.Table.from_pylist(rows).cast(
        pa.schema(
            [("a", pa.large_string()), ("b", pa.string_view()), (list(rows[0])[2], pa.null())]
        )
    )
    assert lines(large) == expected


def kind(chance: random.Random, depth: int) -> Any:
    """A random type, and what makes values of it."""
    place = chance.randrange(8 if depth else 5)
    if place == 0:
        return pa.string(), lambda: chance.choice(SPECIAL) * chance.randrange(3)
    if place == 1:
        return pa.int64(), lambda: chance.randrange(-(2**63), 2**63)
    if place == 2:
        return pa.float64(), lambda: chance.choice([0.0, -0.0, 0.1, 1e300, 5e-324, chance.random()])
    if place == 3:
        return pa.bool_(), lambda: chance.random() < 0.5
    if place == 4:
        words = [chance.choice(SPECIAL) for _ in range(3)]
        return pa.dictionary(pa.int8(), pa.string()), lambda: chance.choice(words)
    item, make = kind(chance, depth - 1)

    def maybe() -> Any:
        return None if chance.random() < 0.2 else make()

    if place == 5:
        return pa.list_(item), lambda: [maybe() for _ in range(chance.randrange(4))]
    if place == 6:
        return pa.list_(item, 2), lambda: [maybe(), maybe()]
    other, make_other = kind(chance, depth - 1)
    names = chance.sample(["p", "q r", 'ü"'], 2)
    return (
        pa.struct([(names[0], item), (names[1], other)]),
        lambda: {names[0]: maybe(), names[1]: None if chance.random() < 0.2 else make_other()},
    )


@pytest.mark.parametrize("seed", range(60))
def test_any_nesting_of_types(seed: int) -> None:
    chance = random.Random(seed)
    makers = {f"column {place}": kind(chance, 3) for place in range(1 + chance.randrange(3))}
    rows = [
        {name: None if chance.random() < 0.2 else make() for name, (_, make) in makers.items()}
        for _ in range(chance.randrange(40))
    ]
    schema = pa.schema([(name, type_) for name, (type_, _) in makers.items()])
    table = pa.Table.from_pylist(rows, schema=schema)
    expected = dumped(rows)
    assert lines(table) == expected
    # Any part of it, which begins anywhere within bytes of bits and lists of lists.
    start = chance.randrange(len(rows) + 1)
    stop = chance.randrange(start, len(rows) + 1)
    assert lines(table.slice(start, stop - start)) == expected[start:stop]
    parts = pa.concat_tables([table.slice(start), table.slice(0, start)])
    assert lines(parts) == expected[start:] + expected[:start]
    if "dictionary" not in str(schema):  # Polars ends at those with missing values.
        assert lines(pl.from_arrow(table)) == expected


def test_more_rows_than_are_put_into_words_at_once() -> None:
    count = 20_011
    table = pa.table({"n": range(count), "t": [["é", "e"][n % 2] * (n % 5) for n in range(count)]})
    assert lines(table) == dumped(table.to_pylist())


def test_what_stands_under_missing_values_does_not_matter() -> None:
    under = pa.Array.from_buffers(
        pa.float64(), 3, [pa.py_buffer(b"\x05"), pa.array([1.0, math.inf, 2.0]).buffers()[1]]
    )
    assert lines(pa.table({"x": under})) == ['{"x":1.0}', '{"x":null}', '{"x":2.0}']
    codes = pa.array([0, 77, 1], pa.int8()).buffers()[1]
    labels = pa.DictionaryArray.from_buffers(
        pa.dictionary(pa.int8(), pa.string()),
        3,
        [pa.py_buffer(b"\x05"), codes],
        pa.array(["a", "b"]),
    )
    assert lines(pa.table({"x": labels})) == ['{"x":"a"}', '{"x":null}', '{"x":"b"}']


def test_numbers_that_json_lacks() -> None:
    table = pa.table({"x": [1.5, math.nan, None]})
    assert lines(table) == ['{"x":1.5}', '{"x":null}', '{"x":null}']
    assert dumped(table.to_pylist()) == lines(table)
    for bad in (math.inf, -math.inf):
        with pytest.raises(ValueError, match=r"row 1, column 'x': the number is infinite"):
            lines(pa.table({"x": [0.0, bad]}))
        with pytest.raises(ValueError, match=r"row 2, column 'x': the number is infinite"):
            lines(pa.table({"x": [[], [1.0], [2.0, bad]]}))
        with pytest.raises(ValueError, match="row 1: a number is infinite"):
            dumped([{"x": 1}, {"x": [{"y": bad}]}])


def test_dates_times_and_decimals() -> None:
    moment = datetime.datetime(2024, 2, 29, 12, 30, 1, 250)
    zone = datetime.timezone(datetime.timedelta(hours=2))
    table = pa.table(
        {
            "date": [moment.date(), None],
            "stamp": pa.array([moment, None], pa.timestamp("us")),
            "zoned": pa.array([moment.replace(tzinfo=zone), None], pa.timestamp("us", "+02:00")),
            "time": [moment.time(), None],
            "amount": [decimal.Decimal("-12.340"), None],
            "wide": pa.array([decimal.Decimal("1234567890123456789012345678.90"), None]),
        }
    )
    assert json.loads(lines(table)[0], parse_float=str) == {
        "date": "2024-02-29",
        "stamp": "2024-02-29T12:30:01.000250",
        "zoned": "2024-02-29T10:30:01.000250Z",
        "time": "12:30:01.000250",
        "amount": "-12.340",
        "wide": "1234567890123456789012345678.90",
    }
    assert set(json.loads(lines(table)[1]).values()) == {None}


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (pa.array([b"a"]), "binary"),
        (pa.array([b"a"], pa.large_binary()), "binary"),
        (pa.array([b"ab"], pa.binary(2)), "binary"),
        (pa.array([datetime.timedelta(1)]), "durations"),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "maps"),
    ],
)
def test_types_that_json_lacks(array: Any, kind: str) -> None:
    with pytest.raises(TypeError, match=rf"column 'x' holds {kind}, which JSON lacks"):
        lines(pa.table({"x": array}))
    nested = pa.StructArray.from_arrays([array], ["in"])
    with pytest.raises(TypeError, match=rf"column 'x.in' holds {kind}"):
        lines(pa.table({"x": nested}))


def test_no_columns() -> None:
    sink = io.BytesIO()
    write_table(pa.table({"a": [1, 2]}), sink, [])
    assert sink.getvalue() == b"{}\n{}\n"


def test_records_with_what_json_lacks() -> None:
    import numpy as np

    row = {"a": np.float32(0.5), "b": np.arange(2), "c": datetime.date(2024, 1, 2), "d": (1, 2)}
    assert dumped([row]) == ['{"a":0.5,"b":[0,1],"c":"2024-01-02","d":[1,2]}']
    with pytest.raises(TypeError, match="row 1: it holds set, which JSON lacks"):
        dumped([{}, {"a": {1}}])
    with pytest.raises(ValueError, match="row 0: a text holds half a surrogate pair"):
        dumped([{"a": "\ud800"}])
