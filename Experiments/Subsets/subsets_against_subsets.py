"""Chooses from noisy generated pools by every method, trains on what was chosen, and tests it."""

import argparse
import json
import os
import tempfile

import arms
import base
import figures
import generated
import intervals
import numpy as np
import subsets
import torch
import transformer
from journal import Journal, write

ROWS = 60_000
BUDGETS = ("1%", "5%", "20%")
SEEDS = range(5)
# What the small transformer is tuned on: every method at one budget, some at the others.
TUNED = {
    "5%": ["archive", "archive, two components", "archive, two components, evenness 0.5", "random",
           "random-balanced, two components", "top", "deita", "k-center", "facility-location", "mig, two components"],
}  # fmt: skip


def pool(work: str, rows: int, seed: int, left_out):
    """A pool without two topics, as a file that gamut reads, and its rows with what is known of them.

    Answers to other questions are left out, or topics that the pool must not know would come in as its worst samples.
    """
    path = os.path.join(work, f"subset-pool-{seed}-{rows}.jsonl")
    found = list(
        generated.made(
            work, rows, 300 + seed, lambda row: row["topic"] not in left_out and row["defect"] != "off-topic"
        )
    )
    keys = ("id", "instruction", "input", "output", "quality")
    with open(path, "w") as file:
        for row in found:
            file.write(json.dumps({key: row[key] for key in keys}, ensure_ascii=False) + "\n")
    return path, found


def tests(work: str, rows: int, seed: int, each: int):
    """Right answers of every topic and level, as many of each, from a pool of another seed."""
    groups = {}
    for row in generated.made(work, rows, 400 + seed, base.wanted):
        groups.setdefault((row["topic"], row["level"]), []).append(row)
    return [row for _, group in sorted(groups.items()) for row in group[:each]]


class Sums:
    """Puts values of test rows together: as the pool's mix, evenly over topics, of the worst topic, left out."""

    def __init__(self, pool_rows, test_rows, left_out):
        shares = {}
        for row in pool_rows:
            shares[row["topic"], row["level"]] = shares.get((row["topic"], row["level"]), 0) + 1
        counts = {}
        for row in test_rows:
            counts[row["topic"], row["level"]] = counts.get((row["topic"], row["level"]), 0) + 1
        self.topics = np.array([row["topic"] for row in test_rows])
        self.levels = np.array([row["level"] for row in test_rows])
        self.out = np.isin(self.topics, left_out)
        self.mix = np.array(
            [shares.get((r["topic"], r["level"]), 0) / counts[r["topic"], r["level"]] for r in test_rows]
        )

    def __call__(self, values, higher_is_better: bool) -> dict:
        inside = [values[self.topics == topic].mean() for topic in sorted(set(self.topics[~self.out]))]
        return {
            "in": float(np.average(values, weights=self.mix)),
            "even": float(np.mean(inside)),
            "worst topic": float(min(inside) if higher_is_better else max(inside)),
            "out": float(values[self.out].mean()),
            "level 5": float(values[~self.out & (self.levels == 5)].mean()),
        }


def truth(rows) -> dict:
    """What is known of a subset: right answers, and how much of the pool's world it holds."""
    cells = [(row["task"], row["level"]) for row in rows]
    counts = np.array([cells.count(cell) for cell in set(cells)]) / len(cells)
    topics = {}
    for row in rows:
        topics.setdefault(row["topic"], []).append(row["correct"])
    return {
        "right": float(np.mean([row["correct"] for row in rows])),
        "kinds": len(counts),
        "even kinds": float(np.exp(-(counts * np.log(counts)).sum())),
        "level": float(np.mean([row["level"] for row in rows])),
        "copies": float(np.mean([row["twin"] is not None for row in rows])),
    }


def proxy_run(proxy: subsets.Proxy, sums: Sums, chosen, pieces: int, seed: int) -> dict:
    """Bits a byte by the n-gram proxy: of the whole subset, and cut to the size of the random one of its budget."""
    result = {"proxy": sums(proxy.losses(chosen), False)}
    result["proxy, equal pieces"] = sums(proxy.losses(proxy.cut(chosen, pieces, seed)), False)
    return result


def described(work: str, pool: str, chosen) -> list:
    """What `gamut describe` tells of subsets, the same cells for all."""
    if not chosen:
        return []
    with open(pool) as file, tempfile.TemporaryDirectory(dir=work) as folder:
        lines = file.readlines()
        paths = [os.path.join(folder, f"{number}.jsonl") for number in range(len(chosen))]
        for path, rows in zip(paths, chosen):
            with open(path, "w") as subset:
                subset.writelines(lines[row] for row in rows)
        return subsets.describe_all(paths, pool, "--quality", "quality", "--threads", 1, *arms.COMPONENTS)


def tuned_run(model: base.Base, sums: Sums, rows, test_rows, seed: int, tokens: int) -> dict:
    """What the small transformer gets right, and loses a token, after tuning on the rows."""
    weights = transformer.train(
        model.weights, model.shape, generated.encode(model.tokens, rows), transformer.Training(tokens, rate=1e-3), seed
    )
    encoded = generated.encode(model.tokens, test_rows)
    loss, count = transformer.evaluate(weights, model.shape, encoded)
    texts = transformer.answers(weights, model.shape, [p for p, _ in encoded])
    right = np.array(
        [generated.final(model.tokens.decode(t)) == row["true_answer"] for t, row in zip(texts, test_rows)], float
    )
    return {"tuned, right": sums(right, True), "tuned, loss": sums(loss / count, False)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", help="folder for pools, the base model and the journal")
    arguments.add_argument("--quick", action="store_true", help="small pools, a small model, no claim")
    arguments.add_argument("--learner", choices=("proxy", "described", "tuned"), help="only this one")
    arguments.add_argument("--seeds", default="", help="only these, with commas between")
    arguments.add_argument("--results", help="where the numbers go")
    arguments.add_argument("--figure", help="where the figure goes")
    asked = arguments.parse_args()
    torch.set_num_threads(1)
    quick = asked.quick
    rows_made, seeds, each, tokens = (3000, range(2), 1, 10_000) if quick else (ROWS, SEEDS, 10, 400_000)
    if asked.seeds:
        seeds = [int(seed) for seed in asked.seeds.split(",")]
    names = ["archive", "random", "top"] if quick else list(arms.ARMS)
    tuned = {"5%": ["archive", "random"]} if quick else TUNED
    journal = Journal(os.path.join(asked.work, "subsets-quick.jsonl" if quick else "subsets.jsonl"))
    model = None
    if asked.learner in (None, "tuned"):
        shape = transformer.Shape(width=64, layers=2, heads=2, key_heads=2, hidden=128)
        model = (
            base.pretrained(os.path.join(asked.work, "base-quick"), 6000, 60_000, shape)
            if quick else base.pretrained(os.path.join(asked.work, "base"))
        )  # fmt: skip
    for seed in seeds:
        left_out = [base.OTHERS[i] for i in np.random.default_rng(1000 + seed).permutation(len(base.OTHERS))[6:]]
        path, rows = pool(asked.work, rows_made, seed, left_out)
        test_rows = tests(asked.work, rows_made, seed, each)
        sums = Sums(rows, test_rows, left_out)
        kept = {}

        def chosen(name, budget):
            if (name, budget) not in kept:
                options = ("--quality", "quality", "--seed", seed, "--threads", 1, *arms.ARMS[name])
                kept[name, budget] = subsets.select(path, budget, *options)
            return kept[name, budget]

        if asked.learner in (None, "proxy"):
            texts = [[(generated.prompt(r), r["output"]) for r in some] for some in (rows, test_rows)]
            with subsets.Proxy(*texts) as proxy:
                for budget in BUDGETS:
                    pieces = None
                    for name in names:
                        def work():
                            usual = int(proxy.pieces[chosen("random", budget)].sum())
                            return truth([rows[i] for i in chosen(name, budget)]) | proxy_run(
                                proxy, sums, chosen(name, budget), usual, seed
                            )
                        journal.run({"learner": "proxy", "seed": seed, "budget": budget, "arm": name}, work)
        if asked.learner in (None, "described"):
            for budget in BUDGETS:
                setting = {"learner": "described", "seed": seed, "budget": budget}
                waiting = [name for name in names if setting | {"arm": name} not in journal]
                for name, told in zip(waiting, described(asked.work, path, [chosen(n, budget) for n in waiting])):
                    journal.run(setting | {"arm": name}, lambda: {"metrics": told})
        if asked.learner in (None, "tuned"):
            for budget, some in tuned.items():
                for name in some:
                    journal.run(
                        {"learner": "tuned", "seed": seed, "budget": budget, "arm": name},
                        lambda: tuned_run(
                            model, sums, [rows[i] for i in chosen(name, budget)], test_rows, seed, tokens
                        ),
                    )
    runs = journal.results()
    if asked.results:
        write(asked.results, {"rows": rows_made, "seconds": journal.seconds(), "against random": against_random(runs),
                              "runs": runs})  # fmt: skip
    if asked.figure:
        draw(runs, asked.figure)
    if quick:
        assert {run["learner"] for run in runs} == {"proxy", "described", "tuned"}
        by_arm = {run["arm"]: run["right"] for run in runs if run["learner"] == "proxy" and run["budget"] == "5%"}
        assert by_arm["top"] > by_arm["random"], "the best-scored samples are not more often right than random ones"


def against_random(runs) -> list:
    """Each arm less random of the same pool and budget, over the seeds."""
    table = {}
    for run in runs:
        for measure, sums in run.items():
            if isinstance(sums, dict) and measure != "metrics":
                for name, value in sums.items():
                    table.setdefault((run["budget"], measure, name), {}).setdefault(run["arm"], {})[run["seed"]] = value
    rows = []
    for (budget, measure, name), found in table.items():
        for arm, values in found.items():
            seeds = sorted(set(values) & set(found.get("random", {})))
            if arm != "random" and seeds:
                rows.append({"budget": budget, "measure": measure, "test": name, "arm": arm}
                            | intervals.paired([values[s] for s in seeds], [found["random"][s] for s in seeds],
                                               lower_is_better="right" not in measure))  # fmt: skip
    return rows


def draw(runs, path: str):
    """What each way of choosing changes against random at 5 %: right answers, and losses of both learners."""
    shown = [
        ("right", None, "right answers in the subset", "share more than random"),
        ("tuned, loss", "in", "transformer: as the pool", "nats a token more"),
        ("tuned, loss", "even", "transformer: topics evenly", "nats a token more"),
        ("tuned, loss", "worst topic", "transformer: worst topic", "nats a token more"),
        ("tuned, loss", "out", "transformer: topics left out", "nats a token more"),
        ("proxy, equal pieces", "in", "trigrams: as the pool", "bits a byte more"),
    ]
    values = {}
    for run in runs:
        if run["budget"] == "5%":
            for measure, test, *_ in shown:
                if measure in run:
                    value = run[measure] if test is None else run[measure][test]
                    values.setdefault((measure, test), {}).setdefault(run["arm"], {})[run["seed"]] = value
    names = sorted((name for name in arms.ARMS if name != "random"), key=lambda name: not name.startswith("archive"))
    figure, axes = figures.panels(len(shown), width=2.3, height=0.2 * len(names) + 0.9)
    for axis, (measure, test, title, label) in zip(axes[0], shown):
        found = values.get((measure, test), {})
        for place, name in enumerate(reversed(names)):
            seeds = sorted(set(found.get(name, {})) & set(found.get("random", {})))
            if seeds:
                change = intervals.paired([found[name][s] for s in seeds], [found["random"][s] for s in seeds])
                colour = "#0b6e4f" if name.startswith("archive") else "#5c5c5c"
                axis.errorbar(change["mean"], place, xerr=change["half"] or 0, fmt="o", color=colour, capsize=2,
                              markersize=3.5)  # fmt: skip
        axis.axvline(0, color="#888888", linewidth=1, linestyle="--")
        axis.set_yticks(range(len(names)), names[::-1] if axis is axes[0][0] else [""] * len(names))
        axis.set_ylim(-0.6, len(names) - 0.4)
        axis.set_title(title, fontsize=8.5)
        axis.set_xlabel(label)
    figures.save(figure, path)


if __name__ == "__main__":
    main()
