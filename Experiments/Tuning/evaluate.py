"""Holds recommended, default and random configurations against each other on thirds of a pool.

Each time the pool is divided at random into three parts of equal size: `gamut tune` sees the first alone; all
configurations then choose from the second, and coverage is told of the third. The measures are worked out here,
with numpy, and not by gamut.
"""

import argparse
import json
import os
import subprocess
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402

parser = argparse.ArgumentParser()
for word in ["gamut", "work", "here", "name", "pool"]:
    parser.add_argument(word)
parser.add_argument("--quality")
parser.add_argument("--label")
parser.add_argument("--vectors")
options = parser.parse_args()
SPLITS = int(os.environ.get("SPLITS", 10))
GRIDS = int(os.environ.get("GRIDS", 15))
SHARE = float(os.environ.get("SHARE", 10))
THREADS = ["--threads", os.environ["THREADS"]] if "THREADS" in os.environ else []
# Student's 97.5th percentile with so many degrees of freedom.
STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
           2.131, 2.120, 2.110, 2.101, 2.093]
FRONT = ["quality", "coverage"] + (["balance"] if options.label else []) + ["stability"]
TOLD = ["quality", "quality_of_top", "coverage", "vendi", "complexity_sd"] \
    + (["balance"] if options.label else []) + ["stability", "distance"]


def run(*words):
    outcome = subprocess.run([options.gamut, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if outcome.returncode != 0:
        sys.exit(f"{' '.join(words)}: {outcome.stderr}")
    return outcome.stderr


def records(path):
    with open(path, encoding="utf-8") as file:
        start = file.read(1)
        file.seek(0)
        if start == "[":
            return [json.dumps(record, ensure_ascii=False) for record in json.load(file)]
        return [line.rstrip("\n") for line in file if line.strip()]


lines = records(options.pool)
vectors = np.load(options.vectors).astype(np.float32) if options.vectors else None
if vectors is not None and len(vectors) != len(lines):
    sys.exit(f"{len(vectors)} vectors for {len(lines)} records")


class Part:
    """Some of the records as an archive."""

    def __init__(self, name, rows):
        self.rows = rows
        # Records that are equal count as the first of them.
        self.place = {}
        for row in rows:
            self.place.setdefault(lines[row], row)
        self.stem = f"{options.work}/{name}"
        with open(self.stem + ".jsonl", "w", encoding="utf-8") as file:
            file.writelines(lines[row] + "\n" for row in rows)
        words = ["fit", self.stem + ".jsonl", "-o", self.stem + ".gamut", "--force", "--quiet", *THREADS]
        if vectors is not None:
            np.save(self.stem + ".npy", vectors[rows])
            words += ["--embeddings", self.stem + ".npy"]
        if options.quality:
            words += ["--quality", options.quality]
        if options.label:
            words += ["--keep", options.label]
        run(*words)

    def choose(self, words, share=SHARE):
        """The chosen rows, the run's quality and the spread of its complexity."""
        output = f"{options.work}/chosen.jsonl"
        run("select", self.stem + ".gamut", *words, "--budget", f"{share}%", "--random", "0", "--quiet", "--force",
            "-o", output, *THREADS)
        with open(f"{options.work}/chosen.manifest.json", encoding="utf-8") as file:
            subset = json.load(file)["subset"]
        with open(output, encoding="utf-8") as file:
            chosen = [self.place[line.rstrip("\n")] for line in file]
        return chosen, subset["quality"]["mean"], subset["complexity"]["sd"]


def words_of(configuration):
    words = ["--evenness", str(configuration["evenness"]), "--greed", str(configuration["greed"])]
    for axis in configuration["axes"]:
        words += ["--axis", axis]
    return words


def unit(rows):
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)


def vendi(rows):
    values = np.linalg.eigvalsh(rows.T.astype(np.float64) @ rows / len(rows))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def label(row):
    value = json.loads(lines[row])
    for key in options.label.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return str(value)


def balance(rows, known):
    counts = np.unique([label(row) for row in rows], return_counts=True)[1]
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(known)) if known > 1 else 1.0


def built_in(part):
    """Vectors where none were given: counts of words, cut to the 2,000 commonest, roughly as a stand-in."""
    from collections import Counter
    texts = [lines[row].lower().split() for row in part]
    common = [word for word, _ in Counter(word for text in texts for word in set(text)).most_common(2000)]
    place = {word: number for number, word in enumerate(common)}
    weight = np.zeros(len(common))
    rows = np.zeros((len(part), len(common)), np.float32)
    for number, text in enumerate(texts):
        for word in text:
            if word in place:
                rows[number, place[word]] += 1
    weight = np.log(len(part) / np.maximum((rows > 0).sum(axis=0), 1))
    rows = unit(np.log1p(rows) * weight)
    # As many dimensions as tell most of it.
    _, _, axes = np.linalg.svd(rows[: 2000], full_matrices=False)
    return rows @ axes[:128].T


def measure(part, rest, third, words, top, known):
    chosen, quality, spread = part.choose(words)
    again = set(rest.choose(words)[0])
    left = set(rest.rows)
    there = [row for row in chosen if row in left]
    rows = space[chosen]
    values = {
        "quality": quality, "quality_of_top": quality / top, "complexity_sd": spread,
        "coverage": float((space[third] @ rows.T).max(axis=1).mean()), "vendi": vendi(rows),
        "stability": len([row for row in there if row in again]) / max(len(there), 1),
    }
    if options.label:
        values["balance"] = balance(chosen, known)
    return values


def distances(trials):
    """The rule of the advice, once more, on what it did not see."""
    table = np.array([[trial[name] for name in FRONT] for trial in trials])
    front = [row for row in table
             if not ((table >= row).all(axis=1) & (table > row).any(axis=1)).any()]
    low, high = np.min(front, axis=0), np.max(front, axis=0)
    wide = high > low
    if not wide.any():
        return np.zeros(len(table))
    return np.sqrt((((high - table)[:, wide] / (high - low)[wide]) ** 2).mean(axis=1))


space = unit(vectors) if vectors is not None else unit(built_in(range(len(lines))))
splits = []
for split in range(SPLITS):
    random = np.random.default_rng(split)
    order = random.permutation(len(lines))
    size = len(order) // 3
    seen = Part("seen", sorted(order[:size]))
    fresh = Part("fresh", sorted(order[size:2 * size]))
    rest = Part("rest", sorted(random.permutation(fresh.rows)[: size * 4 // 5]))
    third = sorted(order[2 * size:3 * size])
    third = random.permutation(third)[:2048]
    words = ["tune", seen.stem + ".gamut", "--budget", f"{SHARE}%", "-o", f"{options.work}/recipe.yaml", "--force",
             "--quiet", *THREADS] + (["--label", options.label] if options.label else [])
    run(*words)
    with open(f"{options.work}/recipe.tuning.json", encoding="utf-8") as file:
        tuning = json.load(file)
    configurations = tuning["configurations"]
    best = configurations[tuning["recommended"]]
    others = random.choice(np.arange(1, len(configurations)), GRIDS, replace=False)
    top = fresh.choose(["--method", "top"])[1]
    known = len({label(row) for row in fresh.rows}) if options.label else 0
    trials = [measure(fresh, rest, third, words_of(configuration), top, known)
              for configuration in [best, configurations[0]] + [configurations[other] for other in others]]
    for trial, distance in zip(trials, distances(trials)):
        trial["distance"] = float(distance)
    promised = {name: tuning["against_default"][name] for name in tuning["against_default"]}
    ranks = np.array([trial["distance"] for trial in trials])
    splits.append({
        "recommended": words_of(best), "measured": trials[0], "default": trials[1],
        "random": {name: float(np.mean([trial[name] for trial in trials[2:]])) for name in trials[0]},
        "promised": promised,
        "rank": float((ranks[2:] < ranks[0]).sum() + 1), "default_rank": float((ranks[2:] < ranks[1]).sum() + 1),
    })
    print(f"{options.name}: split {split + 1} of {SPLITS}: {' '.join(words_of(best))}", file=sys.stderr)


def interval(values):
    """Mean, and where one more split would lie in 95 of 100 cases."""
    values = np.array(values)
    if len(values) < 2:
        return float(values.mean()), 0.0
    width = STUDENT[min(len(values), 20) - 2] * values.std(ddof=1) * (1 + 1 / len(values)) ** 0.5
    return float(values.mean()), float(width)


def cell(values, better=None):
    mean, width = interval(values)
    text = f"{mean:+.4f} ± {width:.4f}"
    wins = sum(value > 0 for value in values) if better is not False else sum(value < 0 for value in values)
    return f"{text} ({wins}/{len(values)})"


rows = []
for name in TOLD:
    lower = name == "distance"
    rows.append(
        f"| {name} | {np.mean([split['measured'][name] for split in splits]):.4f} "
        f"| {np.mean([split['default'][name] for split in splits]):.4f} "
        f"| {np.mean([split['random'][name] for split in splits]):.4f} "
        f"| {cell([split['measured'][name] - split['default'][name] for split in splits], not lower)} "
        f"| {cell([split['measured'][name] - split['random'][name] for split in splits], not lower)} |")
kept = {}
for name in splits[0]["promised"]:
    if name not in splits[0]["measured"]:
        continue
    told = [split for split in splits if split["promised"][name].get("low", 0) > 0
            or split["promised"][name].get("high", 0) < 0]
    held = [split for split in told
            if (split["measured"][name] - split["default"][name]) * split["promised"][name]["mean"] > 0]
    kept[name] = (len(held), len(told))
text = [
    f"# {options.name}: {len(lines):,} samples, {SPLITS} splits, budget {SHARE:g} %", "",
    "| | recommended | default | random grids | against the default | against random grids |",
    "| --- | ---: | ---: | ---: | ---: | ---: |", *rows, "",
    f"By distance, of {GRIDS} random configurations the recommended one is beaten by "
    f"{np.mean([split['rank'] - 1 for split in splits]):.1f} on average, the default by "
    f"{np.mean([split['default_rank'] - 1 for split in splits]):.1f}.", "",
    "Of the differences from the default that `tune` called sure, so many had the same sign here: "
    + ", ".join(f"{name} {held} of {told}" for name, (held, told) in kept.items()) + ".", "",
]
with open(f"{options.here}/{options.name}.md", "w", encoding="utf-8") as file:
    file.write("\n".join(text))
with open(f"{options.here}/{options.name}.json", "w", encoding="utf-8") as file:
    json.dump({"pool": len(lines), "share": SHARE, "grids": GRIDS, "splits": splits}, file, indent=1)
    file.write("\n")
print("\n".join(text))
