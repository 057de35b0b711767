#!/usr/bin/env python3
"""Holds Gamut's token counts, and their speed, against PyPI's tokenizers and sentencepiece.

    compare.py --counter .build/release/CountTokens --tokenizer NAME=tokenizer.json ... POOL ...

Every string of every record of the pools is one text, whatever its field; of a tokenizer each text's count is
compared. --random N adds N texts of random characters of all of Unicode, made of pieces that patterns know.
Times are medians of alternating runs over a sample of the texts, one thread each. The exit status is 1 where a
count differs.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers  # noqa: E402


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


def records_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        content = file.read()
    records = json.loads(content) if content.lstrip().startswith("[") else None
    if records is None:
        records = []
        for line in content.split("\n"):
            try:
                records.append(json.loads(line))
            except ValueError:
                pass  # a malformed line is no record
    return records


def texts_of(path):
    for text in strings(records_of(path)):
        if text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
            yield text


def random_texts(count, seed=0):
    dice = random.Random(seed)
    pieces = [" ", "  ", "\n", "\r\n", "\t", "'s", "'S", "'ll", "'\u017f", "'RE", "a", "B", "Word", "wORD", "12", "3456",
              "\u00b2", "\u0301", "e\u0301", "\u1e9b\u0323", "\u4f60\u597d", "\u304b\u3099", "\uac00\u11a8", "\u1100\u1161", "!", "...",
              "/", "<|im_end|>", "_", "\u00a0", "\u3000", "\u200b", "\u0130", "\u01c5", "\u02b0", "\U0001f600", "\u0000", "\u0085", "\ufffd",
              "<", ">", "\u2581", "##", "[UNK]", "\u0e01\u0e33", "\u0915\u094d\u0937"]
    for _ in range(count):
        parts = []
        for _ in range(dice.randrange(1, 30)):
            if dice.random() < 0.7:
                parts.append(dice.choice(pieces))
            else:
                c = dice.randrange(0x110000) if dice.random() < 0.3 else dice.randrange(0x3000)
                if not 0xD800 <= c <= 0xDFFF:
                    parts.append(chr(c))
        yield "".join(parts)


def every_character():
    """Each character of Unicode between what tells to which class it belongs."""
    for c in range(0x110000):
        if not 0xD800 <= c <= 0xDFFF:
            yield f"a{chr(c)}b {chr(c)}{chr(c)}1"


def counts(counter, tokenizer, path, repetitions=1):
    out = subprocess.run([counter, tokenizer, path, str(repetitions)], capture_output=True, text=True, check=True).stdout.split("\n")
    return [int(line) for line in out[:-2]], [float(x) for x in out[-2].split()]


class Reference:
    """What counts in Python: a tokenizer.json, or a model of SentencePiece."""

    def __init__(self, file):
        with open(file, "rb") as content:
            self.is_json = content.read(1) == b"{"
        if self.is_json:
            self.model = tokenizers.Tokenizer.from_file(file)
            self.model.no_truncation()
            self.model.no_padding()
        else:
            import sentencepiece
            self.model = sentencepiece.SentencePieceProcessor(model_file=file)

    def batch(self, texts):
        if not self.is_json:
            return [len(ids) for ids in self.model.encode(texts, num_threads=1)]
        counts = []
        for start in range(0, len(texts), 5000):
            counts += [len(e.ids) for e in self.model.encode_batch(texts[start:start + 5000], add_special_tokens=False)]
        return counts

    def single(self, texts):
        if self.is_json:
            return [len(self.model.encode(text, add_special_tokens=False).ids) for text in texts]
        return [len(self.model.encode(text)) for text in texts]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--counter", required=True)
    parser.add_argument("--tokenizer", action="append", default=[])
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--all-characters", action="store_true")
    parser.add_argument("--timed-bytes", type=int, default=4_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("pools", nargs="*")
    options = parser.parse_args()
    texts = {}
    record_count = 0
    for pool in options.pools:
        record_count += len(records_of(pool))
        texts[os.path.basename(pool)] = list(texts_of(pool))
    if options.random:
        texts["random characters"] = list(random_texts(options.random))
    if options.all_characters:
        texts["every character"] = list(every_character())
    whole = [text for list_ in texts.values() for text in list_]
    # A sample by content, so that all pools have their share.
    share = min(1.0, options.timed_bytes / max(1, sum(len(t.encode()) for t in whole)))
    timed = [t for t in whole if zlib.crc32(t.encode()) < share * 2**32]
    timed_bytes = sum(len(t.encode()) for t in timed)
    work = tempfile.mkdtemp()
    path, timed_path = os.path.join(work, "all"), os.path.join(work, "timed")
    for name, list_ in ((path, whole), (timed_path, timed)):
        with open(name, "w", encoding="utf-8") as file:
            for text in list_:
                file.write(json.dumps(text, ensure_ascii=False) + "\n")
    print(f"{record_count:,} records, {len(whole):,} texts; timed on {len(timed):,} of them, {timed_bytes / 1e6:.1f} MB\n")
    print("| tokenizer | texts | equal counts | tokens | MB/s | in batches | one by one | times as fast |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    failed = False
    for given in options.tokenizer:
        name, _, file = given.partition("=")
        theirs = Reference(file)
        ours, _ = counts(options.counter, file, path)
        equal = total = 0
        shown = 0
        expected = theirs.batch(whole)
        assert len(ours) == len(whole)
        for text, own, other in zip(whole, ours, expected):
            total += other
            if own == other:
                equal += 1
            elif shown < 5:
                shown += 1
                print(f"{name}: {own} instead of {other}: {text[:200]!r}", file=sys.stderr)
        failed |= equal != len(whole)
        mine, batch, single = [], [], []
        for _ in range(options.rounds):
            mine.append(counts(options.counter, file, timed_path)[1][1])
            start = time.perf_counter()
            theirs.batch(timed)
            batch.append(time.perf_counter() - start)
            start = time.perf_counter()
            theirs.single(timed)
            single.append(time.perf_counter() - start)
        mine, batch, single = map(statistics.median, (mine, batch, single))
        speed = [timed_bytes / 1e6 / t for t in (mine, batch, single)]
        print(f"| {name} | {len(whole):,} | {100 * equal / len(whole):.6g} % | {total:,} | {speed[0]:.1f} | {speed[1]:.1f} "
              f"| {speed[2]:.1f} | {min(batch, single) / mine:.1f} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
