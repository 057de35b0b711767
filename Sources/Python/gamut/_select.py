"""`select`, and what it gives."""

from __future__ import annotations

import html
import json
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from gamut._data import Data, recognise
from gamut._errors import GamutError
from gamut._options import CommandLine, SelectOptions, budget_text
from gamut._run import run_on, write_with_vectors
from gamut._scratch import scratch_folder
from gamut._tool import invoke

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Unpack

# Up to this many samples a notebook shows the page without being asked: it takes one more choice.
_LARGEST_SHOWN = 200_000


@overload
def select(
    data: Any,
    *,
    budget: int | str | None = None,
    columns: Sequence[str] | None = None,
    **options: Unpack[SelectOptions],
) -> Selection: ...


@overload
def select(
    data: Any,
    *,
    budget: list[int] | list[str] | list[int | str] | tuple[int | str, ...],
    columns: Sequence[str] | None = None,
    **options: Unpack[SelectOptions],
) -> list[Selection]: ...


def select(
    data: Any,
    *,
    budget: int
    | str
    | list[int]
    | list[str]
    | list[int | str]
    | tuple[int | str, ...]
    | None = None,
    columns: Sequence[str] | None = None,
    **options: Unpack[SelectOptions],
) -> Selection | list[Selection]:
    """Chooses a balanced subset under a budget.

    Args:
        data: A Hugging Face `Dataset`, what has `__arrow_c_stream__` (pandas, Polars, DuckDB, pyarrow), an
            iterable of dicts, an `Archive`, or path(s) of JSONL, JSON arrays or an archive.
        budget: How much may be chosen: a number of samples, `"10%"`, `"2Mtok"` or `"40MB"`; of a list of
            them, ascending, each gives a subset within the next. May be left to `recipe`.
        columns: Of data in memory the columns that are looked at, such as the texts and the score. Default:
            all.
        options: See `gamut._options.SelectOptions` and `gamut select --help`. Of several with an everyday
            use: `quality` (the column with the score), `embeddings` (an array, a path or a column), `axis`,
            `evenness`, `greed`, `drop`, `redundancy`, `receipts=True`, `output`.

    Returns:
        The subset; of a list of budgets a list of subsets.

    Raises:
        DataError: The data or the request cannot be served.
        UsageError: An option has no such value.
        RequirementError: A `require` does not hold.
        TypeError: There is no such option, or a column has a type that JSON lacks.
        ValueError: A row holds what JSON lacks, such as an infinite number.
        KeyboardInterrupt: Ctrl-C; nothing is left behind then.

    What JSON lacks: NaN is null, as if missing; dates and times are ISO 8601; decimals are numbers. Binary
    columns, images and durations are refused; name the others with `columns`.
    """
    source = recognise(data, columns)
    texts = _budgets(budget)
    choice = _Choice(source, texts, dict(options))
    selections = choice.carry_out()
    if budget is None or isinstance(budget, int | str) or hasattr(budget, "dtype"):
        if len(selections) != 1:
            raise ValueError("the recipe has several budgets; hand them in as budget=[...]")
        return selections[0]
    return selections


def _budgets(budget: Any) -> list[str]:
    if budget is None:
        return []
    if isinstance(budget, list | tuple):
        return [budget_text(item) for item in budget]
    text = budget_text(budget)
    if "," in text:
        parts = ", ".join(repr(part.strip()) for part in text.split(","))
        raise TypeError(f"several budgets are a list: budget=[{parts}]")
    return [text]


class _Choice:
    """A request to choose, which can be carried out again."""

    def __init__(self, data: Data, budgets: Sequence[str], options: dict[str, Any]) -> None:
        self.data = data
        self.budgets = budgets
        self.options = options

    def line(self, options: Mapping[str, Any], stack: ExitStack) -> CommandLine:
        line = CommandLine(
            "select", SelectOptions, options, stack, in_memory=self.data.paths is None
        )
        if self.budgets:
            line.arguments.append(f"--budget={','.join(self.budgets)}")
        return line

    def written_format(self) -> str:
        """How the subset is written: as asked for, else by the ending of its name."""
        given = self.options.get("format")
        if given is not None:
            return str(given)
        ending = os.fspath(self.options.get("output") or "").rpartition(".")[2]
        return ending if ending in {"json", "parquet", "csv", "tsv"} else "jsonl"

    def carry_out(self) -> list[Selection]:
        with ExitStack() as stack:
            line = self.line(self.options, stack)
            arguments = ["--indices"]
            output = self.options.get("output")
            if output is None:
                folder = stack.enter_context(scratch_folder())
                output = folder / "subset.jsonl"
                arguments.append(f"--output={output}")
            done = run_on("select", self.data, line, arguments, stack)
            return [
                Selection._load(self, paths, done.stderr)
                for paths in _outputs(os.fspath(output), self.budgets)
            ]

    def page(self) -> str:
        """Chooses once more, from files, and has the report made of that."""
        with ExitStack() as stack:
            folder = stack.enter_context(scratch_folder())
            told = {"output", "receipts", "save_recipe", "force", "rejects", "format", "order"}
            options = {name: item for name, item in self.options.items() if name not in told}
            line = self.line(options, stack)
            paths = self.data.paths
            more = [f"--output={folder / 'subset.jsonl'}", "--quiet", "--random=20"]
            if "random" in options:
                more.pop()
            if paths is None:
                pool = folder / "pool.jsonl"
                with pool.open("wb") as file:
                    if line.vector_column is not None:
                        more.append(
                            f"--embeddings={write_with_vectors(self.data, file, line, stack)}"
                        )
                    else:
                        self.data.write(file)
                paths = [str(pool)]
            invoke(["select", *line.arguments, *more, "--", *paths], descriptors=line.descriptors)
            subset = _outputs(str(folder / "subset.jsonl"), self.budgets)[-1]
            done = invoke(
                ["report", "--quiet", "--", str(subset.subset)], descriptors=line.descriptors
            )
            return done.stdout.decode()


class _Paths:
    """The names of a subset's files, as the program makes them."""

    def __init__(self, subset: str, budget: str | None) -> None:
        stem, ending = subset, ""
        for known in (".jsonl", ".json", ".parquet", ".csv", ".tsv"):
            if subset.endswith(known) and len(subset) > len(known):
                stem, ending = subset[: -len(known)], known
                break
        if budget is not None:
            stem += "." + budget.replace("%", "pct")
            subset = stem + ending
            # Without an ending of records the whole name comes before the others.
        self.subset = Path(subset)
        self.manifest = Path(f"{stem}.manifest.json")
        self.receipts = Path(f"{stem}.receipts.jsonl")
        self.indices = Path(f"{stem}.indices.npy")


def _outputs(output: str, budgets: Sequence[str]) -> list[_Paths]:
    if len(budgets) > 1:
        return [_Paths(output, budget) for budget in budgets]
    return [_Paths(output, None)]


#: Up to this many bytes are held in memory; of what is larger a file stays open.
_MOST_HELD = 1 << 23


def _kept(path: Path) -> bytes | mmap.mmap:
    """A file's bytes, which stay when its name goes."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= _MOST_HELD:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Receipts(Sequence[Mapping[str, Any]]):
    """What became of every sample of the pool, row by row; read when it is asked for.

    Row `i` is the receipt of row `i` of the data: `status`, `quality`, `descriptor`, `cell`, `rank`,
    `order`, and where it applies `because` and `reason`.
    """

    def __init__(self, text: bytes | mmap.mmap) -> None:
        import numpy as np

        self._map = text
        size = len(text)
        ends = []
        step = 1 << 24
        for start in range(0, size, step):
            piece = np.frombuffer(self._map[start : start + step], np.uint8)
            ends.append(np.flatnonzero(piece == 10) + start)
        self._ends = np.concatenate(ends) if ends else np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        start = int(self._ends[place - 1]) + 1 if place else 0
        return cast("dict[str, Any]", json.loads(self._map[start : int(self._ends[place])]))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[place] for place in range(len(self)))

    def to_arrow(self) -> Any:
        """All receipts as a `pyarrow.Table`; `id` is JSON text, for ids may be texts or numbers."""
        import pyarrow

        rows = []
        for receipt in self:
            receipt["id"] = None if receipt.get("id") is None else json.dumps(receipt["id"])
            rows.append(receipt)
        return pyarrow.Table.from_pylist(rows)


class Selection:
    """A subset that was chosen.

    Attributes:
        indices: The places of the chosen samples in the data, from 0, ascending unless `order` says
            otherwise; as many int64 as there are samples. Of files every line counts that is not blank, over
            all files in order.
        manifest: The record of the run: recipe, sources, axes, what pool and subset are made of, outcome,
            budget, warnings.
        summary: The table that the command shows.
        files: What was written under `output`; empty without it.
    """

    indices: npt.NDArray[np.int64]
    manifest: dict[str, Any]
    summary: str
    files: list[Path]

    _choice: _Choice
    _lines: bytes | mmap.mmap
    _receipts: bytes | mmap.mmap | None
    _page: str | None

    def __init__(self) -> None:
        raise TypeError("selections are made by gamut.select")

    @classmethod
    def _load(cls, choice: _Choice, paths: _Paths, summary: str) -> Selection:
        import numpy as np

        self = cls.__new__(cls)
        self._choice = choice
        self.indices = np.load(paths.indices)
        self.manifest = json.loads(paths.manifest.read_bytes())
        self.summary = summary.rstrip()
        wants_receipts = bool(choice.options.get("receipts"))
        self._lines = _kept(paths.subset)
        self._receipts = _kept(paths.receipts) if wants_receipts else None
        self._page = None
        self.files = []
        if choice.options.get("output") is not None:
            self.files = [paths.subset, paths.manifest, paths.indices]
            if wants_receipts:
                self.files.append(paths.receipts)
        else:
            # Of a folder that is gone when this is read.
            kept = self.summary.splitlines()
            self.summary = "\n".join(line for line in kept if not line.startswith("wrote "))
        return self

    @property
    def notes(self) -> list[str]:
        """What the run has to say about data and request, such as a score that is mostly length."""
        prefix = "note: "
        return [
            line.removeprefix(prefix)
            for line in self.summary.splitlines()
            if line.startswith(prefix)
        ]

    @property
    def receipts(self) -> Receipts:
        """What became of every sample, where `receipts=True` was given.

        Raises:
            ValueError: It was not.
        """
        if self._receipts is None:
            raise ValueError("there are receipts where select(..., receipts=True) asks for them")
        return Receipts(self._receipts)

    def subset(self) -> Any:
        """The chosen samples in the order of `indices`.

        Returns:
            The same kind of thing that the data are (`Dataset`, pandas or Polars frame, `pyarrow.Table`, list);
            of anything else, such as files, a query or an iterator, a list of dicts.
        """
        taken = self._choice.data.take(self.indices)
        if taken is not NotImplemented:
            return taken
        return list(self.records())

    def records(self) -> Iterator[dict[str, Any]]:
        """The chosen samples as the program wrote them, one dict after the other.

        Raises:
            ValueError: They were written as a table (Parquet, CSV, TSV), which is to be read as one.
        """
        written = self._choice.written_format()
        if written in {"parquet", "csv", "tsv"}:
            raise ValueError(
                f"the subset was written as {written}; read that, or choose without format and output"
            )
        if written == "json":
            yield from json.loads(self._lines[:])
            return
        start = 0
        while (end := self._lines.find(b"\n", start)) >= 0:
            yield json.loads(self._lines[start:end])
            start = end + 1

    def report(self, path: str | os.PathLike[str] | None = None) -> str:
        """The page of the subset: cells, samples, what was chosen and why, the proof against random.

        The choice is made once more for it, so the data have to be readable again.

        Args:
            path: Where the page is written, if anywhere; what stands there is replaced.

        Returns:
            The page, HTML that loads nothing from anywhere.

        Raises:
            ValueError: The data could be read once only.
        """
        if not self._choice.data.can_be_read_again():
            raise ValueError(
                "the data could be read once only; choose from a list or a table of them"
            )
        if self._page is None:
            self._page = self._choice.page()
        if path is not None:
            Path(path).write_text(self._page, encoding="utf-8")
        return self._page

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        data = self._choice.data
        if self.manifest["pool"]["samples"] <= _LARGEST_SHOWN and data.can_be_read_again():
            try:
                page = html.escape(self.report(), quote=True)
            except (GamutError, OSError, TypeError, ValueError):
                pass  # The data have changed meanwhile: what is known is shown.
            else:
                return (
                    '<iframe sandbox="allow-scripts" style="width:100%;height:720px;border:0"'
                    f' srcdoc="{page}"></iframe>'
                )
        return f"<pre>{html.escape(self.summary)}</pre>"


__all__ = ["Receipts", "Selection", "select"]
