"""Puts the manifests of run.sh into one table a budget: NAME.md, and the numbers as NAME.json."""

import json
import sys

METRICS = [
    # name, whether more is better (None for neither), decimals
    ("quality_mean", True, 3),
    ("tokens_mean", None, 0),
    ("reachable_coverage", True, 3),
    ("evenness", True, 3),
    ("elite_retention", True, 3),
    ("vendi_1", True, 1),
    ("novelsum", True, 3),
    ("mean_pairwise_cosine_distance", True, 3),
    ("facility_location", True, 3),
    ("coverage_radius", False, 3),
    ("distinct_2", True, 3),
    ("self_bleu", False, 3),
]
BUDGETS = [("1%", "1pct"), ("5%", "5pct"), ("20%", "20pct")]


def shown(value, decimals):
    return "–" if value is None else f"{value:.{decimals}f}"


def main():
    name, work, target, *methods = sys.argv[1:]
    lines, numbers = [], {}
    for budget, part in BUDGETS:
        runs = {}
        for method in methods:
            with open(f"{work}/{method}.{part}.manifest.json") as file:
                runs[method] = json.load(file)
        proof = runs["archive"]["random"]
        lines += [f"**{budget}: {proof['samples']:,} of {runs['archive']['pool']['samples']:,} samples**", ""]
        lines += ["| | " + " | ".join(metric for metric, _, _ in METRICS) + " |"]
        lines += ["| --- | " + " | ".join("---:" for _ in METRICS) + " |"]
        for title, key in [("20 random", "random"), ("20 of the archive's lengths", "random_length")]:
            row = []
            for metric, _, decimals in METRICS:
                found = proof[key].get(metric)
                row.append(
                    "–" if found is None
                    else f"{shown(found['mean'], decimals)} "
                    f"({shown(found['low'], decimals)} to {shown(found['high'], decimals)})")
            lines.append(f"| {title} | " + " | ".join(row) + " |")
        numbers[budget] = {"random": proof["random"], "random_length": proof["random_length"], "methods": {}}
        for method in methods:
            values, row = runs[method]["random"]["subset"], []
            wins = losses = 0
            for metric, is_more, decimals in METRICS:
                value, found = values.get(metric), proof["random"].get(metric)
                text = shown(value, decimals)
                if value is not None and found is not None and is_more is not None:
                    above, below = value > found["high"], value < found["low"]
                    if above if is_more else below:
                        text, wins = f"**{text}**", wins + 1
                    elif below if is_more else above:
                        text, losses = f"*{text}* ✗", losses + 1
                row.append(text)
            lines.append(f"| `{method}` | " + " | ".join(row) + " |")
            numbers[budget]["methods"][method] = {
                "samples": runs[method]["subset"]["samples"], "wins": wins, "losses": losses,
                "values": {metric: values.get(metric) for metric, _, _ in METRICS}}
        score = numbers[budget]["methods"]
        lines += ["", "Better : worse than random: " + ", ".join(
            f"`{method}` {score[method]['wins']} : {score[method]['losses']}" for method in methods), ""]
    with open(f"{target}/{name}.md", "w") as file:
        file.write("\n".join(lines))
    with open(f"{target}/{name}.json", "w") as file:
        json.dump(numbers, file, indent=1)
        file.write("\n")


main()
