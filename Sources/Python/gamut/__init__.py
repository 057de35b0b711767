"""Choose balanced training data from a table, a list of records or files.

    subset = gamut.select(dataset, budget=5000, quality="score")
    subset.indices      # int64, the rows that were chosen
    subset.subset()     # these rows, as what was handed in

`select` chooses, `fit` keeps what choices need as an archive, `describe` and `compare` measure sets,
`tune` tries grids and policies, `explain` says why one row is in or out. All take a Hugging Face `Dataset`,
whatever speaks the Arrow PyCapsule interface (pandas, Polars, DuckDB, pyarrow), an iterable of dicts, or
paths. The work is done by the program `gamut`, which this package brings along; the options have the names
that they have there, with underscores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Archive",
    "Comparison",
    "Completed",
    "DataError",
    "Description",
    "Explanation",
    "GamutError",
    "Interrupted",
    "RequirementError",
    "Selection",
    "Tuning",
    "UsageError",
    "compare",
    "describe",
    "executable",
    "explain",
    "fit",
    "run",
    "select",
    "tune",
]

if TYPE_CHECKING:
    from gamut._archive import Archive, fit
    from gamut._errors import DataError, GamutError, Interrupted, RequirementError, UsageError
    from gamut._results import (
        Comparison,
        Description,
        Explanation,
        Tuning,
        compare,
        describe,
        explain,
        tune,
    )
    from gamut._select import Selection, select
    from gamut._tool import Completed, executable, run

# Where names come from. They are looked up when they are first asked for, so that the command `gamut`
# starts without NumPy, and so that modules for other frameworks cost nothing until they are imported.
_HOMES = {
    "_archive": ("Archive", "fit"),
    "_errors": ("DataError", "GamutError", "Interrupted", "RequirementError", "UsageError"),
    "_results": (
        "Comparison",
        "Description",
        "Explanation",
        "Tuning",
        "compare",
        "describe",
        "explain",
        "tune",
    ),
    "_select": ("Selection", "select"),
    "_tool": ("Completed", "executable", "run"),
}


def __getattr__(name: str) -> Any:
    import importlib

    for module, names in _HOMES.items():
        if name in names:
            value = getattr(importlib.import_module(f"gamut.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'gamut' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
