import JSON
import TestSupport
import Testing

@testable import Conversations

@Suite struct WrittenJSONTests {
  /// A random document, with white space wherever JSON allows it.
  private func document(_ generator: inout SeededGenerator, depth: Int = 0) -> String {
    func space() -> String { ["", " ", "\n\t"].randomElement(using: &generator) ?? "" }
    switch Int.random(in: 0...(depth < 4 ? 7 : 5), using: &generator) {
    case 0: return "null"
    case 1: return Bool.random(using: &generator) ? "true" : "false"
    case 2: return String(Int.random(in: -1000...1000, using: &generator))
    case 3: return "-1.5e+3"
    case 4, 5: return randomlyEscaped(randomText(&generator), &generator)
    case 6:
      let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
        space() + document(&generator, depth: depth + 1) + space()
      }
      return "[" + (items.isEmpty ? space() : items.joined(separator: ",")) + "]"
    default:
      let members = (0..<Int.random(in: 0...4, using: &generator)).map { place in
        space() + randomlyEscaped("k\(place)", &generator) + space() + ":" + space()
          + document(&generator, depth: depth + 1) + space()
      }
      return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
    }
  }

  private func value(of written: WrittenJSON) -> JSONValue? {
    if let items = written.items { return .array(items.compactMap(value)) }
    if let members = written.members {
      return .object(
        members.compactMap { member in
          value(of: member.value).map { .init(key: member.key, value: $0) }
        })
    }
    if let text = written.text { return .string(text.string) }
    return JSONValue(parsing: Array(written.bytes).span)
  }

  @Test(arguments: 0..<200)
  func `every value is found where JSON has it`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let text = document(&generator)
    let written = WrittenJSON(Array((" " + text + "\n").utf8)[...])
    #expect(value(of: written) == parsed(text))
  }

  @Test func `of equal keys the last counts, and null is as absent`() {
    let object = WrittenJSON(Array(#"{"a":1,"b":null,"\u0061":2}"#.utf8)[...])
    #expect(object.members?.map(\.key) == ["a", "b"])
    #expect(object["a"]?.wholeNumber == 2)
    #expect(object["b"] == nil && object["c"] == nil)
  }

  @Test func `a list of nothing has no items, and a text is no list`() {
    #expect(WrittenJSON(Array("[ ]".utf8)[...]).items?.isEmpty == true)
    #expect(WrittenJSON(Array("\"[]\"".utf8)[...]).items == nil)
    #expect(WrittenJSON(Array("{}".utf8)[...]).members?.isEmpty == true)
  }
}
