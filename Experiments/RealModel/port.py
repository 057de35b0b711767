"""Does the model read out of its file give the losses that another program worked out with it?"""

import os

import data
import numpy as np
import smollm2
import transformer

NAME = "autoj_single"


def there(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, f"{NAME}.smollm2_ifd.tsv"))


def compared(model: smollm2.Model, folder: str, every: int = 16, longest: int = 1024) -> dict:
    """Nats an answer token of rated answers, with the prompt and without it: ours, theirs, how they agree."""
    samples = data.read(folder, f"{NAME}_rated.jsonl", vectors=False)
    with open(os.path.join(folder, f"{NAME}.smollm2_ifd.tsv")) as file:
        lines = [line.rstrip("\n").split("\t") for line in file][1:]
    places = [place for place in range(0, len(samples), every) if lines[place][1]]
    encode = model.tokenizer.encode
    answers = [encode(samples.rows[place]["output"]).ids for place in places]
    prompts = [encode(smollm2.rendered(data.prompt(samples.rows[place]), system="")).ids for place in places]
    bare = [encode("<|im_start|>").ids] * len(places)
    found = {}
    for name, column, before in (("with the prompt", 2, prompts), ("without it", 1, bare)):
        loss, count = transformer.evaluate(
            model.weights, model.shape, list(zip(before, answers)), longest, tokens_a_step=1024
        )
        ours, theirs = loss / count, np.array([float(lines[place][column]) for place in places])
        found[name] = {
            "ours": float(ours.mean()),
            "theirs": float(theirs.mean()),
            "correlation": float(np.corrcoef(ours, theirs)[0, 1]),
            "mean distance": float(np.abs(ours - theirs).mean()),
            "n": len(places),
        }
    return found
