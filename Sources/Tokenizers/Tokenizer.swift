/// A tokenizer as a file of the format of Hugging Face describes it, `tokenizer.json`.
///
/// It counts what the PyPI package `tokenizers` counts for the same file, `len(encode(text,
/// add_special_tokens=False).ids)`, without truncation and padding. What of the format is not supported is
/// refused when the file is read, by name, so that a count is never nearly right.
///
/// Supported are the models BPE (by bytes and by characters, `byte_fallback`, `ignore_merges`), WordPiece and
/// Unigram (`byte_fallback`); the normalizers NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, BertNormalizer,
/// Nmt, Precompiled, Prepend, Replace of a string or of ` {2,}`, Strip and sequences of them; the pre-tokenizers ByteLevel, Split by a string or by a pattern
/// of a known model, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer, Metaspace and
/// sequences of them.
///
/// A tokenizer does not change; each thread counts with a `TokenCounter` of its own.
public struct Tokenizer: Sendable {
  /// How words become tokens.
  enum Model: Sendable {
    case bytePair(BytePairModel)
    case wordPiece(WordPieceModel)
    case unigram(UnigramModel)
  }

  let model: Model
  let normalizers: [Normalizer]
  let preTokenizers: [PreTokenizer]
  /// Tokens found in a text as it stands, and those found after it was normalized.
  let addedTokens: AddedTokens
  let addedNormalizedTokens: AddedTokens
  /// How many tokens the file's template puts around a text: those of its beginning and end.
  public let templateTokenCount: Int
  /// The contents of the file's special tokens.
  public let specialTokens: [String]

  /// One without words.
  static let none = Tokenizer(
    model: .wordPiece(
      WordPieceModel(
        beginnings: ByteStringTable(), continuations: ByteStringTable(), longestWord: 0)),
    normalizers: [], preTokenizers: [], addedTokens: AddedTokens([]),
    addedNormalizedTokens: AddedTokens([]), templateTokenCount: 0, specialTokens: [])
}
