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
    for index in record.parts {
      let part = block.parts[index]
      block.withText(of: part) { add($0, TextKind(part.role)) }
    }
    finish(turns: record.turns)
  }

  /// Lends the words of the parts that texts are compared by.
  ///
  /// These are what the user and the model say, and plain text. System texts are left out, which many samples share word by word; so are tools and
  /// dispreferred answers.
  ///
  /// - Parameters:
  ///   - record: The record that was measured last, by a meter that keeps all words.
  ///   - block: The block it came in.
  ///   - body: Takes the words of one part after the other.
  func withWordsOfComparedParts(
    of record: Record, in block: borrowing ParsedBlock, _ body: (Span<UInt32>) -> Void
  ) {
    let parts = block.parts
    var next = record.parts.lowerBound
    withWordsOfParts { _, words in
      while TextKind(parts[next].role) == .other { next += 1 }
      if parts[next].role != .system { body(words) }
      next += 1
    }
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
