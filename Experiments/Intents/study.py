"""Which subset of a noisy, lopsided pool of labelled requests trains the better classifier?

study.py --work FOLDER --data FOLDER    all runs, then results.json, tables.md and figure.svg
study.py --work FOLDER --quick          the same on a made-up source; nothing is left behind
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings

import arms
import journal
import learners
import numpy as np
import pools
import report
import subsets
import torch
from scipy.stats import norm
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score, roc_auc_score

BUDGETS = (1, 5, 20)  # percent of the pool
SEEDS = range(5)
TELLING = float(np.sqrt(2) * norm.ppf(0.8))  # an AUROC of 0.8
SETTINGS = {
    # share of wrong labels, and what a right label adds to the score
    "clean": (0.0, TELLING),
    "10 % wrong": (0.1, TELLING),
    "30 % wrong": (0.3, TELLING),
    "30 % wrong, blind score": (0.3, 0.0),
}
# Every arm names its grid and its evenness, so that it means the same after a default of gamut changes.
HALF, EVEN = ("--evenness", 0.5), ("--evenness", 1)
LABEL, SOME, MANY = (("--axis", axis) for axis in ("column:output", "topic:64@cvt", "topic:256@cvt"))
VARIANTS = {
    "topic:64": (*SOME, *EVEN),
    "topic:64, evenness 0.5": (*SOME, *HALF),
    "topic:64, greed 0.3": (*SOME, *EVEN, "--greed", 0.3),
    "topic:256": (*MANY, *EVEN),
    "topic:256, evenness 0.5": (*MANY, *HALF),
    "label": (*LABEL, *EVEN),
    "label, evenness 0.5": (*LABEL, *HALF),
    "label, greed 0.3": (*LABEL, *EVEN, "--greed", 0.3),
    "label, floor 25 %": (*LABEL, *EVEN, "--min-quality", "25%"),
    "label, balanced at random": (*LABEL, *EVEN, "--method", "random-balanced"),
}
# `mig` takes cells for labels, and `random-length` the lengths of what the archive takes: both need a grid.
GRIDDED = {
    f"{method}{name}": ("--method", method, *grid)
    for method in ("mig", "random-balanced", "random-length")
    for name, grid in (("", arms.DEFAULT), (", two components", arms.EARLIER))
}
# `random` among the others is one more draw: its difference to them shows how far chance alone goes.
ARCHIVES = ("archive", "archive, two components", "archive, evenness 1")
OTHERS = ("top", "facility-location", "k-center", "dns", "cluster-rank", "deita", "random")
ARMS = {name: arms.ARMS[name] for name in ARCHIVES} | VARIANTS
ARMS |= {name: arms.ARMS[name] for name in OTHERS} | GRIDDED
# Those that the second learner is trained on too.
BOTH = {
    "archive", "archive, two components", "random", "random-balanced", "random-balanced, two components",
    "top", "k-center", "facility-location", "topic:64", "topic:256", "topic:256, evenness 0.5", "label",
    "label, evenness 0.5", "label, greed 0.3", "label, balanced at random",
}  # fmt: skip
# Grids whose cells are held against the true intents.
GRIDS = ("archive", "archive, two components", "topic:64", "topic:256", "label")
STRENGTHS = (10, 30, 100, 300, 1000, 3000)


class Learner:
    """Features of a source's parts, made once, and how a model of them is trained."""

    def __init__(self, source: pools.Source, kind: str):
        self.source, self.kind, self.intents = source, kind, len(source.intents)
        parts = {name: getattr(source, name) for name in ("candidates", "aside", "test", "strangers")}
        if kind != "vectors" and source.reworded:
            parts["reworded"] = source.reworded
        if kind == "tfidf":
            words = TfidfVectorizer(
                ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\b\w+\b", dtype=np.float32
            ).fit(source.candidates.texts)
        self.features, self.labels = {}, {name: part.labels for name, part in parts.items()}
        for name, part in parts.items():
            if kind == "vectors":
                self.features[name] = part.vectors.astype(np.float32)
            else:
                self.features[name] = (
                    words.transform(part.texts) if kind == "tfidf" else learners.hashed(part.texts)
                )

    def train(self, pool: pools.Pool, rows, seed: int, strength: float, weighted: bool = False):
        """A model of the pool's samples at these places."""
        features, labels = self.features["candidates"][pool.rows[rows]], pool.labels[rows]
        if self.kind == "network":
            return learners.network(features, labels, self.intents, seed)
        return learners.linear(features, labels, self.intents, strength, weighted)

    def measure(self, pool: pools.Pool, rows, seed: int, strength: float, weighted: bool = False) -> dict:
        """What such a model is worth on the tests."""
        model = self.train(pool, rows, seed, strength, weighted)
        return learners.measures(self.features, self.labels, model, pool.shares)

    def strength(self, noise: float, percent: int) -> dict:
        """The penalty that suits random subsets of pools that are drawn for nothing else."""
        found = np.zeros(len(STRENGTHS))
        for draw in range(1 if percent == 100 else 3):
            pool = pools.draw(self.source, 1000 + draw, noise, 0.0)
            rows = np.random.default_rng(draw).permutation(len(pool.rows))[: len(pool.rows) * percent // 100]
            for place, strength in enumerate(STRENGTHS):
                told = self.train(pool, rows, 0, strength)(self.features["aside"])
                found[place] += learners.by_intent(told, self.labels["aside"]).mean()
        return {"strength": STRENGTHS[int(found.argmax())]}


class Trial:
    """A pool written down, and what comes of subsets of it."""

    def __init__(self, source: pools.Source, pool: pools.Pool, seed: int, folder: str):
        self.source, self.pool, self.seed, self.folder = source, pool, seed, folder
        # Of a request gamut sees the text alone, but for a label as an axis.
        self.options = [*pool.write(folder, source), "--text", "instruction", "--threads", 1]
        self.path = os.path.join(folder, "pool.jsonl")

    def subset(self, percent: int, choice, seed: int) -> np.ndarray:
        """Where the chosen samples stand."""
        return subsets.select(self.path, f"{percent}%", *self.options, "--seed", seed, *choice)

    def worth(self, rows, models: list, strength: float, weighted: bool = False) -> dict:
        """Size, wrong labels in hundredths, intents with a right sample and words a sample of a subset, and
        what the learners measure."""
        right = ~self.pool.wrong[rows]
        texts = [self.source.candidates.texts[row] for row in self.pool.rows[rows]]
        result = {
            "size": len(rows),
            "wrong": 100 - float(right.mean() * 100),
            "intents": len(np.unique(self.pool.labels[rows][right])),
            "words": float(np.mean([len(text.split()) for text in texts])),
        }
        for learner in models:
            result[learner.kind] = learner.measure(self.pool, rows, self.seed, strength, weighted)
        return result

    def about(self) -> dict:
        """The pool's size, its wrong labels, and how well its score tells them."""
        wrong = self.pool.wrong
        result = {"samples": len(wrong), "wrong": int(wrong.sum())}
        return result | ({"auroc": float(roc_auc_score(~wrong, self.pool.score))} if wrong.any() else {})

    def agreement(self, choice) -> float:
        """How well a grid's cells tell true intents: adjusted mutual information, 0 by chance, 1 at best."""
        output = os.path.join(self.folder, "cells.jsonl")
        subprocess.run(
            [os.environ["GAMUT"], "select", self.path, "--budget", "1", "--random", "0", "--quiet",
             "--receipts", "--force", "-o", output, *map(str, [*self.options, *choice])],
            check=True,
        )  # fmt: skip
        with open(os.path.join(self.folder, "cells.receipts.jsonl")) as receipts:
            cells = [str(json.loads(line).get("cell")) for line in receipts]
        truth = self.source.candidates.labels[self.pool.rows]
        return float(adjusted_mutual_info_score(truth, cells))


def run(source: pools.Source, kinds, settings, seeds, budgets, kept: journal.Journal):
    """All runs of a source, one entry of the journal for each pool and way of choosing."""
    models = [Learner(source, kind) for kind in kinds]
    strengths = {}
    for noise in sorted({noise for noise, _ in settings.values()}):
        for percent in (*budgets, 100):
            setting = {"source": source.name, "noise": noise, "percent": percent, "part": "strength"}
            found = kept.run(setting, lambda n=noise, p=percent: models[0].strength(n, p))
            strengths[noise, percent] = found["strength"]

    for name, (noise, telling) in settings.items():
        for seed in seeds:
            with tempfile.TemporaryDirectory() as folder:
                trial = Trial(source, pools.draw(source, seed, noise, telling), seed, folder)
                several(trial, {"source": source.name, "setting": name, "seed": seed}, models, kept,
                        {percent: strengths[noise, percent] for percent in (*budgets, 100)})  # fmt: skip


def several(trial: Trial, setting: dict, models: list, kept: journal.Journal, strengths: dict):
    """All runs of a pool."""

    def chosen(choice, seed, models, weighted=False):
        return {
            str(percent): trial.worth(trial.subset(percent, choice, seed), models, strength, weighted)
            for percent, strength in strengths.items()
            if percent < 100
        }

    for draw in range(report.DRAWS):
        seed = 100 * (draw + 1) + trial.seed
        work = lambda seed=seed: chosen(("--method", "random"), seed, models)  # noqa: E731
        kept.run(setting | {"arm": f"draw {draw}"}, work)
    for arm, choice in ARMS.items():
        used = models if arm in BOTH else models[:1]
        kept.run(setting | {"arm": arm}, lambda choice=choice, used=used: chosen(choice, trial.seed, used))
    # Weighing labels alike is what a learner can do for rare ones without any choice.
    main, everything = models[:1], np.arange(len(trial.pool.rows))
    work = lambda: chosen(ARMS["random"], trial.seed, main, True)  # noqa: E731
    kept.run(setting | {"arm": report.WEIGHTED}, work)
    for arm, weighted in report.ALL.items():
        work = lambda on=weighted: {"100": trial.worth(everything, main, strengths[100], on)}  # noqa: E731
        kept.run(setting | {"arm": arm}, work)
    kept.run(setting | {"part": "pool"}, trial.about)
    for grid in GRIDS:
        work = lambda grid=grid: {"agreement": trial.agreement(ARMS[grid])}  # noqa: E731
        kept.run(setting | {"part": "cells", "grid": grid}, work)


def check(table: report.Table, source: pools.Source, budgets, kinds):
    """Ends with an error where something cannot be."""
    for (name, setting, arm, seed), found in table.runs.items():
        for percent in budgets if arm not in report.ALL else (100,):
            part = found[str(percent)]
            assert part["size"] == table.sizes[name, setting, seed] * percent // 100, (setting, arm, part)
            assert all(0 <= value <= 100 for kind in kinds if kind in part for value in part[kind].values())

    def mean(arm, *path):
        return np.mean(table.values(source.name, "30 % wrong", arm, budgets[-1], *path))

    assert mean("top", "wrong") < mean("reference", "wrong") - 5
    assert mean("label", "wrong") < mean("label, balanced at random", "wrong") - 5
    assert mean("label", "intents") > mean("top", "intents")
    for kind in kinds:
        assert mean("label", kind, "macro") > 200 / len(source.intents), kind


def quick():
    """All the code on little."""
    with tempfile.TemporaryDirectory() as folder:
        kept = journal.Journal(os.path.join(folder, "quick.jsonl"))
        source, kinds, seeds, budgets = pools.stand_in(), ["vectors", "network"], range(2), (20,)
        settings = {"30 % wrong": SETTINGS["30 % wrong"]}
        run(source, kinds, settings, seeds, budgets, kept)
        table = report.Table(kept, seeds, budgets, settings)
        check(table, source, budgets, kinds)
        report.write(folder, kept, table, {source: kinds}, ARMS)
        for name in ("tables.md", "figure.svg", "results.json"):
            assert os.path.getsize(os.path.join(folder, name)) > 1000, name
    print("quick: subsets have their sizes, scores sort labels, learners learn")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--data")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    # Of 150 intents, small subsets have about as many as samples.
    warnings.filterwarnings("ignore", message="The number of unique classes is greater")
    if arguments.quick:
        return quick()

    kept = journal.Journal(os.path.join(arguments.work, "Intents.jsonl"))
    clinc = pools.clinc(arguments.data)
    snips = pools.snips(arguments.data, clinc.strangers)
    sources = {clinc: ["vectors", "network"], snips: ["tfidf"]}
    for source, kinds in sources.items():
        run(source, kinds, SETTINGS, SEEDS, BUDGETS, kept)
    table = report.Table(kept, SEEDS, BUDGETS, SETTINGS)
    check(table, clinc, BUDGETS, sources[clinc])
    report.write(os.path.dirname(os.path.abspath(__file__)), kept, table, sources, ARMS)
    print(f"{kept.seconds():.0f} s of runs", file=sys.stderr)


if __name__ == "__main__":
    main()
