#!/usr/bin/env python3
"""An archive of pyribs: the best sample of every cell.

    pyribs.py POOL.jsonl --columns FILE.npz -o SUBSET.jsonl --archive grid|cvt

Adds all samples in one call to a GridArchive of 16 x 16 cells over complexity and the first topic,
or to a CVTArchive of 256 cells over 16 topics, which are looked up on all cores, and writes the
lines of the elites. Quality, descriptors, ranges and centroids are ready; a solution is the number
of its line.

Left out: reading, measuring and embedding texts, fitting topics and centroids, all but one
candidate a cell, receipts.
"""

import argparse
from pathlib import Path

import numpy as np
from ribs.archives import CVTArchive, GridArchive

from spending import Lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--columns", type=Path, required=True)
    parser.add_argument("--archive", choices=["grid", "cvt"], required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()

    columns = np.load(options.columns)
    if options.archive == "grid":
        measures = np.column_stack([columns["complexity"], columns["topics"][:, 0]])
        archive = GridArchive(solution_dim=1, dims=[16, 16], ranges=columns["grid_ranges"])
    else:
        measures = columns["topics"].astype(float)
        archive = CVTArchive(
            solution_dim=1,
            centroids=columns["centroids"],
            ranges=columns["cvt_ranges"],
            kdtree_query_kwargs={"workers": -1},
        )
    rows = np.arange(len(measures), dtype=float)[:, None]
    archive.add(rows, columns["quality"], measures)
    elites = archive.data("solution").astype(np.int64).ravel()
    options.output.write_bytes(Lines(options.pool).some(np.sort(elites)))


if __name__ == "__main__":
    main()
