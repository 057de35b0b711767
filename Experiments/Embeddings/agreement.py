#!/usr/bin/env python3
"""Do nearest neighbours under the built-in embedding carry the same label? Beside a sentence encoder.

    agreement.py [FOLDER] [--tool gamut-benchmarks] [--encoder-vectors FOLDER] [--output FOLDER]

FOLDER (or $GAMUT_SHARED_DATA) holds the labelled data sets, plain or as NAME.zst, and the encoder's
vectors as vectors/NAME.minilm.f16.npy. For sets without such vectors, --encoder-vectors names a folder
with SET.jsonl (the records of this draw, written there by --records) and SET.npy. The built-in vectors are
those of `gamut-benchmarks embed`. Writes table.csv, table.md. Needs Python 3, numpy, zstd on the path.
"""
import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

NEIGHBOURS = 10
SEED = 7
# Sets too large for a quick search are drawn from, without replacement.
MOST = {"clinc150": 6000, "snips": 3000, "t0": 2500, "source": 1000}
FILLER = 12000


# Reading the data sets


def text_of(folder, name):
    """The text of a data set, unpacked where it is packed."""
    plain = folder / name
    if plain.exists():
        return plain.read_text(encoding="utf-8")
    command = ["zstd", "-d", "--long=27", "-q", "-c", str(folder / (name + ".zst"))]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8")


def rows_of(folder, name):
    text = text_of(folder, name)
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def drawn(rows, count, generator):
    """The numbers of so many rows, ascending."""
    if len(rows) <= count:
        return np.arange(len(rows))
    return np.sort(generator.choice(len(rows), count, replace=False))


def shipped(folder, name):
    """The encoder's vectors of a data set, or nothing where there are none."""
    path = folder / "vectors" / (name + ".minilm.f16.npy")
    return np.load(path, mmap_mode="r") if path.exists() else None


def record(row):
    """The fields that are text, so that no label is embedded; without the marks that end some sets'
    answers, which would tell their source."""
    kept = {key: row[key] for key in ("text", "prompt", "completion", "question", "instruction",
                                      "input", "output") if isinstance(row.get(key), str)}
    for key in ("response", "answer"):
        if isinstance(row.get(key), str):
            kept["answer" if "question" in row else "output"] = row[key]
    return {key: value.replace("<|endoftext|>", "") for key, value in kept.items()}


class LabelledSet:
    def __init__(self, name, rows, labels, encoder):
        self.name = name
        self.records = [record(row) for row in rows]
        self.labels = np.unique(np.array(labels), return_inverse=True)[1]
        self.encoder = encoder


def labelled_sets(folder):
    generator = np.random.default_rng(SEED)

    def simple(name, file, label, keep=lambda row: True):
        rows = rows_of(folder, file + ".jsonl")
        known = np.array([index for index, row in enumerate(rows) if keep(row)])
        chosen = known[drawn(known, MOST.get(name, len(known)), generator)]
        vectors = shipped(folder, file)
        return LabelledSet(
            name, [rows[index] for index in chosen], [label(rows[index]) for index in chosen],
            None if vectors is None else np.asarray(vectors[chosen], np.float32))

    yield simple("clinc150", "intent_clinc150", lambda row: row["label"],
                 lambda row: row["label"] != "oos")
    yield simple("dolly", "dolly_3k_categories", lambda row: row["category"])
    yield simple("flask", "flask_labels", lambda row: row["domain"][0],
                 lambda row: isinstance(row["domain"], list) and row["domain"])
    yield simple("autoj", "autoj_single_rated", lambda row: row["scenario"])
    yield simple("snips", "intent_snips", lambda row: row["label"])
    yield simple("t0", "t0_prompt_completion", lambda row: row["dataset"])
    rows, labels, vectors = [], [], []
    for name, file in (("alpaca_52k", "alpaca_52k.json"), ("gpteacher_codegen", "gpteacher_codegen.json"),
                       ("gsm8k_train", "gsm8k_train.jsonl"),
                       ("dolly_3k_categories", "dolly_3k_categories.jsonl")):
        part = rows_of(folder, file)
        chosen = drawn(part, MOST["source"], generator)
        rows += [part[index] for index in chosen]
        labels += [name] * len(chosen)
        vectors.append(np.asarray(shipped(folder, name)[chosen], np.float32))
    yield LabelledSet("source", rows, labels, np.vstack(vectors))


def filler(folder):
    """Records that only train and stand in the way."""
    rows = rows_of(folder, "alpaca_52k.json")
    return [record(rows[index]) for index in drawn(rows, FILLER, np.random.default_rng(SEED + 1))]


# Embedding and judging


def embedded(records, tool, threads=1):
    """The built-in embedding's vectors and what making them took."""
    with tempfile.TemporaryDirectory() as folder:
        pool, vectors = pathlib.Path(folder, "pool.jsonl"), pathlib.Path(folder, "vectors.npy")
        write_records(records, pool)
        command = [tool, "embed", str(pool), "--threads", str(threads), "-o", str(vectors)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        result = np.load(vectors)
    if len(result) != len(records):
        sys.exit(f"{len(records)} records gave {len(result)} vectors")
    return result, json.loads(told)


def write_records(records, path, ascii_only=False):
    with open(path, "w", encoding="utf-8") as file:
        for item in records:
            file.write(json.dumps(item, ensure_ascii=ascii_only) + "\n")


def agreement(vectors, labels):
    """The mean share of the nearest rows by cosine, the row itself left out, that bear its label."""
    vectors = vectors.astype(np.float32)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    shares = []
    for start in range(0, len(unit), 1000):
        cosines = unit[start:start + 1000] @ unit.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -np.inf
        nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        shares.append((labels[nearest] == labels[start:start + len(cosines), None]).mean(axis=1))
    return float(np.concatenate(shares).mean())


def chance(labels):
    """What neighbours picked blindly would agree."""
    counts = np.bincount(labels)
    return float((counts * (counts - 1)).sum() / (len(labels) * (len(labels) - 1)))


def speeds(records, tool, rounds=5):
    """Samples a second on one thread, medians."""
    told = [embedded(records, tool)[1] for _ in range(rounds)]
    return {key: float(np.median([one[key] for one in told]))
            for key in ("samples_per_second", "embedding_alone_samples_per_second",
                        "training_seconds", "samples")}


# The tables


COLUMNS = ["set", "samples", "labels", "chance", "encoder", "own_pool", "own_ratio", "mixed_pool",
           "mixed_ratio"]


def measure(sets, more, tool):
    mixed, _ = embedded([item for one in sets for item in one.records] + more, tool)
    start = 0
    for one in sets:
        part = mixed[start:start + len(one.records)]
        start += len(one.records)
        own = agreement(embedded(one.records, tool)[0], one.labels)
        among = agreement(part, one.labels)
        known = None if one.encoder is None else agreement(one.encoder, one.labels)
        yield {"set": one.name, "samples": len(one.labels), "labels": int(one.labels.max()) + 1,
               "chance": chance(one.labels), "encoder": known, "own_pool": own,
               "own_ratio": known and own / known, "mixed_pool": among,
               "mixed_ratio": known and among / known}


def shown(value, places):
    if value is None:
        return "none"
    return f"{value:,}" if isinstance(value, int) else f"{value:.{places}f}"


def write(table, speed, pool_size, folder):
    with open(folder / "table.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in table:
            writer.writerow([row["set"]] + [shown(row[name], 4).replace(",", "")
                                            for name in COLUMNS[1:]])
    with open(folder / "table.md", "w", encoding="utf-8") as file:
        file.write("| " + " | ".join(COLUMNS).replace("_", " ") + " |\n")
        file.write("| --- |" + " ---: |" * (len(COLUMNS) - 1) + "\n")
        for row in table:
            cells = [shown(row[name], 3 if "ratio" not in name else 2) for name in COLUMNS[1:]]
            file.write(f"| {row['set']} | " + " | ".join(cells) + " |\n")
        known = [row for row in table if row["encoder"]]
        for name, title in (("own_ratio", "its own pool"), ("mixed_ratio", "the mixed pool")):
            ratios = [row[name] for row in known]
            file.write(f"\n- {title}: least ratio {min(ratios):.2f}, mean {np.mean(ratios):.2f}")
        file.write(f"\n- the mixed pool has {pool_size:,} samples\n")
        file.write(
            f"- one thread, {speed['samples']:,.0f} Alpaca records: "
            f"{speed['samples_per_second']:,.0f} samples a second read, counted and embedded; "
            f"{speed['embedding_alone_samples_per_second']:,.0f} embedded alone; "
            f"{speed['training_seconds']:.2f} s of training before\n")
        file.write(
            f"- MiniLM: 160 full samples a second on two cores; ratio "
            f"{speed['samples_per_second'] / 160:,.0f} (training included "
            f"{speed['samples'] / (speed['samples'] / speed['samples_per_second'] + speed['training_seconds']) / 160:,.0f})\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", default=os.environ.get("GAMUT_SHARED_DATA"))
    parser.add_argument("--tool", default=".build/release/gamut-benchmarks")
    parser.add_argument("--encoder-vectors", type=pathlib.Path,
                        help="SET.npy of the encoder for sets that have none")
    parser.add_argument("--records", type=pathlib.Path,
                        help="write SET.jsonl of such sets there, for an encoder, and stop")
    parser.add_argument("--output", default=pathlib.Path(__file__).parent, type=pathlib.Path)
    arguments = parser.parse_args()
    if not arguments.folder:
        parser.error("name the folder of the data sets, or set GAMUT_SHARED_DATA")
    folder = pathlib.Path(arguments.folder)
    sets = list(labelled_sets(folder))
    for one in sets:
        if one.encoder is None and arguments.records:
            write_records(one.records, arguments.records / (one.name + ".jsonl"), ascii_only=True)
        elif one.encoder is None and arguments.encoder_vectors:
            one.encoder = np.load(arguments.encoder_vectors / (one.name + ".npy")).astype(np.float32)
            if len(one.encoder) != len(one.labels):
                sys.exit(f"{one.name}: {len(one.labels)} records, {len(one.encoder)} vectors")
    if arguments.records:
        return
    more = filler(folder)
    table = list(measure(sets, more, arguments.tool))
    alpaca = [record(row) for row in rows_of(folder, "alpaca_52k.json")]
    write(table, speeds(alpaca, arguments.tool),
          sum(len(one.labels) for one in sets) + len(more), arguments.output)


if __name__ == "__main__":
    main()
