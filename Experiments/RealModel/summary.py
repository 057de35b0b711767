"""Means over seeds, differences from random with the same seed, the table and the figure."""

import os

import figures
import journal
import numpy as np
from intervals import interval, paired, shown

MEASURES = {
    "good": "held-out prompts, good answers",
    "usual": "held-out prompts, usual answers",
    "elsewhere": "elsewhere, mean of the four",
    "dolly": "Dolly, mean of its categories",
    "worst": "Dolly, worst category",
    "gsm8k": "GSM8K",
    "flask": "FLASK",
    "code": "code",
}
TOLD = ("samples", "prompts", "tokens", "answer_tokens", "score")


def measured(loss: dict) -> dict:
    """The measures of one model, out of its losses on the test sets."""
    dolly = [value for name, value in loss.items() if name.startswith("dolly: ")]
    found = {name: loss[name] for name in ("good", "usual", "gsm8k", "flask", "code")}
    found |= {"dolly": float(np.mean(dolly)), "worst": max(dolly)}
    found["elsewhere"] = float(np.mean([found[name] for name in ("dolly", "gsm8k", "flask", "code")]))
    return {name: found[name] for name in MEASURES}


def write(study, folder: str, arms) -> None:
    """results.json and figure.svg; the table goes to standard output."""
    runs = study.journal.results()
    (before,) = (measured(run["loss"]) for run in runs if run["what"] == "before")
    tuned = {}
    for run in runs:
        if run["what"] == "tuned":
            tuned.setdefault(run["arm"], {})[run["seed"]] = run
    arms = [arm for arm in arms if arm in tuned]
    seeds = sorted(set.intersection(*(set(tuned[arm]) for arm in arms)))

    def values(arm, name):
        return [measured(tuned[arm][seed]["loss"])[name] for seed in seeds]

    results = {
        "budget": study.settings["budget"],
        "seeds": len(seeds),
        "rate": {run["rate"]: run["loss"]["rate"] for run in runs if run["what"] == "rate"},
        "port": [run for run in runs if run["what"] == "port"],
        "tests": study.sizes(),
        "before": before,
        "arms": {},
        "seconds": study.journal.seconds(),
    }
    for arm in arms:
        found = {name: interval([tuned[arm][seed][name] for seed in seeds]) for name in TOLD}
        for name in MEASURES:
            found[name] = interval(values(arm, name)) | {"all": values(arm, name)}
            for other in ("random", "random-length"):
                if other in arms and arm != other:
                    key = f"{name}, less {other}"
                    found[key] = paired(values(arm, name), values(other, name), lower_is_better=True)
        results["arms"][arm] = found
    journal.write(os.path.join(folder, "results.json"), results)
    print(table(results))
    draw(results, os.path.join(folder, "figure.svg"))


def table(results: dict) -> str:
    """Markdown: random's loss, and of the other arms the difference from it."""
    arms = results["arms"]
    others = [arm for arm in arms if arm != "random"]
    lines = [
        "| nats an answer token | before | random | " + " | ".join(others) + " |",
        "| --- |" + " ---: |" * (len(others) + 2),
    ]
    for name, title in MEASURES.items():
        parts = [f"{results['before'][name]:.3f}", f"{arms['random'][name]['mean']:.3f}"]
        for arm in others:
            less = arms[arm][f"{name}, less random"]
            parts.append(f"{shown(less, 4, sign=True)} ({less['better']}/{less['n']})")
        lines.append(f"| {title} | " + " | ".join(parts) + " |")
    for name, digits in zip(TOLD, (0, 0, 0, 0, 2)):
        parts = [f"{found[name]['mean']:.{digits}f}" for found in arms.values()]
        lines.append(f"| {name.replace('_', ' ')} | | " + " | ".join(parts) + " |")
    return "\n".join(lines).replace(" |  |", " | |").rstrip()


def draw(results: dict, path: str) -> None:
    """A point for each arm and measure: its difference from random."""
    others = [arm for arm in results["arms"] if arm != "random"]
    colours = figures.COLOURS | {"archive, two components": "#8fbfa8", "archive, 128 cells": "#57a773"}
    shown_measures = ("good", "usual", "elsewhere", "worst")
    figure, axes = figures.panels(len(shown_measures), width=2.7, height=2.3)
    for axis, name in zip(axes[0], shown_measures):
        differences = [results["arms"][arm][f"{name}, less random"] for arm in others]
        title = MEASURES[name].replace(", ", ",\n", 1)
        figures.bars(axis, others, differences, title, "nats a token, less random", 0, colours)
        if axis is not axes[0][0]:
            axis.set_yticklabels([])
    figures.save(figure, path)
