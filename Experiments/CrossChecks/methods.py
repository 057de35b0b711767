#!/usr/bin/env python3
"""Do the methods of `gamut select` choose what plain references of their rules choose?

    methods.py POOL.jsonl VECTORS.npy --quality COLUMN [--rows N] [--budget B] [--gamut PROGRAM]

Takes the first N records with their vectors, lets gamut choose B of them by each method, and carries the
rules out again from the receipts and the vectors: with NumPy in double, with apricot-select on all pairs and
with the nearest neighbours and the k-means of scikit-learn. Prints how many of the chosen samples both have, and what
both come to by the method's objective. The exit status is 1 where a rule without chance or approximation
differs in more than one sample in a hundred (ties of content are settled by a hash that is not seen here).
"""

import argparse
import collections
import heapq
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from apricot import FacilityLocationSelection
from sklearn.cluster import KMeans
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 64
NOVELTY_NEIGHBOURS = 3
LEAST_SHARE = 0.99


class Run:
    """What gamut chose by one method."""

    def __init__(self, arguments, pool, vectors, method, *options):
        with tempfile.TemporaryDirectory() as folder:
            subset = pathlib.Path(folder, "subset.jsonl")
            subprocess.run(
                [arguments.gamut, "select", pool, "--embeddings", vectors, "--quality",
                 arguments.quality, "--normalize", "rank", "--budget", str(arguments.budget),
                 "--axis", "complexity:8", "--axis", "topic1:4", "--method", method, *options, "--receipts",
                 "--quiet", "-o", subset], check=True)
            receipts = pathlib.Path(folder, "subset.receipts.jsonl").read_text().splitlines()
        self.receipts = [json.loads(line) for line in receipts]
        # Candidates, best first; ties as gamut ranks them where a rank tells.
        self.candidates = [row for row, receipt in enumerate(self.receipts) if receipt["rank"]]
        self.candidates.sort(
            key=lambda row: (-self.receipts[row]["quality"], self.receipts[row]["rank"], row))
        chosen = {row for row in self.candidates if self.receipts[row]["status"] == "selected"}
        self.chosen = [place for place, row in enumerate(self.candidates) if row in chosen]
        self.quality = np.array([self.receipts[row]["quality"] for row in self.candidates])
        self.complexity = np.array(
            [self.receipts[row]["descriptor"]["complexity"] for row in self.candidates])
        self.cells = [tuple(self.receipts[row]["cell"]) for row in self.candidates]


def deita(scores, unit, budget, threshold=0.9):
    """Along the scores; kept unless some kept one is closer than the threshold."""
    kept = []
    for place in np.argsort(-scores, kind="stable"):
        if len(kept) == budget:
            break
        if not kept or (unit[kept] @ unit[place]).max() <= threshold:
            kept.append(int(place))
    return kept


def farthest_first(unit, budget):
    """From the best on, always the farthest from all that are chosen."""
    chosen = [0]
    greatest = unit @ unit[0]
    while len(chosen) < budget:
        greatest[chosen[-1]] = np.inf
        chosen.append(int(np.argmin(greatest)))
        greatest = np.maximum(greatest, unit @ unit[chosen[-1]])
    return chosen


def radius(unit, chosen):
    """How far the farthest sample lies from the nearest chosen one."""
    return float(np.sqrt(max(0.0, 2 - 2 * (unit @ unit[chosen].T).max(axis=1).min())))


def coverage(unit, chosen):
    """The sum of the greatest cosines, negative ones counted as 0, over all pairs."""
    return float(np.maximum((unit @ unit[chosen].T).max(axis=1), 0).sum())


def facility_location(unit, quality, budget, alpha):
    """Lazy greedy on the graph of nearest neighbours, quality as percentile ranks."""
    count = len(unit)
    found = NearestNeighbors(n_neighbors=min(NEIGHBOURS + 1, count), metric="cosine", algorithm="brute")
    distances, numbers = found.fit(unit).kneighbors(unit)
    covers = [{place: 1.0} for place in range(count)]
    for place in range(count):
        for distance, other in zip(distances[place], numbers[place]):
            if other != place and distance < 1:
                covers[other][place] = 1 - distance
    indices = [np.array(list(cover)) for cover in covers]
    cosines = [np.array(list(cover.values())) for cover in covers]
    mean = sum(cosine.sum() for cosine in cosines) / count
    ranks = np.empty(count)
    for value in np.unique(quality):
        places = np.flatnonzero(quality == value)
        ranks[places] = 1 - (places[0] + places[-1] + 1) / 2 / count
    present = np.zeros(count)

    def gain(place):
        added = np.maximum(cosines[place] - present[indices[place]], 0).sum()
        return (1 - alpha) * added / mean + alpha * ranks[place]

    heap = [(-gain(place), place) for place in range(count)]
    heapq.heapify(heap)
    chosen, value = [], 0.0
    while len(chosen) < budget:
        _, place = heapq.heappop(heap)
        fresh = gain(place)
        if heap and (-fresh, place) > heap[0]:
            heapq.heappush(heap, (-fresh, place))
            continue
        chosen.append(place)
        np.maximum.at(present, indices[place], cosines[place])

    def objective(places):
        known = np.zeros(count)
        for place in places:
            np.maximum.at(known, indices[place], cosines[place])
        return float((1 - alpha) * known.sum() / mean + alpha * ranks[places].sum())

    return chosen, objective


def mig(quality, cells, budget):
    """The largest gain of (sum of a cell's qualities)^0.8."""
    sums = collections.Counter()
    left = list(range(len(quality)))
    chosen = []
    while len(chosen) < budget:
        seen, best = set(), None
        for place in left:
            # Candidates come best first, and the best of a cell adds most.
            if cells[place] in seen:
                continue
            seen.add(cells[place])
            total = sums[cells[place]]
            gain = (total + quality[place]) ** 0.8 - total**0.8
            if best is None or gain > best[0]:
                best = gain, place
        left.remove(best[1])
        chosen.append(best[1])
        sums[cells[best[1]]] += quality[best[1]]
    return chosen


def information(quality, cells, chosen):
    sums = collections.Counter()
    for place in chosen:
        sums[cells[place]] += quality[place]
    return float(sum(total**0.8 for total in sums.values()))


def dominated_novelty(unit, budget):
    """The mean distance from the nearest of those before, which are fitter."""
    novelty = np.full(len(unit), np.inf)
    for place in range(1, len(unit)):
        distances = np.sqrt(np.maximum(2 - 2 * (unit[:place] @ unit[place]), 0))
        count = min(NOVELTY_NEIGHBOURS, place)
        novelty[place] = np.partition(distances, count - 1)[:count].mean()
    return list(np.argsort(-novelty, kind="stable")[:budget]), novelty


def cluster_ranks(unit, budget):
    """The best of each cluster in turn."""
    count = max(1, int(np.sqrt(len(unit) / 2)))
    labels = KMeans(n_clusters=count, n_init=1, random_state=0).fit_predict(unit)
    ranks = collections.Counter()
    keys = []
    for place, label in enumerate(labels):
        keys.append((ranks[label], place))
        ranks[label] += 1
    return [place for _, place in sorted(keys)[:budget]], labels


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool")
    parser.add_argument("vectors")
    parser.add_argument("--quality", required=True)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--budget", type=int, default=300)
    parser.add_argument("--gamut", default=".build/release/gamut")
    arguments = parser.parse_args()

    rows = np.load(arguments.vectors, mmap_mode="r")[: arguments.rows].astype(np.float32)
    table, differs = [], False
    with tempfile.TemporaryDirectory() as folder:
        vectors = pathlib.Path(folder, "vectors.npy")
        np.save(vectors, rows)
        pool = pathlib.Path(folder, "pool.jsonl")
        with open(arguments.pool, "rb") as lines:
            pool.write_bytes(b"".join(itertools.islice(lines, len(rows))))

        def add(method, reference, run, theirs, objective, is_exact):
            nonlocal differs
            common = len(set(run.chosen) & set(theirs)) / len(run.chosen)
            differs |= is_exact and common < LEAST_SHARE
            table.append((method, reference, len(run.chosen), len(theirs), f"{common:.3f}",
                          f"{objective(run.chosen):.4f}", f"{objective(list(theirs)):.4f}"))

        def run(method, *options):
            result = Run(arguments, pool, vectors, method, *options)
            unit = rows[result.candidates].astype(np.float64)
            return result, unit / np.linalg.norm(unit, axis=1, keepdims=True)

        budget = arguments.budget
        ours, unit = run("deita")
        scores = ours.quality * ours.complexity
        add("deita", "NumPy", ours, deita(scores, unit, budget),
            lambda places: scores[places].sum(), True)
        ours, unit = run("k-center")
        add("k-center", "NumPy", ours, farthest_first(unit, budget),
            lambda places: radius(unit, places), True)
        for alpha in (0.0, 0.5):
            ours, unit = run("facility-location", "--alpha", str(alpha))
            theirs, objective = facility_location(unit, ours.quality, budget, alpha)
            add(f"facility-location, alpha {alpha}", "lazy greedy, scikit-learn's graph", ours, theirs,
                objective, True)
        ours, unit = run("facility-location", "--alpha", "0")
        cosines = np.maximum(unit @ unit.T, 0)
        dense = FacilityLocationSelection(budget, metric="precomputed", optimizer="lazy").fit(cosines)
        add("facility-location, alpha 0", "apricot-select, all pairs", ours, list(dense.ranking),
            lambda places: coverage(unit, places), False)
        ours, unit = run("mig")
        add("mig", "NumPy", ours, mig(ours.quality, ours.cells, budget),
            lambda places: information(ours.quality, ours.cells, places), True)
        ours, unit = run("dns")
        theirs, novelty = dominated_novelty(unit, budget)
        add("dns", "NumPy", ours, theirs, lambda places: np.where(np.isinf(novelty), 0, novelty)[places].sum(), True)
        ours, unit = run("cluster-rank")
        theirs, labels = cluster_ranks(unit, budget)
        add("cluster-rank", "scikit-learn's k-means", ours, theirs,
            lambda places: ours.quality[places].mean(), False)

    print("| method | reference | chosen | theirs | in common | objective | theirs |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for line in table:
        print("| " + " | ".join(str(cell) for cell in line) + " |")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
