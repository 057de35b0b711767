"""Trains on sets whose quality, diversity and complexity are set one by one, and tests what the survey says of them.

Everything else is equal: the number of samples, the tokens seen, the model that is tuned, the tests.
"""

import argparse
import itertools
import os

import base
import figures
import generated
import intervals
import numpy as np
import torch
import transformer
from journal import Journal, write

SAMPLES = 3000
SEEDS = range(5)
# The two settings of each factor: what is low, and what is high.
QUALITY = {"low": 0.5, "high": 1.0}  # share of right answers
DIVERSITY = {"low": 2, "high": 6}  # topics
COMPLEXITY = {"low": (1, 2), "high": (3, 4)}  # levels


def topics(seed: int):
    """Two topics that every set has, four that only diverse sets have, two that none has."""
    order = [base.OTHERS[i] for i in np.random.default_rng(1000 + seed).permutation(len(base.OTHERS))]
    return order[:2], order[2:6], order[6:]


def training_set(rows, setting, seed: int, samples: int):
    """Rows by the setting: levels and topics evenly, wrong answers as the generator's sources make them."""
    always, more, _ = topics(seed)
    generator = np.random.default_rng(seed)
    chosen = []
    cells = list(itertools.product((always + more)[: DIVERSITY[setting["diversity"]]], COMPLEXITY[setting["complexity"]]))
    for index, (topic, level) in enumerate(cells):
        size = samples // len(cells) + (index < samples % len(cells))
        right = round(size * QUALITY[setting["quality"]])
        for correct, wanted in ((True, right), (False, size - right)):
            found = rows[topic, level, correct]
            # Scarce cells repeat, as they would in passes over a small set.
            chosen += [found[i] for i in generator.choice(len(found), wanted, replace=wanted > len(found))]
    return chosen


def test_sets(rows, seed: int, size: int) -> dict:
    """Questions whose right answers are known, of rows that no training set has."""
    always, _, never = topics(seed)

    def drawn(topics, levels):
        found = [row for topic in topics for level in levels for row in rows.get((topic, level, True), ())]
        return [found[i] for i in np.random.default_rng(77 + seed).permutation(len(found))[:size]]

    return {
        "in, levels 1 and 2": drawn(always, (1, 2)),
        "in, levels 3 and 4": drawn(always, (3, 4)),
        "in, level 5": drawn(always, (5,)),
        "out, levels 1 and 2": drawn(never, (1, 2)),
        "out, levels 3 and 4": drawn(never, (3, 4)),
    }


def grouped(rows) -> dict:
    """Rows by topic, level and whether they are right."""
    groups = {}
    for row in rows:
        groups.setdefault((row["topic"], row["level"], row["correct"]), []).append(row)
    return groups


def usable(row) -> bool:
    """Plain rows of the topics that the base does not know. Answers to other questions are no wrong answers here: they
    would bring the topics that are left out into training."""
    plain = row["language"] == "en" and not row["ugly"] and not row["twin"]
    return plain and row["topic"] in base.OTHERS and row["defect"] != "off-topic"


def tune_and_test(model: base.Base, samples, tests: dict, seed: int, tokens: int, rate: float) -> dict:
    """What a model that is tuned on the rows gets right, and loses on right answers, by test."""
    weights = transformer.train(
        model.weights, model.shape, generated.encode(model.tokens, samples),
        transformer.Training(tokens, rate=rate), seed,
    )  # fmt: skip
    result = {}
    for name, rows in tests.items():
        encoded = generated.encode(model.tokens, rows)
        loss, count = transformer.evaluate(weights, model.shape, encoded)
        texts = transformer.answers(weights, model.shape, [p for p, _ in encoded])
        right = [generated.final(model.tokens.decode(t)) == row["true_answer"] for t, row in zip(texts, rows)]
        result[name] = {"loss": float(loss.sum() / count.sum()), "accuracy": float(np.mean(right))}
    return result


def effects(runs) -> dict:
    """What turning each factor from low to high changes on each test: paired by seed and by the other factors."""
    found = {}
    for test in (name for name in runs[0] if ", " in name):
        for measure in ("accuracy", "loss"):
            value = {(r["quality"], r["diversity"], r["complexity"], r["seed"]): r[test][measure] for r in runs}
            for place, factor in enumerate(("quality", "diversity", "complexity")):
                by_seed = []
                for seed in sorted({key[3] for key in value}):
                    highs = [key for key in value if key[3] == seed and key[place] == "high"]
                    lows = [key[:place] + ("low",) + key[place + 1 :] for key in highs]
                    by_seed.append((np.mean([value[k] for k in highs]), np.mean([value[k] for k in lows])))
                high, low = zip(*by_seed)
                found.setdefault(test, {}).setdefault(measure, {})[factor] = intervals.paired(
                    high, low, lower_is_better=measure == "loss"
                ) | {"low": float(np.mean(low)), "high": float(np.mean(high))}
    return found


def draw(found: dict, path: str):
    """What turning a factor from low to high changes of the loss, test by test."""
    figure, axes = figures.panels(3, width=3.0, height=2.4)
    for axis, factor in zip(axes[0], ("quality", "diversity", "complexity")):
        changes = [parts["loss"][factor] for parts in found.values()]
        colours = {name: "#0b6e4f" if change["mean"] < 0 else "#c8553d" for name, change in zip(found, changes)}
        figures.bars(axis, list(found), changes, f"{factor}: low to high", "change of loss, nats a token", 0, colours)
        if factor != "quality":
            axis.set_yticklabels([])
    figures.save(figure, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", help="folder for pools, the base model and the journal")
    arguments.add_argument("--quick", action="store_true", help="a small model, two seeds, no claim")
    arguments.add_argument("--results", help="where the numbers go")
    arguments.add_argument("--figure", help="where the figure goes")
    arguments.add_argument("--part", default="0/1", help="run I of every N settings, for processes side by side")
    asked = arguments.parse_args()
    torch.set_num_threads(1)
    if asked.quick:
        model = base.pretrained(
            os.path.join(asked.work, "base-quick"), 6000, 60_000, transformer.Shape(width=64, layers=2, heads=2, key_heads=2, hidden=128)
        )  # fmt: skip
        pool_rows, samples, seeds, size, tokens = 6000, 60, range(2), 4, 20_000
    else:
        model = base.pretrained(os.path.join(asked.work, "base"))
        pool_rows, samples, seeds, size, tokens = 300_000, SAMPLES, SEEDS, 160, 600_000
    journal = Journal(os.path.join(asked.work, "claims-quick.jsonl" if asked.quick else "claims.jsonl"))
    pool = grouped(generated.made(asked.work, pool_rows, 201, usable))
    held_out = grouped(generated.made(asked.work, pool_rows // 3, 202, lambda row: base.wanted(row) and usable(row)))
    settings = [
        {"seed": seed, "quality": quality, "diversity": diversity, "complexity": complexity}
        for seed in seeds for quality in QUALITY for diversity in DIVERSITY for complexity in COMPLEXITY
    ]  # fmt: skip
    part, parts = map(int, asked.part.split("/"))
    for setting in settings[part::parts]:
        seed = setting["seed"]
        journal.run(
            setting,
            lambda: tune_and_test(
                model, training_set(pool, setting, seed, samples), test_sets(held_out, seed, size), seed, tokens, 1e-3
            ),
        )
    runs = journal.results()
    if asked.results and len(runs) == len(settings):
        write(asked.results, {"samples": samples, "tokens": tokens, "seconds": journal.seconds(),
                              "effects": effects(runs), "runs": runs})  # fmt: skip
    if asked.figure and len(runs) == len(settings):
        draw(effects(runs), asked.figure)
    if asked.quick:
        assert len(runs) == len(settings) and set(effects(runs)) == set(test_sets(held_out, 0, size))


if __name__ == "__main__":
    main()
