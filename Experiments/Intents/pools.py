"""Requests and their intents: what is tested on, and the noisy, lopsided pools that subsets come from."""

import dataclasses
import json
import os
import re
import zlib

import numpy as np
import scipy.sparse as sparse
from scipy.stats import norm

# Requests that share this much of their different words with one of a test are kept out of pools.
NEAR = 0.8


@dataclasses.dataclass(frozen=True)
class Requests:
    """Texts, their true intents (-1 for none), and vectors where there are any."""

    texts: list[str]
    labels: np.ndarray
    vectors: np.ndarray | None = None

    def __len__(self):
        return len(self.texts)

    def take(self, rows):
        """Some of them."""
        vectors = None if self.vectors is None else self.vectors[rows]
        return Requests([self.texts[row] for row in rows], self.labels[rows], vectors)


@dataclasses.dataclass(frozen=True, eq=False)
class Source:
    """A data set cut up: pools are drawn from `candidates`, `aside` sets learners up, the rest are tests."""

    name: str
    intents: list[str]
    candidates: Requests
    aside: Requests
    test: Requests
    strangers: Requests  # requests of no intent
    reworded: Requests | None  # by machine, other words for what no pool has
    most: int  # requests of a pool's commonest intent
    dropped: int  # candidates that were too near to a test


@dataclasses.dataclass(frozen=True)
class Pool:
    """Rows of a source's candidates with labels, of which some are wrong, and a score of each."""

    rows: np.ndarray
    labels: np.ndarray
    score: np.ndarray
    wrong: np.ndarray
    shares: np.ndarray  # how common each intent truly is

    def write(self, folder: str, source: Source) -> list:
        """Writes pool.jsonl and pool.npy; gives what `gamut select` is to be told of them."""
        candidates = source.candidates
        with open(os.path.join(folder, "pool.jsonl"), "w") as file:
            for row, label, score in zip(self.rows, self.labels, self.score, strict=True):
                sample = {"instruction": candidates.texts[row], "output": source.intents[label]}
                file.write(
                    json.dumps(sample | {"quality": round(float(score), 6)}, ensure_ascii=False) + "\n"
                )
        if candidates.vectors is None:
            return ["--quality", "quality"]
        np.save(os.path.join(folder, "pool.npy"), np.ascontiguousarray(candidates.vectors[self.rows]))
        return ["--quality", "quality", "--embeddings", os.path.join(folder, "pool.npy")]


def draw(source: Source, seed: int, noise: float, telling: float, least: float = 0.05) -> Pool:
    """A pool: which intents are rare, which requests are in, which labels are wrong, and what the score says.

    Of K intents in random order the k-th has most * least^(k/(K-1)) requests, or all that there are. A
    wrong label is that of another request of the pool, so that common intents get most of them. The
    score of a right label is normal with mean `telling`, that of a wrong one with mean 0, and both are
    shown as their share of the standard normal: its AUROC is Phi(telling / sqrt 2). Rows are the same
    for any noise, and wrong labels of a low noise are wrong at a higher one.
    """
    order, chosen, errors, scores = (np.random.default_rng([seed, part]) for part in range(4))
    count = len(source.intents)
    wanted = source.most * least ** (order.permutation(count) / (count - 1))
    rows = []
    for intent in range(count):
        own = chosen.permutation(np.flatnonzero(source.candidates.labels == intent))
        rows.append(own[: max(1, round(wanted[intent]))])
    rows = chosen.permutation(np.concatenate(rows))
    truth = source.candidates.labels[rows]
    wrong = errors.random(len(rows)) < noise
    labels = truth.copy()
    for row in range(len(rows)):
        # Drawn for every row, wanted or not, so that the draws of one row do not hang on those of another.
        others = truth[errors.integers(len(rows), size=64)]
        if wrong[row]:
            labels[row] = others[others != truth[row]][0]
    score = norm.cdf(scores.normal(size=len(rows)) + telling * ~wrong)
    shares = np.bincount(truth, minlength=count) / len(rows)
    return Pool(rows, labels, score, wrong, shares)


def near(texts: list[str], tests: list[str], least: float = NEAR) -> np.ndarray:
    """Which texts share so much of their words with one of the tests, by the Jaccard similarity."""
    words = {}

    def table(texts):
        sets = [
            sorted({words.setdefault(word, len(words)) for word in re.findall(r"\w+", t.lower())})
            for t in texts
        ]
        ends = np.cumsum([0] + [len(s) for s in sets])
        return np.concatenate([np.array(s, int) for s in sets]), ends, np.diff(ends)

    (left, left_ends, left_sizes), (right, right_ends, right_sizes) = table(texts), table(tests)

    def matrix(columns, ends):
        return sparse.csr_array(
            (np.ones(len(columns), np.float32), columns, ends), (len(ends) - 1, len(words))
        )

    ours, theirs = matrix(left, left_ends), matrix(right, right_ends).T.tocsr()
    found = np.zeros(len(texts), bool)
    for start in range(0, len(texts), 1000):
        shared = (ours[start : start + 1000] @ theirs).tocoo()
        union = left_sizes[start + shared.row] + right_sizes[shared.col] - shared.data
        found[start + shared.row[shared.data >= least * union]] = True
    return found


def _lines(folder: str, name: str):
    with open(os.path.join(folder, name + ".jsonl")) as lines:
        return [json.loads(line) for line in lines]


def clinc(folder: str) -> Source:
    """CLINC150: 150 intents of a hundred requests for training, twenty for validation and thirty for a test,
    and requests of no intent. A fifth of the training part is set aside; its paraphrases are a test."""
    rows = _lines(folder, "intent_clinc150")
    vectors = np.load(os.path.join(folder, "vectors", "intent_clinc150.minilm.f16.npy"))
    splits = np.array([row["split"] for row in rows])
    intents = sorted({row["label"] for row in rows if row["split"] == "train"})
    number = {intent: index for index, intent in enumerate(intents)}
    everything = Requests(
        [row["text"] for row in rows], np.array([number.get(row["label"], -1) for row in rows]), vectors
    )
    generator = np.random.default_rng(0)
    train = np.flatnonzero(splits == "train")
    aside = np.concatenate(
        [
            generator.permutation(train[everything.labels[train] == intent])[:20]
            for intent in range(len(intents))
        ]
    )
    candidates = np.setdiff1d(np.flatnonzero((splits == "train") | (splits == "valid")), aside)
    reworded = Requests([rows[row]["paraphrase"] for row in aside], everything.labels[aside])
    return _cut(
        "clinc150", intents, everything.take(candidates), everything.take(aside),
        everything.take(np.flatnonzero(splits == "test")),
        everything.take(np.flatnonzero(splits == "oos/test")), reworded, 80,
    )  # fmt: skip


def snips(folder: str, strangers: Requests) -> Source:
    """SNIPS: seven intents. It has no requests of no intent, so that those of another set are taken."""
    rows = _lines(folder, "intent_snips")
    intents = sorted({row["label"] for row in rows})
    parts = {
        split: Requests(
            [row["text"] for row in rows if row["split"] == split],
            np.array([intents.index(row["label"]) for row in rows if row["split"] == split]),
        )
        for split in ("train", "valid", "test")
    }
    return _cut("snips", intents, parts["train"], parts["valid"], parts["test"], strangers, None, 1500)


def stand_in(intents: int = 12, each: int = 60) -> Source:
    """A made-up source, small and easy: each intent has words of its own among words of all."""
    generator = np.random.default_rng(0)

    def words(name, count):
        return [f"{name}{index}" for index in range(count)]

    def requests(labels, prefix):
        texts = []
        for label in labels:
            own = words(f"{prefix}{label}x", 12)
            texts.append(" ".join([*generator.choice(own, 3), *generator.choice(words("common", 40), 4)]))
        # Words hashed to columns of +1 or -1: like texts have like vectors.
        vectors = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                code = zlib.crc32(word.encode())
                vectors[row, code % 64] += 1 if code & 1024 else -1
        vectors /= np.maximum(1e-6, np.linalg.norm(vectors, axis=1, keepdims=True))
        return Requests(texts, np.where(labels < intents, labels, -1), vectors.astype(np.float16))

    def balanced(count):
        return np.repeat(np.arange(intents), count)

    reworded = requests(balanced(5), "w")
    return _cut(
        "stand-in", [f"intent {index}" for index in range(intents)], requests(balanced(each), "w"),
        requests(balanced(5), "w"), requests(balanced(10), "w"), requests(np.full(60, intents), "w"),
        Requests([" ".join(text.split()[::-1]) for text in reworded.texts], reworded.labels), each,
    )  # fmt: skip


def _cut(name, intents, candidates, aside, test, strangers, reworded, most) -> Source:
    tests = test.texts + strangers.texts + aside.texts + (reworded.texts if reworded else [])
    kept = np.flatnonzero(~near(candidates.texts, tests))
    dropped = len(candidates) - len(kept)
    return Source(name, intents, candidates.take(kept), aside, test, strangers, reworded, most, dropped)
