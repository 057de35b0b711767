package import Measures
package import Samples

extension SampleMeter {
  /// Measures a record that was read.
  ///
  /// - Parameters:
  ///   - record: A readable record.
  ///   - block: The block it came in.
  package mutating func measure(_ record: Record, of block: borrowing ParsedBlock) {
    begin()
    for part in block.parts[record.parts] {
      block.withText(of: part) { add($0, TextKind(part.role)) }
    }
    finish(turns: record.turns)
  }
}

extension TextKind {
  /// How a text counts in the measures: what the system and the user say is the prompt; tools and
  /// dispreferred answers count by their length only.
  init(_ role: TextRole) {
    switch role {
    case .system, .prompt: self = .prompt
    case .response: self = .response
    case .text: self = .text
    case .rejected, .tool: self = .other
    }
  }
}
