"""The options of the commands, as keyword arguments.

Each has the name that it has on the command line, with underscores; `gamut COMMAND --help` says the same in
more words. What is `None` or `False` is not given. What may be repeated takes one value or several.
"""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any, Literal, TypedDict, cast

from gamut._data import as_path, is_path
from gamut._vectors import path_of, vectors_as_path

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy.typing as npt

    Path: TypeAlias = str | os.PathLike[str]
    Several: TypeAlias = str | Sequence[str]
    #: A path, an array, or for data in memory the name of a column that holds lists of floats.
    Vectors: TypeAlias = Path | npt.ArrayLike
    #: Files, or data in memory.
    Sets: TypeAlias = Any


class Scoring(TypedDict, total=False):
    """What makes quality, axes and texts; common to choosing and describing.

    Attributes:
        recipe: A recipe's path, a mapping of options, or what an earlier run gave (a `Selection`, a
            `Tuning`, a manifest). What is given beside it wins.
        quality: Column(s) with the quality, dotted paths allowed; `"perplexity:-1"` weighs, and a negative
            weight means lower is better; also a mapping from columns to weights. Default: a model-free
            heuristic.
        normalize: How columns are brought to a common scale: `"none"`, `"rank"` or `"winsor"`.
        debias_length: Take out of quality what the logarithm of length explains.
        agreement: Join several columns by their mean less so many standard errors.
        missing_quality: `"fail"`, `"drop"` or `"lowest"`.
        tokenizer: A `tokenizer.json` or SentencePiece model that counts tokens exactly.
        chat_template: How a conversation is rendered before its tokens are counted: `"chatml"`, `"llama3"`,
            `"zephyr"`, `"mistral"`, `"auto"`, `"none"`, or a file.
        vector_share: Fit topics to this share of the vectors. Default: 1, all of them.
        axis: Axes of the grid, `NAME[:BINS][@BINNING]`. Default: complexity:4@quantile, topic:64@cvt.
        topics: How many leading components a cvt axis looks at.
        seed: What randomness starts from.
        text: The fields that hold the text, in order; of several the last is the response. Default:
            recognised by their names.
        on_error: What to do with a line that is no readable record, `"fail"` or `"skip"`.
        threads: How many threads to work with; they change no result. Default: all cores.
    """

    recipe: Any
    quality: str | Sequence[str] | Mapping[str, float]
    normalize: Literal["none", "rank", "winsor"]
    debias_length: bool
    agreement: float
    missing_quality: Literal["fail", "drop", "lowest"]
    tokenizer: Path
    chat_template: Path
    vector_share: float
    axis: Several
    topics: int
    seed: int
    text: Several
    on_error: Literal["fail", "skip"]
    threads: int


class Recipe(Scoring, total=False):
    """What decides a subset besides pool and budget.

    Attributes:
        embeddings: Vectors of the samples, one row each: an array of float16, float32 or float64, the path
            of an `.npy` file, or the name of a column of lists of floats. A `numpy.memmap` of an `.npy` file
            is read where it lies. Default: the built-in text embedding.
        evenness: 1 gives every cell the same claim, 0 claims in proportion to the pool. Default: 0.5.
        greed: 0 lets claims alone decide, 1 quality alone. Default: 0.
        min_quality: The least quality that may be chosen: a value, or a percentile such as `"20%"`.
        drop: Suspect answers that may not be chosen, such as `"empty-answers"`, or `"all"`.
        per_cell: At most so many from one cell.
        exclude: Evaluation sets whose overlaps are left out: paths, or data in memory.
        exclude_words: How many words in a row make an overlap.
        exclude_ids: File(s) of ids never to choose, one a line.
        include_ids: File(s) of ids always to choose.
        near_duplicates: Keep the best of texts that are at least this similar.
        redundancy: Skip a sample at least this close to a better chosen one, by the cosine.
        method: How candidates are ordered; `"archive"`, or one of the baselines and other selectors.
        alpha: How `facility-location` weighs quality.
        require: What has to hold, such as `"vendi>random"`; else `RequirementError`.
        random: Against how many random subsets the subset is held. Default: 20.
    """

    embeddings: Vectors
    evenness: float
    greed: float
    min_quality: float | str
    drop: Several
    per_cell: int
    exclude: Sets
    exclude_words: int
    exclude_ids: Path | Sequence[Path]
    include_ids: Path | Sequence[Path]
    near_duplicates: float
    redundancy: float
    method: Literal[
        "archive",
        "random",
        "random-balanced",
        "random-length",
        "top",
        "deita",
        "k-center",
        "facility-location",
        "mig",
        "dns",
        "cluster-rank",
    ]
    alpha: float
    require: Several
    random: int


class SelectOptions(Recipe, total=False):
    """What `select` takes besides data and budget.

    Attributes:
        output: Where the subset is written, with its manifest and its indices beside it. Default: nowhere,
            for `Selection` has it.
        receipts: Whether `Selection.receipts` says for every sample what became of it.
        save_recipe: Where the recipe is written as YAML.
        order: In which order the chosen samples stand: `"pool"`, `"rank"` or `"shuffle"`.
        format: How the subset is written: `"jsonl"`, `"json"`, a table (`"parquet"`, `"csv"`, `"tsv"`), or lines of
            one shape (`"messages"`, `"sharegpt"`, `"alpaca"`, `"prompt-completion"`). Default: by the ending of
            output.
        force: Whether files that exist are replaced.
        rejects: Where the lines are kept that `on_error="skip"` skips.
        metrics: Further metrics that the subset is held against random ones by.
        sequence_length: Tell how many samples a trainer would cut off at so many tokens, and how they pack.
    """

    sequence_length: int
    output: Path
    receipts: bool
    save_recipe: Path
    order: Literal["pool", "rank", "shuffle"]
    format: Literal[
        "jsonl",
        "json",
        "parquet",
        "csv",
        "tsv",
        "messages",
        "sharegpt",
        "alpaca",
        "prompt-completion",
    ]
    force: bool
    rejects: Path
    metrics: Several


class FitOptions(TypedDict, total=False):
    """What `fit` takes besides data and output; see `Recipe` and `Scoring`.

    Attributes:
        keep: Further field(s) to keep for later choices.
        vector_share: Fit topics to this share of the vectors. Default: 1, all of them.
        model: An archive whose model, axes and kept columns are taken.
        topics: How many components of the embedding to keep. Default: 16.
        force: Whether an archive that exists is replaced.
        rejects: Where the lines are kept that `on_error="skip"` skips.
    """

    quality: str | Sequence[str] | Mapping[str, float]
    axis: Several
    keep: Several
    embeddings: Vectors
    vector_share: float
    tokenizer: Path
    chat_template: Path
    topics: int
    seed: int
    text: Several
    model: Any
    force: bool
    on_error: Literal["fail", "skip"]
    rejects: Path
    threads: int


class DescribeOptions(Scoring, total=False):
    """What `describe` takes besides sets.

    Attributes:
        pool: The pool whose axes cut the cells and that coverage is told against.
        target: How samples should lie: data, paths, or `"uniform"`.
        embeddings: Vectors of each set, in their order; those of target and pool come last.
        metrics: Which metrics to compute. Default: all.
        sequence_length: Tell how many samples a trainer would cut off at so many tokens, and how they pack.
    """

    sequence_length: int
    pool: Sets
    target: Sets
    embeddings: Any
    metrics: Several


class CompareOptions(DescribeOptions, total=False):
    """What `compare` takes besides sets.

    Attributes:
        group_by: Divide the input into one set a label of a column.
        group: Labels that make one set, `NAME=LABEL,...`.
        on_key: Look only at samples whose prompt, or label in a column, all sets have.
        cells: How many cells each list names.
        demand: For each set list so many cells that it lacks most.
    """

    group_by: str
    group: Several
    on_key: str
    cells: int
    demand: int


class TuneOptions(Recipe, total=False):
    """What `tune` takes besides data and budget.

    Attributes:
        try_axis: A dimension of the grid with the ways in which it is cut, such as
            `"complexity:4,8@quantile,uniform"`.
        try_evenness: What `evenness` is tried.
        try_greed: What `greed` is tried.
        try_redundancy: What `redundancy` is tried, `"off"` for none.
        space: A file that says what is tried.
        label: A field over whose labels balance is told.
        proxy: Also train a small language model on every subset.
        validate: Further data on whose answers that model's loss is told.
        folds: Into how many parts the pool is divided.
        objectives: What makes the front and the knee.
        prefer: Recommend by a rule, such as `"quality>=0.95*top"`.
        halving: `"auto"`, `"always"` or `"never"`.
        output: Where the recipe is written, with what was measured and a journal beside it.
        force: Whether files that exist are replaced.
    """

    try_axis: Several
    try_evenness: float | str | Sequence[float | str]
    try_greed: float | str | Sequence[float | str]
    try_redundancy: float | str | Sequence[float | str]
    space: Path
    label: str
    proxy: bool
    validate: Sets
    folds: int
    objectives: Several
    prefer: Several
    halving: Literal["auto", "always", "never"]
    output: Path
    force: bool


class ExplainOptions(Recipe, total=False):
    """What `explain` takes besides data, sample and budget: what decides the choice."""


def names_of(options: type) -> set[str]:
    """The names that a command's keyword arguments may have, inherited ones among them."""
    return set(options.__annotations__)


#: Options that take data in memory as well as files.
_DATA = {"exclude", "pool", "target", "validate"}


class CommandLine:
    """Keyword arguments as a command line, with the files that stand for what has none.

    Attributes:
        arguments: The options, `--name=value`.
        descriptors: Open files that the program has to inherit.
        vector_column: A column of the data that holds the embeddings.
    """

    def __init__(
        self,
        function: str,
        options: type,
        given: Mapping[str, Any],
        stack: ExitStack,
        *,
        in_memory: bool,
    ) -> None:
        self.arguments: list[str] = []
        self.descriptors: list[int] = []
        self.vector_column: str | None = None
        self._stack = stack
        self._in_memory = in_memory
        known = names_of(options)
        for name, value in given.items():
            if name not in known:
                raise TypeError(_unknown(function, name, known))
            if value is None or value is False:
                continue
            if value is True:
                self.arguments.append(_flag(name))
                continue
            self.arguments += [f"{_flag(name)}={text}" for text in self._texts(name, value)]

    def _texts(self, name: str, value: Any) -> Iterable[str]:
        if name == "embeddings":
            return self._vectors(value)
        if name == "recipe":
            return [self._recipe(value)]
        if name in _DATA and value != "uniform":
            return as_path(value, self._stack, self.descriptors)
        if name == "quality" and isinstance(value, Mapping):
            return [f"{column}:{weight!r}" for column, weight in value.items()]
        if name == "model" and hasattr(value, "path"):
            return [os.fspath(value.path)]
        several = list(value) if isinstance(value, list | tuple) else [value]
        return [self._text(name, item) for item in several]

    def _text(self, name: str, value: Any) -> str:
        if isinstance(value, str | os.PathLike):
            return os.fspath(cast("str | os.PathLike[str]", value))
        if hasattr(value, "item") and hasattr(value, "dtype"):
            value = value.item()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return repr(value)
        raise TypeError(f"{name} cannot be {type(value).__qualname__}")

    def _vectors(self, value: Any) -> list[str]:
        if self._in_memory and isinstance(value, str) and not value.endswith(".npy"):
            self.vector_column = value
            return []
        if isinstance(value, list | tuple) and any(
            is_path(item) or hasattr(item, "shape") for item in value
        ):
            return [vectors_as_path(item, self._stack, self.descriptors) for item in value]
        return [vectors_as_path(value, self._stack, self.descriptors)]

    def _recipe(self, value: Any) -> str:
        if is_path(value):
            return os.fspath(cast("str | os.PathLike[str]", value))
        if hasattr(value, "recipe_text"):
            text = str(value.recipe_text)
        else:
            value = getattr(value, "manifest", value)
            if not isinstance(value, Mapping):
                raise TypeError(f"a recipe cannot be {type(value).__qualname__}")
            if "recipe" not in value:
                value = {key.replace("_", "-"): item for key, item in value.items()}
            text = json.dumps(value)
        file = cast("IO[bytes]", self._stack.enter_context(tempfile.TemporaryFile(prefix="gamut-")))
        file.write(text.encode())
        file.flush()
        self.descriptors.append(file.fileno())
        return path_of(file)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _unknown(function: str, name: str, known: Iterable[str]) -> str:
    words = sorted({*known, "budget", "columns"})
    close = difflib.get_close_matches(name.replace("-", "_"), words, 1)
    hint = f"; did you mean '{close[0]}'?" if close else f"; see help(gamut.{function})"
    return f"{function}() has no option '{name}'{hint}"


def budget_text(budget: Any) -> str:
    """A budget as the command line has it."""
    if hasattr(budget, "item") and hasattr(budget, "dtype"):
        budget = budget.item()
    if isinstance(budget, bool) or not isinstance(budget, int | str):
        hint = "; a share is written '10%'" if isinstance(budget, float) else ""
        raise TypeError(f"a budget is a number of samples, or a text such as '2Mtok'{hint}")
    return str(budget)
