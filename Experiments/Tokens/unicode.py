#!/usr/bin/env python3
"""Writes Sources/Tokenizers/UnicodeTables+Generated.swift: what PyPI's tokenizers knows of every character.

    python3 Experiments/Tokens/unicode.py > Sources/Tokenizers/UnicodeTables+Generated.swift

The Rust library behind it looks characters up in several tables of several Unicode versions: Oniguruma's for
patterns, those of three crates and of Rust itself for normalizers and the simple pre-tokenizers. Swift's own
belong to one version, another one. So every character is shown to the library (in two to three minutes) and
what came out is written down. Needs tokenizers and nothing else.
"""
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
# Of no class at all, so that no pattern takes it together with its neighbour.
NEIGHBOUR = "\u0378"


def split_by(pre_tokenizer, neighbour=NEIGHBOUR):
    """The characters that stand alone between two neighbours, or part them."""
    return {
        c for c in SCALARS
        if len(pre_tokenizer.pre_tokenize_str(neighbour + chr(c) + neighbour)) > 1
    }


def matching(pattern):
    return split_by(pre_tokenizers.Split(Regex(pattern), "isolated"))


def changed(normalizer):
    found = {}
    for c in SCALARS:
        out = normalizer.normalize_str(chr(c))
        if out != chr(c):
            found[c] = out
    return found


def literal(name, comment, words):
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) + 1 > 94:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    lines.append(line)
    body = " \\\n    ".join(lines)
    return f'  /// {comment}\n  static let {name}: StaticString = """\n    {body}\n    """\n'


def runs(values):
    """(distance from the end of the run before, length, value) of every run whose value is not 0."""
    out, end, start, value = [], 0, 0, 0
    for c in range(0x110001):
        now = values.get(c, 0) if c < 0x110000 else 0
        if now != value:
            if value:
                out.append(f"{start - end:x} {c - start:x} {value:x}")
                end = c
            start, value = c, now
    return out


def mappings(table):
    """(distance from the key before, length, scalars) of every key."""
    out, before = [], 0
    for c in sorted(table):
        scalars = " ".join(f"{ord(s):x}" for s in table[c])
        out.append(f"{c - before:x} {len(table[c]):x}" + (f" {scalars}" if scalars else ""))
        before = c
    return out


def main():
    canonical = changed(normalizers.NFD())
    compatible = changed(normalizers.NFKD())
    composed = changed(normalizers.NFC())
    hangul = range(0xAC00, 0xD7A4)
    lower = changed(normalizers.Lowercase())
    clean = changed(normalizers.BertNormalizer(True, False, False, False))
    assert set(clean.values()) == {"", " "}
    white = matching(r"\s")
    assert white == split_by(pre_tokenizers.WhitespaceSplit(), "a")
    assert white == {c for c in white if clean.get(c, " ") in ("", " ")}
    assert {c for c, v in clean.items() if v == " "} <= white
    word = {
        c for c in SCALARS
        if len(pre_tokenizers.Whitespace().pre_tokenize_str("a" + chr(c) + "a")) == 1
    }
    sets = [
        matching(r"\p{L}"), matching(r"\p{N}"), white, matching(r"\p{M}"), matching(r"[\p{Lu}\p{Lt}]"),
        matching(r"\p{Ll}"), matching(r"\p{P}"), matching(r"\p{S}"),
        split_by(pre_tokenizers.Punctuation("isolated"), "a"), {c for c, v in clean.items() if v == ""},
        set(changed(normalizers.StripAccents())), split_by(pre_tokenizers.Digits(True), "a"), word,
        set(changed(normalizers.BertNormalizer(False, True, False, False))),
        {c for c, v in changed(normalizers.BertNormalizer(False, False, True, False)).items() if v == ""},
    ]
    classes = {}
    for bit, members in enumerate(sets):
        for c in members:
            classes[c] = classes.get(c, 0) | 1 << bit
    # A mark's combining class is 0 for the library where its table does not know it yet: it then does not
    # move before one of class 240.
    nfd = normalizers.NFD()
    combining = {}
    for c in SCALARS:
        value = unicodedata.combining(chr(c))
        if value and (c == 0x345 or nfd.normalize_str("\u0345" + chr(c))[0] != "\u0345"):
            combining[c] = value
    # A pair composes where the library composes it.
    nfc = normalizers.NFC()
    pairs = {}
    for c, parts in canonical.items():
        if c in hangul or composed.get(c) or len(parts) < 2:
            continue
        first = nfc.normalize_str(parts[:-1])
        assert len(first) == 1 and nfc.normalize_str(first + parts[-1]) == chr(c)
        pairs[c] = first + parts[-1]
    canonical = {c: v for c, v in canonical.items() if c not in hangul}
    compatible = {
        c: v for c, v in compatible.items() if c not in hangul and canonical.get(c) != v
    }
    print(f"""\
// Written by Experiments/Tokens/unicode.py with tokenizers {tokenizers.__version__}; not to be changed by hand.

/// What the PyPI package `tokenizers` knows of characters, as text to be unpacked by `UnicodeTables`.
///
/// Hexadecimal numbers with a space between them. Keys are told by their distance from the one before.
enum GeneratedUnicodeTables {{""")
    print(literal("classes", "Runs of equal classes: distance, length, bits of `CharacterClass`.", runs(classes)))
    print(literal("combining", "Runs of equal combining classes: distance, length, class.", runs(combining)))
    print(literal("canonical", "Canonical decompositions in full: distance, count, scalars.", mappings(canonical)))
    print(literal("compatible", "Compatible decompositions where they differ from those.", mappings(compatible)))
    print(literal("pairs", "Composed characters: distance, 2, the pair.", mappings(pairs)))
    print(literal("lowercase", "Lowercase mappings: distance, count, scalars.", mappings(lower)), end="")
    print("}")


main()
