"""A small pretrained model for the generated pool: it can read, copy and count a little before it is tuned.

From scratch, a few thousand samples teach a small transformer nothing but the look of answers. So one model is
pretrained once, as language models are: on right answers of four of the twelve topics at levels 1 to 3, and on the bare
questions of the other eight, without answers. What it is tuned on afterwards, and tested on, are those eight.
"""

import dataclasses
import os
import random

import generated
import torch
import transformer

TOPICS = ("market", "lists", "letters", "calendar")
OTHERS = ("code", "logic", "tables", "family", "places", "kitchen", "scenes", "invented-language")


@dataclasses.dataclass(frozen=True)
class Base:
    weights: dict
    shape: transformer.Shape
    tokens: generated.Tokenizer


def pretrained(folder: str, rows: int = 500_000, tokens: int = 14_000_000, shape=transformer.Shape(), progress=None):
    """The model as it lies in the folder, or made there: about 15 minutes of two cores at full size."""
    os.makedirs(folder, exist_ok=True)
    weights_path, tokens_path = (os.path.join(folder, name) for name in ("weights.pt", "tokens.json"))
    if not os.path.exists(weights_path):
        # Seed 101 is for pretraining alone; pools and tests have others.
        full, bare = [], []
        for row in generated.made(folder, rows, 101, wanted):
            (full if row["topic"] in TOPICS else bare).append(row)
        full = [row for row in full if row["level"] <= 3]
        learnt = generated.tokenizer(
            [generated.prompt(row) + (row["output"] if row["topic"] in TOPICS else "")
             for row in full[:20_000] + bare[:20_000]]
        )  # fmt: skip
        samples = generated.encode(learnt, full)
        questions = [([], learnt.encode(generated.prompt(row)).ids) for row in bare]
        # Questions alone are a quarter of the text.
        share = sum(len(p) + len(a) for p, a in samples) / 3 / max(1, sum(len(q) for _, q in questions))
        samples += questions[: int(len(questions) * share)]
        random.Random(1).shuffle(samples)
        # A third is learnt as plain text, questions and all.
        samples = [([], p + a) if index % 3 == 0 else (p, a) for index, (p, a) in enumerate(samples)]
        shape = dataclasses.replace(shape, vocabulary=learnt.get_vocab_size())
        threads = torch.get_num_threads()
        torch.set_num_threads(2)
        weights = transformer.train(
            transformer.initial(shape, 1), shape, samples, transformer.Training(tokens, rate=3e-3), 1, progress
        )
        torch.set_num_threads(threads)
        learnt.save(tokens_path)
        torch.save({"weights": weights, "shape": dataclasses.asdict(shape)}, weights_path)
    kept = torch.load(weights_path)
    return Base(kept["weights"], transformer.Shape(**kept["shape"]), generated.Tokenizer.from_file(tokens_path))


def wanted(row) -> bool:
    """Right, in English, and neither ugly nor a copy."""
    return row["correct"] and row["language"] == "en" and not row["ugly"] and not row["twin"]
