"""Ranks subsets by what is cheap to know of them, and compares that with the ranks that training gives them.

    agreement.py WORK [--results FILE] [--figure FILE] [--quick]

Reads the journal that Subsets left in WORK, and what Instructions wrote beside its script; trains nothing.
Ranks are compared within one pool and one budget, since other pools are harder or easier for all: Spearman's rho of each,
then their mean with its interval over pools. Signs are such that +1 means: the more of it, the better the training went.
"""

import argparse
import json
import os

import figures
import intervals
import numpy as np
from journal import Journal, write
from scipy.stats import spearmanr

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST = 5  # subsets of a pool, or their ranks say nothing
# What the figure shows of some forty: one of each family, and what `gamut` itself goes by.
SHOWN = (
    "proxy_loss", "proxy_worst_topic", "quality_mean", "quality_regret", "quality_weighted_vendi", "qd_score", "coverage",
    "evenness", "largest_share", "vendi_1", "vendi_2", "vendi_inf", "mean_pairwise_cosine_distance", "novelsum",
    "facility_location", "coverage_radius", "log_determinant", "knn_distance", "js_to_pool", "distinct_1", "distinct_2",
    "self_bleu", "self_repetition", "compression_ratio", "complexity_mean", "right answers (truth)",
    "kinds of task, evenly (truth)",
)  # fmt: skip
PANELS = (
    ("generated", "transformer, in"), ("generated", "transformer, out"), ("generated", "transformer, worst topic"),
    ("alpaca", "transformer, in"), ("alpaca", "transformer, out"), ("alpaca", "proxy, worst topic"),
)  # fmt: skip


def within(groups: dict) -> dict | None:
    """The mean of rank correlations, a group's subsets each, of (left, right) pairs by group."""
    found = []
    for pairs in groups.values():
        left, right = np.array(pairs, float).T
        if len(pairs) >= LEAST and np.ptp(left) > 0 and np.ptp(right) > 0:
            found.append(spearmanr(left, right)[0])
    return intervals.interval(found) | {"subsets": sum(map(len, groups.values()))} if found else None


def joined(runs: list, keys: tuple) -> dict:
    """Runs that told of one subset put together, by pool, budget and arm."""
    found = {}
    for run in runs:
        found.setdefault(tuple(run[key] for key in keys), {}).update(run)
    return found


def generated(work: str, name: str) -> list:
    """Subsets of generated pools: (pool, outcomes, what is cheap to know)."""
    subsets = []
    path = os.path.join(work, name)
    if not os.path.exists(path):
        return []
    for (seed, budget, _), run in joined(Journal(path).results(), ("seed", "budget", "arm")).items():
        outcomes, known = {}, dict(run.get("metrics", {}))
        if "tuned, loss" in run:
            outcomes |= {f"transformer, {test}": -run["tuned, loss"][test] for test in ("in", "even", "worst topic", "out")}
            outcomes |= {f"transformer right, {test}": run["tuned, right"][test] for test in ("in", "even", "out")}
        if "proxy" in run:
            cheap = run["proxy, equal pieces"]
            outcomes |= {f"proxy, {test}": -cheap[test] for test in ("in", "even", "worst topic", "out")}
            known |= {"proxy_loss": -cheap["in"], "proxy_worst_topic": -cheap["worst topic"]}
            known |= {"right answers (truth)": run["right"], "kinds of task, evenly (truth)": run["even kinds"]}
        subsets.append(((seed, budget), outcomes, known))
    return subsets


def instructions(path: str) -> list:
    """Subsets of Alpaca, by what the study of instructions wrote."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        runs = json.load(file)
    found = []
    for run in runs["runs"] if isinstance(runs, dict) else runs:
        outcomes = {f"{kind}, {test}": -run[key] for kind, test, key in (
            ("proxy", "in", "held_out"), ("proxy", "out", "ood"), ("proxy", "worst topic", "worst_topic"),
            ("transformer", "in", "neural_held_out"), ("transformer", "out", "neural_ood"),
        ) if key in run}  # fmt: skip
        known = dict(run.get("metrics", {}))
        if "held_out" in run:
            known |= {"proxy_loss": -run["held_out"], "proxy_worst_topic": -run["worst_topic"]}
        found.append((("alpaca", run["seed"], run["share"]), outcomes, known))
    return found


def table(subsets: list) -> list:
    """The agreement of all that is known with all outcomes."""
    rows = []
    outcomes = sorted({name for _, found, _ in subsets for name in found})
    for outcome in outcomes:
        for name in sorted({name for _, _, known in subsets for name in known}):
            if name.startswith("proxy") and outcome.startswith("proxy"):
                continue
            groups = {}
            for pool, found, known in subsets:
                if outcome in found and known.get(name) is not None:
                    groups.setdefault(pool, []).append((known[name], found[outcome]))
            agreement = within(groups) if groups else None
            if agreement:
                rows.append({"outcome": outcome, "known": name} | agreement)
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", help="the folder of the journal")
    arguments.add_argument("--results", help="where the numbers go")
    arguments.add_argument("--figure", help="where the figure goes")
    arguments.add_argument("--quick", action="store_true", help="the journal of a quick run; no claim")
    asked = arguments.parse_args()
    if asked.quick:
        # Agreement of a number with itself is 1, and with its opposite -1: the sums are right.
        pairs = {seed: [(x, x) for x in np.random.default_rng(seed).normal(size=6)] for seed in range(3)}
        assert within(pairs)["mean"] > 0.999
        assert within({k: [(a, -b) for a, b in v] for k, v in pairs.items()})["mean"] < -0.999
    name = "subsets-quick.jsonl" if asked.quick else "subsets.jsonl"
    found = {
        "generated": table(generated(asked.work, name)),
        "alpaca": table(instructions(os.path.join(HERE, "..", "Instructions", "runs.json"))),
    }
    if asked.quick:
        return
    if asked.results:
        write(asked.results, found)
    if asked.figure:
        draw(found, asked.figure)


def draw(found: dict, path: str):
    """Agreement with results in and out of distribution, what is known by what is known, best on top."""
    shown = [(pool, outcome) for pool, outcome in PANELS if any(r["outcome"] == outcome for r in found[pool])]
    by = {(pool, r["outcome"], r["known"]): r for pool, rows in found.items() for r in rows}
    names = [name for name in SHOWN if any(known == name for _, _, known in by)]
    names.sort(key=lambda n: -np.mean([by[p, o, n]["mean"] for p, o in shown if (p, o, n) in by] or [0]))
    figure, axes = figures.panels(len(shown), width=2.2, height=0.18 * len(names) + 1)
    for axis, (pool, outcome) in zip(axes[0], shown):
        for place, name in enumerate(names[::-1]):
            row = by.get((pool, outcome, name))
            if row:
                axis.errorbar(row["mean"], place, xerr=row["half"] or 0, fmt="o", markersize=3.5, capsize=2,
                              color="#0b6e4f" if "truth" not in name else "#888888")  # fmt: skip
        axis.axvline(0, color="#888888", linewidth=1)
        axis.set_xlim(-1.05, 1.05)
        axis.set_ylim(-0.6, len(names) - 0.4)
        axis.set_yticks(range(len(names)), names[::-1] if axis is axes[0][0] else [""] * len(names))
        axis.set_title(f"{pool}:\n{outcome}", fontsize=8.5)
        axis.set_xlabel("Spearman's ρ")
    figures.save(figure, path)


if __name__ == "__main__":
    main()
