import TestSupport
import Testing

/// Evaluation sets and lists of ids: what is never chosen, and what always.
@Suite struct ExclusionTests {
  let folder = TemporaryFolder()
  let options = ["--axis", "tokens:2", "--quality", "score"]

  /// A record with numbers for words.
  private func record(_ id: String, _ prompt: [Int], _ answer: [Int], _ score: Int) -> String {
    "{\"id\":\(id),\"instruction\":\"\(text(prompt))\",\"output\":\"\(text(answer))\",\"score\":\(score)}\n"
  }

  private func text(_ words: [Int]) -> String { words.map { "word\($0)" }.joined(separator: " ") }

  private func pool(_ lines: String...) -> String { folder.make("pool.jsonl", lines.joined()) }

  private func evaluation(_ lines: String, name: String = "eval.jsonl") -> String {
    folder.make(name, lines)
  }

  @Test func `a sample with a run of words in common is excluded, and its receipt says with what`()
    throws
  {
    let words = Array(1...30)
    let source = pool(
      record("1", [100, 101] + words[3..<16] + [102], [200, 201, 202], 9),
      record("2", Array(words[3..<15]) + [7] + words[15..<20], [203, 204, 205], 8),
      record("3", [300, 301, 302], Array(words), 7), record("4", [400, 401, 402], [403], 6))
    let eval = evaluation(
      "{\"text\":\"nothing in here is like the pool\"}\n\n"
        + "{\"question\":\"WORD1, \(text(Array(words.dropFirst())))!\",\"answer\":\"yes\"}\n")
    let selection = try #require(
      try Selection([source], options + ["--budget", "4", "--exclude", eval], in: folder))
    selection.checkAll()
    #expect(selection.receipts.map(\.status) == ["excluded", "selected", "excluded", "selected"])
    let place = ReceiptLine.Place(source: eval, line: 3)
    #expect(selection.receipts.map(\.because) == [place, nil, place, nil])
    #expect(
      selection.receipts[0].reason
        == "shares a run of 13 words, or a whole shorter text, with an evaluation record")
    #expect(selection.receipts[0].rank == nil && selection.receipts[1].reason == nil)
    #expect(
      selection.manifest.warnings.first == "the budget is 4 samples, but only 2 may be chosen")
    #expect(
      selection.manifest.warnings.contains(
        "2 samples overlap with \(eval) (13 words) and may not be chosen"))
    #expect(selection.manifest.recipe["exclude"] == .array([.string(eval)]))
    #expect(selection.manifest.recipe["exclude-words"] == .number(13))
    let facts = try JSON(#require(folder.bytes("subset.manifest.json")))
    guard case .object(let members) = facts, case .object(let exclusion)? = members["exclusion"],
      case .array(let files)? = exclusion["files"], case .object(let file)? = files.first
    else {
      Issue.record("the manifest has no member of the exclusion")
      return
    }
    #expect(exclusion["words"] == .number(13))
    #expect(file["records"] == .number(2) && file["excluded"] == .number(2))
    #expect(file["unused"] == .number(0) && file["path"] == .string(eval))
  }

  @Test func `a short text of an evaluation excludes only what is just the same`() throws {
    let source = pool(
      record("1", [1, 2, 3], [50], 1), record("2", [1, 2, 3, 4], [51], 2),
      record("3", [5, 6, 7, 8], [1, 2], 3), record("4", [9], [1, 2, 3], 4))
    let eval = evaluation(
      "{\"question\":\"word1 word2 word3\",\"answer\":\"word1 word2\"}\n{\"text\":\"word50\"}\n")
    let selection = try #require(
      try Selection([source], options + ["--budget", "9", "--exclude", eval], in: folder))
    selection.checkAll()
    #expect(selection.receipts.map(\.status) == ["excluded", "selected", "selected", "excluded"])
    #expect(
      selection.manifest.warnings.contains(
        "1 of 2 records of \(eval) has no text of 3 words and excludes nothing"))
  }

  @Test func `words cross no part, and system texts count on neither side`() throws {
    let system = (1...20).map { "rule\($0)" }.joined(separator: " ")
    let chat = { (prompt: String, answer: String) in
      "{\"messages\":[{\"role\":\"system\",\"content\":\"\(system)\"},"
        + "{\"role\":\"user\",\"content\":\"\(prompt)\"},"
        + "{\"role\":\"assistant\",\"content\":\"\(answer)\"}],\"score\":1}\n"
    }
    let source = pool(chat("a b c", "d e f g"), chat("one two three", "four five six seven"))
    let eval = evaluation(
      chat("nobody asks that", "nor says this") + "{\"text\":\"a b c d e f g\"}\n"
        + "{\"text\":\"zero one two three\"}\n")
    let selection = try #require(
      try Selection(
        [source], options + ["--budget", "9", "--exclude", eval, "--exclude-words", "3"],
        in: folder))
    #expect(selection.receipts.map(\.status) == ["excluded", "excluded"])
    #expect(selection.receipts.map(\.because?.line) == [2, 3])
    let longer = try #require(
      try Selection(
        [source],
        options + ["--budget", "9", "--exclude", eval, "--exclude-words", "5", "--force"],
        in: folder))
    #expect(longer.receipts.map(\.status) == ["selected", "selected"])
  }

  @Test func `an overlap far behind the first words of a long text is found`() throws {
    let long = Array(1...3000)
    let source = pool(record("1", [1], long, 1), record("2", [2], long.dropLast(2).map { $0 }, 1))
    let eval = evaluation("{\"text\":\"\(text(Array(2988...3000)))\"}\n")
    let selection = try #require(
      try Selection([source], options + ["--budget", "1", "--exclude", eval], in: folder))
    #expect(selection.receipts.map(\.status) == ["excluded", "selected"])
  }

  @Test func `fields that were named for the text are read, else an evaluation's own shape`() throws
  {
    let body = text(Array(1...13))
    let source = pool(
      "{\"body\":\"\(body)\",\"score\":1}\n", "{\"body\":\"a b c d e\",\"score\":2}\n",
      "{\"body\":\"other words\",\"score\":3}\n")
    let own = evaluation("{\"body\":\"\(body)\"}\n", name: "own.jsonl")
    let other = evaluation("[{\"text\":\"a b c d e\"},\n{\"text\":\"x y z\"}]", name: "other.json")
    let selection = try #require(
      try Selection(
        [source],
        options + ["--text", "body", "--budget", "3", "--exclude", own, "--exclude", other],
        in: folder))
    #expect(selection.receipts.map(\.status) == ["excluded", "excluded", "selected"])
    #expect(selection.receipts.map(\.because?.source) == [own, other, nil])
  }

  @Test func `an evaluation set that cannot be held against is an error`() {
    let source = pool(record("1", [1], [2], 1))
    for (content, message) in [
      ("", "no record in FILE, so --exclude would exclude nothing; is it the right file?"),
      ("\n\n", "no record in FILE, so --exclude would exclude nothing; is it the right file?"),
      (
        "{\"text\":\"too short\"}\n{\"text\":\"\"}\n",
        "none of the 2 records of FILE has a text of 3 words, so --exclude would exclude nothing; is"
          + " it the right file?"
      ),
      ("{\"text\":\"a b c\"}\n{\"text\":\n", "FILE:2: "), ("{\"a\":1}\n", "FILE:1: "),
    ] {
      let eval = evaluation(content)
      let outcome = Tool.run(
        ["select", source, "--budget", "1", "--exclude", eval, "--on-error", "skip"] + options)
      #expect(outcome.status == 1 && outcome.output.isEmpty)
      let expected = message.replacing("FILE", with: eval)
      #expect(outcome.error.hasPrefix("gamut select: \(expected)"), "\(outcome.error)")
    }
    let missing = Tool.run(
      ["select", source, "--budget", "1", "--exclude", folder.file("none")] + options)
    #expect(missing.status == 1 && missing.error.contains("no such file"))
  }

  @Test func `a pool of which nothing is left says so`() throws {
    let source = pool(record("1", [1, 2, 3], [4, 5, 6], 1))
    let outcome = Tool.run(
      ["select", source, "--budget", "1", "--exclude", source, "-o", folder.file("s.jsonl")]
        + options)
    #expect(outcome.status == 0)
    #expect(
      outcome.error.contains(
        "note: the subset is empty: no sample may be chosen, 1 is excluded\n"))
  }

  @Test func `listed ids are never chosen, whatever kind of value they are`() throws {
    let source = pool(
      record("\"a\"", [1], [1], 9), record("17", [2], [2], 8), record("\"17\"", [3], [3], 7),
      record("\"b\"", [4], [4], 6), record("\"b\"", [5], [5], 5), record("null", [6], [6], 4))
    let list = folder.make("never.txt", "a\r\n\n17\n\"b\"\nmissing\nlost\n")
    let selection = try #require(
      try Selection([source], options + ["--budget", "6", "--exclude-ids", list], in: folder))
    selection.checkAll()
    #expect(
      selection.receipts.map(\.status)
        == ["excluded", "excluded", "excluded", "excluded", "excluded", "selected"])
    #expect(selection.receipts[0].reason == "its id is in a list of --exclude-ids")
    #expect(selection.receipts[0].because == nil)
    #expect(
      selection.manifest.warnings.contains(
        "2 of 5 ids of \(list) match no sample, the first is 'missing'"))
  }

  @Test func `of two equal texts the one that is excluded by its id stands in no other's place`()
    throws
  {
    let source = pool(record("1", [1, 2], [3], 9), record("2", [1, 2], [3], 1))
    let list = folder.make("never.txt", "1\n")
    let selection = try #require(
      try Selection([source], options + ["--budget", "2", "--exclude-ids", list], in: folder))
    #expect(selection.receipts.map(\.status) == ["excluded", "selected"])
  }

  @Test func `listed ids are chosen first, whatever else would keep them out`() throws {
    let source = pool(
      record("1", [1], [1], 9), record("2", [2], [2], 8), record("3", [3], [3], 1),
      record("4", [4], [4], 7), record("5", [2], [2], 2),
      "{\"id\":6,\"instruction\":\"w\",\"output\":\"x\"}\n")
    let list = folder.make("always.txt", "3\n5\n6\n")
    let selection = try #require(
      try Selection(
        [source],
        options + [
          "--budget", "4", "--include-ids", list, "--min-quality", "5", "--missing-quality", "drop",
          "--per-cell", "4",
        ], in: folder))
    selection.checkAll()
    #expect(
      selection.receipts.map(\.status)
        == ["selected", "duplicate", "selected", "outranked", "selected", "selected"])
    #expect(selection.receipts[1].because == .init(source: source, line: 5))
    #expect(selection.receipts[2].reason == "its id is in a list of --include-ids")
    #expect(selection.receipts.map { $0.rank == nil } == [false, true, false, false, false, false])
    #expect(selection.manifest.recipe["include-ids"] == .array([.string(list)]))
  }

  @Test func `included samples beyond the budget are an error that says by how much`() {
    let source = pool(record("1", [1], [1], 9), record("2", [2], [2], 8), record("3", [3], [3], 1))
    let list = folder.make("always.txt", "1\n2\n3\n")
    let outcome = Tool.run(
      ["select", source, "--budget", "2", "--include-ids", list] + options)
    #expect(outcome.status == 1)
    #expect(
      outcome.error
        == "gamut select: the 3 samples of --include-ids cost 3 samples, 1 more than the"
        + " budget of 2; raise --budget or shorten the list\n")
  }

  @Test func `an id that is to be chosen always and never is an error`() {
    let source = pool(record("1", [1, 2, 3], [1], 9), record("\"x\"", [2], [2], 8))
    let always = folder.make("always.txt", "1\nx\n")
    let never = folder.make("never.txt", "x\n")
    let outcome = Tool.run(
      ["select", source, "--budget", "2", "--include-ids", always, "--exclude-ids", never]
        + options)
    #expect(outcome.status == 1)
    #expect(
      outcome.error
        == "gamut select: \(source):2: the id \"x\" stands in a list of --include-ids and"
        + " in one of --exclude-ids; take it off one of them\n")
    let eval = evaluation("{\"text\":\"Word1 word2 word3.\"}\n")
    let overlapping = Tool.run(
      ["select", source, "--budget", "2", "--include-ids", always, "--exclude", eval] + options)
    #expect(overlapping.status == 1)
    #expect(
      overlapping.error == "gamut select: \(source):1: the sample 1 is named by --include-ids but"
        + " overlaps with \(eval):1; take it off the list, or do without --exclude\n")
  }
}
