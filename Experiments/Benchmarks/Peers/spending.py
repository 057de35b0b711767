"""What every variant of the script does alike: lines, k-means, cells, spending, files."""

import hashlib
import json
import mmap
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

CORES = len(os.sched_getaffinity(0))
STEP = 1 << 22


class Lines:
    """A JSONL file, mapped, and where its lines start and end. No line may be blank."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        data = np.frombuffer(self.map, np.uint8)
        begins = range(0, len(data), STEP)
        with ThreadPoolExecutor(CORES) as pool:
            found = list(
                pool.map(lambda at: np.flatnonzero(data[at : at + STEP] == 10) + at, begins)
            )
        ends = np.concatenate(found) + 1
        if len(ends) == 0 or ends[-1] != len(data):
            ends = np.append(ends, len(data))
        self.starts, self.ends = np.append(0, ends[:-1]), ends

    def __len__(self) -> int:
        return len(self.ends)

    def block(self, first: int, last: int) -> bytes:
        """The bytes of the lines first ..< last."""
        return self.map[self.starts[first] : self.ends[last - 1]]

    def some(self, rows: np.ndarray) -> bytes:
        """The bytes of the lines of those numbers, in that order."""
        places = zip(self.starts[rows].tolist(), self.ends[rows].tolist(), strict=True)
        return b"".join([self.map[start:end] for start, end in places])

    def ranges(self, step: int) -> list[tuple[int, int]]:
        """All lines, cut into ranges of at most step."""
        return [(first, min(first + step, len(self))) for first in range(0, len(self), step)]

    def sha256(self) -> str:
        return hashlib.sha256(self.map).hexdigest()


def k_means(rows: np.ndarray, count: int, iterations: int = 20) -> np.ndarray:
    """Lloyd's algorithm from a k-means++ start, all in float32 products."""
    random = np.random.default_rng(0)
    squares = np.einsum("ij,ij->i", rows, rows)
    centroids = np.empty((count, rows.shape[1]), np.float32)
    centroids[0] = rows[random.integers(len(rows))]
    nearest = np.full(len(rows), np.inf, np.float32)
    for k in range(1, count):
        last = centroids[k - 1]
        np.minimum(nearest, np.maximum(squares - 2 * (rows @ last) + last @ last, 0), out=nearest)
        sums = np.cumsum(nearest, dtype=np.float64)
        place = np.searchsorted(sums, random.random() * sums[-1])
        centroids[k] = rows[min(place, len(rows) - 1)]
    for _ in range(iterations):
        cells = nearest_centroid(rows, centroids)
        sizes = np.bincount(cells, minlength=count)
        for j in range(rows.shape[1]):
            sums = np.bincount(cells, weights=rows[:, j], minlength=count)
            np.divide(sums, sizes, out=centroids[:, j], where=sizes > 0, casting="unsafe")
    return centroids


def nearest_centroid(rows: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """The number of the nearest centroid of each row."""
    scores = rows @ centroids.T
    scores -= 0.5 * np.einsum("ij,ij->i", centroids, centroids)
    return scores.argmax(axis=1)


def quantile_bins(values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The bin of each value, and the inner edges of bins of equal mass."""
    edges = np.quantile(values, np.arange(1, count) / count)
    return np.searchsorted(edges, values, side="right"), edges


def balanced_choice(
    cells: np.ndarray, quality: np.ndarray, evenness: float, budget: int
) -> np.ndarray:
    """The budget's rows: rank i of a cell of N has priority (i - 1/2) / N^(1 - evenness), least first.

    A sort by quality, one of small whole numbers (by their digits, since it is stable), and no third:
    of those that share the last priority the best are taken, and the others need no order.
    """
    if budget == 0:
        return np.empty(0, np.int64)
    order = np.argsort(-quality)
    order = order[np.argsort(cells[order].astype(np.uint16), kind="stable")]
    counts = np.bincount(cells)
    starts = np.cumsum(counts) - counts
    ranked = cells[order]
    ranks = np.arange(len(order)) - starts[ranked]
    priority = (ranks + 0.5) / (counts ** (1 - evenness))[ranked]
    last = np.partition(priority, budget - 1)[budget - 1]
    first, tied = order[priority < last], order[priority == last]
    best = tied[np.argsort(-quality[tied], kind="stable")]
    return np.concatenate([first, best[: budget - len(first)]])


def in_threads(work: Callable, parts: Iterable[tuple[int, int]]) -> list:
    """The results of work(first, last) in the order of the parts."""
    with ThreadPoolExecutor(CORES) as pool:
        return list(pool.map(lambda part: work(*part), parts))


def write(output: Path, lines: Lines, rows: np.ndarray, manifest: dict) -> None:
    """The chosen lines as they came, in the pool's order, and a manifest beside them."""
    output.write_bytes(lines.some(np.sort(rows)))
    output.with_suffix(".manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
