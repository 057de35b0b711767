import JSON
import Testing

@testable import Conversations

/// What JSON says; `nil` for what is none.
func parsed(_ json: String) -> JSONValue? {
  let bytes = Array(json.utf8)
  return JSONValue(parsing: bytes.span)
}

/// The conversation of a record; an issue where there is none.
func conversation(
  _ json: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Conversation {
  _ = try #require(parsed(json), "no JSON: \(json)", sourceLocation: sourceLocation)
  return try #require(
    ConversationReader.conversation(of: WrittenJSON(Array(json.utf8)[...])),
    sourceLocation: sourceLocation)
}

/// Records as lines of one layout.
func written(
  _ records: [Conversation], to format: ConversationFormat,
  for dialect: ConversationDialect = .neutral, as kind: Conversation.Kind? = nil
) -> [String] {
  var facts = ConversationFacts()
  for record in records { facts.add(record, for: dialect) }
  let layout = ConversationLayout(
    format: format, dialect: dialect, kind: kind ?? records.first?.kind ?? .dialogue, facts: facts)
  let writer = ConversationWriter(layout)
  return records.map { record in
    var bytes: [UInt8] = []
    writer.append(record, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// One record as a line.
func written(
  _ json: String, to format: ConversationFormat, for dialect: ConversationDialect = .neutral
) throws -> String {
  try written([conversation(json)], to: format, for: dialect)[0]
}
