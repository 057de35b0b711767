#!/usr/bin/env python3
"""Do the metrics of vectors agree with the implementations that others publish?

    vectors.py [VECTORS.npy ...] [--gamut PROGRAM] [--rows N] [--output FOLDER]

Each file of vectors (n x d, row by row), and a seeded set of clumps with copies that the script makes
itself, becomes a pool of N records with these vectors. `gamut describe` measures the pool, `gamut select`
a quarter of it (the manifest's `subset`). The same sets are measured with vendi-score, scikit-learn,
submodlib and numpy, in double. Prints a table of both, and rows that show what a reference does
differently; writes it as vectors.csv and vectors.md into FOLDER. The exit status is 1 where the two differ.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors
from submodlib import FacilityLocationFunction
from vendi_score import vendi

SEED = 20260
NEAREST = 5
DENSITY_NEIGHBOURS = 10
DENSITY_POWER = 0.5
# Differences that rounding explains: theirs in double, ours partly from cosines of floats.
TOLERANCE = {"novelsum": 1e-4, "vendi_1": 1e-5}
USUAL_TOLERANCE = 1e-5


# Sets


def synthetic(rows, dimension=64):
    """Clumps of unequal size and width, of unequal lengths, one row in twenty a copy."""
    random = np.random.default_rng(SEED)
    centres = random.normal(size=(12, dimension))
    clump = random.choice(12, size=rows, p=np.arange(1, 13) / 78)
    width = np.linspace(0.2, 1.5, 12)[clump][:, None]
    vectors = centres[clump] + width * random.normal(size=(rows, dimension))
    vectors *= random.uniform(0.5, 2, size=(rows, 1))
    copies = random.choice(rows, size=rows // 20, replace=False)
    vectors[copies] = vectors[random.choice(rows, size=len(copies))]
    return vectors.astype(np.float32)


def real(path, rows):
    """Rows of a file, drawn with a fixed seed where it has more."""
    vectors = np.load(path).astype(np.float32)
    if len(vectors) > rows:
        chosen = np.random.default_rng(SEED).choice(len(vectors), size=rows, replace=False)
        vectors = vectors[np.sort(chosen)]
    return np.ascontiguousarray(vectors)


def write_pool(folder, vectors):
    """A record a row, all different, with a score; row-aligned vectors."""
    scores = np.random.default_rng(SEED + 1).integers(0, 1000, size=len(vectors)) / 1000
    with open(folder / "records.jsonl", "w", encoding="utf-8") as file:
        for row, score in enumerate(scores):
            record = {
                "id": str(row),
                "instruction": f"Say something about matter {row}.",
                "output": f"Matter {row} has {row * 7919 % 104729} sides.",
                "score": float(score),
            }
            file.write(json.dumps(record) + "\n")
    np.save(folder / "vectors.npy", vectors)
    return scores


# Ours


def first_object(text):
    """The description of the first set, whether the sets come as a list or one a line."""
    value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    while isinstance(value, list):
        value = value[0]
    return value


def described(gamut, folder):
    command = [gamut, "describe", str(folder / "records.jsonl"), "--embeddings", str(folder / "vectors.npy")]
    command += ["--quality", "score", "--json"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return first_object(output).get("metrics", {})


def selected(gamut, folder):
    """The rows of a quarter of the pool, and its metrics."""
    target = folder / "subset.jsonl"
    command = [gamut, "select", str(folder / "records.jsonl"), "--embeddings", str(folder / "vectors.npy")]
    command += ["--quality", "score", "--budget", "25%", "--quiet", "-o", str(target)]
    subprocess.run(command, check=True)
    rows = np.array([int(json.loads(line)["id"]) for line in target.read_text(encoding="utf-8").splitlines()])
    np.save(folder / "subset.npy", np.load(folder / "vectors.npy")[rows])
    command = [gamut, "describe", str(target), "--embeddings", str(folder / "subset.npy")]
    command += ["--pool", str(folder / "records.jsonl"), "--embeddings", str(folder / "vectors.npy")]
    output = subprocess.run(command + ["--quality", "score", "--json"], check=True, stdout=subprocess.PIPE, text=True)
    return rows, first_object(output.stdout).get("metrics", {})


# Theirs


def units(vectors):
    vectors = vectors.astype(np.float64)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def novelsum(members, pool, with_self=False):
    """As the authors' code does it, over unit vectors and in double.

    A row's distances, ascending, are weighted by one over their rank; the row's mean counts the more the
    denser the pool is around the row itself. The density comes from squared distances to the nearest
    vectors of the pool, of which copies are one, and the first, the row itself, is dropped.
    """
    distances = 1 - members @ members.T
    reference = np.unique(pool, axis=0)
    search = NearestNeighbors(n_neighbors=DENSITY_NEIGHBOURS + 1, algorithm="brute").fit(reference)
    near, _ = search.kneighbors(members)
    density = 1 / np.power((near[:, 1:] ** 2).mean(axis=1) + 1e-9, DENSITY_POWER)
    if with_self:
        np.fill_diagonal(distances, 0)
    else:
        np.fill_diagonal(distances, np.inf)
    ordered = np.sort(distances, axis=1)
    ordered = ordered if with_self else ordered[:, :-1]
    weights = 1 / np.arange(1, ordered.shape[1] + 1)
    return float((density * (ordered @ weights) / weights.sum()).mean())


def references(members, pool, rows, scores):
    """Every metric of a set by the implementation of others: (name, value, implementation, remark)."""
    n = len(members)
    cosine_distances = pairwise_distances(members, metric="cosine")
    near, _ = NearestNeighbors(n_neighbors=NEAREST + 1, algorithm="brute").fit(members).kneighbors(members)
    similarities = pool @ pool.T
    facility = FacilityLocationFunction(
        n=len(pool), mode="dense", sijs=similarities.astype(np.float32), separate_rep=False
    )
    covered = facility.evaluate(set(int(row) for row in rows)) / len(pool)
    radius = pairwise_distances(pool, members).min(axis=1).max()
    dual = {q: float(vendi.score_dual(members, q=q)) for q in (1, 2, "inf")}
    return [
        (
            "mean_pairwise_cosine_distance",
            cosine_distances[~np.eye(n, dtype=bool)].mean(),
            "scikit-learn pairwise_distances",
            "ours without pairs, from the sum of the vectors",
        ),
        ("vendi_1", dual[1], "vendi-score score_dual", ""),
        ("vendi_2", dual[2], "vendi-score score_dual", "ours without eigenvalues"),
        ("vendi_inf", dual["inf"], "vendi-score score_dual", ""),
        (
            "quality_weighted_vendi",
            float(np.mean(scores[rows])) * dual[1],
            "mean score x vendi-score",
            "as the authors' package defines it",
        ),
        ("knn_distance", near[:, 1:].mean(), "scikit-learn NearestNeighbors", "k = 5, self dropped"),
        (
            "log_determinant",
            np.linalg.slogdet(np.eye(n) + members @ members.T)[1],
            "numpy slogdet",
            "n x n; ours d x d",
        ),
        ("novelsum", novelsum(members, pool), "numpy, by the authors' code", "self excluded, their default now"),
        ("facility_location", covered, "submodlib evaluate / pool", "theirs is the sum, ours the mean"),
        ("coverage_radius", radius, "scikit-learn pairwise_distances", ""),
    ]


def differences(members, pool, ours):
    """What a reference does differently: (name, theirs, ours, implementation, remark)."""
    small = members[:400]
    first, second = (float(vendi.score_dual(small, q=q)) for q in (1, 2))
    ridge = np.linalg.slogdet(members @ members.T + 1e-10 * np.eye(len(members)))
    yield (
        f"vendi_2 of {len(small)} rows",
        float(vendi.score_X(small, q=2)),
        None,
        "vendi-score score_X",
        f"ignores q: order 1 is {first:.6g}, order 2 {second:.6g}",
    )
    yield (
        "log_determinant",
        float(ridge[1]),
        ours.get("log_determinant"),
        "OpenDataArena, ridge 1e-10",
        "beyond d samples the kernel is singular: the value counts the ridge, -23 a surplus sample",
    )
    yield (
        "novelsum",
        novelsum(members, pool, with_self=True),
        ours.get("novelsum"),
        "OpenDataArena, first version of the authors",
        "the sample itself has rank 1 and distance 0",
    )
    random = np.random.default_rng(SEED)
    pairs = random.integers(0, len(members), size=(1000, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    sampled = 1 - np.einsum("ij,ij->i", members[pairs[:, 0]], members[pairs[:, 1]]).mean()
    yield (
        "mean_pairwise_cosine_distance",
        float(sampled),
        ours.get("mean_pairwise_cosine_distance"),
        "OpenDataArena, 1,000 pairs drawn",
        "all pairs are as cheap by the sum of the vectors",
    )


# The table

COLUMNS = ["set", "metric", "theirs", "ours", "difference", "agrees", "implementation", "remark"]


def number(value):
    return "absent" if value is None else f"{value:.10g}"


def compare(label, vectors, gamut, table):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        scores = write_pool(folder, vectors)
        pool = units(vectors)
        everything = np.arange(len(vectors))
        chosen, subset_metrics = selected(gamut, folder)
        for part, rows, ours in [
            ("pool", everything, described(gamut, folder)),
            ("subset", chosen, subset_metrics),
        ]:
            for metric, theirs, implementation, remark in references(pool[rows], pool, rows, scores):
                value = ours.get(metric)
                gap = None if value is None else value - float(theirs)
                limit = TOLERANCE.get(metric, USUAL_TOLERANCE) * max(1, abs(float(theirs)))
                agrees = "absent" if gap is None else "yes" if abs(gap) <= limit else "NO"
                table.append(
                    [f"{label} {part}", metric, number(float(theirs)), number(value), number(gap), agrees]
                    + [implementation, remark]
                )
            for metric, theirs, value, implementation, remark in differences(pool[rows], pool, ours):
                gap = None if value is None else value - theirs
                table.append(
                    [f"{label} {part}", metric, number(theirs), number(value), number(gap), "by design"]
                    + [implementation, remark]
                )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", nargs="*", type=pathlib.Path)
    parser.add_argument("--gamut", default="gamut")
    # Not more than gamut looks at in full, so that nothing is drawn.
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()

    table = []
    compare("synthetic", synthetic(options.rows), options.gamut, table)
    for path in options.vectors:
        compare(path.name.split(".")[0], real(path, options.rows), options.gamut, table)

    lines = ["| " + " | ".join(COLUMNS) + " |", "| --- | --- | ---: | ---: | ---: | --- | --- | --- |"]
    lines += ["| " + " | ".join(row) + " |" for row in table]
    print("\n".join(lines))
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "vectors.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with open(options.output / "vectors.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS] + table)
    return 1 if any(row[5] == "NO" for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
