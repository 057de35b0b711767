#!/usr/bin/env python3
"""Rank correlation of every built-in measure with human and model labels.

    correlate.py [FOLDER] [--tool gamut] [--output FOLDER]

FOLDER (or $GAMUT_SHARED_DATA) holds the labelled data sets, plain or as NAME.zst. The values are those
of the `gamut` tool itself. Writes table.csv and table.md. Needs Python 3, numpy, and zstd on the path.
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

MEASURES = """complexity quality tokens prompt_tokens response_tokens characters words lines
prompt_complexity numbers operators long_words constraints code lexical_diversity vocabulary structure
punctuation repetition echo refusals completeness compression""".split()

LEVELS = ["simple lifestyle knowledge", "advanced lifestyle knowledge", "formal education knowledge",
          "major level knowledge", "expert level knowledge"]

LABELS = """difficulty steps rating wins wins_within correct correct_within rater_a rater_b
difficulty_given_tokens rating_given_tokens""".split()


# Reading the data sets


def text_of(folder, name):
    """The text of a data set, unpacked where it is packed."""
    plain = folder / name
    if plain.exists():
        return plain.read_text(encoding="utf-8")
    packed = folder / (name + ".zst")
    command = ["zstd", "-d", "--long=27", "-q", "-c", str(packed)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")


def lines_of(folder, name):
    return [json.loads(line) for line in text_of(folder, name).split("\n") if line.strip()]


def record(instruction, output, given=""):
    return {"instruction": instruction, "input": given, "output": output}


def without_calculator(answer):
    """A worked answer without the calculator's marks, which count the steps for us."""
    return re.sub(r"<<.*?>>", "", answer)


def data_sets(folder):
    """Yields name, records, and the labels as lists: {label: values}."""
    rows = [row for row in lines_of(folder, "flask_labels.jsonl") if row["difficulty"] in LEVELS]
    yield ("flask", [record(row["instruction"], row["answer"]) for row in rows],
           {"difficulty": [LEVELS.index(row["difficulty"]) for row in rows]})

    rows = lines_of(folder, "gsm8k_train.jsonl")
    yield ("gsm8k", [record(row["question"], without_calculator(row["answer"])) for row in rows],
           {"steps": [row["answer"].count("<<") for row in rows]})

    rows = lines_of(folder, "autoj_single_rated.jsonl")
    yield ("autoj", [record(row["instruction"], row["output"]) for row in rows],
           {"rating": [row["score"] for row in rows]})

    rows = lines_of(folder, "alpaca_eval_rated.jsonl")
    yield ("alpaca_eval", [record(row["instruction"], row["output"], row["input"]) for row in rows],
           {"wins": [row["score_vs_gpt4_1106"] for row in rows],
            "group": [row["instruction"] + "\n" + row["input"] for row in rows]})

    rows = lines_of(folder, "gsm8k_model_solutions_rated.jsonl")
    yield ("gsm8k_solutions",
           [record(row["question"], without_calculator(row["answer"])) for row in rows],
           {"correct": [float(row["is_correct"]) for row in rows],
            "group": [row["question_id"] for row in rows]})

    rows = json.loads(text_of(folder, "alpaca_52k.json"))
    votes = [line.split("\t") for line in text_of(folder, "alpaca_52k.labels.tsv").split("\n")[1:]
             if line]
    yield ("alpaca", [record(row["instruction"], row["output"], row["input"]) for row in rows],
           {"rater_a": [int(vote[1]) for vote in votes],
            "rater_b": [int(vote[2]) for vote in votes]})


# Asking the tool


def values_of(records, tool):
    """The value of every measure for every record, NaN where the tool gives none.

    The only place that knows the tool: it selects everything and asks for receipts, which hold the
    values of the axes.
    """
    with tempfile.TemporaryDirectory() as folder:
        pool = pathlib.Path(folder, "pool.jsonl")
        with pool.open("w", encoding="utf-8") as file:
            for item in records:
                file.write(json.dumps(item, ensure_ascii=False) + "\n")
        subset = pathlib.Path(folder, "subset.jsonl")
        command = [tool, "select", str(pool), "--budget", "100%", "--receipts", "-o", str(subset)]
        for name in MEASURES:
            command += ["--axis", f"{name}:1@uniform"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        values = {name: np.full(len(records), np.nan) for name in MEASURES}
        with pathlib.Path(folder, "subset.receipts.jsonl").open(encoding="utf-8") as file:
            receipts = [json.loads(line) for line in file]
    if len(receipts) != len(records):
        sys.exit(f"{len(records)} records gave {len(receipts)} receipts")
    for index, receipt in enumerate(receipts):
        descriptor = receipt.get("descriptor") or {}
        for name in MEASURES:
            if descriptor.get(name) is not None:
                values[name][index] = descriptor[name]
    return values


# Statistics


def ranks(values):
    """Ranks from 1, ties sharing their mean."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ends = np.r_[starts[1:], len(values)]
    result = np.empty(len(values))
    result[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return result


def linear(a, b):
    """Pearson's correlation, 0 where one side is constant."""
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def spearman(a, b):
    known = np.isfinite(a) & np.isfinite(b)
    return linear(ranks(a[known]), ranks(b[known]))


def partial(a, b, given):
    """Spearman's correlation of a and b with a third held fixed."""
    ab, ac, bc = spearman(a, b), spearman(a, given), spearman(b, given)
    rest = (1 - ac * ac) * (1 - bc * bc)
    return (ab - ac * bc) / rest**0.5 if rest > 1e-9 else 0.0


def within(a, b, groups):
    """The mean over groups of Spearman's correlation inside a group whose labels differ."""
    members = collections.defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    found = [spearman(a[rows], b[rows]) for rows in members.values() if np.ptp(b[rows]) > 0]
    return float(np.mean(found))


def area(a, positive):
    """The chance that a positive ranks above a negative, ties counting half."""
    known = np.isfinite(a)
    a, positive = a[known], positive[known]
    count = positive.sum()
    excess = ranks(a)[positive == 1].sum() - count * (count + 1) / 2
    return float(excess / (count * (len(a) - count)))


def interval(a, b, draws=2000, seed=0):
    """A 95 % bootstrap interval of Spearman's correlation."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = generator.integers(0, len(a), len(a))
        found.append(spearman(a[rows], b[rows]))
    return np.percentile(found, [2.5, 97.5])


# The table


def correlations(folder, tool):
    """Rows {measure: {label: number}} and notes below the table."""
    table = {name: {} for name in MEASURES}
    notes = []
    for set_name, records, labels in data_sets(folder):
        values = values_of(records, tool)
        absent = int(np.isnan(values["tokens"]).sum())
        notes.append(f"{set_name}: {len(records):,} records, {absent} without values")
        labels = {key: value if key == "group" else np.array(value, float)
                  for key, value in labels.items()}
        for name in MEASURES:
            column, row = values[name], table[name]
            for label in ("difficulty", "steps", "rating", "wins", "correct"):
                if label in labels:
                    row[label] = spearman(column, labels[label])
            for label in ("wins", "correct"):
                if label in labels:
                    row[label + "_within"] = within(column, labels[label], labels["group"])
            for label in ("rater_a", "rater_b"):
                if label in labels:
                    row[label] = area(column, labels[label])
            if "difficulty" in labels:
                row["difficulty_given_tokens"] = partial(
                    column, labels["difficulty"], values["tokens"])
            if "rating" in labels:
                row["rating_given_tokens"] = partial(
                    column, labels["rating"], values["response_tokens"])
        for name, label in (("complexity", "difficulty"), ("complexity", "steps"),
                            ("quality", "rating")):
            if label in labels:
                low, high = interval(values[name], labels[label])
                notes.append(f"{name} with {label}: 95 % bootstrap interval {low:.3f} to {high:.3f}")
    return table, notes


def write(table, notes, folder):
    with open(folder / "table.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["measure"] + LABELS)
        for name, row in table.items():
            writer.writerow([name] + [f"{row[label]:.4f}" for label in LABELS])
    with open(folder / "table.md", "w", encoding="utf-8") as file:
        file.write("| measure | " + " | ".join(LABELS).replace("_", " ") + " |\n")
        file.write("| --- |" + " ---: |" * len(LABELS) + "\n")
        for name, row in table.items():
            cells = [f"{row[label]:.3f}".replace("-", "−") for label in LABELS]
            file.write(f"| `{name}` | " + " | ".join(cells) + " |\n")
        file.write("\n" + "".join(f"- {note}\n" for note in notes))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", default=os.environ.get("GAMUT_SHARED_DATA"))
    parser.add_argument("--tool", default="gamut", help="the gamut executable")
    parser.add_argument("--output", default=pathlib.Path(__file__).parent, type=pathlib.Path,
                        help="where to write the tables")
    arguments = parser.parse_args()
    if not arguments.folder:
        parser.error("name the folder of the data sets, or set GAMUT_SHARED_DATA")
    table, notes = correlations(pathlib.Path(arguments.folder), arguments.tool)
    write(table, notes, arguments.output)


if __name__ == "__main__":
    main()
