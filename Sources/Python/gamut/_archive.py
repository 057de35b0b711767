"""Archives: a pool read once, for many choices."""

from __future__ import annotations

import json
import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast, overload

from gamut._data import Data, Files, recognise
from gamut._errors import DataError
from gamut._options import CommandLine, FitOptions
from gamut._run import write_with_vectors
from gamut._scratch import make_folder
from gamut._tool import invoke

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Unpack

    from gamut._options import DescribeOptions, ExplainOptions, SelectOptions, TuneOptions
    from gamut._results import Description, Explanation, Tuning
    from gamut._select import Selection


def fit(
    data: Any,
    output: str | os.PathLike[str] | None = None,
    *,
    columns: Sequence[str] | None = None,
    **options: Unpack[FitOptions],
) -> Archive:
    """Reads a pool once and keeps what later choices need.

    Args:
        data: As for `select`.
        output: The archive's folder, `NAME.gamut`. Of data in memory the lines are kept beside it, as
            `NAME.jsonl`, for chosen lines are fetched from there. Default: a temporary folder that goes
            with the `Archive`.
        columns: Of data in memory the columns that are looked at. Default: all.
        options: See `gamut._options.FitOptions` and `gamut fit --help`.

    Returns:
        The archive.

    Raises:
        DataError, UsageError, TypeError, ValueError, KeyboardInterrupt: As for `select`.
    """
    source = recognise(data, columns)
    folder = None
    if output is None:
        folder = make_folder()
        output = folder.path / "pool.gamut"
    try:
        with ExitStack() as stack:
            line = CommandLine("fit", FitOptions, options, stack, in_memory=source.paths is None)
            if source.paths is not None:
                _fit(line, source.paths, output)
            else:
                force = bool(options.get("force"))
                pool = Path(output).with_suffix(".jsonl")
                with _kept_lines(source, pool, line, stack, force) as vectors:
                    if vectors is not None:
                        line.arguments.append(f"--embeddings={vectors}")
                    _fit(line, [str(pool)], output)
    except BaseException:
        if folder is not None:
            folder.remove()
        raise
    archive = Archive(output)
    if source.paths is None:
        archive._data = source
    if folder is not None:
        weakref.finalize(archive, folder.remove)
    return archive


def _fit(line: CommandLine, paths: Sequence[str], output: str | os.PathLike[str]) -> None:
    arguments = [*line.arguments, f"--output={os.fspath(output)}", "--", *paths]
    invoke(["fit", *arguments], descriptors=line.descriptors)


@contextmanager
def _kept_lines(
    data: Data, path: Path, line: CommandLine, stack: ExitStack, replacing: bool
) -> Iterator[str | None]:
    """Writes lines under a name that they keep if all goes well; else what was there stays."""
    if path.exists() and not replacing:
        raise DataError(
            f"{path} exists already; choose another name, or replace it with force=True", 1, "data"
        )
    vectors = None
    handle, name = tempfile.mkstemp(prefix=".gamut-", suffix=".jsonl", dir=path.parent)
    new, old = Path(name), None
    try:
        with open(handle, "wb") as file:
            # As any new file, and not for its owner alone.
            mask = os.umask(0)
            os.umask(mask)
            os.fchmod(file.fileno(), 0o666 & ~mask)
            if line.vector_column is not None:
                vectors = write_with_vectors(data, file, line, stack)
            else:
                data.write(cast("IO[bytes]", file))
        if path.exists():
            old = new.with_suffix(".old")
            path.rename(old)
        new.rename(path)
        new = path
        yield vectors
    except BaseException:
        with suppress(OSError):
            new.unlink()
        if old is not None:
            old.rename(path)
        raise
    if old is not None:
        old.unlink()


class Archive:
    """A folder of columns and a model, made by `fit` or by the command `gamut fit`.

    Attributes:
        path: The folder.
        address: Where it is kept, if that is an address of fsspec's; `path` is a copy then.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Opens an archive.

        Args:
            path: Its folder.

        Raises:
            DataError: There is none.
        """
        self.path = Path(path)
        self.address: str | None = None
        self._data: Data | None = None
        if not (self.path / "archive.json").is_file():
            raise DataError(f"{self.path} is no archive; make one with gamut.fit", 1, "data")

    @property
    def index(self) -> dict[str, Any]:
        """What `archive.json` says: model, segments, digests."""
        return cast("dict[str, Any]", json.loads((self.path / "archive.json").read_bytes()))

    def _as_data(self, columns: Sequence[str] | None) -> Data:
        return _ArchiveData(self, columns)

    @overload
    def select(
        self, *, budget: int | str | None = None, **options: Unpack[SelectOptions]
    ) -> Selection: ...

    @overload
    def select(
        self,
        *,
        budget: list[int] | list[str] | list[int | str] | tuple[int | str, ...],
        **options: Unpack[SelectOptions],
    ) -> list[Selection]: ...

    def select(self, *, budget: Any = None, **options: Unpack[SelectOptions]) -> Any:
        """Chooses from the archive; see `gamut.select`."""
        from gamut._select import select

        return select(self, budget=budget, **options)

    def describe(self, **options: Unpack[DescribeOptions]) -> Description:
        """Describes what the archive holds; see `gamut.describe`."""
        from gamut._results import describe

        return describe(self, **options)

    def explain(
        self,
        *,
        id: Any = None,
        row: int | None = None,
        budget: int | str | None = None,
        **options: Unpack[ExplainOptions],
    ) -> Explanation:
        """Says why one sample is or is not chosen; see `gamut.explain`."""
        from gamut._results import explain

        return explain(self, id=id, row=row, budget=budget, **options)

    def tune(self, *, budget: int | str | None = None, **options: Unpack[TuneOptions]) -> Tuning:
        """Tries grids and policies; see `gamut.tune`."""
        from gamut._results import tune

        return tune(self, budget=budget, **options)

    def report(self, path: str | os.PathLike[str] | None = None) -> str:
        """The page of the archive, HTML that loads nothing from anywhere.

        Args:
            path: Where it is written, if anywhere; what stands there is replaced.
        """
        page = invoke(["report", "--quiet", "--", str(self.path)]).stdout.decode()
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"


class _ArchiveData(Files):
    """An archive to choose from, whose rows are those of the data that it was made of, if these are known."""

    def __init__(self, archive: Archive, columns: Sequence[str] | None) -> None:
        super().__init__([str(archive.path)], columns)
        # Also keeps a temporary archive for as long as a choice may be made again.
        self.archive = archive

    def take(self, indices: npt.NDArray[np.int64]) -> Any:
        if self.archive._data is None:
            return NotImplemented
        return self.archive._data.take(indices)
