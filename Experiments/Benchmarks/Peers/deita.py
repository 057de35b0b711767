#!/usr/bin/env python3
"""DEITA's rule in NumPy: best first by quality times complexity, nothing near to what was chosen.

    deita.py POOL.jsonl --columns FILE.npz --vectors FILE.npy -o SUBSET.jsonl
             [--budget SHARE] [--cosine C]

Walks blocks of 512 candidates: products with the vectors of what was chosen, 4,096 at a time and
only of candidates that are not near to any yet, one product within the block, and then the walk
itself, until the budget is spent. Quality, complexity and vectors are ready.

Left out: reading and embedding texts, duplicates of texts, receipts, the proof, and the manifest.
"""

import argparse
from pathlib import Path

import numpy as np

from spending import Lines

BLOCK, CHOSEN = 512, 4096


def walk(vectors: np.ndarray, order: np.ndarray, budget: int, limit: float) -> np.ndarray:
    """The rows that are chosen, in their order."""
    kept = np.empty((budget, vectors.shape[1]), np.float32)
    chosen: list[int] = []
    for first in range(0, len(order), BLOCK):
        rows = order[first : first + BLOCK]
        block = vectors[rows]
        for at in range(0, len(chosen), CHOSEN):
            others = kept[at : min(at + CHOSEN, len(chosen))]
            far = (block @ others.T).max(axis=1, initial=-1) < limit
            if not far.all():
                rows, block = rows[far], block[far]
        pairs = block @ block.T >= limit
        open_ = np.ones(len(rows), bool)
        for place, row in enumerate(rows.tolist()):
            if not open_[place]:
                continue
            kept[len(chosen)] = block[place]
            chosen.append(row)
            if len(chosen) == budget:
                return np.array(chosen)
            open_ &= ~pairs[place]
    return np.array(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--columns", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--budget", type=float, default=0.1, help="a share of the pool")
    parser.add_argument("--cosine", type=float, default=0.9)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()

    columns = np.load(options.columns)
    vectors = np.load(options.vectors)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    vectors /= np.maximum(lengths, 1e-9)
    order = np.argsort(-columns["quality"] * columns["complexity"], kind="stable")
    chosen = walk(vectors, order, int(options.budget * len(vectors)), options.cosine)
    options.output.write_bytes(Lines(options.pool).some(np.sort(chosen)))


if __name__ == "__main__":
    main()
