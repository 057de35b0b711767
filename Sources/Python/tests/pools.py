"""The pool of the repository, divided as pools on clusters are: unevenly, packed, with lines that are no records."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[3]

#: The file of each part and its lines of the pool, in the pool's order: as people count.
PARTS = {
    "a/part-1.jsonl": range(120),
    "a/part-2.jsonl": range(120, 1100),
    "a/part-10.jsonl.gz": range(1100, 1500),
    "b/part-1.jsonl": range(1500, 1850),
    "b/part-3.jsonl": range(1850, 1851),
    "b/part-4.jsonl": range(1851, 3000),
}
#: The part with a line that is no record, and the number of that line.
BROKEN, BROKEN_LINE = "b/part-1.jsonl", 301


@dataclass(frozen=True)
class DividedPool:
    """A pool in several files.

    Attributes:
        folder: Where the files lie.
        files: The files in the pool's order.
        vectors: Their vectors, in the same order.
        all_vectors: The vectors of all files.
    """

    folder: Path
    files: list[str]
    vectors: list[str]
    all_vectors: str


def divide(folder: Path) -> DividedPool:
    """Writes the pool's files and vectors."""
    lines = (REPOSITORY / "Data" / "pool.jsonl").read_bytes().splitlines(keepends=True)
    random = np.random.default_rng(7)
    rows, files, vectors = [], [], []
    for name, range_ in PARTS.items():
        part = lines[range_.start : range_.stop]
        if name == BROKEN:
            part.insert(BROKEN_LINE - 1, b'{"instruction": 5}\n')
            part.insert(BROKEN_LINE, b"\n")
        count = sum(line != b"\n" for line in part)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(part) if path.suffix != ".gz" else gzip.compress(b"".join(part)))
        rows.append(random.normal(size=(count, 24)).astype(np.float32))
        vectors.append(str(folder / "vectors" / f"{name}.npy"))
        Path(vectors[-1]).parent.mkdir(parents=True, exist_ok=True)
        np.save(vectors[-1], rows[-1])
        files.append(str(path))
    np.save(folder / "all.npy", np.concatenate(rows))
    return DividedPool(folder, files, vectors, str(folder / "all.npy"))
