#!/usr/bin/env python3
"""Deduplication and representative selection of SemHash, on vectors that are ready.

    semantic_hash.py POOL.jsonl --vectors FILE.npy -o SUBSET.jsonl --job duplicates|representatives
                     [--budget SHARE] [--cosine C]

SemHash's own encoder is downloaded when it is first used; here it is handed vectors
(`from_embeddings`), so that it need not encode. Its index is usearch's, its default. duplicates:
self_deduplicate at 0.9. representatives: self_find_representative of a tenth, with its own default
of diversity, and of candidates where that is enough: by itself it looks at no more than 1,000, and
chooses no more; as many as are chosen is the least that can be asked for.

Left out: reading and embedding texts, quality (SemHash knows none: of near ones it keeps the
first), receipts. Its records are the numbers of the lines, which costs less than texts.
"""

import argparse
from pathlib import Path

import numpy as np
from semhash import SemHash

from spending import Lines


class Ready:
    """Stands in for an encoder; nothing is encoded."""

    def encode(self, inputs: object, **_: object) -> np.ndarray:
        raise RuntimeError("vectors are ready")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--job", choices=["duplicates", "representatives"], required=True)
    parser.add_argument("--budget", type=float, default=0.1, help="a share of the pool")
    parser.add_argument("--cosine", type=float, default=0.9)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()

    vectors = np.load(options.vectors)
    records = [str(row) for row in range(len(vectors))]
    hashes = SemHash.from_embeddings(vectors, records, model=Ready())
    if options.job == "duplicates":
        found = hashes.self_deduplicate(threshold=options.cosine)
    else:
        budget = int(options.budget * len(vectors))
        found = hashes.self_find_representative(budget, candidate_limit=max(budget, 1000))
    chosen = np.array([int(record) for record in found.selected], np.int64)
    options.output.write_bytes(Lines(options.pool).some(np.sort(chosen)))


if __name__ == "__main__":
    main()
