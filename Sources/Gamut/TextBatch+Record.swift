package import Measures
package import Metrics
package import Samples

extension TextBatch {
  /// Takes a record: what the user and the model say, and plain text.
  ///
  /// Left out are, as where texts are compared, system texts, tools and dispreferred answers.
  ///
  /// - Parameters:
  ///   - record: A readable record.
  ///   - sample: Its number.
  ///   - block: The block it came in.
  ///   - meter: A meter that keeps all words; measures the record anew.
  ///   - needsWords: Whether its words are taken.
  ///   - needsText: Whether its text is taken.
  /// - Complexity: O(bytes of the record's texts).
  package mutating func add(
    _ record: Record, as sample: Int, of block: borrowing ParsedBlock, meter: inout SampleMeter,
    needsWords: Bool, needsText: Bool
  ) {
    if needsWords {
      meter.measure(record, of: block)
      meter.withWordsOfComparedParts(of: record, in: block) { addWords($0) }
    }
    if needsText {
      for index in record.parts {
        let part = block.parts[index]
        guard part.role != .system, TextKind(part.role) != .other else { continue }
        block.withText(of: part) { addText($0) }
      }
    }
    endSample(sample)
  }
}
