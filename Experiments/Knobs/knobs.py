"""Tries a fraction of all configurations of the archive on three kinds of pool, and tells what each knob is worth.

    knobs.py WORK [--data FOLDER] [--quick] [--results FILE]

On generated pools the trigram proxy is trained, as `gamut tune` does; on requests with wrong labels (CLINC150) a
linear classifier; on Alpaca, clean but for its heuristic score, the proxy again. The last two need the folder.
"""

import argparse
import contextlib
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("Subsets", "Intents", "Instructions"):
    sys.path.append(os.path.join(os.path.dirname(HERE), folder))

import base  # noqa: E402
import design  # noqa: E402
import figures  # noqa: E402
import generated  # noqa: E402
import intervals  # noqa: E402
import numpy as np  # noqa: E402
import subsets  # noqa: E402
import subsets_against_subsets as noisy  # noqa: E402
from journal import Journal, write  # noqa: E402

BUDGET = 0.05
# Other pools than the studies before have seen.
SEEDS = range(20, 25)
# What is told of each kind of pool, and whether more is better.
MEASURES = {
    "generated": {"in": False, "even": False, "worst topic": False, "out": False, "right": True},
    "intents": {"pool": True, "macro": True, "worst": True, "strangers": True},
    "alpaca": {"held_out": False, "ood": False, "worst_topic": False},
}


class GeneratedPool:
    """A noisy pool whose truth is known, and the proxy trained on subsets cut to the pieces of a random one."""

    def __init__(self, work: str, seed: int, rows: int):
        left_out = [base.OTHERS[i] for i in np.random.default_rng(1000 + seed).permutation(len(base.OTHERS))[6:]]
        self.path, self.rows = noisy.pool(work, rows, seed, left_out)
        tests = noisy.tests(work, rows, seed, 10)
        self.sums = noisy.Sums(self.rows, tests, left_out)
        texts = [[(generated.prompt(r), r["output"]) for r in some] for some in (self.rows, tests)]
        self.proxy, self.seed = subsets.Proxy(*texts), seed
        self.pieces = int(self.proxy.pieces[self.choose(("--method", "random"))].sum())

    def choose(self, options):
        return subsets.select(
            self.path, f"{BUDGET:.0%}", "--quality", "quality", "--seed", self.seed, "--threads", 1, *options
        )

    def measure(self, options) -> dict:
        chosen = self.choose(options)
        kept = self.proxy.cut(chosen, self.pieces, self.seed)
        return self.sums(self.proxy.losses(kept), False) | {
            "right": float(np.mean([self.rows[i]["correct"] for i in chosen]))
        }


class IntentPool:
    """A lopsided pool of requests, a tenth of them with a wrong label, and a linear classifier."""

    def __init__(self, learner, seed: int, folder: str):
        import pools
        import study

        self.pool = pools.draw(learner.source, seed, 0.1, study.TELLING)
        self.options = [*self.pool.write(folder, learner.source), "--text", "instruction", "--threads", 1]
        self.path, self.learner, self.seed = os.path.join(folder, "pool.jsonl"), learner, seed

    def measure(self, options) -> dict:
        rows = subsets.select(self.path, f"{BUDGET:.0%}", *self.options, "--seed", self.seed, *options)
        return self.learner.measure(self.pool, rows, self.seed, 30)


class AlpacaPool:
    """Four fifths of nine tenths of Alpaca by the heuristic score, and the proxy at equal tokens."""

    def __init__(self, samples, others, seed: int, folder: str):
        import trigrams

        self.pool, self.judge = trigrams.Pool(samples, others, seed, folder), trigrams.judge
        samples = self.pool.samples.rows
        held = [row for test in self.pool.tests.values() for row in test.rows]
        self.proxy = subsets.Proxy(*([(self.prompt(row), row["output"]) for row in some] for some in (samples, held)))
        self.pieces = int(self.proxy.pieces[self.choose(("--method", "random"))].sum() * 0.8)

    @staticmethod
    def prompt(row) -> str:
        import data

        return data.prompt(row)

    def choose(self, options):
        return self.pool.choose(options, (BUDGET,))[0]

    def measure(self, options) -> dict:
        chosen = self.proxy.cut(self.choose(options), self.pieces, self.pool.seed)
        found = self.judge(self.pool.tests, self.proxy.losses(chosen))
        return {name: found[name] for name in MEASURES["alpaca"]}


def pools(work: str, data_folder, seeds, rows: int):
    """Each kind of pool with its seeds, made when its turn comes."""
    for seed in seeds:
        yield "generated", seed, lambda folder, seed=seed: GeneratedPool(work, seed, rows)
    if not data_folder:
        print("SKIPPED: requests and Alpaca, since no folder of outside data is named (GAMUT_DATA)", file=sys.stderr)
        return
    import data
    import pools as intents
    import study

    learner = study.Learner(intents.clinc(data_folder), "vectors")
    for seed in seeds:
        yield "intents", seed, lambda folder, seed=seed: IntentPool(learner, seed, folder)
    samples, others = data.alpaca(data_folder, work), data.others(data_folder)
    for seed in seeds:
        yield "alpaca", seed, lambda folder, seed=seed: AlpacaPool(samples, others, seed, folder)


def worth(runs, configurations) -> list:
    """What each level of each knob is worth on each measure, less or more than the mean of the knob's levels."""
    rows = []
    for kind, measures in MEASURES.items():
        own = {(run["seed"], run["configuration"]): run for run in runs if run["kind"] == kind}
        seeds = sorted({seed for seed, _ in own})
        if not seeds:
            continue
        for measure, higher in measures.items():
            values = {
                seed: [own[seed, str(c)][measure] - own[seed, "random"][measure] for c in configurations]
                for seed in seeds
            }
            for (knob, level), found in design.effects(values, configurations).items():
                told = intervals.interval(list(found.values()))
                sign = 1 if higher else -1
                rows.append({"kind": kind, "measure": measure, "knob": knob, "level": level} | told
                            | {"better": sum(sign * value > 0 for value in found.values())})  # fmt: skip
    return rows


def draw(found: list, path: str):
    """What each level of each knob is worth, right being better, a panel a measure."""
    shown = [
        ("generated", "in", "generated: loss as the pool"), ("generated", "even", "generated: loss, topics evenly"),
        ("intents", "pool", "intents: accuracy as the pool"), ("intents", "macro", "intents: macro accuracy"),
        ("alpaca", "held_out", "Alpaca: loss held out"), ("alpaca", "ood", "Alpaca: loss elsewhere"),
    ]  # fmt: skip
    levels = [(knob, level) for knob, some in design.KNOBS.items() for level in some]
    by = {(row["kind"], row["measure"], row["knob"], row["level"]): row for row in found}
    shown = [panel for panel in shown if (*panel[:2], *levels[0]) in by]
    figure, axes = figures.panels(len(shown), width=2.2, height=0.2 * len(levels) + 0.9)
    for axis, (kind, measure, title) in zip(axes[0], shown):
        sign = 1 if MEASURES[kind][measure] else -1
        for place, (knob, level) in enumerate(reversed(levels)):
            row = by[kind, measure, knob, level]
            colour = "#0b6e4f" if sign * row["mean"] > 0 else "#c8553d"
            axis.errorbar(sign * row["mean"], place, xerr=row["half"] or 0, fmt="o", color=colour, capsize=2, markersize=3.5)
        axis.axvline(0, color="#888888", linewidth=1)
        names = [f"{knob} {level}" if knob != "axes" else level for knob, level in reversed(levels)]
        axis.set_yticks(range(len(levels)), names if axis is axes[0][0] else [""] * len(levels))
        axis.set_title(title, fontsize=8.5)
        axis.set_xlabel("better →")
    figures.save(figure, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", help="folder for pools and the journal")
    arguments.add_argument("--data", default=os.environ.get("GAMUT_DATA"), help="folder of the outside data")
    arguments.add_argument("--quick", action="store_true", help="a small pool, no claim")
    arguments.add_argument("--results", help="where the numbers go")
    arguments.add_argument("--figure", help="where the figure goes")
    asked = arguments.parse_args()
    seeds, rows = (range(20, 22), 3000) if asked.quick else (SEEDS, 20_000)
    configurations = design.fraction(18 if asked.quick else 36, 100 if asked.quick else 3000)
    journal = Journal(os.path.join(asked.work, "knobs-quick.jsonl" if asked.quick else "knobs.jsonl"))
    for kind, seed, make in pools(asked.work, None if asked.quick else asked.data, seeds, rows):
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as closing:
            made = []

            def measured(options):
                if not made:
                    made.append(make(folder))
                    if hasattr(made[0], "proxy"):
                        closing.callback(made[0].proxy.close)
                return made[0].measure(options)

            setting = {"kind": kind, "seed": seed}
            journal.run(setting | {"configuration": "random"}, lambda: measured(("--method", "random")))
            for configuration in configurations:
                journal.run(
                    setting | {"configuration": str(configuration)}, lambda: measured(design.options(configuration))
                )
    runs = journal.results()
    found = worth(runs, configurations)
    if asked.quick:
        floors = {row["level"]: row["mean"] for row in found if (row["measure"], row["knob"]) == ("right", "floor")}
        assert floors["50 %"] > floors["none"], f"a floor on quality does not buy right answers: {floors}"
    if asked.figure:
        draw(found, asked.figure)
    if asked.results:
        write(asked.results, {"budget": BUDGET, "seconds": journal.seconds(), "configurations": configurations,
                              "worth": found, "runs": runs})  # fmt: skip


if __name__ == "__main__":
    main()
