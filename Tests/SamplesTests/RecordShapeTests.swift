import Samples
import Testing

/// One record and what should be read from it.
struct ShapeCase: CustomTestStringConvertible, Sendable {
  var line: String
  var shape: RecordShape
  var texts: [ReadText]
  var turns: Int

  var testDescription: String { line }

  init(_ line: String, _ shape: RecordShape, _ turns: Int, _ texts: [ReadText]) {
    self.line = line
    self.shape = shape
    self.texts = texts
    self.turns = turns
  }
}

private func system(_ text: String, _ message: Int) -> ReadText { ReadText(.system, text, message) }
private func prompt(_ text: String, _ message: Int) -> ReadText { ReadText(.prompt, text, message) }
private func response(_ text: String, _ message: Int) -> ReadText {
  ReadText(.response, text, message)
}
private func rejected(_ text: String, _ message: Int) -> ReadText {
  ReadText(.rejected, text, message)
}
private func tool(_ text: String, _ message: Int) -> ReadText { ReadText(.tool, text, message) }

@Suite struct RecordShapeTests {
  static let alpaca: [ShapeCase] = [
    ShapeCase(
      #"{"instruction":"i","input":"n","output":"o"}"#, .alpaca, 2,
      [prompt("i", 0), prompt("n", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","input":"","output":"o"}"#, .alpaca, 2,
      [prompt("i", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","context":"c","response":"o"}"#, .alpaca, 2,
      [prompt("i", 0), prompt("c", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","input":"","context":"c","response":"o"}"#, .alpaca, 2,
      [prompt("i", 0), prompt("c", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","input":"n","context":"c","response":"o"}"#, .alpaca, 2,
      [prompt("i", 0), prompt("n", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","input":"","context":["c"],"response":"o"}"#, .alpaca, 2,
      [prompt("i", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","input":"n","output":"o","kto_tag":true}"#, .rated, 2,
      [prompt("i", 0), prompt("n", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","answer":"a"}"#, .alpaca, 2, [prompt("i", 0), response("a", 1)]),
    ShapeCase(
      #"{"system":"s","history":[["q1","a1"],["q2","a2"]],"instruction":"i","output":"o"}"#,
      .alpaca, 6,
      [
        system("s", 0), prompt("q1", 1), response("a1", 2), prompt("q2", 3), response("a2", 4),
        prompt("i", 5), response("o", 6),
      ]),
    ShapeCase(#"{"instruction":"only asked"}"#, .alpaca, 1, [prompt("only asked", 0)]),
    ShapeCase(
      #"{"instruction":"i","output":""}"#, .alpaca, 2, [prompt("i", 0), response("", 1)]),
    ShapeCase(
      #"{"instruction":null,"input":"n","output":"o"}"#, .alpaca, 2,
      [prompt("n", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","output":["best","worse","worst"]}"#, .ranked, 2,
      [prompt("i", 0), response("best", 1), rejected("worse", 2), rejected("worst", 3)]),
    ShapeCase(
      #"{"instruction":"i","output":["best"],"label":true}"#, .ranked, 2,
      [prompt("i", 0), response("best", 1)]),
    ShapeCase(
      #"{"instruction":"i","output":[]}"#, .ranked, 1, [prompt("i", 0)]),
  ]

  static let seedTasks: [ShapeCase] = [
    ShapeCase(
      #"{"id":"seed_task_1","instruction":"i","instances":[{"input":"n","output":"o"}]}"#, .alpaca,
      2,
      [prompt("i", 0), prompt("n", 0), response("o", 1)]),
    ShapeCase(
      #"{"instruction":"i","instances":[{"input":"","output":"o"}]}"#, .alpaca, 2,
      [prompt("i", 0), response("o", 1)]),
    ShapeCase(
      #"{"system":"s","instruction":"i","instances":[{"input":"n1","output":"o1"},"#
        + #"{"output":"o2","input":"n2"},{"input":"n3","output":null},{"output":""}]}"#,
      .alpaca, 7,
      [
        system("s", 0), prompt("i", 1), prompt("n1", 1), response("o1", 2), prompt("n2", 3),
        response("o2", 4), prompt("n3", 5), response("", 7),
      ]),
    ShapeCase(#"{"instruction":"i","instances":[]}"#, .alpaca, 1, [prompt("i", 0)]),
    ShapeCase(#"{"instruction":"i","instances":null}"#, .alpaca, 1, [prompt("i", 0)]),
    ShapeCase(
      #"{"instruction":"i","instances":[{"input":"n","output":"not this"}],"output":"o"}"#, .alpaca,
      2,
      [prompt("i", 0), response("o", 1)]),
  ]

  static let conversations: [ShapeCase] = [
    ShapeCase(
      #"{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}],"system":"s"}"#,
      .shareGPT, 2, [system("s", 0), prompt("q", 1), response("a", 2)]),
    ShapeCase(
      #"{"conversations":[{"from":"human","value":"q"},{"from":"function_call","value":"f()"},"#
        + #"{"from":"observation","value":"1"},{"from":"gpt","value":"a"}]}"#,
      .shareGPT, 2, [prompt("q", 0), tool("f()", 1), tool("1", 2), response("a", 3)]),
    ShapeCase(
      #"{"messages":[{"role":"system","content":"s"},{"role":"USER","content":"q"},"#
        + #"{"role":"assistant","content":"a"}]}"#,
      .messages, 2, [system("s", 0), prompt("q", 1), response("a", 2)]),
    ShapeCase(
      #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},"b",{"type":"image"}]},"#
        + #"{"role":"assistant","content":null,"tool_calls":[{ "name" : "f g" }]},"#
        + #"{"role":"tool","content":"r"}]}"#,
      .messages, 2,
      [prompt("a", 0), prompt("b", 0), tool(#"[{"name":"f g"}]"#, 1), tool("r", 2)]),
    ShapeCase(
      #"{"messages":[{"role":"assistant","content":"unasked"}]}"#, .messages, 1,
      [response("unasked", 0)]),
    ShapeCase(
      #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"#
        + #""label":false}"#,
      .rated, 2, [prompt("q", 0), response("a", 1)]),
    ShapeCase(
      #"{"prompt":"ignored","messages":[{"role":"user","content":"q"}]}"#, .messages, 1,
      [prompt("q", 0)]),
  ]

  static let others: [ShapeCase] = [
    ShapeCase(
      #"{"prompt":"p","completion":" c"}"#, .prompt, 2, [prompt("p", 0), response(" c", 1)]),
    ShapeCase(
      #"{"prompt":"p","response":"r","label":true}"#, .rated, 2,
      [prompt("p", 0), response("r", 1)]),
    ShapeCase(
      #"{"prompt":[{"role":"user","content":"p"}],"#
        + #""completion":[{"role":"assistant","content":"c"}]}"#,
      .prompt, 2, [prompt("p", 0), response("c", 1)]),
    ShapeCase(
      #"{"question":"q","answer":"a"}"#, .question, 2, [prompt("q", 0), response("a", 1)]),
    ShapeCase(#"{"text":"t","label":"x"}"#, .text, 0, [ReadText(.text, "t", 0)]),
    ShapeCase(#"{"text":""}"#, .text, 0, [ReadText(.text, "", 0)]),
  ]

  static let preferences: [ShapeCase] = [
    ShapeCase(
      #"{"prompt":"p","chosen":"c","rejected":"r"}"#, .preference, 2,
      [prompt("p", 0), response("c", 1), rejected("r", 2)]),
    ShapeCase(
      #"{"conversations":[{"from":"human","value":"q"}],"chosen":{"from":"gpt","value":"c"},"#
        + #""rejected":{"from":"gpt","value":"r"}}"#,
      .preference, 2, [prompt("q", 0), response("c", 1), rejected("r", 2)]),
    ShapeCase(
      #"{"prompt":"p","chosen":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"#
        + #""rejected":[{"role":"user","content":"p"},{"role":"assistant","content":"r"}]}"#,
      .preference, 2, [prompt("p", 0), response("c", 1), rejected("r", 2)]),
    ShapeCase(
      #"{"chosen":[{"role":"user","content":"p"},{"role":"assistant","content":"c"}],"#
        + #""rejected":[{"role":"user","content":"other"},{"role":"assistant","content":"r"}]}"#,
      .preference, 2,
      [prompt("p", 0), response("c", 1), rejected("other", 2), rejected("r", 3)]),
    ShapeCase(
      #"{"instruction":"i","input":"n","chosen":"c","rejected":"r"}"#, .preference, 2,
      [prompt("i", 0), prompt("n", 0), response("c", 1), rejected("r", 2)]),
    ShapeCase(
      #"{"question":"q","chosen":"c","rejected":["r1","r2"]}"#, .preference, 2,
      [prompt("q", 0), response("c", 1), rejected("r1", 2), rejected("r2", 3)]),
    ShapeCase(
      #"{"prompt":"p","chosen":"c","rejected":null}"#, .prompt, 2,
      [prompt("p", 0), response("c", 1)]),
  ]

  @Test(arguments: alpaca + seedTasks + conversations + others + preferences)
  func `reads a shape by its keys`(_ expected: ShapeCase) throws {
    let records = try read(expected.line)
    #expect(records.count == 1)
    #expect(records.first?.shape == expected.shape)
    #expect(records.first?.texts == expected.texts)
    #expect(records.first?.turns == expected.turns)
  }

  @Test func `the order of keys does not matter`() throws {
    let one = try read(#"{"instruction":"i","input":"n","output":"o","id":7}"#)
    let other = try read(#"{"id":7,"output":"o","input":"n","instruction":"i"}"#)
    #expect(one[0].content == other[0].content)
  }

  @Test func `keys are compared after their escapes are resolved`() throws {
    let records = try read(#"{"instr\u0075ction":"i","output":"o"}"#)
    #expect(records[0].texts.map(\.text) == ["i", "o"])
  }

  @Test func `of two equal keys the last one wins`() throws {
    let records = try read(#"{"instruction":"first","instruction":"last","output":"o"}"#)
    #expect(records[0].texts.map(\.text) == ["last", "o"])
    #expect(try read(#"{"text":"t","instruction":"i","instruction":null}"#)[0].shape == .text)
  }

  @Test func `named fields replace the shape`() throws {
    let options = delivering { $0.textFields = ["meta.question", "hints.1", "answer"] }
    let records = try read(
      #"{"meta":{"question":"q"},"hints":["x","y"],"answer":42,"instruction":"not this"}"#
        + "\n" + #"{"meta.question":"dots","answer":null}"# + "\n" + #"{"hints":[],"other":1}"#
        + "\n" + #"{"answer":[1]}"#,
      options)
    #expect(records[0].shape == .fields)
    #expect(records[0].texts == [prompt("q", 0), prompt("y", 0), response("42", 1)])
    #expect(records[0].turns == 2)
    #expect(records[1].texts == [prompt("dots", 0)])
    #expect(records[1].turns == 1)
    #expect(records[2].problem == .unknownShape(keys: ["hints", "other"]))
    #expect(records[3].problem == .wrongType(key: "answer", found: .array))
  }

  @Test func `one named field is plain text`() throws {
    var options = ReadingOptions()
    options.textFields = ["record.output"]
    let records = try read(#"{"record":{"output":"o"}}"#, options)
    #expect(records[0].texts == [ReadText(.text, "o", 0)])
    #expect(records[0].turns == 0)
  }
}
