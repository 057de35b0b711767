"""Samples of the pool generator with what is known of them, and the byte pairs that small models read them by."""

import json
import os
import subprocess

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers


def read(pool: str, truth: str, keep=lambda row: True):
    """Rows of a generated pool as dictionaries, truth and score together, of which those that are wanted."""
    with open(pool) as pool, open(truth) as truth:
        for line, answer in zip(pool, truth, strict=True):
            row = json.loads(line)
            known = json.loads(answer)
            row |= {key: known[key] for key in ("correct", "defect", "ugly", "task", "language", "twin")}
            row["true_answer"] = known["answer"]
            if keep(row):
                yield row


def made(folder: str, rows: int, seed: int, keep=lambda row: True):
    """Rows of the pool that the generator makes by this seed; its files lie in the folder afterwards."""
    pool, truth = (os.path.join(folder, f"{kind}-{seed}-{rows}.jsonl") for kind in ("pool", "truth"))
    if not (os.path.exists(pool) and os.path.exists(truth)):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(
            [os.environ["GAMUT_MAKE_POOL"], "--rows", str(rows), "--seed", str(seed), "--output", pool, "--truth", truth,
             "--force"],
            check=True,
        )  # fmt: skip
    return read(pool, truth, keep)


def prompt(row) -> str:
    """What a model is given."""
    return "\n".join(part for part in (row["instruction"], row["input"]) if part) + "\n> "


def tokenizer(texts, vocabulary: int = 2048) -> Tokenizer:
    """Byte pairs learnt on the texts, each digit for itself, token 0 the end of an answer."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=["<|end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return made


def encode(tokens: Tokenizer, rows) -> list:
    """(prompt tokens, answer tokens) of rows, an end behind each answer."""
    prompts = tokens.encode_batch([prompt(row) for row in rows])
    answers = tokens.encode_batch([row["output"] for row in rows])
    return [(p.ids, a.ids + [0]) for p, a in zip(prompts, answers)]


def final(text: str):
    """What an answer ends in: the rest of its last line that starts with "Answer: ", or None."""
    for line in reversed(text.splitlines()):
        if line.startswith("Answer: "):
            return line[len("Answer: ") :].strip()
    return None
