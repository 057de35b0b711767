#!/usr/bin/env python3
"""Do cells, elites and the redundancy rule agree with pyribs, NumPy and SemHash?

    archives.py POOL.jsonl VECTORS.npy --quality COLUMN [--rows N] [--gamut PROGRAM]

Chooses from the first N records, reads cells, ranks and descriptors from the receipts, adds the same samples
to archives of pyribs over the same ranges and centroids, and removes near copies with SemHash among the same
vectors in the same order. The exit status is 1 where something differs that should not.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas
from ribs.archives import CVTArchive, GridArchive
from semhash import SemHash
from vicinity import Backend

COSINE = 0.9


class Choice:
    """A choice by gamut: its manifest and its receipts."""

    def __init__(self, gamut, inputs, *options):
        with tempfile.TemporaryDirectory() as folder:
            subset = pathlib.Path(folder, "subset.jsonl")
            subprocess.run(
                [gamut, "select", *inputs, *options, "--receipts", "--random", "0", "--quiet", "-o", subset],
                check=True)
            self.manifest = json.loads(pathlib.Path(folder, "subset.manifest.json").read_text())
            lines = pathlib.Path(folder, "subset.receipts.jsonl").read_text().splitlines()
        self.receipts = [json.loads(line) for line in lines]
        # Without copies, which are in no cell's ranking.
        self.rows = [row for row, receipt in enumerate(self.receipts) if receipt["rank"]]
        self.quality = np.array([self.receipts[row]["quality"] for row in self.rows])
        self.cells = [tuple(self.receipts[row]["cell"]) for row in self.rows]

    def values(self, axis):
        return np.array([self.receipts[row]["descriptor"][axis] for row in self.rows])

    def elites(self):
        """The rows of rank 1."""
        return {row for row in self.rows if self.receipts[row]["rank"] == 1}


def grid(choice):
    """A grid of pyribs over the ranges of the manifest, with all samples added."""
    axes = choice.manifest["axes"]
    measures = np.stack([choice.values(axis["name"]) for axis in axes], axis=1)
    archive = GridArchive(
        solution_dim=1, dims=[axis["bins"] for axis in axes], ranges=[axis["range"] for axis in axes],
        dtype=np.float64, epsilon=0)
    archive.add(np.array(choice.rows, dtype=float)[:, None], choice.quality, measures)
    cells = [tuple(cell) for cell in archive.int_to_grid_index(archive.index_of(measures)).tolist()]
    return archive, cells


def equal_mass(values, bins):
    """Bins of equal mass, cut between different values at the end of a run that is nearer the rank."""
    ordered = np.sort(values)
    ranks = np.arange(1, bins) * len(values) // bins
    starts = np.searchsorted(ordered, ordered[ranks], side="left")
    ends = np.searchsorted(ordered, ordered[ranks], side="right")
    cuts = np.where(ranks - starts <= ends - ranks, starts, ends)
    edges = np.unique(ordered[cuts[(cuts > 0) & (cuts < len(values))]])
    return np.searchsorted(edges, values, side="right").tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool")
    parser.add_argument("vectors")
    parser.add_argument("--quality", required=True)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--gamut", default=".build/release/gamut")
    arguments = parser.parse_args()
    rows = np.load(arguments.vectors, mmap_mode="r")[: arguments.rows].astype(np.float32)
    table, differs = [], False

    def add(what, reference, theirs, ours, agrees, remark=""):
        nonlocal differs
        differs |= agrees is False
        verdict = "by design" if agrees is None else "yes" if agrees else "NO"
        table.append((what, reference, theirs, ours, verdict, remark))

    def share(left, right):
        return sum(a == b for a, b in zip(left, right)) / len(left)

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pool, vectors = folder / "pool.jsonl", folder / "vectors.npy"
        np.save(vectors, rows)
        with open(arguments.pool, "rb") as lines:
            pool.write_bytes(b"".join(itertools.islice(lines, len(rows))))
        basis = ("--embeddings", vectors, "--quality", arguments.quality, "--normalize", "none")

        choice = Choice(
            arguments.gamut, [pool], *basis, "--budget", "10%", "--axis", "complexity:8@uniform",
            "--axis", "topic1:6@uniform", "--axis", "topic2:6@uniform")
        archive, cells = grid(choice)
        same = share(cells, choice.cells)
        # A value beside an edge may fall to either side: edges here are floats, theirs a product of doubles.
        add("cells of a uniform grid", "pyribs GridArchive.index_of", f"{len(cells)} samples",
            f"{same:.4%} the same", same >= 0.999, "epsilon 0; both put outliers into border cells")
        stats, metrics = archive.stats, choice.manifest["pool"]["metrics"]
        add("cells", "pyribs num_elites", stats.num_elites, metrics["cells"],
            stats.num_elites == metrics["cells"])
        add("coverage", "pyribs coverage", f"{stats.coverage:.10f}", f"{metrics['coverage']:.10f}",
            abs(stats.coverage - metrics["coverage"]) < 1e-9)
        add("qd_score", "pyribs qd_score, offset 0", f"{stats.qd_score:.6f}", f"{metrics['qd_score']:.6f}",
            abs(stats.qd_score - metrics["qd_score"]) < 1e-4 * abs(stats.qd_score), "sum over cells of the best")
        elites = {int(row) for row in archive.data("solution")[:, 0]}
        add("elites", "pyribs, one a cell", len(elites), f"{len(elites & choice.elites())} in common",
            elites == choice.elites(), "no two scores are equal")
        add("candidates kept", "pyribs", len(elites), len(choice.rows), None,
            "one elite a cell there; every candidate, ranked, here")
        default = GridArchive(
            solution_dim=1, dims=[axis["bins"] for axis in choice.manifest["axes"]],
            ranges=[axis["range"] for axis in choice.manifest["axes"]])
        low = np.array([[axis["range"][0] - 1 for axis in choice.manifest["axes"]]])
        default.add(np.zeros((1, 1)), np.zeros(1), low)
        add("samples outside the range", "pyribs", "put into border cells, not counted",
            "put into border cells, " + str(sum(axis["clipped"] for axis in choice.manifest["axes"])) + " counted",
            None)

        quantile = Choice(
            arguments.gamut, [pool], *basis, "--budget", "10%", "--axis", "complexity:8@quantile")
        values, bins = quantile.values("complexity"), [cell[0] for cell in quantile.cells]
        same = share(equal_mass(values, 8), bins)
        add("bins of equal mass", "NumPy, the rule in plain", f"{len(bins)} samples", f"{same:.4%} the same",
            same == 1)
        same = share(pandas.qcut(values, 8, labels=False).tolist(), bins)
        add("bins of equal mass", "pandas.qcut", f"{len(bins)} samples", f"{same:.4%} the same", None,
            "it interpolates, and a value on an edge belongs below")

        fitted = folder / "pool.gamut"
        subprocess.run(
            [arguments.gamut, "fit", pool, *basis[:4], "--axis", "topic:48@cvt", "--quiet", "-o", fitted],
            check=True)
        voronoi = Choice(
            arguments.gamut, [fitted], "--quality", arguments.quality, "--budget", "10%",
            "--axis", "topic:48@cvt")
        (segment,) = (fitted / "segments").iterdir()
        centroids = np.load(fitted / "model" / "axis1.centroids.npy").astype(np.float64)
        topics = np.stack(
            [np.load(segment / f"topic.{number + 1}.npy") for number in range(centroids.shape[1])], axis=1)
        theirs = CVTArchive(
            solution_dim=1, centroids=centroids, ranges=[(-10, 10)] * centroids.shape[1], dtype=np.float64)
        indices = theirs.index_of(topics[voronoi.rows].astype(np.float64))
        same = share(indices.tolist(), [cell[0] for cell in voronoi.cells])
        add("Voronoi cells", "pyribs CVTArchive, our centroids", f"{len(indices)} samples",
            f"{same:.4%} the same", same >= 0.999)

        lone = Choice(
            arguments.gamut, [pool], *basis, "--budget", "100%", "--axis", "complexity:1@uniform",
            "--redundancy", str(COSINE))
        order = sorted(lone.rows, key=lambda row: lone.receipts[row]["rank"])
        kept = {row for row in order if lone.receipts[row]["status"] == "selected"}
        records = [str(row) for row in order]

        def semhash(backend):
            found = SemHash.from_embeddings(rows[order], records, model=None, ann_backend=backend)
            return {int(record) for record in found.self_deduplicate(threshold=COSINE).selected}

        exact = semhash(Backend.BASIC)
        add(f"redundancy {COSINE}, one cell", "SemHash, exact index", f"{len(exact)} kept",
            f"{len(kept)} kept, {len(kept & exact)} in common", len(kept ^ exact) <= 0.001 * len(order),
            "greedy, best first")
        near = semhash(Backend.USEARCH)
        add(f"redundancy {COSINE}, one cell", "SemHash, its default index", f"{len(near)} kept",
            f"{len(kept)} kept, {len(kept & near)} in common", None, "neighbours are searched approximately")

    print("| what | reference | theirs | ours | agrees | remark |")
    print("| --- | --- | ---: | ---: | --- | --- |")
    for line in table:
        print("| " + " | ".join(str(cell) for cell in line) + " |")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
