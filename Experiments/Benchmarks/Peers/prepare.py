#!/usr/bin/env python3
"""Makes ready what rivals are handed: quality, complexity, 16 topics, 256 centroids, ranges.

    prepare.py POOL.jsonl --vectors FILE.npy --quality COLUMN --gamut PROGRAM
               -o FILE.npz --nested FILE.jsonl

--nested is the pool once more, with quality also in `scores`, where Data-Juicer reads it faster.
Complexity and quality are gamut's, from its receipts; topics are the principal components of the
vectors.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import orjson

from script import components
from spending import k_means


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--quality", required=True)
    parser.add_argument("--gamut", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--nested", type=Path, required=True)
    options = parser.parse_args()

    # Under other names until they are whole: what is there is taken for ready the next time.
    half = options.nested.with_suffix(".half")
    with options.pool.open("rb") as lines, half.open("wb") as nested:
        for line in lines:
            record = orjson.loads(line)
            record["scores"] = {"quality": record[options.quality]}
            nested.write(orjson.dumps(record) + b"\n")
    half.replace(options.nested)

    with tempfile.TemporaryDirectory(dir=options.output.parent) as folder:
        subset = Path(folder, "subset.jsonl")
        command = [options.gamut, "select", options.pool, "--quality", options.quality]
        command += ["--budget", "1", "--axis", "complexity:4", "--random", "0", "--receipts"]
        subprocess.run([*command, "--quiet", "-o", subset], check=True)
        with Path(folder, "subset.receipts.jsonl").open("rb") as receipts:
            told = [orjson.loads(line) for line in receipts]
    vectors = np.load(options.vectors, mmap_mode="r")
    mean, directions = components(vectors, None)
    topics = (vectors - mean) @ directions
    sample = np.random.default_rng(0).choice(len(topics), min(65_536, len(topics)), replace=False)
    complexity = np.array([receipt["descriptor"]["complexity"] for receipt in told])
    grid = np.column_stack([complexity, topics[:, 0]])
    half = options.output.with_suffix(".half.npz")
    np.savez(
        half,
        quality=np.array([receipt["quality"] for receipt in told]),
        complexity=complexity,
        topics=topics,
        centroids=k_means(topics[sample], 256),
        grid_ranges=np.percentile(grid, [1, 99], axis=0).T,
        cvt_ranges=np.column_stack([topics.min(axis=0), topics.max(axis=0)]),
    )
    half.replace(options.output)


if __name__ == "__main__":
    main()
