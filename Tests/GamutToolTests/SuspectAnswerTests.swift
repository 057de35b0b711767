import TestSupport
import Testing

/// Answers that are no elites: found in any case, dropped on demand, accounted for.
@Suite struct SuspectAnswerTests {
  let folder = TemporaryFolder()

  /// Twelve words, and twenty that go on with them.
  private static let question = "one two three four five six seven eight nine ten eleven twelve"

  /// Records of several shapes with the suspicion that is in each, if any.
  private var records: [(json: String, kind: String?)] {
    var records: [(json: String, kind: String?)] = (0..<6).map { row in
      let answer =
        row % 2 == 0 ? "I am sorry, but I cannot." : "I AM sorry,\\n but  I cannot."
      return (
        "{\"instruction\":\"Do \(row)\",\"output\":\"\(answer)\",\"q\":\(row % 4)}", "repeated"
      )
    }
    for row in 0..<7 {
      // Short answers and classes are shared by right; so are those to one prompt that differs elsewhere.
      records.append(
        ("{\"instruction\":\"Is it \(row)?\",\"output\":\"Yes, it is.\",\"q\":1}", nil))
      records.append(
        ("{\"instruction\":\"At \(row)\",\"output\":\" book_a_table-for/two.now\\n\",\"q\":1}", nil)
      )
      records.append(
        (
          "{\"prompt\":\"Why?\",\"chosen\":\"Because it is as it is.\",\"rejected\":\"No \(row)\",\"q\":1}",
          nil
        ))
    }
    records += [
      ("{\"instruction\":\"a\",\"output\":\"\",\"q\":1}", "empty"),
      (
        "{\"messages\":[{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"assistant\",\"content\":\" \\u200b\\n\"}],\"q\":1}",
        "empty"
      ),
      ("{\"instruction\":\"without an answer\",\"q\":1}", nil),
      (
        "{\"messages\":[{\"role\":\"user\",\"content\":\"c\"},{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"name\":\"f\"}]}],\"q\":1}",
        nil
      ),
      ("{\"text\":\"\",\"q\":1}", nil), ("{\"text\":\"N/A\",\"q\":1}", nil),
      ("{\"question\":\"d\",\"answer\":\" <noinput> \",\"q\":1}", "placeholder"),
      ("{\"prompt\":\"e\",\"completion\":\"...\",\"q\":1}", "placeholder"),
      ("{\"prompt\":\"f\",\"completion\":\"-\",\"q\":1}", nil),
      ("{\"instruction\":\"\(Self.question)\",\"output\":\"\(Self.question)\",\"q\":1}", "echoed"),
      (
        "{\"instruction\":\"Copy:\",\"input\":\"\(Self.question).\",\"output\":\"\\n\(Self.question) \",\"q\":1}",
        "echoed"
      ),
      // Capitals, other lines, another word, or a question that is mostly something else are work.
      (
        "{\"instruction\":\"\(Self.question)\",\"output\":\"\(Self.question.dropLast(7))\\ntwelve\",\"q\":1}",
        nil
      ),
      (
        "{\"instruction\":\"\(Self.question)\",\"output\":\"One\(Self.question.dropFirst(3))\",\"q\":1}",
        nil
      ),
      (
        "{\"instruction\":\"\(Self.question)\",\"output\":\"\(Self.question.dropLast(6))thirteen\",\"q\":1}",
        nil
      ),
      (
        "{\"instruction\":\"\(Self.question) and now for something else\",\"input\":\"of the same length\",\"output\":\"\(Self.question)\",\"q\":1}",
        nil
      ),
      ("{\"instruction\":\"one two three\",\"output\":\"one two three\",\"q\":1}", nil),
    ]
    return records
  }

  private func source() -> String {
    folder.make("pool.jsonl", records.map { $0.json + "\n" }.joined())
  }

  private func select(_ options: String...) throws -> Selection {
    try #require(
      try Selection(
        [source()], ["--budget", "100%", "--quality", "q", "--force"] + Tool.plainAxes + options,
        in: folder))
  }

  @Test func `suspects are found and told, and stay where nothing says otherwise`() throws {
    let selection = try select()
    selection.checkAll()
    #expect(selection.manifest.outcome["excluded"] == 0)
    #expect(selection.manifest.recipe["drop"] == nil)
    for kind in ["repeated", "empty", "placeholder", "echoed"] {
      let count = records.count { $0.kind == kind }
      #expect(
        selection.manifest.suspects?["\(kind)-answers"] == ["found": count, "dropped": 0], "\(kind)"
      )
      let line = try #require(records.firstIndex { $0.kind == kind }) + 1
      #expect(
        selection.manifest.warnings.contains {
          $0.contains("as in \(folder.file("pool.jsonl")):\(line); --drop \(kind)-answers leaves")
        })
    }
  }

  @Test(arguments: ["empty", "placeholder", "echoed"])
  func `a kind that is dropped is excluded with its reason, and no other`(kind: String) throws {
    let selection = try select("--drop", "\(kind)-answers")
    selection.checkAll()
    for (receipt, record) in zip(selection.receipts, records) {
      #expect((receipt.status == "excluded") == (record.kind == kind), "\(record.json)")
      #expect((receipt.reason != nil) == (record.kind == kind))
      #expect(receipt.because == nil)
    }
    let count = records.count { $0.kind == kind }
    #expect(
      selection.manifest.suspects?["\(kind)-answers"] == ["found": count, "dropped": count])
    #expect(selection.manifest.recipe["drop"] == .array([.string("\(kind)-answers")]))
  }

  @Test func `of a repeated answer the best stays, and the others name it`() throws {
    let selection = try select("--drop", "repeated-answers")
    selection.checkAll()
    #expect(selection.manifest.suspects?["repeated-answers"] == ["found": 6, "dropped": 5])
    // Row 3 alone has a quality of 3.
    #expect(selection.receipts[3].status == "selected" && selection.receipts[3].because == nil)
    for row in [0, 1, 2, 4, 5] {
      let receipt = selection.receipts[row]
      #expect(receipt.status == "excluded" && receipt.reason == "one answer to many prompts")
      #expect(receipt.because == .init(source: folder.file("pool.jsonl"), line: 4))
    }
    #expect(selection.manifest.outcome["excluded"] == 5)
  }

  @Test func `all kinds may be dropped by one word, or by several`() throws {
    let all = try select("--drop", "all")
    all.checkAll()
    let several = try select(
      "--drop", "repeated-answers,empty-answers", "--drop", "placeholder-answers,echoed-answers")
    #expect(all.receipts.map(\.status) == several.receipts.map(\.status))
    #expect(all.manifest.recipe == several.manifest.recipe)
    #expect(all.manifest.outcome["excluded"] == records.count { $0.kind != nil } - 1)
  }

  @Test func `a pool of nothing but suspects leaves an empty subset, and says why`() {
    let empty = folder.make(
      "empty.jsonl", (0..<3).map { "{\"prompt\":\"p \($0)\",\"response\":\"\"}\n" }.joined())
    let outcome = Tool.run([
      "select", empty, "--budget", "2", "--drop", "all", "--axis", "tokens:1",
    ])
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(
      outcome.error.contains(
        "note: the subset is empty: no sample may be chosen, 3 are excluded\n"))
  }

  @Test(arguments: ["some", "", ",", "all,some"])
  func `a kind that is none is refused`(list: String) {
    let outcome = Tool.run(["select", "p", "--budget", "2", "--drop", list])
    #expect(outcome.status == 2)
    #expect(
      outcome.error.contains(
        "expected one of repeated-answers, empty-answers, placeholder-answers, echoed-answers, all")
    )
  }

  @Test func `answers in Chinese are held to twice as many characters`() throws {
    func lines(_ answer: String) -> String {
      (0..<5).map { "{\"instruction\":\"问题\($0)\",\"output\":\"\(answer)\"}\n" }.joined()
    }
    let label = folder.make("label.jsonl", lines("这是积极的情绪。"))
    let refusal = folder.make("refusal.jsonl", lines("抱歉，我无法回答这个问题。"))
    for (source, isTold) in [(label, false), (refusal, true)] {
      let outcome = Tool.run(["select", source, "--budget", "2", "--axis", "tokens:1"])
      #expect(outcome.status == 0)
      #expect(outcome.error.contains("5 samples share 1 answer") == isTold)
    }
  }
}
