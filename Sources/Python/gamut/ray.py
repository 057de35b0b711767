"""Fits and choices on a Ray cluster.

    archive = gamut.ray.fit("/data/part-*.jsonl", "/data/pool.gamut", storage="/data/work", quality="score")
    subset = gamut.ray.select(archive, "/data/subset", budget=5000)
    subset.files        # /data/subset/part-1.jsonl, ...: the chosen records of each file

Each file is read where a task is placed; what travels is what the program writes, a few hundred bytes a sample. The
archive and the subset are those of one machine, to the byte. A task whose worker dies is tried again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gamut._cluster import fit_files, select_files
from gamut._divided_choice import Subset
from gamut._engine import stopping
from gamut._tasks import Outcome, Task, carry_out

try:
    import ray
except ImportError as error:
    raise ImportError(
        "gamut.ray needs Ray: pip install 'gamut-select[ray]', on every machine of the cluster"
    ) from error

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from gamut._archive import Archive
    from gamut._options import FitOptions, SelectOptions

__all__ = ["Subset", "fit", "select"]

#: How often Ray starts a task again whose worker died.
_RETRIES = 3


def fit(  # type: ignore[misc]  # The names that also are options are told here.
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    storage: str | os.PathLike[str],
    embeddings: Any = None,
    threads: int | None = None,
    storage_options: Mapping[str, Any] | None = None,
    **options: Unpack[FitOptions],
) -> Archive:
    """Reads a pool on a Ray cluster and keeps what choices need.

    Args:
        files: The pool's files: paths that all machines see, or addresses of fsspec such as
            `s3://bucket/part-*.jsonl`. A pattern stands for its files. The pool's order is that of the paths as people
            count, whatever order they are given in.
        output: The archive's folder, `NAME.gamut`; beside it `NAME.parts.json` tells where the archives of the files
            lie.
        storage: A folder that all machines see, or an address, for what travels between them; the archives of the
            files stay there for later choices.
        embeddings: Vectors, one file for each of `files` in the order of these (a pattern: in its own order), or
            `column:NAME`. Default: the built-in text embedding.
        threads: How many threads the program works with, which is as many processors as a task asks Ray for.
            Default: 1.
        storage_options: What fsspec is to know of addresses, such as credentials.
        options: See `gamut._options.FitOptions` and `gamut fit --help`; not `model` and `rejects`.

    Returns:
        The archive.

    Raises:
        DataError, UsageError: As for `gamut.fit`, with the file named. They are not tried again.
        TypeError, ValueError: There is no such option, or it does not go with a cluster.
        ray.exceptions.RayError: Workers died again and again.
    """
    return fit_files(
        _Ray(threads), files, output, storage=storage, embeddings=embeddings, threads=threads,
        storage_options=storage_options, options=options,
    )  # fmt: skip


def select(  # type: ignore[misc]
    data: Archive | str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    storage: str | os.PathLike[str] | None = None,
    budget: int | str | None = None,
    embeddings: Any = None,
    threads: int | None = None,
    storage_options: Mapping[str, Any] | None = None,
    **options: Unpack[SelectOptions],
) -> Subset:
    """Chooses a balanced subset and writes the chosen records of each file, on a Ray cluster.

    Args:
        data: An archive that was made on a cluster (the object, its path or its address): nothing but the chosen
            records is read then. Or files as for `fit`: an archive is made first, `pool.gamut` in `storage`.
        output: The folder to come. It holds a file of lines for each file of the pool that has chosen records, named
            as that is, with `.jsonl` for its ending; and `chosen.npy` and `chosen.manifest.json`.
        storage: As for `fit`; of an archive it is known.
        budget: As for `gamut.select`, one at a time.
        embeddings: As for `fit`; of an archive they are settled.
        threads: As for `fit`.
        storage_options: As for `fit`.
        options: See `gamut._options.SelectOptions` and `gamut select --help`. Not `order` and the formats of one file;
            what looks at texts or whole vectors (`exclude`, `near_duplicates`, `redundancy`, some methods) does so on
            this machine, so the files have to be paths that it sees. With files a `recipe` is a mapping, JSON or what
            an earlier choice gave; one in YAML, or what `gamut.tune` gave, goes with an archive.

    Returns:
        The subset. Its files, one after the other, are what `gamut select` writes on one machine.

    Raises:
        RequirementError: A `require` does not hold, and nothing was written.
        Exception: As for `fit`.
    """
    return select_files(
        _Ray(threads), data, output, storage=storage, budget=budget, embeddings=embeddings, threads=threads,
        storage_options=storage_options, options=options,
    )  # fmt: skip


class _Ray:
    """Ray as what starts tasks."""

    threads = 1

    def __init__(self, threads: int | None) -> None:
        self._processors = self.threads if threads is None else threads

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        # Spread: copies of files that lie at addresses take room on the disks.
        remote = ray.remote(
            num_cpus=self._processors, max_retries=_RETRIES, scheduling_strategy="SPREAD"
        )(carry_out)
        outcomes = [Outcome() for _ in tasks]
        waiting = {remote.remote(task): place for place, task in enumerate(tasks)}

        def stop() -> None:
            # As by Ctrl-C, so that the program removes what is half-written; then nobody writes any more.
            for reference in waiting:
                ray.cancel(reference)
            if waiting:
                ray.wait(list(waiting), num_returns=len(waiting), timeout=30)

        with stopping(stop):
            while waiting:
                (reference,), _ = ray.wait(list(waiting), num_returns=1)
                outcome = ray.get(reference)
                outcomes[waiting.pop(reference)] = outcome
                if outcome.error is not None and not outcome.may_pass:
                    stop()
                    break
        return outcomes
