#!/usr/bin/env python3
"""How many vectors tell the topics? Cells of a share of the vectors beside those of all, and beside labels.

    share.py [FOLDER] [--tool gamut] [--output FOLDER]

FOLDER (or $GAMUT_SHARED_DATA) holds the data sets, plain or as NAME.zst, and an encoder's vectors as
vectors/NAME.minilm.f16.npy. Writes share.md. Needs Python 3, numpy, zstd on the path.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np

from agreement import text_of

SHARES = (1, 0.5, 0.2, 0.1, 0.05, 0.02)
SEEDS = (0, 1, 2)
SETS = (("intent_clinc150.jsonl", "label"), ("alpaca_52k.json", None))


def cells(tool, pool, vectors, share, seed, work):
    """The cell of each sample of a pool."""
    subset = work / "subset.jsonl"
    command = [tool, "select", pool, "--embeddings", vectors, "--vector-share", share]
    command += ["--budget", "100%", "--axis", "topic:64@cvt", "--seed", seed, "--random", 0]
    command += ["--receipts", "--quiet", "--force"]
    subprocess.run([str(word) for word in [*command, "-o", subset]], check=True)
    with (work / "subset.receipts.jsonl").open(encoding="utf-8") as receipts:
        return [json.loads(line)["cell"][0] for line in receipts]


def information(one, other):
    """Normalised mutual information: 2 I(X; Y) / (H(X) + H(Y))."""
    (_, one), (_, other) = (np.unique(x, return_inverse=True) for x in (one, other))
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1 / len(one))

    def entropy(shares):
        shares = shares[shares > 0]
        return -(shares * np.log(shares)).sum()

    apart = entropy(table.sum(1)) + entropy(table.sum(0))
    return 2 * (apart - entropy(table.ravel())) / apart


def row(name, values):
    return "| " + " | ".join([name, *(f"{value:.3f}" for value in values)]) + " |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", default=os.environ.get("GAMUT_SHARED_DATA"))
    parser.add_argument("--tool", default=".build/release/gamut")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = parser.parse_args()
    if not options.folder:
        parser.error("name the folder of the data sets, or set GAMUT_SHARED_DATA")
    folder = pathlib.Path(options.folder)
    lines = [
        "| set | " + " | ".join(f"{share:.0%}" for share in SHARES) + " |",
        "| --- |" + " ---: |" * len(SHARES),
    ]
    for name, label in SETS:
        with tempfile.TemporaryDirectory() as temporary:
            work = pathlib.Path(temporary)
            pool = work / name
            pool.write_text(text_of(folder, name), encoding="utf-8")
            vectors = folder / "vectors" / (name.split(".")[0] + ".minilm.f16.npy")
            found = {
                share: [cells(options.tool, pool, vectors, share, seed, work) for seed in SEEDS]
                for share in SHARES
            }
            # Each is held against all vectors by another seed, since a seed alone changes much.
            others = [found[1][(seed + 1) % len(SEEDS)] for seed in SEEDS]
            size = f"{name.split('.')[0]}, {len(others[0]):,}"
            values = [
                np.mean([information(*pair) for pair in zip(found[share], others)])
                for share in SHARES
            ]
            lines.append(row(f"{size}: cells of all, another seed", values))
            if label is None:
                continue
            with pool.open(encoding="utf-8") as records:
                labels = [json.loads(line)[label] for line in records]
            values = [np.mean([information(own, labels) for own in found[s]]) for s in SHARES]
            lines.append(row(f"{size}: {len(set(labels))} labels", values))
    (options.output / "share.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
