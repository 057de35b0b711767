"""Fits and choices on a Spark cluster.

    archive = gamut.spark.fit("/data/part-*.jsonl", "/data/pool.gamut", storage="/data/work", quality="score")
    subset = gamut.spark.select(archive, "/data/subset", budget=5000)
    subset.files        # /data/subset/part-1.jsonl, ...: the chosen records of each file

Each file is read where a task is placed; what travels is what the program writes, a few hundred bytes a sample. The
archive and the subset are those of one machine, to the byte. A task whose executor dies is tried again, and
speculation does no harm.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gamut._cluster import fit_files, select_files
from gamut._divided_choice import Subset
from gamut._engine import stopping
from gamut._tasks import Outcome, Task, carry_out

try:
    import pyspark
except ImportError as error:
    raise ImportError(
        "gamut.spark needs PySpark: pip install 'gamut-select[spark]', on every machine of the cluster"
    ) from error

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from gamut._archive import Archive
    from gamut._options import FitOptions, SelectOptions

__all__ = ["Subset", "fit", "select"]


def fit(  # type: ignore[misc]  # The names that also are options are told here.
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    storage: str | os.PathLike[str],
    embeddings: Any = None,
    threads: int | None = None,
    storage_options: Mapping[str, Any] | None = None,
    spark: Any = None,
    **options: Unpack[FitOptions],
) -> Archive:
    """Reads a pool on a Spark cluster and keeps what choices need.

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
        threads: How many threads the program works with. Default: the processors of a task, `spark.task.cpus`.
        storage_options: What fsspec is to know of addresses, such as credentials.
        spark: A `SparkSession` or a `SparkContext`. Default: the active one.
        options: See `gamut._options.FitOptions` and `gamut fit --help`; not `model` and `rejects`.

    Returns:
        The archive.

    Raises:
        DataError, UsageError: As for `gamut.fit`, with the file named. They are not tried again.
        TypeError, ValueError: There is no such option, or it does not go with a cluster.
        py4j.protocol.Py4JJavaError: Executors died again and again.
    """
    return fit_files(
        _Spark(spark), files, output, storage=storage, embeddings=embeddings, threads=threads,
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
    spark: Any = None,
    **options: Unpack[SelectOptions],
) -> Subset:
    """Chooses a balanced subset and writes the chosen records of each file, on a Spark cluster.

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
        spark: As for `fit`.
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
        _Spark(spark), data, output, storage=storage, budget=budget, embeddings=embeddings, threads=threads,
        storage_options=storage_options, options=options,
    )  # fmt: skip


class _Spark:
    """Spark as what starts tasks."""

    def __init__(self, spark: Any) -> None:
        self._context = _context(spark)
        self.threads = int(self._context.getConf().get("spark.task.cpus", "1"))

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        context = self._context
        group = f"gamut-{uuid.uuid4().hex}"
        step = {"gather": "moments", "read": "segments", "take": "records"}[tasks[0].step]
        done: list[Outcome] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                context.setJobGroup(group, f"gamut: {step} of {len(tasks)} files", True)
                done.extend(context.parallelize(list(tasks), len(tasks)).map(carry_out).collect())
            except BaseException as error:
                errors.append(error)

        # On a thread of its own, which has its own job group, and leaves this one to Ctrl-C: where that comes into a
        # call of the Java side, PySpark cannot end the job.
        thread = pyspark.InheritableThread(target=work)
        thread.daemon = True
        with stopping(lambda: context.cancelJobGroup(group)):
            thread.start()
            while thread.is_alive():
                thread.join(0.2)
        if errors:
            raise errors[0]
        return done


def _context(spark: Any) -> Any:
    from pyspark.sql import SparkSession

    if isinstance(spark, pyspark.SparkContext):
        return spark
    session = SparkSession.getActiveSession() if spark is None else spark
    if session is None:
        active = pyspark.SparkContext._active_spark_context
        if active is not None:
            return active
        raise ValueError("no Spark session is active; hand one in as spark=...")
    try:
        return session.sparkContext
    except Exception as error:
        raise TypeError(
            f"spark= is a SparkSession or a SparkContext, and {type(session).__qualname__} has no SparkContext"
            " (a session of Spark Connect has none)"
        ) from error
