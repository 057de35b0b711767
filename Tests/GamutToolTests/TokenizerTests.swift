import JSON
import TestSupport
import Testing

/// Tokens that a tokenizer counts.
@Suite struct TokenizerTests {
  let folder = TemporaryFolder()

  /// One token a letter or digit and one a word of "go"; blanks and signs are none.
  private static let letters = "abcdefghijklmnopqrstuvwxyz0123456789"

  private func tokenizer(_ name: String = "tokenizer.json", unit: String = "go") -> String {
    var vocabulary = Self.letters.enumerated().map { "\"\($1)\": \($0)" }
    vocabulary.append("\"\(unit)\": 100")
    let pair = unit.map(String.init)
    return folder.make(
      name,
      """
      {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "WhitespaceSplit"}, "model": {"type": \
      "BPE", "vocab": {\(vocabulary.joined(separator: ", "))}, "merges": ["\(pair[0]) \(pair[1])"]}}
      """)
  }

  private func pool() -> String {
    folder.make(
      "pool.jsonl",
      """
      {"instruction": "Go on, go", "output": "ok"}
      {"instruction": "a", "input": "bc", "output": "é go!"}
      {"messages": [{"role": "user", "content": "12"}, {"role": "assistant", "content": "gogo"}]}
      {"text": "aaa"}

      """)
  }

  /// The tokens of the pool by hand: all, of the prompt, of the answer.
  private static let expected = [[6.0, 4, 2], [4, 3, 1], [4, 2, 2], [3, 0, 3]]

  private func measured(_ receipts: String) throws -> [[Double]] {
    try ReceiptLine.all(#require(folder.bytes(receipts))).map { receipt in
      ["tokens", "prompt_tokens", "response_tokens"].map {
        receipt.descriptor[$0]?.number ?? .nan
      }
    }
  }

  private static let axes = [
    "--axis", "tokens:2", "--axis", "prompt_tokens:2", "--axis", "response_tokens:2",
  ]

  @Test(arguments: ["1", "4"])
  func `tokens are those of the tokenizer, and the manifest tells which it was`(threads: String)
    throws
  {
    let outcome = Tool.run(
      ["select", pool(), "-b", "10tok", "--tokenizer", tokenizer(), "--receipts", "-o"]
        + [folder.file("s.jsonl"), "--threads", threads, "--random", "0"] + Self.axes)
    #expect(outcome.status == 0)
    #expect(!outcome.error.contains("estimated"))
    #expect(try measured("s.receipts.jsonl") == Self.expected)
    let manifest = try #require(folder.bytes("s.manifest.json"))
    let parsed = JSONValue(parsing: manifest.span)
    let json = try #require(parsed)
    #expect(json["tokenizer"]?["path"]?.text == folder.file("tokenizer.json"))
    #expect(json["tokenizer"]?["sha256"]?.text?.count == 64)
    #expect(json["recipe"]?["tokenizer"]?.text == folder.file("tokenizer.json"))
    #expect((json["budget"]?["spent"]?.wholeNumber ?? 99) <= 10)
    #expect(Tool.run(["verify", folder.file("s.jsonl")]).status == 0)
    // Another tokenizer under the same name is not the one.
    _ = tokenizer(unit: "ok")
    let verified = Tool.run(["verify", folder.file("s.jsonl")])
    #expect(verified.status == 1)
    #expect(
      (verified.error + String(decoding: verified.output, as: UTF8.self)).contains("tokenizer.json")
    )
  }

  @Test func `an archive keeps its counts and which tokenizer made them`() throws {
    let archive = folder.file("pool.gamut")
    let fitted = Tool.run(
      ["fit", pool(), "--tokenizer", tokenizer(), "-o", archive, "--quiet"] + Self.axes)
    #expect(fitted.status == 0, "\(fitted.error)")
    let line = ["-b", "2", "--receipts", "--random", "0", "-o", folder.file("s.jsonl"), "--force"]
    let plain = Tool.run(["select", archive] + line)
    #expect(plain.status == 0 && !plain.error.contains("estimated"))
    #expect(try measured("s.receipts.jsonl") == Self.expected)
    #expect(
      Tool.run(["select", archive, "--tokenizer", folder.file("tokenizer.json")] + line).status
        == 0)
    let other = Tool.run(
      ["select", archive, "--tokenizer", tokenizer("other.json", unit: "ok")] + line)
    #expect(other.status == 1)
    #expect(other.error.contains("is not the tokenizer that counted the tokens"))
    // New samples are counted by the same one, or not at all.
    let more = folder.make("more.jsonl", "{\"text\": \"go go\"}\n")
    let without = Tool.run(["add", archive, more])
    #expect(without.status == 1 && without.error.contains("name it with --tokenizer"))
    #expect(
      Tool.run(["add", archive, more, "--tokenizer", folder.file("other.json")]).status == 1)
    let added = Tool.run(["add", archive, more, "--tokenizer", folder.file("tokenizer.json")])
    #expect(added.status == 0, "\(added.error)")
    #expect(Tool.run(["select", archive] + line).status == 0)
    #expect(try measured("s.receipts.jsonl") == [[2, 0, 2]] + Self.expected)
    #expect(Tool.run(["verify", archive]).status == 0)
    // An archive is described from its sources, and says where that makes estimates of counts.
    let described = Tool.run(["describe", archive, "--metrics", "cells"])
    #expect(described.status == 0)
    #expect(String(decoding: described.output, as: UTF8.self).contains("are estimated here"))
    let counted = Tool.run(
      ["describe", archive, "--metrics", "cells", "--tokenizer", folder.file("tokenizer.json")])
    #expect(counted.status == 0)
    #expect(!String(decoding: counted.output, as: UTF8.self).contains("are estimated here"))
  }

  @Test func `an archive of estimated tokens takes no tokenizer, and joins none with counted ones`()
    throws
  {
    let archive = folder.file("estimated.gamut")
    #expect(Tool.run(["fit", pool(), "-o", archive, "--quiet"] + Self.axes).status == 0)
    let refused = Tool.run([
      "select", archive, "-b", "2", "--tokenizer", tokenizer(), "-o", folder.file("s.jsonl"),
    ])
    #expect(refused.status == 1 && refused.error.contains("--tokenizer was settled"))
    let counted = folder.file("counted.gamut")
    let more = folder.make(
      "more.jsonl", "{\"text\": \"go go\"}\n{\"text\": \"a bc d\"}\n")
    #expect(
      Tool.run(
        ["fit", more, "-o", counted, "--tokenizer", tokenizer(), "--quiet"] + Self.axes
      ).status == 0)
    let merged = Tool.run(["merge", archive, counted, "-o", folder.file("both.gamut")])
    #expect(merged.status == 1 && merged.error.contains("tokenizer"))
    #expect(folder.names.allSatisfy { !$0.hasPrefix("both") && !$0.hasPrefix("s.") })
  }

  @Test func `describe counts by it too`() throws {
    let outcome = Tool.run([
      "describe", pool(), "--tokenizer", tokenizer(), "--json", "--quiet", "--metrics", "cells",
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let parsed = JSONValue(parsing: outcome.output.span)
    let json = try #require(parsed)
    #expect((json["tokens"] ?? json.items?.first?["tokens"])?.wholeNumber == 17)
  }

  @Test(
    arguments: [
      ("{\"instruction\": \"a\"}", "'model' is missing"),
      ("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {}}}", "model WordLevel"),
      ("{\"model\": ", "begins like JSON"),
      ("[1, 2]", "'model' is missing"),
    ])
  func `a file that is no tokenizer ends the run at once, and nothing is written`(
    content: String, message: String
  ) {
    let file = folder.make("bad.json", content)
    let before = folder.names.count
    for command in [
      ["select", pool(), "-b", "2", "-o", folder.file("s.jsonl")],
      ["fit", pool(), "-o", folder.file("p.gamut")],
    ] {
      let outcome = Tool.run(command + ["--tokenizer", file])
      #expect(outcome.status == 1)
      #expect(outcome.error.contains(file) && outcome.error.contains(message), "\(outcome.error)")
    }
    #expect(folder.names.count == before + 1)
    let missing = Tool.run(["select", pool(), "-b", "2", "--tokenizer", folder.file("none")])
    #expect(missing.status == 1 && missing.error.contains("none"))
    #expect(Tool.run(["select", pool(), "-b", "2", "--tokenizer", ""]).status == 2)
  }
}
