#!/usr/bin/env python3
"""Holds token counts against PyPI's tokenizers and sentencepiece, on small tokenizers trained here.

    tokens.py POOL.jsonl --counter .build/release/CountTokens

One tokenizer of each kind is trained on the pool's texts; compared are the counts of these texts and of random
ones. What is compared and how: ../Tokens/compare.py. The exit status is 1 where a count differs.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

here = pathlib.Path(__file__).resolve().parent
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def by_bytes(before):
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=not before)
    return pre_tokenizers.Sequence(before + [level]) if before else level


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


def kinds():
    """Name, model, normalizer, pre-tokenizer, whether all bytes are tokens."""
    yield "bytes, GPT-2", models.BPE(), None, by_bytes([]), True
    yield "bytes, cl100k, NFC", models.BPE(ignore_merges=True), normalizers.NFC(), by_bytes([split(CL100K)]), True
    yield "bytes, one digit", models.BPE(), None, by_bytes([split(CL100K.replace("{1,3}", ""))]), True
    yield "bytes, o200k, NFKC", models.BPE(), normalizers.NFKC(), by_bytes([split(O200K)]), True
    yield "bytes, digits first", models.BPE(), None, by_bytes([pre_tokenizers.Digits(True)]), True
    yield ("bytes, space before", models.BPE(), None,
           pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True), True)
    yield ("characters, Metaspace", models.BPE(unk_token="<unk>", fuse_unk=True), None,
           pre_tokenizers.Metaspace(), False)
    yield ("characters, Llama 2", models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True),
           normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]),
           pre_tokenizers.Split("\n", "merged_with_previous"), False)
    yield "WordPiece, lower case", models.WordPiece(unk_token="[UNK]"), normalizers.BertNormalizer(), \
        pre_tokenizers.BertPreTokenizer(), False
    yield "WordPiece, as it is", models.WordPiece(unk_token="[UNK]"), normalizers.BertNormalizer(lowercase=False), \
        pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("contiguous")]), False


def charsmap(texts, work):
    """The map of characters that SentencePiece puts into its models; `None` without its package."""
    try:
        import sentencepiece
    except ImportError:
        return None
    prefix = os.path.join(work, "map")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts[:500]), model_prefix=prefix, vocab_size=400, model_type="bpe", minloglevel=2,
        hard_vocab_limit=False)
    with open(prefix + ".model", "rb") as file:
        return field(field(file.read(), 3), 2)


def field(message, number):
    """The last value of a field of a message of Protocol Buffers that has a length."""
    place, found = 0, b""

    def varint():
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(message):
        key = varint()
        if key & 7 == 0:
            varint()
        elif key & 7 == 2:
            length = varint()
            if key >> 3 == number:
                found = message[place:place + length]
            place += length
        else:
            place += 4 if key & 7 == 5 else 8
    return found


def unigrams(texts, work):
    """As `kinds`, of the model Unigram."""
    metaspace = pre_tokenizers.Metaspace()
    yield "Unigram, NFKC", models.Unigram(), normalizers.NFKC(), metaspace, False
    yield "Unigram, bytes", models.Unigram(), None, metaspace, False
    yield "Unigram, whole texts", models.Unigram(), normalizers.Nmt(), pre_tokenizers.Metaspace(split=False), False
    yield "Unigram, words", models.Unigram(), normalizers.Lowercase(), \
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace]), False
    characters = charsmap(texts, work)
    if characters:
        characters = normalizers.Precompiled(characters)
        yield "Unigram, as XLM-R", models.Unigram(), \
            normalizers.Sequence([characters, normalizers.Replace(Regex(" {2,}"), " ")]), \
            pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace]), False
        yield "Unigram, as T5", models.Unigram(), \
            normalizers.Sequence([characters, normalizers.Strip(left=False), normalizers.Replace(Regex(" {2,}"), "\u2581")]), \
            metaspace, False


def train(name, model, normalizer, pre_tokenizer, all_bytes, texts, path):
    tokenizer = Tokenizer(model)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    special = ["<unk>", "[UNK]", AddedToken("<|im_end|>", normalized=False, special=True)]
    if getattr(model, "byte_fallback", False):
        special += [f"<0x{byte:02X}>" for byte in range(256)]
    if "Unigram" in name:
        # Its trainer takes long where it keeps many candidates.
        tokenizer.train_from_iterator(texts[:3000], trainers.UnigramTrainer(
            vocab_size=2000, special_tokens=special, unk_token="<unk>", show_progress=False))
        with_bytes(tokenizer, path, name == "Unigram, bytes")
        return
    trainer = (trainers.WordPieceTrainer if "WordPiece" in name else trainers.BpeTrainer)(
        vocab_size=3000, special_tokens=special, show_progress=False, limit_alphabet=1500,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if all_bytes else [])
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken("Word", single_word=True, normalized=True), AddedToken("##", lstrip=True)])
    tokenizer.save(path)


def with_bytes(tokenizer, path, falls_back):
    """Writes a tokenizer, with tokens for bytes where those stand in for what is unknown."""
    tokenizer.add_tokens([AddedToken("Word", single_word=True, normalized=True)])
    written = json.loads(tokenizer.to_str())
    if falls_back:
        written["model"]["byte_fallback"] = True
        written["model"]["vocab"] += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
        # Numbers of their own.
        for number, token in enumerate(written["added_tokens"]):
            if token["id"] >= 2000:
                token["id"] = len(written["model"]["vocab"]) + number
    with open(path, "w", encoding="utf-8") as file:
        json.dump(written, file, ensure_ascii=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pool")
    parser.add_argument("--counter", required=True)
    options = parser.parse_args()
    script = here.parent / "Tokens" / "compare.py"
    specification = importlib.util.spec_from_file_location("compare", script)
    compare = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(compare)
    texts = list(compare.texts_of(options.pool))[:6000]
    work = tempfile.mkdtemp()
    arguments = []
    for number, kind in enumerate([*kinds(), *unigrams(texts, work)]):
        path = os.path.join(work, f"{number}.json")
        train(*kind, texts, path)
        arguments += ["--tokenizer", f"{kind[0]}={path}"]
    try:
        import sentencepiece
    except ImportError:
        sentencepiece = None
    if sentencepiece:
        for kind in ("unigram", "bpe"):
            prefix = os.path.join(work, kind)
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(texts), model_prefix=prefix, vocab_size=2000, model_type=kind,
                byte_fallback=True, minloglevel=2, hard_vocab_limit=False)
            arguments += ["--tokenizer", f"SentencePiece, {kind}={prefix}.model"]
    return subprocess.run(
        [sys.executable, str(script), "--counter", options.counter, *arguments, "--random", "3000", "--rounds", "1",
         "--timed-bytes", "200000", options.pool], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
