import Testing

@testable import Tokenizers

struct TokenizerFileTests {
  static let model = TokenizerSamples.bytePair(letters: "abc", merges: [("a", "b")])

  private func error(_ json: String) -> TokenizersError? {
    do throws(TokenizersError) {
      _ = try TokenizerSamples.read(json)
      return nil
    } catch {
      return error
    }
  }

  @Test func `what is no tokenizer is told`() {
    #expect(error("") == .notJSON)
    #expect(error("{") == .notJSON)
    #expect(error("[]") == .malformed(part: "model"))
    #expect(error("{\"instruction\": \"a\"}") == .malformed(part: "model"))
    #expect(
      error(TokenizerSamples.json(model: "{\"type\": \"BPE\", \"vocab\": {}}"))
        == .malformed(part: "model.merges"))
    #expect(
      error(TokenizerSamples.json(model: "{\"type\": \"BPE\", \"merges\": []}"))
        == .malformed(part: "model.vocab"))
    #expect(
      error(
        TokenizerSamples.json(
          model: "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]}"))
        == .unknownToken(part: "model.merges[0]", token: "b"))
    #expect(
      error(
        TokenizerSamples.json(
          model: "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a\"]}"))
        == .malformed(part: "model.merges[0]"))
    #expect(
      error(TokenizerSamples.json(model: "{\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}}"))
        == .unknownToken(part: "model.unk_token", token: "[UNK]"))
  }

  @Test func `what is not supported is refused by name`() {
    #expect(
      error(TokenizerSamples.json(model: "{\"type\": \"WordLevel\", \"vocab\": {}}"))
        == .unsupported(part: "model", what: "WordLevel"))
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      let model = TokenizerSamples.bytePair(
        letters: "a", merges: [], more: ", \"\(key)\": \"</w>\"")
      #expect(
        error(TokenizerSamples.json(model: model)) == .unsupported(part: "model", what: key))
    }
    let dropout = TokenizerSamples.bytePair(letters: "a", merges: [], more: ", \"dropout\": 0.1")
    #expect(
      error(TokenizerSamples.json(model: dropout))
        == .unsupported(part: "model", what: "dropout"))
    #expect(
      error(TokenizerSamples.json(model: Self.model, normalizer: "{\"type\": \"Precompiled\"}"))
        == .malformed(part: "normalizer.precompiled_charsmap"))
    #expect(
      error(
        TokenizerSamples.json(
          model: Self.model,
          normalizer:
            "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a+\"}, \"content\": \" \"}"))
        == .unsupported(part: "normalizer", what: "Replace of the pattern a+"))
    #expect(
      error(
        TokenizerSamples.json(model: Self.model, preTokenizer: "{\"type\": \"UnicodeScripts\"}"))
        == .unsupported(part: "pre_tokenizer", what: "UnicodeScripts"))
    #expect(
      error(
        TokenizerSamples.json(
          model: Self.model,
          preTokenizer:
            "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"x+\"}, \"behavior\": \"Isolated\"}"))
        == .unsupported(part: "pre_tokenizer", what: "Split by the pattern x+"))
    #expect(
      error(
        TokenizerSamples.json(
          model: Self.model,
          preTokenizer:
            "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\"}, {\"type\": \"Digits\"}]}"
        )) == .unsupported(part: "pre_tokenizer", what: "Digits behind ByteLevel"))
  }

  @Test func `merges may be pairs, and a model may have no type`() throws {
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model: "{\"vocab\": {\"a\": 0, \" \": 1, \"a \": 2}, \"merges\": [[\"a\", \" \"]]}"))
    #expect(TokenizerSamples.count("a a", tokenizer) == 2)
  }

  @Test func `tokens of a template are told apart`() throws {
    func count(_ processor: String) throws -> Int {
      try TokenizerSamples.read(
        TokenizerSamples.json(model: Self.model, postProcessor: processor)
      ).templateTokenCount
    }
    #expect(try count("null") == 0)
    #expect(try count("{\"type\": \"ByteLevel\"}") == 0)
    #expect(try count("{\"type\": \"RobertaProcessing\"}") == 2)
    let template = """
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "a", "type_id": 0}}, \
      {"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {"a": {"id": "a", "ids": [0]}}}
      """
    #expect(try count(template) == 1)
    #expect(try count("{\"type\": \"Sequence\", \"processors\": [\(template)]}") == 1)
  }

  @Test func `added tokens are found first, the longest of them, and take blanks`() throws {
    func added(_ content: String, _ flags: String = "") -> String {
      "{\"content\": \"\(content)\", \"normalized\": false\(flags)}"
    }
    func count(_ text: String, _ tokens: String...) throws -> Int {
      TokenizerSamples.count(
        text,
        try TokenizerSamples.read(
          TokenizerSamples.json(
            model: Self.model, added: "[" + tokens.joined(separator: ", ") + "]")))
    }
    #expect(try count("abc") == 2)
    #expect(try count("abcabc", added("bc")) == 4)
    #expect(try count("abcab", added("bc"), added("bca")) == 3)
    // Leftmost before longest.
    #expect(try count("abcc", added("ab"), added("bcc")) == 3)
    // No blank is a token of the model, and each would be left out; letters are not.
    #expect(try count("aab", added("a", ", \"single_word\": true")) == 2)
    #expect(try count("a ab", added("a", ", \"single_word\": true")) == 2)
    let space = TokenizerSamples.bytePair(letters: " a", merges: [])
    func counted(_ text: String, _ flags: String) throws -> Int {
      TokenizerSamples.count(
        text,
        try TokenizerSamples.read(
          TokenizerSamples.json(model: space, added: "[" + added("x", flags) + "]")))
    }
    #expect(try counted("a  x  a", "") == 7)
    #expect(try counted("a  x  a", ", \"lstrip\": true") == 5)
    #expect(try counted("a  x  a", ", \"lstrip\": true, \"rstrip\": true") == 3)
  }

  @Test func `an added token that is to be normalized is found in normalized text`() throws {
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model: Self.model, normalizer: "{\"type\": \"Lowercase\"}",
        added: "[{\"content\": \"XY\", \"normalized\": true}]"))
    #expect(TokenizerSamples.count("aXyBxYc", tokenizer) == 5)
  }

  @Test func `bytes that are no text are safe`() throws {
    let tokenizer = try TokenizerSamples.read(
      TokenizerSamples.json(
        model: Self.model, normalizer: "{\"type\": \"NFC\"}",
        preTokenizer: "{\"type\": \"ByteLevel\"}"))
    var counter = TokenCounter(tokenizer)
    for bytes: [UInt8] in [[0xFF], [0xC3], [0xE4, 0xBD], [0xF0, 0x9F, 0x98], [0x61, 0x80, 0x62]] {
      _ = counter.count(bytes.span)
    }
    let bytes = Array("ab".utf8)
    let count = counter.count(bytes.span)
    #expect(count == 1)
  }
}
