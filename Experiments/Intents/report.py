"""The study's runs as tables, numbers and a figure."""

import os

import figures
import intervals
import journal
import numpy as np

DRAWS = 4  # random subsets of a pool, whose mean is what all others are held against
KINDS = {
    "vectors": "logistic regression on MiniLM's vectors",
    "network": "network on hashed text",
    "tfidf": "logistic regression on TF-IDF",
}
MEASURES = {
    "pool": "accuracy, intents as common as in the pool",
    "macro": "macro accuracy",
    "rare": "accuracy of the third of intents that are rarest in the pool",
    "worst": "accuracy of the worst tenth of intents",
    "strangers": "AUROC against requests of no intent",
    "reworded": "macro accuracy on paraphrases",
}
PARTS = {"wrong": "wrong labels, %", "intents": "intents with a right sample", "words": "words a sample"}
WEIGHTED = "random, labels weighted alike"
ALL = {"all of the pool": False, "all of the pool, labels weighted alike": True}  # whether they are weighted
TELLS = ("10 % wrong", "30 % wrong")  # settings whose score says something
BEFORE = "archive, two components"
DUELS = (
    ("archive", BEFORE),
    ("archive, evenness 1", BEFORE),
    ("archive", "archive, evenness 1"),
    ("archive", "top"),
    ("archive", "facility-location"),
    ("topic:256", "archive"),
    ("topic:256", "top"),
    ("topic:256", "facility-location"),
    ("topic:256, evenness 0.5", "topic:256"),
    ("topic:256, evenness 0.5", "archive"),
    ("label", "archive"),
    ("label, evenness 0.5", "archive"),
    ("label, evenness 0.5", "label"),
    ("label", "label, balanced at random"),
    ("label", "label, greed 0.3"),
)
SHOWN = {
    # name in the legend, colour, mark and line
    "archive": ("archive, shipped default", figures.COLOURS["archive"], "o-"),
    BEFORE: ("archive, default before", "#8a4b08", "o:"),
    "topic:256": ("archive, 256 topics, evenness 1", "#57a773", "s-"),
    "label": ("archive, label, evenness 1", "#08415c", "D-"),
    "label, evenness 0.5": ("archive, label, evenness 0.5", "#5b8fb0", "D--"),
    "top": ("top", figures.COLOURS["top"], "v--"),
    "facility-location": ("facility-location", figures.COLOURS["facility-location"], "<--"),
}


class Table:
    """Values of runs, one a seed, and differences to the mean of the random draws."""

    def __init__(self, kept: journal.Journal, seeds, budgets, settings):
        self.seeds, self.budgets, self.settings = list(seeds), list(budgets), list(settings)
        self.columns = [(setting, percent) for setting in settings for percent in budgets]
        self.runs, self.sizes = {}, {}
        for row in kept.results():
            if "arm" in row:
                self.runs[row["source"], row["setting"], row["arm"], row["seed"]] = row
            elif "samples" in row:
                self.sizes[row["source"], row["setting"], row["seed"]] = row["samples"]

    def values(self, source, setting, arm, percent, *path) -> list:
        """One value a seed, or nothing where there are none."""
        names = [f"draw {draw}" for draw in range(DRAWS)] if arm == "reference" else [arm]
        found = []
        for seed in self.seeds:
            parts = []
            for name in names:
                value = self.runs[source, setting, name, seed].get(str(percent))
                for key in path:
                    value = None if value is None else value.get(key)
                parts.append(value)
            if None in parts:
                return []
            found.append(float(np.mean(parts)))
        return found

    def difference(self, source, setting, arm, percent, *path, to="reference"):
        """To random, or to another way of choosing; None where there are no values."""
        ours = self.values(source, setting, arm, percent, *path)
        theirs = self.values(source, setting, to, percent, *path)
        return intervals.paired(ours, theirs) if ours and theirs else None


def shown(arm: str) -> str:
    """The name of a way of choosing in tables, in full."""
    names = {
        "reference": f"random, mean of {DRAWS} draws",
        "random": "random, one more draw",
        "archive": "archive, shipped default",
        BEFORE: f"{BEFORE} (default before)",
    }
    if arm.startswith(("topic:", "label")) and "at random" not in arm:
        axis, *rest = arm.split(", ")
        evenness = [] if rest and rest[0].startswith("evenness") else ["evenness 1"]
        return ", ".join(["archive", axis, *evenness, *rest])
    return names.get(arm, arm)


def cell(found) -> str:
    """A difference as it stands in a table: bold where its interval is above 0, slanted where below."""
    if found is None:
        return "–"
    text = intervals.shown(found, 1, sign=True)
    if abs(found["mean"]) > max(found["half"], 0.05):
        return f"**{text}**" if found["mean"] > 0 else f"*{text}* ✗"
    return text


def tables(table: Table, source, kinds, arms) -> list[str]:
    """A table a learner and measure: rows are ways of choosing, columns settings and budgets."""
    name = source.name
    head = ["| | " + " | ".join(f"{setting}, {percent} %" for setting, percent in table.columns) + " |"]
    head.append("| --- |" + " ---: |" * len(table.columns))
    lines = []

    def begin(title):
        lines.extend(["", f"## {name}: {title}", "", *head])

    def row(title, cells):
        lines.append(f"| {title} | " + " | ".join(cells) + " |")

    def levels(arm, *path):
        row(shown(arm), [f"{np.mean(table.values(name, s, arm, p, *path)):.1f}" for s, p in table.columns])

    for kind in kinds:
        for measure, meaning in MEASURES.items():
            if not table.values(name, *table.columns[0][:1], "reference", table.budgets[0], kind, measure):
                continue
            begin(f"{KINDS[kind]}, {meaning}")
            levels("reference", kind, measure)
            for arm in (*arms, WEIGHTED):
                found = [table.difference(name, s, arm, p, kind, measure) for s, p in table.columns]
                if any(found):
                    row(shown(arm), map(cell, found))
            for arm in ALL:
                found = [table.values(name, s, arm, 100, kind, measure) for s in table.settings]
                if any(found):
                    found = [f"{np.mean(values):.1f}" for values in found]
                    row(f"{arm}, as it is", [f for f in found for _ in table.budgets])
    for measure in ("macro", "pool"):
        begin(f"one way of choosing less another, {MEASURES[measure]}")
        for kind in kinds:
            for ours, to in DUELS:
                found = [table.difference(name, s, ours, p, kind, measure, to=to) for s, p in table.columns]
                if any(found):
                    row(f"{KINDS[kind]}: {shown(ours)} less {shown(to)}", map(cell, found))
    for part, meaning in PARTS.items():
        begin(meaning)
        for arm in ("reference", *arms):
            levels(arm, part)
    return lines


def tally(table: Table, sources: dict, arms) -> list[str]:
    """How often a way of choosing is better and worse than random: bold and slanted cells of all tables but
    those of the worst tenth, which is 0 nearly everywhere."""
    lines, heads = [], []
    for arm in (*arms, WEIGHTED):
        cells = []
        for source, kinds in sources.items():
            for tells in (True, False):
                heads.append(f"{source.name}, {'telling score' if tells else 'clean, or blind score'}")
                found = [
                    cell(table.difference(source.name, setting, arm, percent, kind, measure))
                    for setting, percent in table.columns
                    for kind in kinds
                    for measure in MEASURES
                    if measure != "worst" and (setting in TELLS) == tells
                ]
                found = [text for text in found if text != "–"]
                better = sum(text.startswith("**") for text in found)
                worse = sum(text.endswith("✗") for text in found)
                cells.append(f"{better} : {worse} of {len(found)}")
        lines.append(f"| {shown(arm)} | " + " | ".join(cells) + " |")
    heads = list(dict.fromkeys(heads))
    head = ["| | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(heads)]
    return ["", "## Better : worse than random", "", *head, *lines]


def against_all(table: Table, sources: dict, arms=("archive", "label", "label, evenness 0.5")) -> list[str]:
    """Macro accuracy of the largest subsets less that of training on all of the pool."""
    percent = table.budgets[-1]
    lines = ["", f"## Macro accuracy, {percent} % less all of the pool", ""]
    lines += ["| | " + " | ".join(table.settings) + " |", "| --- |" + " ---: |" * len(table.settings)]
    for source, kinds in sources.items():
        for arm in arms:
            for whole in ALL:
                cells = []
                for setting in table.settings:
                    ours = table.values(source.name, setting, arm, percent, kinds[0], "macro")
                    theirs = table.values(source.name, setting, whole, 100, kinds[0], "macro")
                    cells.append(cell(intervals.paired(ours, theirs)))
                lines.append(f"| {source.name}: {shown(arm)} less {whole} | " + " | ".join(cells) + " |")
    return lines


def numbers(table: Table, source, kinds, arms) -> dict:
    """For results.json: random's level, differences to it, half widths of their intervals."""
    result = {}
    for kind in kinds:
        for measure in MEASURES:
            for setting, percent in table.columns:
                level = table.values(source.name, setting, "reference", percent, kind, measure)
                if not level:
                    continue
                found = {
                    arm: table.difference(source.name, setting, arm, percent, kind, measure)
                    for arm in (*arms, WEIGHTED)
                }
                found = {arm: value for arm, value in found.items() if value}
                place = result.setdefault(kind, {}).setdefault(measure, {}).setdefault(setting, {})
                place[f"{percent} %"] = {
                    "random": float(np.mean(level)),
                    "difference": {arm: value["mean"] for arm, value in found.items()},
                    "half": {arm: value["half"] for arm, value in found.items()},
                }
            for setting in table.settings:
                for arm in ALL:
                    level = table.values(source.name, setting, arm, 100, kind, measure)
                    if level:
                        result[kind][measure][setting][arm] = float(np.mean(level))
    return result


def about(kept: journal.Journal, table: Table, source) -> dict:
    """What pools were like, how well cells tell intents, and the penalties of the logistic regressions."""
    rows = [row for row in kept.results() if row["source"] == source.name and "part" in row]
    result = {"too near to a test": source.dropped, "pools": {}, "cells and intents": {}, "penalties": {}}
    for setting in table.settings:
        own = [row for row in rows if row.get("setting") == setting]
        drawn = [row for row in own if row["part"] == "pool"]
        keys = [key for key in drawn[0] if key not in ("source", "setting", "seed", "part")]
        result["pools"][setting] = {key: float(np.mean([row[key] for row in drawn])) for key in keys}
        told = {}
        for row in own:
            if row["part"] == "cells":
                told.setdefault(row["grid"], []).append(row["agreement"])
        result["cells and intents"][setting] = {grid: float(np.mean(found)) for grid, found in told.items()}
    for row in rows:
        if row["part"] == "strength":
            place = f"{row['noise']:.0%} wrong, {row['percent']} % of the pool"
            result["penalties"][place] = row["strength"]
    return result


def figure(table: Table, rows, path: str):
    """Macro accuracy over random: a row a learner, a column a setting, a line a way of choosing."""
    drawing, axes = figures.panels(len(table.settings), len(rows), width=2.7, height=2.4)
    places = np.arange(len(table.budgets))
    for row, (source, kind) in enumerate(rows):
        for column, setting in enumerate(table.settings):
            axis = axes[row, column]
            if column > 0:
                axis.sharey(axes[row, 0])
            for shift, (arm, (name, colour, style)) in enumerate(SHOWN.items()):
                found = [
                    table.difference(source.name, setting, arm, percent, kind, "macro")
                    for percent in table.budgets
                ]
                axis.errorbar(
                    places + (shift - 3) * 0.05, [value["mean"] for value in found],
                    yerr=[value["half"] for value in found], fmt=style, color=colour, label=name,
                    markersize=3.5, linewidth=2 if arm == "archive" else 1.2, elinewidth=0.7,
                )  # fmt: skip
            axis.axhline(0, color="#444444", linewidth=0.8)
            axis.set_xticks(places, [f"{percent} %" for percent in table.budgets])
            if row == 0:
                axis.set_title(setting)
            if row == len(rows) - 1:
                axis.set_xlabel("budget, share of the pool")
            if column == 0:
                axis.set_ylabel(f"{source.name.upper()}\n" + KINDS[kind].replace(" on ", "\non "))
    drawing.suptitle("Macro accuracy, points over random subsets of the same pool", x=0.01, ha="left")
    drawing.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figures.save(drawing, path)


def write(folder: str, kept: journal.Journal, table: Table, sources: dict, arms):
    """Leaves tables.md, results.json and figure.svg in a folder."""
    lines = ["# All tables", "", "What they hold is told in [README.md](README.md)."]
    lines += tally(table, sources, arms) + against_all(table, sources)
    result = {}
    for source, kinds in sources.items():
        lines += tables(table, source, kinds, arms)
        result[source.name] = about(kept, table, source) | numbers(table, source, kinds, arms)
    with open(os.path.join(folder, "tables.md"), "w") as file:
        file.write("\n".join(lines) + "\n")
    journal.write(os.path.join(folder, "results.json"), result)
    rows = [(source, kind) for source, kinds in sources.items() for kind in kinds]
    figure(table, rows, os.path.join(folder, "figure.svg"))
