"""Compares the text metrics of `gamut describe X --json` with NLTK, plain Python and zlib.

usage: texts.py SET.jsonl DESCRIPTION.json

SET holds at most 500 samples (self_bleu is then taken among all of them) and at most 4 MB, in the shapes
`text`, Alpaca or `messages`. DESCRIPTION is what `gamut describe SET.jsonl --json` wrote. Exits with 1
where a metric differs by more than its tolerance.
"""

import json
import math
import sys
import unicodedata
import zlib
from collections import Counter

from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

# Python's letters are not quite the engine's beyond ASCII; compression depends on the order of texts.
TOLERANCE = {"compression_ratio": 0.02}


def parts(record):
    """What the user and the model say, in order."""
    if "text" in record:
        return [record["text"]]
    if "messages" in record:
        return [m["content"] for m in record["messages"] if m["role"] in ("user", "assistant")]
    return [record["instruction"], record.get("input", ""), record.get("output", "")]


def is_ideograph(character):
    name = unicodedata.name(character, "")
    return name.startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA"))


def words(text):
    """Runs of letters and digits with apostrophes between; ASCII capitals lowered."""
    found, word = [], ""
    for place, character in enumerate(text + " "):
        follows = text[place + 1 : place + 2]
        if is_ideograph(character):
            found += [word, character]
            word = ""
        elif character.isalnum() or unicodedata.category(character)[0] == "M":
            word += character.lower() if character.isascii() else character
        elif character == "'" and word and follows.isascii() and follows.isalpha():
            word += character
        else:
            found.append(word)
            word = ""
    return [word for word in found if word]


def runs(text, length):
    return [tuple(text[i : i + length]) for i in range(len(text) - length + 1)]


def expected(records):
    texts = [parts(record) for record in records]
    spoken = [[word for part in text for word in words(part)] for text in texts]
    result = {}
    for length in range(1, 5):
        every = [run for text in spoken for run in runs(text, length)]
        if every:
            result[f"distinct_{length}"] = len(set(every)) / len(every)
    spoken = [text for text in spoken if text]
    if len(spoken) >= 2:
        smoothing = SmoothingFunction().method1
        scores = [
            sentence_bleu(spoken[:i] + spoken[i + 1 :], text, smoothing_function=smoothing)
            for i, text in enumerate(spoken)
        ]
        result["self_bleu"] = sum(scores) / len(scores)
        held = [set(runs(text, 4)) for text in spoken]
        texts_with = Counter(run for own in held for run in own)
        repeated = [math.log(1 + sum(texts_with[run] - 1 for run in own)) for own in held]
        result["self_repetition"] = sum(repeated) / len(repeated)
    stream = "".join(part + "\n" for text in texts for part in text if part).encode()
    if stream:
        blocks = [stream[i : i + (1 << 20)] for i in range(0, len(stream), 1 << 20)]
        result["compression_ratio"] = len(stream) / sum(len(zlib.compress(b, 9)) for b in blocks)
    return result


def main():
    with open(sys.argv[1]) as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    with open(sys.argv[2]) as file:
        description = json.load(file)
    if isinstance(description, list):
        description = description[0]
    ours = description["metrics"]
    worst = 0
    print("| metric | theirs | ours | relative difference |")
    print("| --- | ---: | ---: | ---: |")
    for name, value in expected(records).items():
        own = ours.get(name)
        if own is None:
            print(f"| {name} | {value:.6f} | absent | |")
            worst = 1
            continue
        difference = abs(own - value) / max(abs(value), 1e-12)
        print(f"| {name} | {value:.6f} | {own:.6f} | {difference:.1e} |")
        worst |= difference > TOLERANCE.get(name, 1e-3)
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
