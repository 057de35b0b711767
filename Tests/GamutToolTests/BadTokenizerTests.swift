import TestSupport
import Testing

/// Tokenizers that are broken, and a library that is not there.
@Suite struct BadTokenizerTests {
  let folder = TemporaryFolder()

  private static let whole = """
    {"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": \
    {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
    """

  private func refusal(_ file: String) -> String {
    let before = folder.names
    let outcome = Tool.run(
      ["select", Tool.pool, "-b", "5", "--tokenizer", file, "-o", folder.file("s.jsonl")])
    #expect(outcome.status == 1)
    #expect(folder.names == before)
    #expect(outcome.error.contains(file))
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
    return outcome.error
  }

  @Test func `a tokenizer that was cut off anywhere is refused, and nothing is written`() {
    for count in stride(from: 1, to: Self.whole.utf8.count, by: 23) {
      let file = folder.make("t.json", String(Self.whole.prefix(count)))
      #expect(refusal(file).contains("begins like JSON and is none"), "\(count)")
    }
    #expect(refusal(folder.make("t.json", "")).contains("neither a tokenizer.json nor"))
  }

  @Test(arguments: [
    ("\"BPE\"", "\"Unheard\"", "model Unheard"), ("\"NFC\"", "\"NFX\"", "normalizer NFX"),
    ("\"a b\"", "\"a c\"", "speaks of \"c\", which is not in its vocabulary"),
    ("\"a b\"", "\"b a\"", "speaks of \"ba\", which is not in its vocabulary"),
    ("\"a\": 0", "\"a\": -1", "'model.vocab['a']' is missing or not what it should be"),
    ("\"a\": 0", "\"a\": \"x\"", "'model.vocab['a']' is missing or not what it should be"),
    ("[\"a b\"]", "{}", "'model.merges' is missing or not what it should be"),
    ("{\"type\": \"ByteLevel\"}", "{}", "'pre_tokenizer.type' is missing"),
  ])
  func `a tokenizer with a wrong part is refused by that part's name`(
    part: String, other: String, message: String
  ) {
    let pieces = Self.whole.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    let file = folder.make("t.json", pieces.joined(separator: other))
    #expect(refusal(file).contains(message))
  }

  @Test func `a binary file is no tokenizer`() {
    let file = folder.make("t.model", "\u{1}\u{2}\u{3}garbage")
    #expect(refusal(file).contains("t.model"))
  }

  @Test func `without SentencePiece's library the package is named`() {
    // A file that is no library stands before the one that the system has.
    _ = folder.make("libsentencepiece.so.0", "this is no library")
    let model = folder.make("m.model", "\u{A}\u{3}model")
    let outcome = Program(path: "/usr/bin/env").run([
      "LD_LIBRARY_PATH=\(folder.path)", Tool.program.path, "select", Tool.pool, "-b", "5",
      "--tokenizer", model, "-o", folder.file("s.jsonl"),
    ])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("install the package libsentencepiece0"), "\(outcome.error)")
    #expect(outcome.error.contains("libsentencepiece.so.0"))
    #expect(folder.names.sorted() == ["libsentencepiece.so.0", "m.model"])
  }
}
