#!/usr/bin/env python3
"""The script an expert would write: Polars or orjson, NumPy or scikit-learn, a lexicographic sort.

    script.py POOL.jsonl --quality COLUMN -o SUBSET.jsonl [--budget SHARE] [--vectors FILE.npy]
              [--reader polars|orjson] [--learner numpy|sklearn] [--words blanks|regex]
              [--fit-rows N] [--cells FILE.npz]

Reads the pool, takes length and a plain complexity of every text, finds topics, cuts four bins of
equal mass by complexity and 64 cells by k-means over 16 dimensions of topics, ranks each cell by
quality, spends the budget with evenness 0.5, and writes the chosen lines byte for byte and a
manifest with the source's SHA-256.

Topics without --vectors: hashed TF-IDF of words (65,536 columns) and a truncated SVD, both fitted
on 16,384 samples drawn at random. With --vectors: principal components by the covariance of all
rows, or of --fit-rows of them, of a .npy file that is mapped, not read whole.

Left out: receipts; duplicates; any other shape of record than instruction, input, output; lines
that are blank or broken (the run ends with the parser's message); checks that vectors fit the pool
in more than count; numbers of tokens; the proof against random subsets; outputs that appear whole
or not at all; the same subset on any number of threads (partial sums of float32 are added as they
come out of BLAS).
"""

import argparse
import zlib
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from spending import (
    CORES,
    Lines,
    balanced_choice,
    in_threads,
    k_means,
    nearest_centroid,
    quantile_bins,
    write,
)

FIELDS = ["instruction", "input", "output"]
SAMPLE, BUCKETS, DIMENSION, TOPICS, LEVELS, EVENNESS = 16_384, 1 << 16, 16, 64, 4, 0.5


def complexity(length: np.ndarray, words: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    """Many words, long words, many lines."""
    return np.log2(1.0 + words) + length / np.maximum(words, 1) / 4 + 0.5 * np.log2(1.0 + breaks)


class PolarsReader:
    """Blocks of lines by Polars' NDJSON reader and its expressions, a block a thread."""

    step = 1 << 15
    run = staticmethod(in_threads)

    def __init__(self, lines: Lines, quality: str, words: str) -> None:
        import polars

        self.polars, self.lines, self.quality, self.words = polars, lines, quality, words

    def columns(self, block: bytes, *, words: bool) -> tuple:
        """Quality, complexity, and with words a sparse matrix of hashed words."""
        pl = self.polars
        schema = dict.fromkeys(FIELDS, pl.String) | {self.quality: pl.Float64}
        text = pl.col("text")
        lower = text.str.to_lowercase()
        split = lower.str.split(" ") if self.words == "blanks" else lower.str.extract_all(r"\w+")
        table = (
            pl.read_ndjson(block, schema=schema)
            .select(pl.concat_str(FIELDS, separator=" ").alias("text"), self.quality)
            .select(
                self.quality,
                text.str.len_bytes().alias("length"),
                text.str.count_matches("\n", literal=True).alias("breaks"),
                split.alias("words")
                if words
                else text.str.count_matches(" ", literal=True).alias("words"),
            )
        )
        sizes = table["words"].list.len() if words else table["words"] + 1
        measured = complexity(
            *(each.to_numpy() for each in (table["length"], sizes, table["breaks"]))
        )
        if not words:
            return table[self.quality].to_numpy(), measured
        matrix = counts(table["words"].explode().hash(0).to_numpy(), sizes.to_numpy())
        return table[self.quality].to_numpy(), measured, matrix


class OrjsonReader:
    """Blocks of lines by orjson and Python's own string methods, a block a process (forked)."""

    step = 1 << 14

    def __init__(self, lines: Lines, quality: str, words: str) -> None:
        self.lines, self.quality, self.words = lines, quality, words

    def run(self, work: object, parts: list[tuple[int, int]]) -> list:
        if len(parts) < CORES:
            return [work(*part) for part in parts]
        global forked
        forked = work
        with get_context("fork").Pool(CORES) as pool:
            return pool.map(in_fork, parts, chunksize=1)

    def texts(self, block: bytes) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Quality, complexity and the texts."""
        import orjson

        records = [orjson.loads(line) for line in block.splitlines()]
        texts = [" ".join([record[field] for field in FIELDS]) for record in records]
        quality = np.array([record[self.quality] for record in records], float)
        length, words, breaks = (
            np.fromiter(sizes, np.int64, len(texts))
            for sizes in (
                map(len, texts),
                (text.count(" ") + 1 for text in texts),
                (text.count("\n") for text in texts),
            )
        )
        return quality, complexity(length, words, breaks), texts

    def columns(self, block: bytes, *, words: bool) -> tuple:
        """As PolarsReader's. Words are split at white space here, whatever is asked for."""
        quality, measured, texts = self.texts(block)
        if not words:
            return quality, measured
        split = [text.lower().encode().split() for text in texts]
        sizes = np.fromiter(map(len, split), np.int64, len(split))
        hashes = np.fromiter(map(zlib.crc32, chain.from_iterable(split)), np.uint32, sizes.sum())
        return quality, measured, counts(hashes, sizes)


def in_fork(part: tuple[int, int]) -> object:
    return forked(*part)


def counts(hashes: np.ndarray, sizes: np.ndarray) -> object:
    """A sparse matrix with a row a text and a one for every word of it."""
    from scipy.sparse import csr_matrix

    columns = (hashes & (BUCKETS - 1)).astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int32)]).astype(np.int32)
    ones = np.ones(len(columns), np.float32)
    return csr_matrix((ones, columns, starts), shape=(len(sizes), BUCKETS))


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1; of length 0 stay as they are."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.divide(rows, lengths, out=rows, where=lengths > 0)


def word_table(matrix: object) -> np.ndarray:
    """A row a bucket: TF-IDF of normalised rows, a randomised SVD of two power iterations."""
    from scipy.sparse import diags_array

    matrix.sum_duplicates()
    frequency = np.bincount(matrix.indices, minlength=BUCKETS)
    weights = (np.log((1 + matrix.shape[0]) / (1 + frequency)) + 1).astype(np.float32)
    matrix.data *= weights[matrix.indices]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = (diags_array(1 / np.maximum(lengths, 1e-9)) @ matrix).astype(np.float32).tocsr()
    across = matrix.T.tocsr()
    start = np.random.default_rng(0).standard_normal((BUCKETS, DIMENSION + 10), np.float32)
    for _ in range(3):
        basis = np.linalg.qr(matrix @ start)[0]
        start = across @ basis
    left = np.linalg.svd(start, full_matrices=False)[0]
    return weights[:, None] * left[:, :DIMENSION]


def drawn(lines: Lines) -> np.ndarray:
    if len(lines) <= SAMPLE:
        return np.arange(len(lines))
    return np.sort(np.random.default_rng(0).choice(len(lines), SAMPLE, replace=False))


def topics_by_numpy(reader: PolarsReader | OrjsonReader) -> tuple:
    """Quality, complexity and topic of all samples, by words."""
    lines = reader.lines
    sample = reader.columns(lines.some(drawn(lines)), words=True)[2]
    table = word_table(sample.copy())
    centroids = k_means(unit(sample @ table), TOPICS)

    def place(first: int, last: int) -> tuple:
        quality, measured, matrix = reader.columns(lines.block(first, last), words=True)
        return quality, measured, nearest_centroid(unit(matrix @ table), centroids)

    return joined(reader.run(place, lines.ranges(reader.step)))


def topics_by_sklearn(reader: OrjsonReader) -> tuple:
    """The same with scikit-learn's own classes."""
    from joblib import Parallel, delayed
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer

    lines = reader.lines
    embed = make_pipeline(
        HashingVectorizer(n_features=BUCKETS, alternate_sign=False, norm=None, dtype=np.float32),
        TfidfTransformer(),
        TruncatedSVD(DIMENSION, random_state=0),
        Normalizer(copy=False),
    )
    sample = embed.fit_transform(reader.texts(lines.some(drawn(lines)))[2])
    clusters = MiniBatchKMeans(TOPICS, random_state=0, n_init=1).fit(sample)

    # Not forked, as above: OpenMP, which k-means has used, does not live on in a forked process.
    workers = CORES if len(lines) > reader.step * CORES else 1
    place = delayed(places_by_sklearn)
    blocks = (lines.block(*part) for part in lines.ranges(reader.step))
    return joined(
        Parallel(workers)(place(block, reader.quality, embed, clusters) for block in blocks)
    )


def places_by_sklearn(block: bytes, quality: str, embed: object, clusters: object) -> tuple:
    scores, measured, texts = OrjsonReader(None, quality, "").texts(block)
    return scores, measured, clusters.predict(embed.transform(texts))


def joined(parts: list[tuple]) -> tuple:
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def components(vectors: np.ndarray, fit_rows: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the leading components: ssyrk in float32 (by NumPy), sums in double."""
    count, dimension = vectors.shape
    step = 1 << 14
    blocks = range(0, count, step)
    if fit_rows and fit_rows < count:
        blocks = sorted(
            np.random.default_rng(0).choice(count // step, fit_rows // step, replace=False) * step
        )
    sums, products, rows = np.zeros(dimension), np.zeros((dimension, dimension)), 0
    for first in blocks:
        block = vectors[first : first + step]
        # By BLAS, on all cores; NumPy's own sum runs on one.
        sums += np.ones(len(block), np.float32) @ block
        products += block.T @ block
        rows += len(block)
    mean = sums / rows
    values, directions = np.linalg.eigh(products / rows - np.outer(mean, mean))
    return mean.astype(np.float32), directions[:, ::-1][:, :DIMENSION].astype(np.float32)


def topics_of_vectors(path: Path, count: int, learner: str, fit_rows: int | None) -> np.ndarray:
    """The topic of each row of a .npy file."""
    vectors = np.load(path, mmap_mode="r")
    if len(vectors) != count:
        raise SystemExit(f"{path} has {len(vectors)} rows, the pool {count} lines")
    sample = np.sort(np.random.default_rng(0).choice(count, min(SAMPLE, count), replace=False))
    if learner == "sklearn":
        from sklearn.cluster import MiniBatchKMeans
        from sklearn.decomposition import PCA

        coordinates = PCA(DIMENSION, svd_solver="covariance_eigh").fit_transform(vectors)
        clusters = MiniBatchKMeans(TOPICS, random_state=0, n_init=1).fit(coordinates[sample])
        return clusters.predict(coordinates)
    mean, directions = components(np.asarray(vectors), fit_rows)
    parts = [(first, first + (1 << 14)) for first in range(0, count, 1 << 14)]
    origin = mean @ directions
    coordinates = np.concatenate(
        in_threads(lambda first, last: vectors[first:last] @ directions - origin, parts)
    )
    centroids = k_means(coordinates[sample], TOPICS)
    return np.concatenate(
        in_threads(lambda first, last: nearest_centroid(coordinates[first:last], centroids), parts)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pool", type=Path)
    parser.add_argument("--quality", required=True)
    parser.add_argument("--budget", type=float, default=0.1, help="a share of the pool")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--reader", choices=["polars", "orjson"], default="polars")
    parser.add_argument("--learner", choices=["numpy", "sklearn"], default="numpy")
    parser.add_argument("--words", choices=["blanks", "regex"], default="blanks")
    parser.add_argument("--fit-rows", type=int)
    parser.add_argument("--cells", type=Path, help="also write bins and the choice, for choices.py")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()

    lines = Lines(options.pool)
    aside = ThreadPoolExecutor(1)
    digest = aside.submit(lines.sha256)
    readers = {"polars": PolarsReader, "orjson": OrjsonReader}
    reader = readers[options.reader](lines, options.quality, options.words)
    if options.vectors:
        parts = reader.run(
            lambda first, last: reader.columns(lines.block(first, last), words=False),
            lines.ranges(reader.step),
        )
        quality, measured = joined(parts)
        topic = topics_of_vectors(options.vectors, len(lines), options.learner, options.fit_rows)
    elif options.learner == "sklearn":
        quality, measured, topic = topics_by_sklearn(reader)
    else:
        quality, measured, topic = topics_by_numpy(reader)

    level, edges = quantile_bins(measured, LEVELS)
    cells = level * TOPICS + topic
    budget = int(options.budget * len(lines))
    chosen = balanced_choice(cells, quality, EVENNESS, budget)
    source = {"path": str(options.pool), "bytes": len(lines.map), "sha256": digest.result()}
    manifest = {
        "sources": [source],
        "samples": len(lines),
        "chosen": len(chosen),
        "cells": len(np.unique(cells)),
        "edges": edges.tolist(),
        "quality": {"pool": quality.mean(), "subset": quality[chosen].mean()},
    }
    write(options.output, lines, chosen, manifest)
    if options.cells:
        np.savez(options.cells, level=level, topic=topic, chosen=chosen)


if __name__ == "__main__":
    main()
