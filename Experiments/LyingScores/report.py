"""What the runs say: differences to random, where a method stops beating it, tables and the figure."""

import re

import figures
import generated_pools
import intervals
import numpy as np
import rated_sets
from choices import BLIND, BUDGETS, EARLIER, REMEDY_ARMS, SIGHTED, TOLD, VARIANTS
from journal import Journal, write

OTHERS = tuple(arm for arm in BLIND + SIGHTED if arm not in ("archive", "random", *VARIANTS))
ARMS = ("archive", *VARIANTS, *OTHERS)
# Of these the difference to random is told; of losses less is better.
MEASURES = (
    "right", "worst_right", "large_right", "misshapen", "kinds", "repeats",
    "loss_all", "loss_all_even", "loss_all_worst", "loss_equal_even",
)  # fmt: skip
LOWER = ("misshapen", "repeats", "loss_all", "loss_all_even", "loss_all_worst", "loss_equal_even")
RATED_MEASURES = ("gain", "worst_cluster", "largest_cluster", "good_prompts")
REMEDY_MEASURES = ("right", "worst_right", "large_right", "misshapen")


def _runs(journal: Journal, *kinds: str, **wanted) -> dict:
    """Results of these kinds by seed and name, those of all arms together."""
    found = {}
    for run in journal.runs.values():
        setting, result = run["setting"], run["result"]
        if setting["kind"] in kinds and all(setting.get(key) == value for key, value in wanted.items()):
            name = setting.get("lie") or setting.get("remedy") or setting.get("budget") or ""
            if "arm" in setting:
                result = {f"{setting['arm']}|{key}": value for key, value in result.items()}
            found.setdefault(name, {}).setdefault(setting["seed"], {}).update(result)
    return {name: dict(sorted(by_seed.items())) for name, by_seed in sorted(found.items())}


def _pair(value: dict) -> list:
    return [None if value[key] is None else round(value[key], 4) for key in ("mean", "half")]


def _differences(runs: dict, blind: dict, arms, measures) -> dict:
    """Paired differences to random: by budget, arm, name and measure, each with its half width."""

    def values(runs, measure):
        return [run[measure] for run in runs]

    told = {}
    for budget in BUDGETS:
        for arm in arms:
            for name, by_seed in runs.items():
                ours = [(blind if arm in BLIND else by_seed)[seed][f"{arm}|{budget}"] for seed in by_seed]
                theirs = [blind[seed][f"random|{budget}"] for seed in by_seed]
                told.setdefault(budget, {}).setdefault(arm, {})[name] = {
                    measure: _pair(intervals.paired(values(ours, measure), values(theirs, measure)))
                    for measure in measures
                }
    return told


def _since(runs: dict, measures) -> dict:
    """What the shipped default changed: paired differences to the one before, by budget, name and measure."""
    told = {budget: {} for budget in BUDGETS}
    for budget, names in told.items():
        for name, by_seed in runs.items():
            names[name] = {
                measure: _pair(
                    intervals.paired(
                        *([run[f"{arm}|{budget}"][measure] for run in by_seed.values()] for arm in TOLD)
                    )
                )
                for measure in measures
            }
    return told


def _random(blind: dict) -> dict:
    return {
        budget: {
            measure: _pair(intervals.interval([run[f"random|{budget}"][measure] for run in blind.values()]))
            for measure in next(iter(blind.values()))[f"random|{budget}"]
            if measure not in ("wanted", "expected")
        }
        for budget in BUDGETS
    }


def _scores(runs: dict, measure: str) -> dict:
    """What is true of each score, and what gamut says of it."""
    told = {}
    for name, by_seed in runs.items():
        own = list(by_seed.values())
        lengths = [run["tokens"] for run in own if run["tokens"] is not None]
        told[name] = {
            measure: _pair(intervals.interval([run[measure] for run in own])),
            "correlation with tokens": float(np.mean(lengths)) if lengths else None,
            "random subsets of lower mean score": min(
                run[f"archive|proof {budget}"] for run in own for budget in BUDGETS
            ),
            "runs with a note": sum(bool(run["archive|notes"]) for run in own),
            "note": next((run["archive|notes"] for run in own if run["archive|notes"]), []),
        }
        if "auroc_of_topics" in own[0]:
            lowest = [float(np.nanmin(run["auroc_of_topics"])) for run in own]
            told[name]["lowest auroc of a topic"] = _pair(intervals.interval(lowest))
    return told


def _crossing(lies: dict, blind: dict, arm: str, budget: str, measure: str, lower: bool = False) -> dict:
    """The AUROC at which an arm comes down to random, seed by seed, by straight lines between those tried."""
    values = generated_pools.NOISY
    names = [name for name in sorted(values, key=values.get) if name in lies]
    found = []
    for seed in blind:
        sign = -1 if lower else 1
        gain = [
            sign * (lies[name][seed][f"{arm}|{budget}"][measure] - blind[seed][f"random|{budget}"][measure])
            for name in names
        ]
        x = [values[name] for name in names]
        place = max((i for i, g in enumerate(gain) if g < 0), default=None)
        if place is None:
            found.append(x[0])
        elif place == len(x) - 1:
            found.append(np.nan)  # even a true score does not help
        else:
            part = -gain[place] / (gain[place + 1] - gain[place])
            found.append(x[place] + part * (x[place + 1] - x[place]))
    if np.isnan(found).any():
        return {"mean": None, "half": None}
    return intervals.interval(found) | {"at_least_half": bool(np.min(found) > 0.5)}


def summary(journal: Journal) -> dict:
    """All that the study tells."""
    blind = _runs(journal, "blind", part="A")[""]
    lies = _runs(journal, "score", "lie", part="A")
    remedies = _runs(journal, "remedy", part="A")
    checks = _runs(journal, "check", part="A")
    dose = _runs(journal, "dose", part="A")

    def mean(runs: dict, size: str, key: str) -> float:
        return float(np.mean([run[size][key] for run in runs.values()]))

    order = [name for name in generated_pools.LIES if name in lies]
    lies = {name: lies[name] for name in order}
    results = {
        "generated": {
            "pools": len(blind),
            "rows": max(run["setting"].get("rows", 0) for run in journal.runs.values()),
            "random": _random(blind),
            "scores": _scores(lies, "auroc"),
            "differences": _differences(lies, blind, ARMS, MEASURES),
            "since the default before": _since(lies, MEASURES),
            "break_even": {
                budget: {
                    arm: {
                        measure: _pair(_crossing(lies, blind, arm, budget, measure))
                        for measure in ("right", "worst_right")
                    }
                    for arm in ARMS
                    if arm not in BLIND
                }
                for budget in BUDGETS
            },
            "remedies": _differences(
                {name: remedies[name] for name in generated_pools.REMEDIES if name in remedies},
                blind, REMEDY_ARMS, REMEDY_MEASURES,
            ),
            "dose": {
                budget: {
                    share: {
                        measure: _pair(intervals.interval([run[share][measure] for run in runs.values()]))
                        for measure in ("loss_all", "loss_all_even", "loss_equal", "loss_equal_even")
                    }
                    for share in ("0", "0.25", "0.5", "0.75", "1")
                }
                for budget, runs in dose.items()
            },
            "checks": {
                name: {
                    size: {key: mean(checks[name], size, key) for key in told}
                    for size, told in next(iter(checks[name].values())).items()
                    if isinstance(told, dict)
                }
                for name in order
            },
        },
        "rated": {},
    }  # fmt: skip
    for name in rated_sets.SOURCES:
        wanted = {"part": "B", "set": name}
        blind = _runs(journal, "blind", **wanted).get("")
        if blind:
            lies = _runs(journal, "score", "lie", **wanted)
            lies = {lie: lies[lie] for lie in rated_sets.LIES if lie in lies}
            remedies = _runs(journal, "remedy", **wanted)
            results["rated"][name] = {
                "halves": len(blind),
                "random": _random(blind),
                "scores": _scores(lies, "spearman"),
                "differences": _differences(lies, blind, ARMS, RATED_MEASURES),
                "since the default before": _since(lies, RATED_MEASURES),
                "remedies": _differences(
                    {remedy: remedies[remedy] for remedy in rated_sets.REMEDIES if remedy in remedies},
                    blind, REMEDY_ARMS, RATED_MEASURES,
                ),
            }  # fmt: skip
    return results


def keep(results: dict, path: str) -> None:
    """Writes the numbers, what holds nothing but numbers on one line."""

    def line(found) -> str:
        return re.sub(r"\s+", " ", found[0])

    write(path, results)
    with open(path) as file:
        text = re.sub(r"\[[^][{}]*\]", line, file.read())
    with open(path, "w") as file:
        file.write(re.sub(r"\{[^{}]*\}", line, text))


def check(results: dict) -> None:
    """Whether a trial came out as it must: what is too plain to be chance."""
    told = results["generated"]["differences"]["20%"]
    assert told["top"]["AUROC 1.0"]["right"][0] > 0.15, "where the score is the truth, the best are right"
    assert told["archive"]["AUROC 1.0"]["right"][0] > 0.05, "the archive finds right answers by the truth"
    assert told["top"]["all turned"]["right"][0] < -0.15, "where the score is turned, the best are wrong"
    assert abs(told["top"]["AUROC 0.5"]["right"][0]) < 0.15, "noise finds nothing"
    scores = results["generated"]["scores"]
    assert scores["constant"]["note"], "gamut tells of a constant"
    for name, rated in results["rated"].items():
        gain = rated["differences"]["20%"]["top"]["the rating"]["gain"]
        assert gain[0] > 0, f"top finds the best of {name}"
    for share in ("0", "1"):
        assert results["generated"]["dose"]["20%"][share]["loss_all"][0] > 0, "the proxy learns"


def _cell(value, digits: int, better: int = 1) -> str:
    """A difference; in bold where it is better than random for certain, in italics where it is worse."""
    mean, half = value
    text = f"{mean:+.{digits}f}".replace("-", "−")
    if half is None or abs(mean) <= half:
        return text
    return f"**{text}**" if mean * better > 0 else f"*{text}*"


def _table(names: list, rows: list) -> str:
    lines = ["| " + " | ".join(names) + " |", "| --- |" + " ---: |" * (len(names) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def _by_lie(differences: dict, measure: str, digits: int, better: int = 1) -> str:
    """A table: a method a row, a score a column."""
    lies = list(next(iter(differences.values())))
    return _table(
        ["method", *lies],
        [
            [arm, *(_cell(told[lie][measure], digits, better) for lie in lies)]
            for arm, told in differences.items()
        ],
    )


def _plain(value, digits: int = 3) -> str:
    mean, half = value
    if mean is None:
        return "–"
    return f"{mean:.{digits}f}" + (f" ± {half:.{digits}f}" if half is not None else "")


def _widest(differences: dict, measure: str) -> str:
    halves = sorted(told[measure][1] or 0 for arm in differences.values() for told in arm.values())
    return f"{halves[len(halves) // 2]:.3f} (median), {halves[-1]:.3f} (largest)"


def _said(scores: dict, measure: str) -> str:
    rows = []
    for lie, told in scores.items():
        tokens = told["correlation with tokens"]
        rows.append(
            [
                lie, _plain(told[measure]),
                *([_plain(told["lowest auroc of a topic"], 2)] if "lowest auroc of a topic" in told else []),
                "–" if tokens is None else f"{tokens:.2f}".replace("-", "−"),
                f"{100 * told['random subsets of lower mean score']:.0f} %",
                "; ".join(told["note"]) or "nothing",
            ]
        )  # fmt: skip
    extra = ["lowest of a topic"] if measure == "auroc" else []
    names = ["score", measure, *extra, "Spearman with tokens", "proof: random beaten", "gamut says"]
    return _table(names, rows)


def _changes(since: dict, digits: int = 3, lower=()) -> str:
    """A table: what the shipped default changed, a score a row."""
    columns = [(budget, measure) for budget in BUDGETS for measure in next(iter(since[budget].values()))]
    rows = []
    for lie in since[BUDGETS[0]]:
        cells = []
        for budget, measure in columns:
            mean, half = since[budget][lie][measure]
            text = _cell((mean, half), digits, -1 if measure in lower else 1)
            cells.append(text + (f" ± {half:.{digits}f}" if half is not None else ""))
        rows.append([lie, *cells])
    return _table(["score", *(f"{measure.replace('_', ' ')}, {budget}" for budget, measure in columns)], rows)


def _remedies(differences: dict, measures) -> str:
    arms = list(differences["20%"])
    titles = [f"{arm}, {measure.replace('_', ' ')}" for arm in arms for measure in measures]
    return _table(
        ["score and remedy", *titles],
        [
            [name, *(_cell(differences["20%"][arm][name][measure], 3, -1 if measure == "misshapen" else 1)
                     for arm in arms for measure in measures)]
            for name in differences["20%"][arms[0]]
        ],
    )  # fmt: skip


def tables(results: dict) -> str:
    """All tables as Markdown."""
    ours = results["generated"]
    random = ours["random"]
    parts = [
        "# Lying scores: all tables\n\nMade by `run.sh`. Differences to random (mean of five draws) of the"
        " same pool; bold: better, italics: worse, by the 95 % interval over pools; plain: neither.\n"
    ]
    parts.append(
        f"## A: {ours['pools']} generated pools of {ours['rows']:,} rows\n\nRandom itself:\n\n"
        + _table(
            ["budget", *random["5%"]],
            [[budget, *(f"{value[0]:.4g}" for value in told.values())] for budget, told in random.items()],
        )
    )
    parts.append("### The scores, and what gamut says of them\n\n" + _said(ours["scores"], "auroc"))
    parts.append(
        "### What the shipped default changed: it less the one before\n\n"
        + _changes(ours["since the default before"], lower=LOWER)
    )
    titles = (
        ("right", BUDGETS, "share of right answers", 3, 1),
        ("worst_right", BUDGETS, "worst topic's share of right answers", 3, 1),
        ("large_right", ("20%",), f"share of right answers in `{generated_pools.LARGE}`", 3, 1),
        ("misshapen", ("20%",), "share of refusals, echoes, empty, truncated and off-topic answers", 3, -1),
        ("kinds", ("5%",), "tasks × levels with a right answer, of 120", 1, 1),
        ("repeats", ("20%",), "share of rows that repeat another", 4, -1),
        ("loss_all", ("20%",), "proxy's loss, bits a byte, pool's mix of topics", 3, -1),
        ("loss_all_even", BUDGETS, "proxy's loss, topics alike", 3, -1),
        ("loss_all_worst", ("20%",), "proxy's loss, worst topic", 3, -1),
        ("loss_equal_even", ("20%",), "proxy's loss, as many pieces of answers each, topics alike", 3, -1),
    )
    for measure, budgets, title, digits, better in titles:
        for budget in budgets:
            told = ours["differences"][budget]
            parts.append(
                f"### {title[0].upper()}{title[1:]}, budget {budget}\n\n"
                f"Half widths {_widest(told, measure)}.\n\n" + _by_lie(told, measure, digits, better)
            )
    even = ours["break_even"]
    parts.append(
        "### At which AUROC a method comes down to random\n\n"
        "–: in one pool or more it is below random with the truth for a score.\n\n"
        + _table(
            ["method", *(f"{m.replace('_', ' ')}, {b}" for b in BUDGETS for m in ("right", "worst_right"))],
            [
                [arm, *(_plain(even[b][arm][m], 2) for b in BUDGETS for m in ("right", "worst_right"))]
                for arm in even["5%"]
            ],
        )
    )
    parts.append(
        "### The proxy's loss by the share of right answers\n\n"
        + _table(
            ["budget", "share", "loss", "topics alike", "equal pieces", "equal, topics alike"],
            [
                [budget, share, *(_plain(value) for value in told.values())]
                for budget, shares in ours["dose"].items() for share, told in shares.items()
            ],
        )
    )  # fmt: skip
    parts.append("### Remedies, budget 20%\n\n" + _remedies(ours["remedies"], REMEDY_MEASURES))
    sizes = list(next(iter(ours["checks"].values())))
    parts.append(
        "### What AUROC a check by hand finds: mean ± deviation, and how often it is below 0.6\n\n"
        + _table(
            ["score", *sizes],
            [
                [name, *(f"{told[size]['mean']:.2f} ± {told[size]['deviation']:.2f},"
                         f" {100 * told[size]['below_0.6']:.0f} %" for size in sizes)]
                for name, told in ours["checks"].items()
            ],
        )
    )  # fmt: skip
    for name, rated in results["rated"].items():
        parts.append(
            f"## B: {name}, {rated['halves']} random halves of its prompts\n\nRandom itself:\n\n"
            + _table(
                ["budget", *rated["random"]["5%"]],
                [
                    [budget, *(f"{value[0]:.4g}" for value in told.values())]
                    for budget, told in rated["random"].items()
                ],
            )
        )
        parts.append("### The scores, and what gamut says of them\n\n" + _said(rated["scores"], "spearman"))
        parts.append(
            "### What the shipped default changed: it less the one before\n\n"
            + _changes(rated["since the default before"])
        )
        for measure, budgets, title in (
            ("gain", BUDGETS, "Gain: mean true rating, 1 the best subset of its size"),
            ("worst_cluster", ("20%",), "Worst cluster's mean rating"),
            ("largest_cluster", ("20%",), "Largest cluster's mean rating (the one that is turned)"),
            ("good_prompts", ("20%",), "Share of prompts that have a good answer of which one is chosen"),
        ):
            for budget in budgets:
                told = rated["differences"][budget]
                parts.append(
                    f"### {title}, budget {budget}\n\nHalf widths {_widest(told, measure)}.\n\n"
                    + _by_lie(told, measure, 3)
                )
        parts.append("### Remedies, budget 20%\n\n" + _remedies(rated["remedies"], ("gain", "good_prompts")))
    return "\n".join(parts)


# The archive as it is in its colour, as it was in brown, lighter or by their strokes what is like them.
STYLES = {
    "archive": ("#0b6e4f", "-", 2.8),
    "archive, floor 50 %": ("#0b6e4f", "--", 1.6),
    "archive, evenness 1": ("#57b894", "-", 1.3),
    EARLIER: ("#8a4b08", "-", 2.2),
    f"{EARLIER}, floor 50 %": ("#8a4b08", "--", 1.4),
}
DRAWN = (*STYLES, *(arm for arm in OTHERS if not arm.endswith("two components")))


def _style(arm: str) -> dict:
    colour, stroke, width = STYLES.get(arm, (figures.COLOURS.get(arm), "-", 1.2))
    return {"color": colour, "linestyle": stroke, "linewidth": width}


def figure(results: dict, path: str) -> None:
    """Gain over random by how good the score is, by the lies with names, and on the rated sets."""
    ours = results["generated"]
    drawn, axes = figures.panels(2, 2, 4.7, 3.6)
    noisy = [name for name in generated_pools.NOISY if name in ours["scores"]]
    for axis, budget in zip(axes[0], BUDGETS):
        for arm in DRAWN[::-1]:
            told = [ours["differences"][budget][arm][name]["right"] for name in noisy]
            x = [generated_pools.NOISY[name] for name in noisy]
            axis.plot(x, [mean for mean, _ in told], label=arm, **_style(arm))
            if arm == "archive":
                low, high = ([mean + sign * (half or 0) for mean, half in told] for sign in (-1, 1))
                axis.fill_between(x, low, high, color="#0b6e4f", alpha=0.15, linewidth=0)
        axis.axhline(0, color="#888888", linewidth=1)
        axis.set_xlabel("AUROC of the score (0.5: noise, 1: the truth)")
        axis.set_ylabel("share of right answers, less random's")
        axis.set_title(f"Noise, generated pools, {budget} chosen")

    named = [name for name in ours["scores"] if name not in generated_pools.NOISY]
    axis = axes[1][0]
    for shift, arm in enumerate(("archive", EARLIER, "top", "dns")):
        told = [ours["differences"]["20%"][arm][name]["worst_right"] for name in named[::-1]]
        axis.errorbar(
            [mean for mean, _ in told], np.arange(len(named)) + 0.27 - 0.18 * shift,
            xerr=[half or 0 for _, half in told], fmt="o", markersize=3.5, capsize=1.5,
            color=_style(arm)["color"],
        )  # fmt: skip
    axis.axvline(0, color="#888888", linewidth=1)
    axis.set_yticks(range(len(named)), named[::-1])
    axis.set_xlabel("worst topic's share of right answers, less random's")
    axis.set_title("Other scores, worst topic, 20% chosen")

    axis = axes[1][1]
    if results["rated"]:
        tried = {"the rating": 1.0} | rated_sets.NOISY
        rated = list(results["rated"].values())
        scores = rated[0]["scores"]
        tried = {name: rho for name, rho in tried.items() if name in scores}
        for arm in DRAWN[::-1]:
            gains = [
                np.mean([one["differences"]["20%"][arm][name]["gain"][0] for one in rated])
                for name in tried
            ]
            axis.plot(list(tried.values()), gains, **_style(arm))
        axis.axhline(0, color="#888888", linewidth=1)
        axis.set_xlabel("Spearman of the score with the true rating")
        axis.set_ylabel("gain over random; 1: the best subset")
        axis.set_title("Noise, three rated sets, 20% chosen")
    else:
        axis.set_axis_off()
    handles, labels = axes[0][0].get_legend_handles_labels()
    names = {"archive": "archive, shipped default", EARLIER: f"{EARLIER} (default before)"}
    labels = [names.get(label, label) for label in labels[::-1]]
    drawn.legend(handles[::-1], labels, loc="outside lower center", ncols=4, fontsize=8)
    figures.save(drawn, path)
