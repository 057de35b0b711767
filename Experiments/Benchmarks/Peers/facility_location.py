#!/usr/bin/env python3
"""Facility location by apricot or by submodlib, on vectors that are ready.

    facility_location.py POOL.jsonl --vectors FILE.npy --library apricot|submodlib
                         [--graph exact|own|dense] [--budget SHARE] -o SUBSET.jsonl

Chooses a tenth of the pool by the greedy rule with lazy evaluation, over a sparse kernel of 64
neighbours, as both libraries advise for more than some thousand samples, and writes the chosen
lines. --graph exact makes the kernel by scikit-learn's exact search, on all cores, and hands it
over; own leaves it to the library, which is slower (and fails in apricot 0.6.1 with today's Numba);
dense gives submodlib all pairs, with which it is faster at 10,000 samples, and which cannot be held
at 100,000. How long the kernel took is told on standard error.

Left out, as everywhere here: reading anything but lines and vectors, embedding, receipts. Left out
of the objective: quality (gamut weighs it in by --alpha, at the same cost), and duplicates of texts
stay in.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.neighbors import NearestNeighbors

from spending import Lines

NEIGHBOURS = 64


def neighbours(vectors: np.ndarray) -> csr_matrix:
    """The cosines of each row with its nearest, itself among them, never negative."""
    began = time.perf_counter()
    count = min(NEIGHBOURS, len(vectors))
    search = NearestNeighbors(n_neighbors=count, algorithm="brute", n_jobs=-1).fit(vectors)
    distances, columns = search.kneighbors(vectors)
    # Of unit vectors.
    cosines = np.maximum(1 - distances**2 / 2, 0).astype(np.float32)
    starts = np.arange(len(vectors) + 1) * count
    shape = (len(vectors), len(vectors))
    print(f"neighbours: {time.perf_counter() - began:.2f} s", file=sys.stderr, flush=True)
    return csr_matrix((cosines.ravel(), columns.astype(np.int32).ravel(), starts), shape=shape)


def by_apricot(vectors: np.ndarray, budget: int, graph: str) -> np.ndarray:
    from apricot import FacilityLocationSelection

    if graph == "own":
        selector = FacilityLocationSelection(
            budget, metric="cosine", n_neighbors=NEIGHBOURS, optimizer="lazy"
        )
        return selector.fit(vectors.astype(np.float64)).ranking
    selector = FacilityLocationSelection(budget, metric="precomputed", optimizer="lazy")
    return selector.fit(neighbours(vectors).astype(np.float64)).ranking


def by_submodlib(vectors: np.ndarray, budget: int, graph: str) -> np.ndarray:
    from submodlib import FacilityLocationFunction

    if graph == "dense":
        cosines = np.maximum(vectors @ vectors.T, 0)
        kernel = {"mode": "dense", "separate_rep": False, "sijs": cosines}
    else:
        given = {"data": vectors} if graph == "own" else {"sijs": neighbours(vectors)}
        kernel = {"mode": "sparse", "metric": "cosine", "num_neighbors": NEIGHBOURS, **given}
    function = FacilityLocationFunction(n=len(vectors), **kernel)
    greedy = function.maximize(budget=budget, optimizer="LazyGreedy", show_progress=False)
    return np.array([row for row, _ in greedy])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--library", choices=["apricot", "submodlib"], required=True)
    parser.add_argument("--graph", choices=["exact", "own", "dense"], default="exact")
    parser.add_argument("--budget", type=float, default=0.1, help="a share of the pool")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()

    warnings.simplefilter("ignore")
    vectors = np.load(options.vectors)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    vectors /= np.maximum(lengths, 1e-9)
    library = {"apricot": by_apricot, "submodlib": by_submodlib}[options.library]
    chosen = library(vectors, int(options.budget * len(vectors)), options.graph)
    options.output.write_bytes(Lines(options.pool).some(np.sort(chosen)))


if __name__ == "__main__":
    main()
