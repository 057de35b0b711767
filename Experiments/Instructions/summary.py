"""Tables, numbers and the figure of all runs."""

import json
import os

import figures
import intervals
import journal
import numpy as np
import trigrams

MEASURES = ("held_out", "ood", "worst_topic", "worst_category", "each_answer")
SETS = ("dolly", "alpaca_eval", "gsm8k", "codegen", "flask", "t0", "alpaca")
SIZES = ("samples", "pieces", "different_pieces", "answer_tokens")
MAIN = {"held_out": "held out", "ood": "other data sets", "worst_topic": "worst topic"}
KEEP = ("seed", "method", "share", "samples", "pieces", *MEASURES, *SETS, "held_out_equal", "ood_equal")
# What the figure shows of Alpaca, and what is told by topic and length.
SHOWN = (
    "archive", "archive, two components", "archive, evenness 0", "archive, evenness 1",
    "archive, 256 topics, evenness 1", "archive, 4 qualities",
    "archive, 1024 topics, 4 qualities", "archive, 256 topics, 16 qualities", "archive, judged",
    "random, again", "random-balanced", "random-balanced, floor 20 %", "random-length",
    "top", "top, judged", "deita", "k-center", "facility-location", "mig", "dns", "cluster-rank",
)  # fmt: skip
BEFORE = "archive, two components"  # the default before
WHY = (
    "archive", "archive, two components", "random-balanced", "archive, evenness 0", "random-length",
    "archive, 4 qualities", "archive, 1024 topics, 4 qualities", "archive, judged",
)  # fmt: skip
UNIT = "bits a byte; differences are ours less the mean of random subsets of the same seed"


def _mean(rows: list):
    """The mean of like rows, part by part."""
    if isinstance(rows[0], dict):
        return {key: _mean([row[key] for row in rows]) for key in rows[0] if all(key in row for row in rows)}
    return rows[0] if isinstance(rows[0], str) else float(np.mean(rows))


def _by_method(rows: list) -> dict:
    """The row of each seed of each method, methods as they came; of several draws of a seed their mean."""
    found = {}
    for row in sorted(rows, key=lambda row: row["seed"]):
        found.setdefault(row["method"], {}).setdefault(row["seed"], []).append(row)
    return {
        method: {seed: _mean(draws) for seed, draws in seeds.items()} for method, seeds in found.items()
    }


def compared(rows: list, apart: bool = True) -> dict:
    """Of each method: means over seeds, and differences from the random subsets of the same seed, less being
    better; also some arms taken apart by length, topic and category if that is asked for."""
    methods = _by_method(rows)
    random = methods["random"]

    def difference(seeds, others, *keys):
        def pick(row):
            for key in keys:
                row = row[key]
            return row

        # By seed, since a study that was ended early has not all seeds of all methods.
        both = [seed for seed in seeds if seed in others]
        values, theirs = ([pick(rows[seed]) for seed in both] for rows in (seeds, others))
        return intervals.paired(values, theirs, lower_is_better=True)

    found = {}
    for name, seeds in methods.items():
        ours = list(seeds.values())
        sizes = [size for size in SIZES if size in ours[0]]
        found[name] = {size: float(np.mean([row[size] for row in ours])) for size in sizes}
        for measure in (*MEASURES, *SETS, "held_out_equal", "ood_equal"):
            if measure in ours[0]:
                told = intervals.interval([row[measure] for row in ours])
                found[name][measure] = told | {"difference": difference(seeds, random, measure)}
                if name == "archive" and BEFORE in methods:
                    found[name][measure]["less_before"] = difference(seeds, methods[BEFORE], measure)
        told_apart = apart and name in ("random", *WHY)
        for parts in ("lengths", "topics", "categories") if told_apart else ():
            if parts in ours[0]:
                rows = [*ours, *random.values()]
                known = [part for part in ours[0][parts] if all(part in row[parts] for row in rows)]
                told = {part: difference(seeds, random, parts, part) for part in known}
                found[name][parts] = {part: [one["mean"], one["half"]] for part, one in told.items()}
        if told_apart and "topic_tokens" in ours[0]:
            found[name]["topic_tokens"] = _mean([row["topic_tokens"] for row in ours])
    return found


def _lines(head: list, rows: list) -> str:
    """A table in Markdown, numbers to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows)) + "\n"


def table(found: dict, measures, digits: int = 3) -> str:
    """Differences from random: bold where the interval lies below zero, with a cross where above."""
    random = found["random"]
    measures = [measure for measure in measures if measure in random]
    if not measures:
        return ""
    rows = [["*random itself*", str(random[measures[0]]["n"]), f"{random['samples']:,.0f}"]]
    rows[0] += [f"{random[measure]['mean']:.{digits}f}" for measure in measures]
    for name, row in found.items():
        if name == "random":
            continue
        rows.append([name, str(row[measures[0]]["difference"]["n"]), f"{row['samples']:,.0f}"])
        for measure in measures:
            one = row[measure]["difference"]
            text = intervals.shown(one, digits, sign=True)
            if one["half"] is not None and abs(one["mean"]) > one["half"]:
                text = f"**{text}**" if one["mean"] < 0 else f"{text} ✗"
            rows[-1].append(text)
    return _lines(["bits a byte, less random's", "seeds", "samples", *measures], rows)


def by_topic(found: dict, topics: list, methods) -> tuple:
    """Where a difference on held-out answers comes from: each topic's share of the bytes and its own
    difference. Topics in the order of their heuristic quality, least first."""
    topics = _mean(topics)
    order = sorted(topics["quality"], key=topics["quality"].get)
    rows = [
        {
            "topic": topic,
            "quality": topics["quality"][topic],
            "bytes": topics["bytes"][topic],
            "tokens": {name: found[name]["topic_tokens"][topic] for name in ("random", *methods)},
            "difference": {name: found[name]["topics"][topic][0] for name in methods},
        }
        for topic in order
    ]
    told = []
    for row in rows:
        told.append([row["topic"], f"{row['quality']:.3f}"])
        told[-1] += [f"{row['bytes']:.1%}", f"{row['tokens']['random']:.1%}"]
        told[-1] += [f"{row['tokens'][name]:.1%}, {row['difference'][name]:+.3f}" for name in methods]
    head = ["topic", "quality", "of bytes", "tokens of random"]
    head += [f"{name}: tokens, loss" for name in methods]
    return rows, _lines(head, told)


def by_length(found: dict, methods) -> str:
    """Differences by the length of the answer that is predicted."""
    head = ["bits a byte, less random's", "up to 50 bytes", "to 150", "to 350", "to 700", "longer"]
    rows = []
    for method in methods:
        parts = sorted(found[method]["lengths"].items())
        rows.append([method, *(f"{mean:+.3f} ± {half or 0:.3f}" for _, (mean, half) in parts)])
    return _lines(head, rows)


def figure(panels: list, path: str) -> None:
    """Differences from random at 5 % of the tokens: a row of panels a learner and pool, each given as its
    title, what was found, and whom to show."""
    heights = [len(names) + 5 for _, _, names in panels]
    drawn, axes = figures.plt.subplots(
        len(panels), len(MAIN), figsize=(10.5, 0.19 * sum(heights)), squeeze=False, layout="constrained",
        height_ratios=heights,
    )  # fmt: skip
    for line, (title, found, names) in zip(axes, panels, strict=True):
        known = {name: "#74b49e" if "archive" in name else "#888888" for name in names}
        for axis, (measure, told) in zip(line, MAIN.items(), strict=True):
            values = [found[name][measure]["difference"] for name in names]
            first = f"{title}: {told}" if axis is line[0] else told
            figures.bars(axis, names, values, first, "bits a byte, less random's", 0, known | figures.COLOURS)
            if axis is not line[0]:
                axis.set_yticklabels([])
    figures.save(drawn, path)


def tried(rows: list) -> tuple:
    """Differences of the settings that one was chosen from, by measure and share of the tokens."""
    shares = sorted({row["share"] for row in rows})
    by_share = {share: compared([row for row in rows if row["share"] == share], False) for share in shares}
    wanted = [(measure, share) for measure in ("held_out", "ood") for share in shares]
    told, lines = {}, []
    for name in next(iter(by_share.values())):
        if name != "random":
            found = {wish: by_share[wish[1]][name][wish[0]]["difference"] for wish in wanted}
            told[name] = {f"{measure}, {share:.0%}": one["mean"] for (measure, share), one in found.items()}
            lines.append([name, *(f"{one['mean']:+.3f}" for one in found.values())])
    return told, _lines(["bits a byte, less random's", *next(iter(told.values()))], lines)


def _pool(pool: str, abouts: list, rows: list) -> tuple:
    """The numbers and the tables of one pool."""
    told, parts = {"sizes": abouts[0]["sizes"]}, []
    for share in sorted({row["share"] for row in rows}):
        found = compared([row for row in rows if row["share"] == share], share == 0.05)
        told[f"{share:.0%}"] = found
        title = f"\n## Trigrams, {pool}, {share:.0%} of the tokens\n"
        parts += [title, table(found, MEASURES), table(found, SETS)]
        if "held_out_equal" in found["random"]:
            parts.append("Cut to the same number of answers' pieces:\n")
            parts.append(table(found, ("held_out_equal", "ood_equal")))
    found = told["5%"]
    methods = [name for name in WHY if name in found]
    told["by_topic"], shown = by_topic(found, [about["topics"] for about in abouts], methods)
    parts += ["By topic, 5 % of the tokens; topics with the least heuristic quality first:\n", shown]
    return told, [*parts, "By the length of the answer that is predicted:\n", by_length(found, methods)]


def _kept(rows: list, neural: dict) -> list:
    """The runs whose metrics are known, with what the transformer lost on the same subset."""
    kept, seen = [], set()
    for row in rows:
        if "metrics" in row:
            kept.append({key: row[key] for key in (*KEEP, "metrics") if key in row})
            same = row["seed"], row["method"]
            # Of several random draws the first was the transformer's.
            if row["share"] == 0.05 and same in neural and same not in seen:
                kept[-1] |= {f"neural_{measure}": neural[same][measure] for measure in MAIN}
                seen.add(same)
    return kept


def _rows(path: str, rows: list) -> None:
    """A row a line, five digits a number."""

    def short(value):
        if isinstance(value, dict):
            return {key: short(part) for key, part in value.items()}
        return float(f"{value:.5g}") if isinstance(value, float) else value

    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(short(row)) for row in rows) + "\n]\n")


def _ordered(kept: journal.Journal) -> list:
    """All rows, arms in the order of their definition."""
    names = [*trigrams.COMPARED, "random, again", *trigrams.APART, *trigrams.TRIED]
    rows = [row for run in kept.results() for row in run.get("rows", ())]
    return sorted(rows, key=lambda row: names.index(row["method"]))


def write(runs: dict, output: str) -> None:
    """results.json, tables.md, figure.svg, and runs.json, one row a subset."""
    os.makedirs(output, exist_ok=True)
    parts = ["# All numbers\n\nMade by `run.sh`; what they mean is in [README.md](README.md).\n"]
    told, panels = {"unit": UNIT}, []
    neural = {(run["seed"], run["method"]): run for run in runs["neural"].results()}
    for pool, kept in runs.items():
        if not kept.runs:
            continue
        if pool == "neural":
            order = list(trigrams.COMPARED)
            found = compared(sorted(neural.values(), key=lambda run: order.index(run["method"])))
            spent = sum(run["processor_seconds"] for run in neural.values())
            told[pool] = {"runs": len(neural), "processor_seconds": spent, "5%": found}
            title = "\n## Transformer, 5 % of the tokens\n"
            parts += [title, table(found, MEASURES), table(found, SETS)]
        else:
            rows = _ordered(kept)
            trials = [row for row in rows if row["seed"] >= 100]
            rows = [row for row in rows if row["seed"] < 100]
            told[pool], more = _pool(pool, [run for run in kept.results() if "about" in run], rows)
            parts += more
            if trials:
                told[pool]["tried"], shown = tried(trials)
                seeds = ", ".join(str(seed) for seed in sorted({row["seed"] for row in trials}))
                parts += [f"Settings that one was chosen from, means of the seeds {seeds}:\n", shown]
            found = told[pool]["5%"]
            if pool != "t0":
                _rows(os.path.join(output, "runs.json"), _kept(rows, neural))
        title = {"neural": "transformer, Alpaca", "alpaca": "trigrams, Alpaca", "t0": "trigrams, T0"}
        whom = SHOWN if pool == "alpaca" else sorted(found, key=lambda name: "archive" not in name)
        # Two seeds make an interval that says nothing and hides the others.
        shown = [name for name in whom if name in found and found[name]["held_out"]["n"] != 2]
        panels.append((title.get(pool, pool), found, [name for name in shown if name != "random"]))
    journal.write(os.path.join(output, "results.json"), told)
    with open(os.path.join(output, "tables.md"), "w") as file:
        file.write("\n".join(part for part in parts if part))
    figure(panels, os.path.join(output, "figure.svg"))
