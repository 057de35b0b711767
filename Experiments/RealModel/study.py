"""Is a real language model tuned better by chosen answers than by random ones, at the same number of tokens?

    study.py full WORK GGUF DATA [--minutes M]   runs what is missing, then writes results and figure;
                                                 begins no run after M minutes, goes on when called again
    study.py quick WORK DATA                     the same with a model of two layers, on the repository's pool
"""

import argparse
import json
import os
import sys
import time

import arms
import data
import gguf_made
import numpy as np
import port
import smollm2
import subsets
import summary
import torch
import transformer
import tuning
from journal import Journal

SCORE = "score_vs_gpt4_1106"
GRID = ("--axis", "topic:64@cvt", "--axis", "complexity:2")
ARMS = {
    "random": ("--method", "random"),
    "archive": arms.DEFAULT,
    "archive, two components": arms.EARLIER,
    "archive, 128 cells": (*GRID, "--evenness", 1),
    "random-length": ("--method", "random-length", *arms.EARLIER),
    "deita": ("--method", "deita"),
}
RATES = (1e-4, 3e-4)


def tests_outside(folder: str, longest) -> tuple:
    """The pool's samples, each with the number of its prompt and its score; and the test sets, by name."""
    samples = data.read(folder, "alpaca_eval_rated.jsonl", SCORE)
    for row, score in zip(samples.rows, samples.labels):
        row["score"] = float(score)
    samples = samples.take(np.flatnonzero(longest(samples)))
    prompts, samples.labels = np.unique([data.prompt(row) for row in samples.rows], return_inverse=True)
    order = np.random.default_rng(1).permutation(len(prompts))
    held = order[:100]
    near = data.near(*(samples.take(np.flatnonzero(np.isin(samples.labels, p))) for p in (held, order[100:])))
    near = np.unique(samples.labels[np.isin(samples.labels, held)][near])
    held = held[~np.isin(held, near)]

    # Of a held-out prompt five answers are drawn at random. The one that the judge likes best is a good
    # answer and not always the same model's; the first is an answer of any model.
    good, usual = [], []
    for number in held:
        drawn = np.random.default_rng(2 + number).permutation(np.flatnonzero(samples.labels == number))[:5]
        usual.append(drawn[0])
        good.append(max(drawn, key=lambda place: samples.rows[place]["score"]))
    places = {"rate": usual[60:80], "good": good[:60], "usual": usual[:60]}
    tests = {name: samples.take(chosen) for name, chosen in places.items()}
    pool = samples.take(np.flatnonzero(np.isin(samples.labels, order[100:])))
    for name, file, label, each in (
        ("dolly", "dolly_3k_categories.jsonl", "category", 10),
        ("gsm8k", "gsm8k_train.jsonl", "", 40),
        ("flask", "flask_labels.jsonl", "", 40),
        ("code", "gpteacher_codegen.json", "", 40),
    ):
        test = data.read(folder, file, label, vectors=False)
        test = test.take(np.flatnonzero(longest(test)))
        test = data.few(test.take(np.flatnonzero(~data.near(test, pool))), each)
        if label:
            tests |= {f"{name}: {part}": test.take(np.flatnonzero(test.labels == part)) for part in
                      np.unique(test.labels)}  # fmt: skip
        else:
            tests[name] = test
    return pool, tests


def tests_quick(folder: str, longest) -> tuple:
    """The same of the repository's pool, cut short; a topic stands for what is out of distribution."""
    samples = data.read(folder, "pool.jsonl", "topic")
    scores = data.read(folder, "pool.jsonl", "quality").labels
    for row, score in zip(samples.rows, scores):
        row["score"] = float(score)
    samples = samples.take(np.flatnonzero(longest(samples))[:900])
    apart = samples.labels == np.unique(samples.labels)[0]
    inside, outside = np.flatnonzero(~apart), np.flatnonzero(apart)
    pool = samples.take(inside[60:])
    pool.labels = np.arange(len(pool))
    held = {"rate": inside[:10], "good": inside[10:30], "usual": inside[30:60], "gsm8k": outside[:10],
            "dolly: a": outside[10:20], "dolly: b": outside[20:30], "flask": outside[30:40],
            "code": outside[40:50]}  # fmt: skip
    return pool, {name: samples.take(places) for name, places in held.items()}


class Study:
    def __init__(self, work: str, path: str, given, settings: dict):
        self.work, self.settings = work, settings
        self.model = smollm2.read(path)
        self.model.weights = {name: weight.bfloat16() for name, weight in self.model.weights.items()}
        self.plan = tuning.Tuning(**settings["tuning"])
        self.head = tuning.Head(self.model.weights["embedding"])
        self.pool, self.tests = given(self._fits)
        self.journal = Journal(os.path.join(work, "runs.jsonl"))
        self.tokenizer = os.path.join(work, "tokenizer.json")
        self.template = os.path.join(work, "template.json")
        self.model.tokenizer.save(self.tokenizer)
        with open(self.template, "w") as file:
            file.write(smollm2.template())
        self._tests = {}

    def _encoded(self, samples) -> list:
        texts = [(data.prompt(row), row["output"]) for row in samples.rows]
        return smollm2.samples(self.model.tokenizer, texts)

    def _fits(self, samples) -> np.ndarray:
        """Which samples have an answer and are no longer than what is tuned on, so that none is ever cut."""
        sizes = np.array([len(prompt) + len(answer) for prompt, answer in self._encoded(samples)])
        return (sizes <= self.plan.longest) & np.array([bool(row["output"].strip()) for row in samples.rows])

    def _streams(self, samples):
        return tuning.lower(self.model.weights, self.model.shape, samples, self.plan)

    def sizes(self) -> dict:
        """Samples and answer tokens of each test set."""
        return {
            name: [len(test), sum(len(answer) for _, answer in self._encoded(test))]
            for name, test in self.tests.items()
        }

    def evaluated(self, weights: dict, names) -> dict:
        """Loss in nats an answer token of each test set."""
        found = {}
        for name in names:
            if name not in self._tests:
                samples = self._encoded(self.tests[name])
                self._tests[name] = samples, self._kept(name, samples)
            loss, count = tuning.evaluate(
                weights, self.model.shape, *self._tests[name], self.plan, self.head
            )
            found[name] = float(loss.sum() / count.sum())
        return found

    def _kept(self, name: str, samples) -> list:
        """What the lower layers give of a test set, kept on the disk."""
        path = os.path.join(self.work, f"{name.replace(': ', '-')}.pt")
        if os.path.exists(path):
            kept = torch.load(path)
            if kept["samples"] == samples:
                return kept["streams"]
        streams = self._streams(samples)
        torch.save({"samples": samples, "streams": streams}, path)
        return streams

    def seeded(self, seed: int):
        """The pool of a seed: four fifths of the pool's prompts with all their answers, and its files."""
        prompts = np.unique(self.pool.labels)
        chosen = np.random.default_rng(100 + seed).permutation(prompts)[: len(prompts) * 4 // 5]
        part = self.pool.take(np.flatnonzero(np.isin(self.pool.labels, chosen)))
        path = os.path.join(self.work, f"pool-{seed}.jsonl")
        data.write(path, part.rows)
        options = ["--quality", "score", "--tokenizer", self.tokenizer, "--chat-template", self.template]
        if part.vectors is not None:
            np.save(path + ".npy", part.vectors)
            options += ["--embeddings", path + ".npy"]
        return part, path, options

    def tune(self, arm: str, seed: int, rate: float, names) -> dict:
        """Chooses, tunes, and tests."""
        part, path, options = self.seeded(seed)
        options += [*ARMS[arm], "--seed", seed, "--threads", 1]
        rows = subsets.select(path, self.settings["budget"], *options)
        chosen = part.take(rows)
        samples = self._encoded(chosen)
        plan = tuning.Tuning(**self.settings["tuning"] | {"rate": rate})
        tuned = tuning.train(
            self.model.weights, self.model.shape, samples, self._streams(samples), plan, self.head, seed
        )
        return {
            "samples": len(rows),
            "prompts": len(np.unique(chosen.labels)),
            "tokens": sum(len(prompt) + len(answer) for prompt, answer in samples),
            "answer_tokens": sum(len(answer) for _, answer in samples),
            "score": float(np.mean([row["score"] for row in chosen.rows])),
            "loss": self.evaluated(tuned, names),
        }

    def run(self, minutes: float) -> bool:
        """All runs that are missing; false if time was up before the last."""
        names = [name for name in self.tests if name != "rate"]
        end = time.monotonic() + 60 * minutes
        todo = [({"what": "before"}, lambda: {"loss": self.evaluated(self.model.weights, self.tests)})]
        for rate in RATES:
            # A seed of its own, and prompts of their own: the rate is not chosen by what is told.
            todo.append(({"what": "rate", "rate": rate}, lambda r=rate: self.tune("random", 99, r, ["rate"])))
        for setting, work in todo:
            if time.monotonic() > end:
                return False
            self.journal.run(setting, work)
        rate = min(RATES, key=lambda r: self.journal.run({"what": "rate", "rate": r}, None)["loss"]["rate"])
        for seed in range(self.settings["seeds"]):
            for arm in ARMS:
                if time.monotonic() > end:
                    return False
                setting = {"what": "tuned", "arm": arm, "seed": seed, "rate": rate}
                self.journal.run(setting, lambda: self.tune(arm, seed, rate, names))
        return True


FULL = {"budget": "32ktok", "seeds": 5, "tuning": {"layers": 8, "passes": 2}}
QUICK = {"budget": "4ktok", "seeds": 2, "tuning": {"layers": 1, "passes": 2}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("full", "quick"))
    parser.add_argument("work")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--minutes", type=float, default=1e9)
    options = parser.parse_args()
    torch.set_num_threads(1)
    os.makedirs(options.work, exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    if options.what == "quick":
        path = gguf_made.made(options.work)
        study = Study(options.work, path, lambda fits: tests_quick(options.paths[0], fits), QUICK)
        study.run(options.minutes)
        summary.write(study, options.work, ARMS)
        return
    study = Study(options.work, options.paths[0], lambda fits: tests_outside(options.paths[1], fits), FULL)
    if port.there(options.paths[1]):
        study.journal.run({"what": "port"}, lambda: port.compared(study.model, options.paths[1]))
    if study.run(options.minutes):
        summary.write(study, here, ARMS)
    else:
        print("time is up, and not all runs are made: call it again", file=sys.stderr)


if __name__ == "__main__":
    main()
