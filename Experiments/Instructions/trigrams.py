"""Learner 1: the trigram proxy of `gamut tune`, trained on subsets of equal tokens by every method."""

import os

import arms
import data
import numpy as np
import subsets

SHARES = (0.01, 0.05, 0.2)
DRAWS = 4  # random subsets a seed, whose mean is what others are held against

# All qualities in proportion to the pool: quality ranks in a sixteenth of a topic's samples.
ALIKE = ("--axis", "topic:256@cvt", "--axis", "quality:16@nested", "--evenness", 0)


def configurations(judged: bool, topics: bool) -> tuple:
    """Options of `gamut select` by name: what is compared, and what the differences are taken apart by."""
    compared = {name: ("--method", name) for name in arms.METHODS} | {
        "archive, evenness 0.5": arms.VARIANTS["archive, evenness 0.5"],
        "archive, greed 0.3": arms.VARIANTS["archive, greed 0.3"],
        "archive, debiased": ("--debias-length",),
    }
    if topics:
        compared |= {
            "archive, 64 topics": arms.VARIANTS["archive, 64 topics"],
            "archive, 256 topics": arms.VARIANTS["archive, 256 topics"],
            "archive, 1024 topics": ("--axis", "topic:1024@cvt"),
            "archive, 256 topics, 16 qualities": ALIKE,
            "balanced, 1024 topics": ("--method", "random-balanced", "--axis", "topic:1024@cvt"),
        }
    if judged:
        compared |= {
            "archive, judged": ("--quality", "judge"),
            "top, judged": ("--method", "top", "--quality", "judge"),
        }
    apart = {
        "archive, evenness 0": arms.VARIANTS["archive, evenness 0"],
        # Even over one thing at a time, blind to quality.
        "balanced, complexity": ("--method", "random-balanced", "--axis", "complexity:8@quantile"),
        "balanced, topics": (
            "--method", "random-balanced", "--axis", "topic1:8@uniform", "--axis", "topic2:8@uniform",
        ),
        # The default grid in proportion to the pool, ranked by the heuristic's other end and its parts.
        "evenness 0, worst first": ("--evenness", 0, "--quality", "quality:-1"),
        "evenness 0, longest first": ("--evenness", 0, "--quality", "response_tokens"),
        "evenness 0, variety first": ("--evenness", 0, "--quality", "lexical_diversity"),
        "evenness 0, vocabulary first": ("--evenness", 0, "--quality", "vocabulary"),
        "evenness 0, layout first": ("--evenness", 0, "--quality", "structure"),
        "top, debiased": ("--method", "top", "--debias-length"),
        "random, floor 20 %": ("--method", "random", "--min-quality", "20%"),
    }  # fmt: skip
    if topics:
        apart |= {
            "archive, 256 topics, evenness 0": (*arms.VARIANTS["archive, 256 topics"], "--evenness", 0),
            "archive, 64 topics, 8 qualities": ("--axis", "topic:64@cvt", "--axis", "quality:8@nested"),
            "archive, 1024 of 64, redundancy 0.45": (
                "--axis", "topic:1024@cvt", "--topics", 64, "--redundancy", 0.45,
            ),
            "archive, 256 topics, judged": (*arms.VARIANTS["archive, 256 topics"], "--quality", "judge"),
        }  # fmt: skip
    return compared, apart


def sums(values, weights, labels) -> dict:
    """Of each label the mean of the values by weight."""
    found = {}
    for label in np.unique(labels):
        rows = labels == label
        found[str(label)] = float(np.average(values[rows], weights=weights[rows]))
    return found


class Pool:
    """A pool and its tests: a split of a data set by a seed, and other data sets."""

    def __init__(self, samples: data.Samples, others: dict, seed: int, folder: str):
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
        self.path = os.path.join(folder, "pool.jsonl")
        data.write(self.path, self.samples.rows)
        self.vectors = ()
        if self.samples.vectors is not None:
            np.save(os.path.join(folder, "pool.npy"), self.samples.vectors)
            self.vectors = ("--embeddings", os.path.join(folder, "pool.npy"))
        self.tokens = int(sum(row["tokens"] for row in self.samples.rows))

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
        """The metrics of subsets, without those that only tell their size."""
        paths, vectors = [], []
        for number, rows in enumerate(chosen):
            subset = self.samples.take(rows)
            paths.append(os.path.join(self.folder, f"{number}.jsonl"))
            data.write(paths[-1], subset.rows)
            if self.vectors:
                np.save(paths[-1] + ".npy", subset.vectors)
                vectors += ["--embeddings", paths[-1] + ".npy"]
        return subsets.describe_all(paths, self.path, "--threads", 1, *vectors, *self.vectors)


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


def runs(pool: Pool, compared: dict, apart: dict, shares=SHARES, equal=0.05, described=(0.01, 0.05)) -> list:
    """One row a configuration and share of the pool's tokens; what takes apart has one share, `equal`. There
    all subsets are also cut to the same number of answers' pieces, since prompts count in the budget and
    teach this learner nothing."""

    def pair(row):
        return data.prompt(row), row["output"]

    held = [pair(row) for test in pool.tests.values() for row in test.rows]
    rows, chosen = [], []
    with subsets.Proxy([pair(row) for row in pool.samples.rows], held) as proxy:
        wanted = [(name, options, 0) for name, options in (compared | apart).items()]
        wanted += [("random", compared["random"], draw) for draw in range(1, DRAWS)]
        wanted += [("random, again", compared["random"], DRAWS)]
        for name, options, draw in wanted:
            budgets = (equal,) if name in apart else shares
            for share, subset in zip(budgets, pool.choose(options, budgets, draw), strict=True):
                size = {"samples": len(subset), "pieces": int(proxy.pieces[subset].sum())}
                size["topic_tokens"] = pool.topic_tokens(subset)
                rows.append({"seed": pool.seed, "method": name, "share": share} | size)
                rows[-1] |= judge(pool.tests, proxy.losses(subset))
                chosen.append(subset)
        cut = [place for place, row in enumerate(rows) if row["share"] == equal]
        least = min((rows[place]["pieces"] for place in cut), default=0)
        for place in cut:
            kept = proxy.cut(chosen[place], least, pool.seed)
            found = judge(pool.tests, proxy.losses(kept))
            rows[place] |= {f"{name}_equal": found[name] for name in ("held_out", "ood")}
    told = [place for place, row in enumerate(rows) if row["share"] in described]
    metrics = pool.described([chosen[place] for place in told]) if told else []
    for place, found in zip(told, metrics, strict=True):
        rows[place]["metrics"] = found
    return rows
