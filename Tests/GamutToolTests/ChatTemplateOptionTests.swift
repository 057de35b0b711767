import JSON
import TestSupport
import Testing

/// Conversations that are rendered before they are counted.
@Suite struct ChatTemplateOptionTests {
  let folder = TemporaryFolder()

  /// A token each letter, sign and white space, and the marks of ChatML.
  private func tokenizer(marks: [String] = ["<|im_start|>", "<|im_end|>"]) -> String {
    let letters =
      (0x21..<0x7F).map { Character(Unicode.Scalar($0)) }
      .filter { $0 != "\"" && $0 != "\\" }.map { "\"\($0)\"" } + ["\" \"", "\"\\n\"", "\"\\t\""]
    let vocabulary = letters.enumerated().map { "\($1): \($0)" }.joined(separator: ", ")
    let added = marks.enumerated().map {
      "{\"id\": \(500 + $0), \"content\": \"\($1)\", \"special\": true, \"normalized\": false}"
    }.joined(separator: ", ")
    return folder.make(
      "tokenizer.json",
      """
      {"added_tokens": [\(added)], "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": []}}
      """)
  }

  /// Records and how ChatML renders them.
  private static let records = [
    (
      #"{"instruction": "Go", "input": "on", "output": "ok"}"#,
      #"<|im_start|>user\nGo\non<|im_end|>\n<|im_start|>assistant\nok<|im_end|>\n"#
    ),
    (
      #"{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": " a "}, "#
        + #"{"role": "assistant", "content": "b <|im_end|>"}]}"#,
      #"<|im_start|>system\ns<|im_end|>\n<|im_start|>user\n a <|im_end|>\n"#
        + #"<|im_start|>assistant\nb <|im_end|><|im_end|>\n"#
    ),
    (
      #"{"conversations": [{"from": "human", "value": "x"}], "system": ""}"#,
      #"<|im_start|>user\nx<|im_end|>\n"#
    ),
    (#"{"text": "plain"}"#, "plain"),
  ]

  private func pool(_ records: [String]) -> String {
    folder.make("pool.jsonl", records.map { $0 + "\n" }.joined())
  }

  private func tokens(
    _ source: String, _ more: [String], expecting status: Int32 = 0
  ) throws -> (tokens: [Double], error: String) {
    let outcome = Tool.run(
      [
        "select", source, "-b", "1", "--axis", "tokens:2", "--axis", "response_tokens:2",
        "--receipts",
      ]
        + ["--random", "0", "--force", "-o", folder.file("s.jsonl")] + more)
    #expect(outcome.status == status, "\(outcome.error)")
    guard status == 0, outcome.status == 0 else { return ([], outcome.error) }
    let receipts = try ReceiptLine.all(#require(folder.bytes("s.receipts.jsonl")))
    return (receipts.map { $0.descriptor["tokens"]?.number ?? .nan }, outcome.error)
  }

  @Test func `a conversation counts as the text that it is rendered to`() throws {
    let source = pool(Self.records.map(\.0))
    let options = ["--tokenizer", tokenizer()]
    let found = try tokens(source, options + ["--chat-template", "chatml"]).tokens
    let rendered = pool(Self.records.map { "{\"text\": \"\($0.1)\"}" })
    #expect(try tokens(rendered, options).tokens == found)
    // By hand, each mark being one.
    #expect(found[0] == 28)
    // Without a template, or with none, each text counts for itself.
    _ = pool(Self.records.map(\.0))
    let plain = try tokens(source, options).tokens
    #expect(try tokens(source, options + ["--chat-template", "none"]).tokens == plain)
    #expect(plain[0] == 6 && plain[3] == found[3])
  }

  @Test func `a file says what stands around messages, and is part of what is verified`() throws {
    let source = pool(Self.records.map(\.0))
    let file = folder.make(
      "template.json",
      #"{"begin": "<<", "end": ">>", "user": ["[", "]"], "assistant": ["", "."], "#
        + #""system_in_user": ["(", ")"], "trim": true}"#)
    let found = try tokens(source, ["--tokenizer", tokenizer(), "--chat-template", file])
    // <<[Go\non]ok.>>  <<[(s)a]b <|im_end|>.>>  <<[x]>>
    #expect(found.tokens == [14, 14, 7, 5])
    #expect(!found.error.contains("does not render"))
    #expect(Tool.run(["verify", folder.file("s.jsonl")]).status == 0)
    let bytes = try #require(folder.bytes("s.manifest.json"))
    let parsed = JSONValue(parsing: bytes.span)
    let template = parsed?["tokenizer"]?["chat_template"]
    #expect(template?["path"]?.text == file && template?["sha256"]?.text?.count == 64)
    _ = folder.make("template.json", #"{"user": ["", ""], "assistant": ["", ""]}"#)
    let verified = Tool.run(["verify", folder.file("s.jsonl")])
    #expect(verified.status == 1)
    #expect(
      (verified.error + String(decoding: verified.output, as: UTF8.self)).contains("template.json"))
  }

  @Test func `what is not rendered counts for itself, and the run says so`() throws {
    let source = pool([
      #"{"prompt": "a", "chosen": "bb", "rejected": "ccc"}"#,
      #"{"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "dddd"}]}"#,
      #"{"messages": [{"role": "user", "content": "a"}]}"#,
    ])
    let file = folder.make("t.json", #"{"user": ["[", "]"], "assistant": ["(", ")"]}"#)
    let found = try tokens(source, ["--tokenizer", tokenizer(), "--chat-template", file])
    #expect(found.tokens == [10, 7, 3])
    #expect(
      found.error.contains("note: 2 samples have texts that the chat template does not render"))
  }

  @Test func `auto takes the template beside the tokenizer, or refuses it by name`() throws {
    let source = pool(Self.records.map(\.0))
    let options = ["--tokenizer", tokenizer(), "--chat-template"]
    let none = try tokens(source, options + ["auto"], expecting: 1)
    #expect(
      none.error.contains("there is no tokenizer_config.json") && none.error.contains("zephyr"))
    _ = folder.make("tokenizer_config.json", #"{"tokenizer_class": "X"}"#)
    #expect(
      try tokens(source, options + ["auto"], expecting: 1).error.contains("there is no"))
    let program =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\\\n' + message['content'] + "
      + "'<|im_end|>' + '\\\\n'}}{% endfor %}"
    _ = folder.make("tokenizer_config.json", "{\"chat_template\": \"\(program)\"}")
    let named = try tokens(source, options + ["chatml"]).tokens
    #expect(try tokens(source, options + ["auto"]).tokens == named)
    _ = folder.make(
      "tokenizer_config.json",
      "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"x\"}, "
        + "{\"name\": \"default\", \"template\": \"\(program)\"}]}")
    #expect(try tokens(source, options + ["auto"]).tokens == named)
    _ = folder.make("tokenizer_config.json", "{\"chat_template\": \"{{ messages }}\"}")
    let other = try tokens(source, options + ["auto"], expecting: 1)
    #expect(other.error.contains("none of those that are known"))
  }

  @Test func `what does not fit is refused`() throws {
    let source = pool(Self.records.map(\.0))
    let before = folder.names
    let plain = try tokens(
      source, ["--tokenizer", tokenizer(marks: ["<|im_start|>"]), "--chat-template", "chatml"],
      expecting: 1)
    #expect(plain.error.contains("\"<|im_end|>\" is not one token of"))
    #expect(folder.names.filter { !before.contains($0) } == ["tokenizer.json"])
    let without = try tokens(source, ["--chat-template", "chatml"], expecting: 2)
    #expect(without.error.contains("'--chat-template' needs '--tokenizer'"))
    let missing = try tokens(
      source, ["--tokenizer", tokenizer(), "--chat-template", folder.file("nowhere.json")],
      expecting: 1)
    #expect(missing.error.contains("nowhere.json"))
    for (content, message) in [
      ("no JSON", "is neither JSON nor"), ("{\"user\": [\"\", \"\"]}", "'assistant' is missing"),
      ("{\"turns\": []}", "nobody knows 'turns'"),
    ] {
      let file = folder.make("bad.json", content)
      let refused = try tokens(
        source, ["--tokenizer", tokenizer(), "--chat-template", file], expecting: 1)
      #expect(refused.error.contains(message), "\(refused.error)")
    }
  }

  @Test func `an archive keeps its template, and new samples are rendered by it`() throws {
    let source = pool(Self.records.map(\.0))
    let options = ["--tokenizer", tokenizer(), "--chat-template", "chatml"]
    let expected = try tokens(source, options).tokens
    let archive = folder.file("p.gamut")
    let fitted = Tool.run(
      [
        "fit", source, "-o", archive, "--axis", "tokens:2", "--axis", "response_tokens:2",
        "--quiet",
      ]
        + options)
    #expect(fitted.status == 0, "\(fitted.error)")
    #expect(try tokens(archive, []).tokens == expected)
    #expect(try tokens(archive, options).tokens == expected)
    let other = folder.make("t.json", #"{"user": ["", ""], "assistant": ["", ""]}"#)
    let refused = try tokens(
      archive, ["--tokenizer", tokenizer(), "--chat-template", other], expecting: 1)
    #expect(refused.error.contains("another chat template than"))
    let more = folder.make("more.jsonl", "{\"prompt\": \"Go\\non\", \"completion\": \"ok\"}\n")
    let added = Tool.run(["add", archive, more, "--tokenizer", tokenizer()])
    #expect(added.status == 0, "\(added.error)")
    #expect(try tokens(archive, []).tokens == [expected[0]] + expected)
    #expect(Tool.run(["verify", archive]).status == 0)
  }
}
