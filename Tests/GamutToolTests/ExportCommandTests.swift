import JSON
import TestSupport
import Testing

/// `gamut export`: files that a trainer takes as they are.
@Suite struct ExportCommandTests {
  let folder = TemporaryFolder()

  private func export(
    _ path: String, to target: String, _ options: [String] = [], output: String = "out"
  ) -> Program.Outcome {
    Tool.run(["export", path, "--to", target, "-o", folder.file(output)] + options)
  }

  private func parsed(_ bytes: [UInt8]) -> JSONValue? { JSONValue(parsing: bytes.span) }

  private func json(_ name: String) throws -> JSONValue {
    let bytes = try #require(folder.bytes(name))
    return try #require(parsed(bytes))
  }

  private func rows(_ name: String) throws -> [JSONValue] {
    try #require(folder.bytes(name)).split(separator: 0x0A).map {
      try #require(parsed(Array($0)))
    }
  }

  /// A subset of the repository's pool, with its manifest.
  private func subset(_ options: [String] = ["--receipts"]) -> String {
    let path = folder.file("s.jsonl")
    let outcome = Tool.run(
      ["select", Tool.pool, "-b", "300", "--quality", "quality", "--random", "0", "--drop", "all"]
        + ["--quiet", "-o", path] + Tool.plainAxes + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    return path
  }

  private static let dialogues = """
    {"instruction":"Add","input":"1 2","output":"3","id":"a"}
    {"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"},{"from":"human","value":"r"},{"from":"gpt","value":"b"}]}

    {"messages":[{"role":"system","content":"S"},{"role":"user","content":"q2"},{"role":"assistant","content":"a2"}],"id":5}
    {"prompt":"p","completion":"c"}

    """

  @Test(arguments: [
    "trl", "llama-factory", "axolotl", "messages", "sharegpt", "alpaca",
  ])
  func `records of several shapes become one, each row with the same keys`(target: String) throws {
    let path = folder.make("in.jsonl", Self.dialogues)
    let outcome = export(path, to: target)
    #expect(outcome.status == 0, "\(outcome.error)")
    let rows = try rows("out/train.jsonl")
    #expect(rows.count == 4)
    #expect(Set(rows.map { ($0.members ?? []).map(\.key) }).count == 1)
    // Of numbers and texts in one column.
    #expect(rows.map { $0["id"] } == [.string("\"a\""), .null, .string("5"), .null])
    let card = try #require(folder.text("out/README.md"))
    #expect(card.hasPrefix("---\npretty_name: in\n"))
    #expect(card.contains("path: train.jsonl"))
    let record = try json("out/export.json")
    #expect(record["samples"]?["train"]?.wholeNumber == 4)
    #expect(record["to"]?.text == target)
  }

  @Test func `what a format cannot hold is told by line, and then accepted or left out`() throws {
    let path = folder.make("in.jsonl", Self.dialogues)
    let refused = export(path, to: "prompt-completion")
    #expect(refused.status == 1)
    #expect(
      refused.error == """
        gamut export: nothing was written, since records do not fit:
          \(path):2: turns before the last prompt, for which 'prompt-completion' has no place
          \(path):4: system texts, for which 'prompt-completion' has no place
        --on-loss accept writes records without what cannot be held, --on-loss drop leaves them out

        """)
    #expect(folder.names == ["in.jsonl"])
    #expect(export(path, to: "prompt-completion", ["--on-loss", "accept"]).status == 0)
    #expect(
      try rows("out/train.jsonl").map { $0["prompt"]?.text } == ["Add\n1 2", "r", "q2", "p"])
    #expect(
      export(path, to: "prompt-completion", ["--on-loss", "drop", "--force"]).status == 0)
    #expect(try rows("out/train.jsonl").map { $0["prompt"]?.text } == ["Add\n1 2", "p"])
    let rejects = try rows("out/rejects.jsonl")
    #expect(rejects.map { $0["line"] } == [.integer(2), .integer(4)])
    #expect(rejects[0]["reasons"] == .array([.string("earlier-turns")]))
    #expect(rejects[1]["record"]?["id"] == .integer(5))
  }

  @Test func `a name that ends as a file's is that file, with what else there is beside it`() throws
  {
    let path = folder.make("in.jsonl", Self.dialogues)
    #expect(export(path, to: "messages").status == 0)
    #expect(export(path, to: "messages", output: "out.jsonl").status == 0)
    #expect(folder.names.sorted() == ["in.jsonl", "out", "out.jsonl"])
    #expect(folder.bytes("out.jsonl") == folder.bytes("out/train.jsonl"))

    let again = export(path, to: "messages", output: "out.jsonl")
    #expect(again.status == 1 && again.error.contains("--force"))
    let divided = ["--force", "--validation", "1", "--on-loss", "drop"]
    let outcome = export(path, to: "alpaca", divided, output: "out.jsonl")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("wrote \(folder.file("out.jsonl")), "))
    #expect(try rows("out.jsonl").count == 3)
    #expect(try rows("out.validation.jsonl").count == 1)
    // What an earlier run left beside the file does not stay.
    #expect(export(path, to: "messages", ["--force"], output: "out.jsonl").status == 0)
    #expect(folder.names.sorted() == ["in.jsonl", "out", "out.jsonl"])

    #expect(export(path, to: "messages", ["--force"], output: "in.jsonl").status == 1)
    #expect(folder.text("in.jsonl") == Self.dialogues)
    let needsFolder = export(path, to: "axolotl", output: "a.jsonl")
    #expect(needsFolder.status == 2 && needsFolder.error.contains("the name of a folder"))
  }

  @Test func `records that no trainer takes are told by kind, and left out on request`() throws {
    let path = folder.make(
      "in.jsonl",
      """
      {"instruction":"i","output":"o"}
      {"instruction":"i","output":" "}
      {"messages":[{"role":"user","content":"u"},{"role":"user","content":"v"},{"role":"assistant","content":"a"}]}
      no JSON
      {"instruction":"j","output":""}
      {"messages":[{"role":"alien","content":"u"}]}
      {"conversations":[{"from":"human","value":"q"},{"from":"function_call","value":"f()"}]}

      """)
    let refused = export(path, to: "trl")
    #expect(refused.status == 1)
    for line in [
      "  \(path):2: an empty answer (2 records)",
      "  \(path):3: two prompts or two answers in a row",
      "  \(path):4: no readable record\n",
      "  \(path):6: a message of 'alien', a role that no trainer knows",
      "  \(path):7: a tool call that is no JSON of a name and arguments",
      "--drop-invalid leaves records out that no trainer takes",
    ] {
      #expect(refused.error.contains("\n\(line)"), "\(refused.error)")
    }
    let outcome = export(path, to: "trl", ["--drop-invalid"])
    #expect(outcome.status == 0)
    #expect(outcome.error.hasPrefix("1 sample to train on, 6 left out (rejects.jsonl)\n"))
    let rejects = try rows("out/rejects.jsonl")
    #expect(rejects.map { $0["line"]?.wholeNumber } == [2, 3, 4, 5, 6, 7])
    #expect(rejects[2]["text"]?.text == "no JSON")
    #expect(rejects[4]["record"]?["messages"] != nil)
  }

  @Test(arguments: [
    ["--receipts"], [], ["--receipts", "--order", "rank"], ["--order", "shuffle"],
  ])
  func `a validation part is drawn by cell, the same from receipts and from the choice`(
    options: [String]
  ) throws {
    let path = subset(options)
    for threads in ["1", "2"] {
      let outcome = export(
        path, to: "alpaca", ["--validation", "10%", "--weight", "--threads", threads],
        output: "out\(threads)")
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    for name in ["train.jsonl", "validation.jsonl"] {
      #expect(folder.bytes("out1/\(name)") == folder.bytes("out2/\(name)"))
    }
    let (train, validation) = (try rows("out1/train.jsonl"), try rows("out1/validation.jsonl"))
    #expect(train.count + validation.count == 300 && (25...30).contains(validation.count))
    let prompts = Set(train.map { "\($0["instruction"]?.text ?? "")\n\($0["input"]?.text ?? "")" })
    for row in validation {
      #expect(
        !prompts.contains("\(row["instruction"]?.text ?? "")\n\(row["input"]?.text ?? "")"))
    }
    let weights = train.compactMap { $0["weight"]?.decimal }
    #expect(weights.count == train.count)
    #expect((weights.reduce(0, +) / Double(weights.count) - 1).magnitude < 1e-9)
    // Those of the other orders are the same samples.
    let identifiers = Set(validation.compactMap { $0["id"]?.text })
    let other = subset(["--receipts", "--force"])
    #expect(export(other, to: "alpaca", ["--validation", "10%"], output: "out3").status == 0)
    #expect(Set(try rows("out3/validation.jsonl").compactMap { $0["id"]?.text }) == identifiers)
  }

  @Test func `without a manifest, or beside another's, no cells are known`() throws {
    let path = folder.make("in.jsonl", String(repeating: Self.dialogues, count: 5))
    let outcome = export(path, to: "messages", ["--validation", "5"])
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("note: no manifest stands beside the subset"))
    #expect(try rows("out/validation.jsonl").count == 5)
    let refused = export(path, to: "messages", ["--weight"], output: "other")
    #expect(refused.status == 1 && refused.error.contains("no manifest stands beside it"))
    let chosen = subset()
    folder.make("s.jsonl", try #require(folder.text("s.jsonl")) + Self.dialogues)
    let changed = export(chosen, to: "messages", ["--validation", "5"], output: "changed")
    #expect(
      changed.status == 0 && changed.error.contains("not the file that its manifest tells of"))
  }

  @Test func `LLaMA-Factory and Axolotl are told of their files`() throws {
    let path = folder.make("in.jsonl", String(repeating: Self.dialogues, count: 3))
    #expect(export(path, to: "llama-factory", ["--validation", "3"]).status == 0)
    let entry = try #require(try json("out/dataset_info.json")["in_validation"])
    #expect(entry["file_name"]?.text == "validation.jsonl" && entry["formatting"] != nil)
    #expect(
      entry["columns"]?["prompt"]?.text == "instruction"
        || entry["columns"]?["messages"]?.text == "conversations")
    #expect(
      export(path, to: "axolotl", ["--validation", "3"], output: "ax").status == 0)
    let stanza = try #require(folder.text("ax/axolotl.yaml"))
    #expect(stanza.contains("path: \(folder.file("ax"))/train.jsonl"))
    #expect(stanza.contains("test_datasets:") && stanza.contains("val_set_size: 0"))
  }

  @Test func `preferences, verdicts and plain text go to the columns that trainers read`() throws {
    for (records, target, keys) in [
      (#"{"prompt":"p","chosen":"c","rejected":"r"}"#, "trl", ["prompt", "chosen", "rejected"]),
      (
        #"{"prompt":"p","chosen":"c","rejected":"r"}"#, "llama-factory",
        ["instruction", "input", "chosen", "rejected"]
      ),
      (
        #"{"prompt":"p","chosen":"c","rejected":"r"}"#, "axolotl",
        ["messages", "chosen", "rejected"]
      ),
      (#"{"prompt":"p","completion":"c","label":true}"#, "trl", ["prompt", "completion", "label"]),
      (
        #"{"prompt":"p","completion":"c","label":true}"#, "llama-factory",
        ["instruction", "input", "output", "kto_tag"]
      ),
      (
        #"{"prompt":"p","completion":"c","label":true}"#, "axolotl",
        ["prompt", "completion", "label"]
      ),
      (#"{"text":"t","label":"l"}"#, "trl", ["text", "label"]),
      (#"{"text":"t","label":"l"}"#, "axolotl", ["text", "label"]),
    ] {
      let path = folder.make("in.jsonl", records + "\n")
      let outcome = export(path, to: target, ["--force"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(try rows("out/train.jsonl")[0].members?.map(\.key) == keys)
    }
    let mixed = folder.make(
      "mixed.jsonl",
      #"{"prompt":"p","chosen":"c","rejected":"r"}"# + "\n"
        + #"{"instruction":"i","output":"o"}"# + "\n" + #"{"text":"t"}"# + "\n")
    let refused = export(mixed, to: "trl", output: "mixed")
    #expect(refused.error.contains("\(mixed):1: the worse answers of preferences"))
    #expect(refused.error.contains("\(mixed):3: text without roles"))
    #expect(
      export(mixed, to: "trl", ["--on-loss", "accept", "--drop-invalid"], output: "mixed").status
        == 0)
    #expect(try rows("mixed/train.jsonl").count == 2)
  }

  @Test func `columns are kept, named or left out, and renamed where a trainer reads them`() throws
  {
    let path = folder.make(
      "in.jsonl",
      #"{"instruction":"i","output":"o","text":"whole","n":1,"list":[1,"a"]}"# + "\n"
        + #"{"instruction":"j","output":"o","n":2.5}"# + "\n")
    let outcome = export(path, to: "trl")
    #expect(outcome.error.contains("note: the column 'text' is written as 'source_text'"))
    #expect(outcome.error.contains("note: the column 'list' is written as JSON in text"))
    let lines = try #require(folder.text("out/train.jsonl"))
    #expect(lines.contains(#""source_text":"whole","n":1.0,"list":"[1,\"a\"]"}"#))
    #expect(lines.contains(#""source_text":null,"n":2.5,"list":null}"#))
    #expect(export(path, to: "trl", ["--columns", "none", "--force"]).status == 0)
    #expect(try rows("out/train.jsonl")[0].members?.map(\.key) == ["prompt", "completion"])
    #expect(export(path, to: "trl", ["--columns", "n", "--force"]).status == 0)
    #expect(try rows("out/train.jsonl")[0].members?.map(\.key) == ["prompt", "completion", "n"])
  }

  @Test func `a column that comes late is shown first, so that its type is guessed`() throws {
    let filler = String(repeating: "x", count: 40_000)
    var lines = (0..<150).map { #"{"instruction":"\#($0)","output":"\#(filler)"}"# }
    lines[140] = #"{"instruction":"late","output":"o","score":0.5}"#
    let path = folder.make("in.jsonl", lines.joined(separator: "\n"))
    let outcome = export(path, to: "trl")
    #expect(outcome.error.contains("note: 1 record stands first though later in the subset"))
    let rows = try rows("out/train.jsonl")
    #expect(rows.count == 150 && rows[0]["score"]?.decimal == 0.5)
    #expect(rows[1]["completion"] != nil && rows[141]["score"] == .null)
  }

  @Test func `a folder is replaced only on request, and only if it is an export`() throws {
    let path = folder.make("in.jsonl", Self.dialogues)
    #expect(export(path, to: "messages").status == 0)
    let again = export(path, to: "messages")
    #expect(again.status == 1 && again.error.contains("exists already"))
    #expect(export(path, to: "sharegpt", ["--force"]).status == 0)
    _ = Program(path: "/bin/mkdir").run([folder.file("mine")])
    #expect(export(path, to: "messages", ["--force"], output: "mine").status == 1)
    // A subset within the folder would go with it.
    folder.make("out/in.jsonl", Self.dialogues)
    let inside = export(folder.file("out/in.jsonl"), to: "messages", ["--force"])
    #expect(inside.status == 1)
    #expect(folder.text("out/in.jsonl") == Self.dialogues)
  }

  @Test func `what cannot be is refused before anything is read`() {
    for (options, message) in [
      (["--validation", "0%"], "'0%' is not valid for '--validation'"),
      (["--validation", "x"], "expected a share such as 5%"), (["--name", ""], "--name"),
      (["--columns", ","], "--columns"),
    ] {
      let outcome = export("none.jsonl", to: "trl", options)
      #expect(outcome.status == 2 && outcome.error.contains(message), "\(outcome.error)")
    }
    #expect(Tool.run(["export", "x.jsonl", "-o", "y"]).status == 2)
    let path = folder.make("in.jsonl", Self.dialogues)
    #expect(
      export(path, to: "trl", ["--validation", "5%"]).error.contains(
        "--validation would set aside 0 of 4 samples"))
    #expect(
      export(path, to: "trl", ["--validation", "4"]).error.contains("leave some to train on"))
    #expect(export(folder.make("empty.jsonl", ""), to: "trl").status == 1)
  }

  @Test func `compressed files, arrays and standard input are exported alike`() throws {
    let path = folder.make("in.jsonl", Self.dialogues)
    #expect(export(path, to: "sharegpt").status == 0)
    let array = folder.make(
      "in.json",
      "[\n" + Self.dialogues.split(separator: "\n").joined(separator: ",\n") + "\n]\n")
    #expect(export(array, to: "sharegpt", output: "array").status == 0)
    #expect(folder.bytes("array/train.jsonl") == folder.bytes("out/train.jsonl"))
    let piped = Tool.run(
      ["export", "-", "--to", "sharegpt", "-o", folder.file("piped")], input: .file(path))
    #expect(piped.status == 0, "\(piped.error)")
    #expect(folder.bytes("piped/train.jsonl") == folder.bytes("out/train.jsonl"))
  }

  @Test(.enabled(if: DuckDBCommand.isThere, "the duckdb command is not here; see Tests/run.sh"))
  func `Parquet has the types of its columns`() throws {
    let path = folder.make("in.jsonl", String(repeating: Self.dialogues, count: 3))
    let command = try #require(DuckDBCommand.path)
    let program = Program(path: "/usr/bin/env")
    let outcome = program.run([
      "GAMUT_DUCKDB=\(command)", Tool.program.path, "export", path, "--to", "hf-folder",
      "--validation", "3", "-o", folder.file("out"),
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      try #require(folder.text("out/README.md")).contains("path: data/train-00000-of-00001.parquet")
    )
    let file = folder.file("out/data/train-00000-of-00001.parquet")
    let answer = Program(path: command).run([
      "-jsonlines", "-c", "SELECT count(*) AS n, typeof(any_value(messages)) AS t FROM '\(file)'",
    ])
    #expect(
      String(decoding: answer.output, as: UTF8.self).hasPrefix(
        #"{"n":9,"t":"STRUCT(\"role\" VARCHAR, \"content\" VARCHAR)[]"}"#)
        || String(decoding: answer.output, as: UTF8.self).hasPrefix(
          #"{"n":9,"t":"STRUCT(role VARCHAR, content VARCHAR)[]"}"#),
      "\(answer.output)")
  }

  @Test func `a missing duckdb is told before anything is read`() {
    let outcome = Program(path: "/usr/bin/env").run([
      "GAMUT_DUCKDB=/none/duckdb", Tool.program.path, "export", Tool.pool, "--to", "parquet",
      "-o", folder.file("out"),
    ])
    #expect(outcome.status == 1 && outcome.error.contains("$GAMUT_DUCKDB names /none/duckdb"))
    #expect(folder.names.isEmpty)
  }

  @Test func `what its guide shows of it is what it prints`() throws {
    let lines = Documents.text.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let start = try #require(lines.firstIndex { $0.hasPrefix("$ gamut export ") })
    let shown = lines[(start + 1)...].prefix { $0 != "```" }
    _ = folder.link("Data", to: Tool.repository + "/Data")
    let select = "select Data/pool.jsonl --budget 500 --quality quality --receipts --quiet"
    let outcome = Program(path: "/bin/bash").run([
      "-c",
      "cd '\(folder.path)' && '\(Tool.program.path)' \(select) -o subset.jsonl"
        + " && '\(Tool.program.path)' \(lines[start].dropFirst(8))",
    ])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(outcome.error == shown.map { $0 + "\n" }.joined())
  }

  @Test func `select writes one shape of records, which verify makes again`() throws {
    let pool = folder.make("pool.jsonl", Self.dialogues)
    let path = folder.file("s.jsonl")
    let select = ["select", pool, "-b", "4", "--random", "0", "--quiet", "-o", path]
    let plain = ["--axis", "tokens:2", "--missing-quality", "lowest"]
    let outcome = Tool.run(select + plain + ["--format", "messages", "--order", "shuffle"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let rows = try rows("s.jsonl")
    #expect(rows.count == 4 && rows.allSatisfy { $0.members?.first?.key == "messages" })
    let verified = Tool.run(["verify", path])
    #expect(verified.status == 0, "\(verified.error)")
    folder.make("s.jsonl", try #require(folder.text("s.jsonl")) + "{}\n")
    #expect(Tool.run(["verify", path]).error.contains("line 5"))
    let refused = Tool.run(select + plain + ["--format", "prompt-completion", "--force"])
    #expect(refused.status == 1)
    #expect(refused.error.contains("\(pool):2: turns before the last prompt"), "\(refused.error)")
  }
}

/// Real records go to other shapes and come back, to the byte.
@Suite(.enabled(if: RealData.folder != nil, "real data is not here; set GAMUT_SHARED_DATA"))
struct ExportRealDataTests {
  let folder = TemporaryFolder()

  /// Exports what fits; `nil` where nothing does.
  private func export(_ path: String, to target: String, _ output: String) throws -> String? {
    let outcome = Tool.run([
      "export", path, "--to", target, "--drop-invalid", "--on-loss", "drop", "--quiet", "--force",
      "-o", folder.file(output),
    ])
    if outcome.error.contains("is left to be written") { return nil }
    #expect(outcome.status == 0, "\(outcome.error)")
    return folder.file("\(output)/train.jsonl")
  }

  @Test(
    arguments: RealData.files.filter { RealData.fields[$0] == nil && !$0.contains("malformed") })
  func `records go to messages and come back, to the byte`(name: String) throws {
    let path = folder.file("s.jsonl")
    let outcome = Tool.run(
      ["select", (RealData.folder ?? "") + "/" + name, "-b", "100", "--method", "random"]
        + [
          "--random", "0", "--axis", "tokens:2", "--missing-quality", "lowest", "--on-error",
          "skip",
        ]
        + ["--quiet", "-o", path])
    #expect(outcome.status == 0, "\(outcome.error)")
    for home in ["alpaca", "sharegpt", "prompt-completion"] {
      guard let away = try export(path, to: home, "own"),
        let there = try export(away, to: "messages", "there"),
        let fitting = try export(there, to: home, "fitting"),
        let again = try export(fitting, to: "messages", "again"),
        let back = try export(again, to: home, "back")
      else { continue }
      #expect(wholeFile(back) == wholeFile(fitting), "\(name): \(home)")
      #expect(wholeFile(again) == wholeFile(there), "\(name): messages")
    }
  }
}
