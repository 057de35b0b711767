import JSON
import TestSupport
import Testing

@testable import Conversations

/// What a format holds comes back from any other format that holds it.
@Suite struct ConversationRoundTripTests {
  private func text(_ generator: inout SeededGenerator) -> WrittenText {
    let escaped = randomlyEscaped(randomText(&generator) + "x", &generator)
    return WrittenText(escaped: Array(escaped.utf8)[...].dropFirst().dropLast())
  }

  private func random(_ generator: inout SeededGenerator, hasTools: Bool) -> Conversation {
    var conversation = Conversation(kind: .dialogue)
    if Bool.random(using: &generator) { conversation.system = text(&generator) }
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      conversation.messages.append(.init(role: .user, content: text(&generator)))
      if hasTools, Bool.random(using: &generator) {
        let arguments = WrittenJSON(
          Array(#"{"a": [1, "\n"], "b": {"c": null}}"#.utf8)[...])
        conversation.messages.append(
          .init(
            role: .assistant,
            calls: (0..<Int.random(in: 1...2, using: &generator)).map { _ in
              .init(identifier: nil, name: text(&generator), arguments: arguments)
            }))
        conversation.messages.append(.init(role: .tool, content: text(&generator)))
      }
      conversation.messages.append(.init(role: .assistant, content: text(&generator)))
    }
    if hasTools, Bool.random(using: &generator) {
      conversation.tools = WrittenJSON(
        Array(#"[{"name": "f", "parameters": {"x": {"type": "int"}}}, {"name": "g"}]"#.utf8)[...])
    }
    switch Int.random(in: 0...2, using: &generator) {
    case 0:
      conversation.kind = .preference
      conversation.messages.removeLast()
      if conversation.messages.last?.role != .user {
        conversation.messages.append(.init(role: .user, content: text(&generator)))
      }
      conversation.chosen = [.init(role: .assistant, content: text(&generator))]
      conversation.rejected = [.init(role: .assistant, content: text(&generator))]
    case 1:
      conversation.kind = .rated
      conversation.label = Bool.random(using: &generator)
    default: break
    }
    conversation.extras = [
      .init(key: "id", value: WrittenJSON(Array("7".utf8)[...])),
      .init(key: "a \"key\"", value: WrittenJSON(Array("\"\\u0041\"".utf8)[...])),
    ]
    return conversation
  }

  /// A record with texts as they are said, for they may be escaped in other ways.
  private func meaning(_ conversation: Conversation) -> String {
    func told(_ message: Conversation.Message) -> String {
      "\(message.role) \(message.content.string) "
        + message.calls.map {
          "\($0.name.string) \(JSONValue(parsing: Array($0.arguments.bytes).span)?.compact ?? "-")"
        }.joined(separator: "; ")
    }
    let tools = conversation.tools?.items?.map { tool in
      JSONValue(parsing: Array((tool["function"] ?? tool).bytes).span)?.compact ?? "-"
    }
    return """
      \(conversation.kind) \(conversation.system?.string ?? "-") \
      \(conversation.messages.map(told)) \(conversation.chosen.map(told)) \
      \(conversation.rejected.map(told)) \(String(describing: conversation.label)) \
      \(tools ?? []) \(conversation.instructionLength ?? -1) \
      \(conversation.extras.map { "\($0.key) \(String(decoding: $0.value.bytes, as: UTF8.self))" })
      """
  }

  @Test(arguments: 0..<80)
  func `a conversation comes back from every format that holds it`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let original = random(&generator, hasTools: seed.isMultiple(of: 2))
    let formats = ConversationFormat.allCases.filter {
      original.losses(to: $0, for: .neutral).isEmpty
    }
    #expect(formats.contains(.messages) && formats.contains(.shareGPT))
    for first in formats {
      let line = written([original], to: first)[0]
      let read = try conversation(line)
      #expect(meaning(read) == meaning(original), "\(first): \(line)")
      for second in formats {
        let again = try conversation(written([read], to: second)[0])
        #expect(written([again], to: first)[0] == line, "\(first) by \(second)")
      }
    }
  }

  @Test(arguments: 0..<40)
  func `an instruction and its input come back apart`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    func quoted(_ text: WrittenText) -> String {
      "\"" + String(decoding: text.escaped, as: UTF8.self) + "\""
    }
    let instruction = seed.isMultiple(of: 5) ? WrittenText.empty : text(&generator)
    let input = seed.isMultiple(of: 3) ? WrittenText.empty : text(&generator)
    guard !(instruction.isEmpty && input.isEmpty) else { return }
    let record =
      #"{"instruction":\#(quoted(instruction)),"input":\#(quoted(input)),"output":\#(quoted(text(&generator)))}"#
    for format in [ConversationFormat.messages, .shareGPT, .promptCompletion] {
      let other = try written(record, to: format)
      #expect(try written(other, to: .alpaca) == record)
    }
  }

  @Test(arguments: 0..<40)
  func `every record has the same keys, and each key one type`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let values = [
      "1", "2.5", "\"t\"", "null", "[1]", "[\"a\"]", "[]", "{\"x\":1}", "true", "1e40",
    ]
    var records: [Conversation] = []
    for _ in 0..<8 {
      var record = random(&generator, hasTools: true)
      record.kind = .dialogue
      record.extras = ["p", "q", "r"].compactMap { key in
        guard Bool.random(using: &generator), let value = values.randomElement(using: &generator)
        else { return nil }
        return .init(key: key, value: WrittenJSON(Array(value.utf8)[...]))
      }
      records.append(record)
    }
    for format in ConversationFormat.allCases {
      for dialect in ConversationDialect.allCases {
        let lines = written(records, to: format, for: dialect, as: .dialogue)
        let objects = lines.compactMap(parsed)
        for line in lines { #expect(parsed(line) != nil, "\(line)") }
        #expect(Set(objects.map { ($0.members ?? []).map(\.key) }).count == 1)
        for key in (objects[0].members ?? []).map(\.key) {
          let kinds = Set(objects.compactMap { $0[key].flatMap(kind) })
          #expect(kinds.count <= 1, "\(format) \(key): \(kinds)")
        }
      }
    }
  }

  private func kind(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .bool: "bool"
    case .integer, .number, .single: "number"
    case .string: "string"
    case .array(let items):
      // An empty list may be one of anything.
      items.compactMap(kind).isEmpty ? nil : "list of \(Set(items.compactMap(kind)).sorted())"
    case .object(let members):
      "object of \(members.map { "\($0.key)" })"
    }
  }
}
