"""`describe`, `compare`, `tune` and `explain`: what the program says as JSON, as mappings with names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gamut._archive import Archive
from gamut._data import Data, as_path, recognise
from gamut._options import (
    CommandLine,
    CompareOptions,
    DescribeOptions,
    ExplainOptions,
    TuneOptions,
    budget_text,
)
from gamut._run import run_on
from gamut._scratch import scratch_folder
from gamut._tool import invoke

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Result(Mapping[str, Any]):
    """A JSON object of the program, read-only.

    Attributes:
        json: The object.
    """

    def __init__(self, json: dict[str, Any]) -> None:
        self.json = json

    def __getitem__(self, key: str) -> Any:
        return self.json[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.json)

    def __len__(self) -> int:
        return len(self.json)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({json.dumps(self.json, ensure_ascii=False, indent=2)})"


class Description(Result):
    """What a set is made of: size, quality, complexity and metrics, as `gamut describe --json` has it."""

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return int(self.json["samples"])

    @property
    def metrics(self) -> dict[str, float]:
        """The metrics by name; what was not computed is absent."""
        return dict(self.json["metrics"])

    @property
    def notes(self) -> list[str]:
        """What there is to say about the numbers."""
        return list(self.json.get("notes", []))

    def __repr__(self) -> str:
        rows = [(name, f"{self.json[name]:,}") for name in ("samples", "tokens", "bytes")]
        for name in ("quality", "complexity"):
            mean = self.json.get(name, {}).get("mean")
            if mean is not None:
                rows.append((f"{name}, mean", f"{mean:.4g}"))
        rows += [(name, f"{value:.4g}") for name, value in self.metrics.items()]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value:>12}" for name, value in rows)


class Comparison(Result):
    """Sets held against each other, as `gamut compare --json` has it."""

    @property
    def sets(self) -> list[Description]:
        """Each set's description, in order."""
        return [Description(item) for item in self.json["sets"]]

    @property
    def differences(self) -> list[dict[str, Any]]:
        """How each set's metrics differ from the first one's."""
        return list(self.json["differences"])

    def __repr__(self) -> str:
        sets = self.sets
        names = [str(item["name"]) for item in sets]
        rows = [["", *names]]
        for key in ("samples", "tokens", "bytes"):
            rows.append([key, *(f"{item[key]:,}" for item in sets)])
        metrics = dict.fromkeys(name for item in sets for name in item.metrics)
        for key in metrics:
            values = [item.metrics.get(key) for item in sets]
            rows.append([key, *("–" if value is None else f"{value:.4g}" for value in values)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            row[0].ljust(widths[0])
            + "".join(
                "  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)
            )
            for row in rows
        )


class Tuning(Result):
    """What was tried, and the recipe that came of it; `gamut.select(data, recipe=tuning)` takes it.

    Attributes:
        recipe_text: The recommended recipe, YAML.
        summary: The table and the reasons that the command shows.
    """

    def __init__(self, json: dict[str, Any], recipe_text: str, summary: str) -> None:
        super().__init__(json)
        self.recipe_text = recipe_text
        self.summary = summary.rstrip()

    @property
    def configurations(self) -> list[dict[str, Any]]:
        """All that were tried, with what was measured."""
        return list(self.json["configurations"])

    @property
    def reason(self) -> str:
        """Why the recommended one is recommended."""
        return str(self.json["reason"])

    def __repr__(self) -> str:
        return self.summary


class Explanation(Result):
    """Why one sample is or is not chosen, as `gamut explain --json` has it.

    Attributes:
        others: Explanations of further samples of the same id.
    """

    def __init__(self, json: dict[str, Any], others: Sequence[Explanation] = ()) -> None:
        super().__init__(json)
        self.others = list(others)

    @property
    def status(self) -> str:
        """What became of the sample, such as `"selected"` or `"outranked"`."""
        return str(self.json["status"])

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The smallest changes of budget, quality and evenness that would flip it."""
        return list(self.json.get("changes", []))


def describe(
    data: Any, *, columns: Sequence[str] | None = None, **options: Unpack[DescribeOptions]
) -> Description:
    """Tells quality, diversity and complexity of a set.

    Args:
        data: As for `select`.
        columns: Of data in memory the columns that are looked at. Default: all.
        options: See `gamut._options.DescribeOptions` and `gamut describe --help`.

    Returns:
        The description.
    """
    with ExitStack() as stack:
        source = recognise(data, columns)
        line = _line("describe", DescribeOptions, options, stack, source)
        done = run_on("describe", source, line, ["--json", "--quiet"], stack)
    return Description(json.loads(done.stdout))


def compare(
    *sets: Any, columns: Sequence[str] | None = None, **options: Unpack[CompareOptions]
) -> Comparison:
    """Holds sets against each other: metrics, cells, and what each lacks.

    Args:
        sets: Two or more, each as for `select`, the first being the one that others differ from; or one
            mapping from names to sets; or one set with `group_by`.
        columns: Of data in memory the columns that are looked at. Default: all.
        options: See `gamut._options.CompareOptions` and `gamut compare --help`.

    Returns:
        The comparison. Sets in memory without a name are called `set 1`, `set 2`, ….
    """
    named: dict[str, Any] | None = None
    if len(sets) == 1 and isinstance(sets[0], Mapping):
        named = dict(sets[0])
        sets = tuple(named.values())
    folder: Path | None = None
    with ExitStack() as stack:
        sources = [recognise(item, columns) for item in sets]
        line = CommandLine("compare", CompareOptions, options, stack, in_memory=False)
        paths: list[str] = []
        for place, source in enumerate(sources):
            own = source.paths
            if own is not None and named is None:
                paths += own
                continue
            if own is not None and len(own) > 1:
                raise TypeError("a set of a mapping is one file, one archive or data in memory")
            name = f"set {place + 1}" if named is None else list(named)[place]
            if not isinstance(name, str) or not name or "/" in name or name.startswith("."):
                raise ValueError(f"{name!r} cannot be the name of a set")
            # A link of that name, for the program calls sets as their files are called.
            folder = folder or stack.enter_context(scratch_folder())
            link = folder / "sets" / name
            link.parent.mkdir(exist_ok=True)
            target = own or _as_file(source, stack, line)
            link.symlink_to(Path(target[0]).absolute())
            paths.append(str(link))
        done = invoke(
            ["compare", *line.arguments, "--json", "--quiet", "--", *paths],
            descriptors=line.descriptors,
        )
    text = done.stdout.decode()
    if folder is not None:
        text = text.replace(f"{folder}/sets/", "")
    return Comparison(json.loads(text))


def _as_file(source: Data, stack: ExitStack, line: CommandLine) -> list[str]:
    return as_path(_Already(source), stack, line.descriptors)


class _Already:
    """Data that were recognised before."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def _as_data(self, columns: Sequence[str] | None) -> Data:
        return self._data


def tune(
    data: Any,
    *,
    budget: int | str | None = None,
    columns: Sequence[str] | None = None,
    **options: Unpack[TuneOptions],
) -> Tuning:
    """Tries grids and policies, shows the trade-off and recommends a recipe.

    Args:
        data: As for `select`; an `Archive` is read once for all.
        budget: As for `select`.
        columns: Of data in memory the columns that are looked at. Default: all.
        options: See `gamut._options.TuneOptions` and `gamut tune --help`. With `output` a run that was
            interrupted goes on from where it was.

    Returns:
        What was tried, and the recommended recipe.
    """
    with ExitStack() as stack:
        source = recognise(data, columns)
        line = _line("tune", TuneOptions, options, stack, source)
        output = options.get("output")
        arguments = []
        if budget is not None:
            arguments.append(f"--budget={budget_text(budget)}")
        if output is None:
            output = stack.enter_context(scratch_folder()) / "recipe.yaml"
            arguments.append(f"--output={output}")
        done = run_on("tune", source, line, arguments, stack)
        recipe = Path(output)
        stem = recipe.with_suffix("") if recipe.suffix in (".yaml", ".yml") else recipe
        table = json.loads(Path(f"{stem}.tuning.json").read_bytes())
        shown = [part for part in (done.stdout.decode(), done.stderr) if part]
        lines = "\n".join(shown).splitlines()
        if "output" not in options:
            # Of a folder that is gone when this is read.
            lines = [text for text in lines if not text.startswith("wrote ")]
        return Tuning(table, recipe.read_text(encoding="utf-8"), "\n".join(lines))


def explain(
    data: Any,
    *,
    id: Any = None,
    row: int | None = None,
    budget: int | str | None = None,
    columns: Sequence[str] | None = None,
    **options: Unpack[ExplainOptions],
) -> Explanation:
    """Says why one sample is or is not chosen, and the smallest change that would flip that.

    Args:
        data: As for `select`.
        id: The sample's own `id`; of files also `PATH:LINE`.
        row: Its row, in place of an id; for data in memory, and archives made of them.
        budget: As for `select`.
        columns: Of data in memory the columns that are looked at. Default: all.
        options: What decides the choice; see `gamut._options.Recipe` and `gamut explain --help`.

    Returns:
        The explanation.
    """
    if (id is None) == (row is None):
        raise TypeError("name the sample with id=... or with row=...")
    with ExitStack() as stack:
        source = recognise(data, columns)
        line = _line("explain", ExplainOptions, options, stack, source)
        arguments = ["--json", "--quiet"]
        if budget is not None:
            arguments.append(f"--budget={budget_text(budget)}")
        if row is not None:
            if row < 0:
                raise ValueError(f"row {row} is none; rows count from 0")
            name = f"{_place_of_rows(data, source)}:{row + 1}"
        else:
            name = id if isinstance(id, str) else json.dumps(id)
        done = run_on("explain", source, line, arguments, stack, after=[name])
    found = [Explanation(item) for item in json.loads(done.stdout)]
    return Explanation(found[0].json, found[1:])


def _place_of_rows(data: Any, source: Data) -> str:
    """What the program calls the source whose lines are the rows."""
    if source.paths is None:
        return "-"
    if isinstance(data, Archive) and data._data is not None:
        return str(data.index["segments"][0]["sources"][0]["path"])
    raise TypeError("rows are those of data in memory; name a sample of files with id=...")


def _line(
    command: str, options: type, given: Mapping[str, Any], stack: ExitStack, source: Data
) -> CommandLine:
    return CommandLine(command, options, given, stack, in_memory=source.paths is None)
