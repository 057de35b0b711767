#!/usr/bin/env python3
"""Do the script and gamut do the same job? Holds their choices against each other.

    choices.py POOL.jsonl --receipts GAMUT.receipts.jsonl --cells NAME=FILE.npz...

Of each choice are told: samples, mean quality, cells that it fills and evenness over them (entropy
over that of equal shares) in gamut's grid and in the script's own, and how much of it gamut chose
too. Two grids of topics cut the same pool differently, so either choice fills fewer cells of the
other's grid than of its own; that is shown for both. Where records have a field `topic`, as those
of the project's generator do, and topics come from texts, also how much the topic bins tell of it
(normalised mutual information). The same job is done when as many samples are chosen, at least 90 %
as many cells filled, each by its own grid, mean quality is at most 0.03 lower, and topics tell at
most 0.05 less. The exit status is 1 where one does not.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import orjson

LEAST_CELLS, LEAST_QUALITY, LEAST_TOLD = 0.9, 0.03, 0.05


def filled(cells: np.ndarray, rows: np.ndarray) -> dict:
    """Cells and evenness of some rows."""
    sizes = np.unique(cells[rows], return_counts=True)[1]
    shares = sizes / sizes.sum()
    evenness = -(shares * np.log(shares)).sum() / np.log(max(len(sizes), 2))
    return {"cells": len(sizes), "evenness": round(float(evenness), 4)}


def shared_information(one: np.ndarray, other: np.ndarray) -> float:
    """Mutual information of two labellings over the mean of their entropies."""

    def entropy(labels: np.ndarray) -> float:
        shares = np.unique(labels, return_counts=True)[1] / len(labels)
        return float(-(shares * np.log(shares)).sum())

    both = one.astype(np.int64) * (int(other.max()) + 1) + other
    mean = (entropy(one) + entropy(other)) / 2
    return round((2 * mean - entropy(both)) / mean, 4) if mean else 1.0


def compared(
    pool: Path, quality: str, receipts: Path, cells: dict[str, Path], *, texts: bool = True
) -> dict:
    """What every choice is worth, by name; gamut's is `gamut`."""
    with receipts.open("rb") as file:
        told = [orjson.loads(line) for line in file]
    scores, labels = [], []
    with pool.open("rb") as file:
        for line in file:
            record = orjson.loads(line)
            scores.append(record[quality])
            labels.append(record.get("topic"))
    scores = np.array(scores, float)
    truth = (
        None
        if None in labels or not texts
        else np.unique(np.array(labels, str), return_inverse=True)[1]
    )
    ours = np.array([receipt["cell"] for receipt in told])
    chosen = {"gamut": np.flatnonzero([receipt["status"] == "selected" for receipt in told])}
    grids, topics = {}, {"gamut": ours[:, 1]}
    ours = ours[:, 0] * (ours[:, 1].max() + 1) + ours[:, 1]
    for name, path in cells.items():
        table = np.load(path)
        chosen[name], topics[name] = table["chosen"], table["topic"]
        grids[name] = table["level"] * (table["topic"].max() + 1) + table["topic"]
    result = {}
    for name, rows in chosen.items():
        one = {
            "samples": len(rows),
            "quality_mean": round(float(scores[rows].mean()), 4),
            "shared_with_gamut": round(len(np.intersect1d(rows, chosen["gamut"])) / len(rows), 4),
            "in_gamuts_cells": filled(ours, rows),
        }
        if name in grids:
            one["in_its_own_cells"] = filled(grids[name], rows)
            one["gamut_in_these_cells"] = filled(grids[name], chosen["gamut"])
        if truth is not None:
            one["topics_told"] = shared_information(topics[name], truth)
        result[name] = one
    for one in result.values():
        one["same_job"] = same_job(one, result["gamut"])
    return result


def same_job(one: dict, gamut: dict) -> bool:
    """Whether a choice is worth as much as gamut's, within the limits above."""
    own = one.get("in_its_own_cells", one["in_gamuts_cells"])["cells"]
    return (
        one["samples"] == gamut["samples"]
        and own >= LEAST_CELLS * gamut["in_gamuts_cells"]["cells"]
        and one["quality_mean"] >= gamut["quality_mean"] - LEAST_QUALITY
        and one.get("topics_told", 1) >= gamut.get("topics_told", 1) - LEAST_TOLD
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--quality", default="quality")
    parser.add_argument("--receipts", type=Path, required=True)
    parser.add_argument("--cells", nargs="+", required=True, metavar="NAME=FILE.npz")
    parser.add_argument("--vectors", action="store_true", help="topics come from vectors")
    options = parser.parse_args()
    cells = {name: Path(path) for name, path in (word.split("=", 1) for word in options.cells)}
    result = compared(
        options.pool, options.quality, options.receipts, cells, texts=not options.vectors
    )
    print(json.dumps(result, indent=1))
    sys.exit(0 if all(one["same_job"] for one in result.values()) else 1)


if __name__ == "__main__":
    main()
