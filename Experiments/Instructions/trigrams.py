"""Learner 1: the trigram proxy of `gamut tune`, trained on subsets of equal tokens by every method."""

import functools
import os

import arms
import data
import numpy as np
import subsets

SHARES = (0.01, 0.05, 0.2)
DRAWS = 4  # random subsets a seed, whose mean is what others are held against

TOPICS = {number: ("--axis", f"topic:{number}@cvt") for number in (64, 256, 1024)}
# All qualities in proportion to the pool: quality ranks in a sixteenth or a quarter of a topic's samples.
SIXTEENTHS, QUARTERS = (("--axis", f"quality:{parts}@nested") for parts in (16, 4))
ALIKE = (*TOPICS[256], *SIXTEENTHS, "--evenness", 0)

# What is compared. Random-length and mig look at the grid too: at its archive's lengths, and its cells.
COMPARED = {name: arms.ARMS[name] for name in arms.METHODS} | {
    "random-length": ("--method", "random-length", *arms.DEFAULT),
    "mig": ("--method", "mig", *arms.DEFAULT),
    "archive, two components": arms.EARLIER,
    "random-balanced, two components": ("--method", "random-balanced", *arms.EARLIER),
    "random-length, two components": ("--method", "random-length", *arms.EARLIER),
    "mig, two components": ("--method", "mig", *arms.EARLIER),
    "archive, debiased": (*arms.DEFAULT, "--debias-length"),
    "archive, evenness 1": arms.VARIANTS["archive, evenness 1"],
    "archive, 256 topics, evenness 1": arms.VARIANTS["archive, 256 topics, evenness 1"],
    "archive, 1024 topics, evenness 1": (*TOPICS[1024], "--evenness", 1),
    "archive, 4 qualities": (*TOPICS[64], *QUARTERS, "--evenness", 0.5),
    "archive, 1024 topics, 4 qualities": (*TOPICS[1024], *QUARTERS, "--evenness", 0),
    "archive, 256 topics, 16 qualities": ALIKE,
    "random-balanced, floor 20 %": ("--method", "random-balanced", *arms.DEFAULT, "--min-quality", "20%"),
    "balanced, 1024 topics": ("--method", "random-balanced", *TOPICS[1024], "--evenness", 1),
    "archive, two components, evenness 0.5": (*arms.COMPONENTS, "--evenness", 0.5),
    "archive, two components, greed 0.3": (*arms.EARLIER, "--greed", 0.3),
    "archive, two components, debiased": (*arms.EARLIER, "--debias-length"),
    "archive, judged": (*arms.DEFAULT, "--quality", "judge"),
    "archive, two components, judged": (*arms.EARLIER, "--quality", "judge"),
    "top, judged": ("--method", "top", "--quality", "judge"),
}

# What the differences are taken apart by, at one budget.
NESTED = (*TOPICS[64], "--axis", "complexity:4@nested")
PROPORTIONAL = (*arms.COMPONENTS, "--evenness", 0)
APART = {
    "archive, evenness 0": (*arms.DEFAULT[:-1], 0),
    "archive, two components, evenness 0": PROPORTIONAL,
    # Complexity cut anew in each topic: else a topic of one complexity has one cell, others have four.
    "archive, complexity nested": (*NESTED, "--evenness", 0.5),
    "balanced, complexity nested": ("--method", "random-balanced", *NESTED, "--evenness", 0.5),
    "balanced, 64 topics": ("--method", "random-balanced", *TOPICS[64], "--evenness", 0.5),
    # Even over one thing at a time, blind to quality.
    "balanced, complexity": ("--method", "random-balanced", *arms.COMPONENTS[:2], "--evenness", 1),
    "balanced, topics": ("--method", "random-balanced", *arms.COMPONENTS[2:], "--evenness", 1),
    # The earlier grid in proportion to the pool, ranked by the heuristic's other end and its parts.
    "two components, evenness 0, worst first": (*PROPORTIONAL, "--quality", "quality:-1"),
    "two components, evenness 0, longest first": (*PROPORTIONAL, "--quality", "response_tokens"),
    "two components, evenness 0, variety first": (*PROPORTIONAL, "--quality", "lexical_diversity"),
    "two components, evenness 0, vocabulary first": (*PROPORTIONAL, "--quality", "vocabulary"),
    "two components, evenness 0, layout first": (*PROPORTIONAL, "--quality", "structure"),
    "top, debiased": ("--method", "top", "--debias-length"),
    "random, floor 20 %": ("--method", "random", "--min-quality", "20%"),
    "archive, 256 topics, evenness 0": (*TOPICS[256], "--evenness", 0),
    "archive, 64 topics, 8 qualities, evenness 1": (
        *TOPICS[64], "--axis", "quality:8@nested", "--evenness", 1,
    ),
    "archive, 1024 of 64, redundancy 0.45, evenness 1": (
        *TOPICS[1024], "--topics", 64, "--redundancy", 0.45, "--evenness", 1,
    ),
    "archive, 256 topics, evenness 1, judged": (*TOPICS[256], "--evenness", 1, "--quality", "judge"),
}  # fmt: skip

# Settings that need no column of quality, tried on other seeds to choose one that mends the heuristic's harm.
LENGTHS = ("--axis", "response_tokens:4@nested")
TRIED = {
    "64 topics, 4 qualities": COMPARED["archive, 4 qualities"],
    "64 topics, 4 qualities, evenness 0": (*TOPICS[64], *QUARTERS, "--evenness", 0),
    "64 topics, 16 qualities": (*TOPICS[64], *SIXTEENTHS, "--evenness", 0.5),
    "256 topics, 4 qualities": (*TOPICS[256], *QUARTERS, "--evenness", 0.5),
    "256 topics, 4 qualities, evenness 0": (*TOPICS[256], *QUARTERS, "--evenness", 0),
    "256 topics, 16 qualities": (*ALIKE[:-1], 0.5),
    "256 topics, 16 qualities, evenness 0": ALIKE,
    "256 topics of 64, 16 qualities, evenness 0": (*ALIKE, "--topics", 64),
    "1024 topics, 4 qualities": (*TOPICS[1024], *QUARTERS, "--evenness", 0.5),
    "1024 topics, 4 qualities, evenness 0": COMPARED["archive, 1024 topics, 4 qualities"],
    "1024 topics, 4 qualities, redundancy 0.6": (
        *TOPICS[1024], *QUARTERS, "--evenness", 0.5, "--redundancy", 0.6,
    ),
    "256 topics, 4 qualities, evenness 0, redundancy 0.6": (
        *TOPICS[256], *QUARTERS, "--evenness", 0, "--redundancy", 0.6,
    ),
    "4 complexities, 64 topics, 4 qualities": (*arms.DEFAULT[:-2], *QUARTERS, "--evenness", 0.5),
    "64 topics, 4 lengths": (*TOPICS[64], *LENGTHS, "--evenness", 0.5),
    "64 topics, 4 lengths, 4 qualities": (*TOPICS[64], *LENGTHS, *QUARTERS, "--evenness", 0.5),
    "64 topics, 4 numbers, 4 qualities": (
        *TOPICS[64], "--axis", "numbers:4@quantile", *QUARTERS, "--evenness", 0.5,
    ),
    "64 topics, 4 qualities, redundancy 0.6": (*COMPARED["archive, 4 qualities"], "--redundancy", 0.6),
    "256 topics, 16 qualities, evenness 0, redundancy 0.6": (*ALIKE, "--redundancy", 0.6),
    "balanced, 256 topics, evenness 0.5": ("--method", "random-balanced", *TOPICS[256], "--evenness", 0.5),
}  # fmt: skip

# All others are cut to the number of answers' pieces that this arm has, of those of a pool nearly the least.
LEAST = {
    "t0": COMPARED["archive, 256 topics, 16 qualities"],
    "alpaca": APART["two components, evenness 0, worst first"],
}
# What the small slice runs.
QUICK = (*arms.METHODS, "archive, two components", "archive, debiased", "top, judged")
# Compared on a second pool.
SECOND = (
    "random", "archive", "archive, two components", "random-balanced", "random-length", "top", "deita",
    "k-center", "dns", "facility-location", "archive, 4 qualities", "archive, 1024 topics, 4 qualities",
    "archive, 256 topics, 16 qualities",
)  # fmt: skip


def sums(values, weights, labels) -> dict:
    """Of each label the mean of the values by weight."""
    found = {}
    for label in np.unique(labels):
        rows = labels == label
        found[str(label)] = float(np.average(values[rows], weights=weights[rows]))
    return found


class Pool:
    """A pool and its tests: a split of a data set by a seed, and other data sets."""

    def __init__(self, samples: data.Samples, others: dict, seed: int, folder: str, name="alpaca"):
        held, chosen = data.split(samples, seed)
        tests = samples.take(held)
        # Against all that may be in a pool, not this one alone.
        rest = np.setdiff1d(np.arange(len(samples)), held)
        overlapping = data.near(tests, samples.take(rest))
        self.overlapping = int(overlapping.sum())
        self.tests = {"held_out": tests.take(np.flatnonzero(~overlapping))} | others
        self.samples = samples.take(chosen)
        self.seed = seed
        self.folder = folder
        self._fewest, self._least = LEAST[name], {}
        self.path = os.path.join(folder, "pool.jsonl")
        data.write(self.path, self.samples.rows)
        self.vectors = ()
        if self.samples.vectors is not None:
            np.save(os.path.join(folder, "pool.npy"), self.samples.vectors)
            self.vectors = ("--embeddings", os.path.join(folder, "pool.npy"))
        self.tokens = int(sum(row["tokens"] for row in self.samples.rows))

    @functools.cached_property
    def proxy(self) -> subsets.Proxy:
        """The learner, which has read the pool and its tests."""
        held = [row for test in self.tests.values() for row in test.rows]
        texts = ([(data.prompt(row), row["output"]) for row in rows] for rows in (self.samples.rows, held))
        return subsets.Proxy(*texts)

    def close(self) -> None:
        """Ends the learner's process."""
        if "proxy" in vars(self):
            self.proxy.close()

    def least(self, share: float) -> int:
        """How many answers' pieces of a subset of this share are compared at most."""
        if share not in self._least:
            (subset,) = self.choose(self._fewest, (share,))
            self._least[share] = int(self.proxy.pieces[subset].sum())
        return self._least[share]

    def choose(self, options, shares, draw: int = 0) -> list:
        """Subsets of shares of the pool's tokens. No two pools share the seed of a draw: one seed chooses
        mostly the same samples from pools that have most samples in common."""
        budgets = [f"{int(self.tokens * share)}tok" for share in shares]
        seed = self.seed + 100 * draw
        return subsets.nested(self.path, budgets, "--threads", 1, "--seed", seed, *self.vectors, *options)

    def topic_tokens(self, rows) -> dict:
        """The share of each label in the tokens of a subset."""
        labels, tokens = self.samples.labels, np.array([row["tokens"] for row in self.samples.rows])
        sums = {str(label): tokens[rows][labels[rows] == label].sum() for label in np.unique(labels)}
        return {label: float(part / tokens[rows].sum()) for label, part in sums.items()}

    def described(self, chosen) -> list:
        """The metrics of subsets, without those that only tell their size; those of cells over the earlier
        grid for all arms."""
        paths, vectors = [], []
        for number, rows in enumerate(chosen):
            subset = self.samples.take(rows)
            paths.append(os.path.join(self.folder, f"{number}.jsonl"))
            data.write(paths[-1], subset.rows)
            if self.vectors:
                np.save(paths[-1] + ".npy", subset.vectors)
                vectors += ["--embeddings", paths[-1] + ".npy"]
        options = "--threads", 1, *arms.COMPONENTS, *vectors, *self.vectors
        return subsets.describe_all(paths, self.path, *options)


def judge(tests: dict, losses) -> dict:
    """Means over a model's losses, in bits a byte of all answers together, by test set and by parts of it."""
    found, start, parts = {}, 0, {}
    for name, test in tests.items():
        values, weights = losses[start : start + len(test)], test.bytes()
        start += len(test)
        found[name] = float(np.average(values, weights=weights))
        parts[name] = values, weights
    values, weights = parts["held_out"]
    found["ood"] = float(np.mean([found[name] for name in tests if name != "held_out"]))
    found["each_answer"] = float(values.mean())
    found["topics"] = sums(values, weights, tests["held_out"].labels)
    found["worst_topic"] = max(found["topics"].values())
    found["lengths"] = sums(values, weights, np.searchsorted(data.LENGTHS, weights))
    if "dolly" in tests:
        found["categories"] = sums(*parts["dolly"], tests["dolly"].labels)
        found["worst_category"] = max(found["categories"].values())
    return found


def runs(pool: Pool, name: str, options, shares=SHARES, equal=0.05, described=(0.01, 0.05)) -> list:
    """One row a share of the pool's tokens and draw of an arm. Subsets of the share `equal` are also cut to
    the same number of answers' pieces, since prompts count in the budget and teach this learner nothing."""
    draws = {"random": range(DRAWS), "random, again": (DRAWS,)}.get(name, (0,))
    rows, chosen = [], []
    for draw in draws:
        for share, subset in zip(shares, pool.choose(options, shares, draw), strict=True):
            size = {"samples": len(subset), "pieces": int(pool.proxy.pieces[subset].sum())}
            once = list({pool.samples.rows[place]["output"]: place for place in subset}.values())
            size["different_pieces"] = int(pool.proxy.pieces[once].sum())
            size["topic_tokens"] = pool.topic_tokens(subset)
            rows.append({"seed": pool.seed, "method": name, "share": share} | size)
            rows[-1] |= judge(pool.tests, pool.proxy.losses(subset))
            if share == equal:
                kept = pool.proxy.cut(subset, pool.least(equal), pool.seed)
                cut = judge(pool.tests, pool.proxy.losses(kept))
                rows[-1] |= {f"{measure}_equal": cut[measure] for measure in ("held_out", "ood")}
            chosen.append(subset)
    told = [place for place, row in enumerate(rows) if row["share"] in described]
    metrics = pool.described([chosen[place] for place in told]) if told else []
    for place, found in zip(told, metrics, strict=True):
        rows[place]["metrics"] = found
    return rows
