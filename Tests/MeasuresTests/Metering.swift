import Measures
import TestSupport

/// What one meter counts in one sample.
func counts(
  _ parts: [(String, TextKind)], turns: Int = 1, needsCompression: Bool = false
) -> SampleCounts {
  var meter = SampleMeter(needsCompression: needsCompression)
  return meter.counts(of: parts.map { (Array($0.0.utf8), $0.1) }, turns: turns)
}

/// The counts of a prompt and its answer.
func counts(_ prompt: String, _ response: String) -> SampleCounts {
  counts([(prompt, .prompt), (response, .response)])
}

/// The quality of an answer.
func quality(_ prompt: String = "", _ response: String) -> Double {
  Measure.quality.value(of: counts(prompt, response))
}

extension SampleMeter {
  /// Counts one sample.
  mutating func counts(of parts: [([UInt8], TextKind)], turns: Int = 1) -> SampleCounts {
    begin()
    for (bytes, kind) in parts { add(bytes.span, kind) }
    finish(turns: turns)
    return counts
  }
}

extension SeededGenerator {
  /// A text out of characters that mean something to the walk.
  mutating func text(length: Int) -> String {
    let alphabet: [Character] = [
      "A", "a", "z", "e", "1", "0", ",", ".", "'", " ", " ", "\n", "`", "*", "#", "-", "(", ")",
      "é", "×", "д", "中", "か", "−", "\u{FFFD}", "\u{1F600}", "한", "。",
    ]
    var text = ""
    for _ in 0..<length { text.append(alphabet.randomElement(using: &self) ?? " ") }
    return text
  }

  /// Any bytes at all.
  mutating func bytes(count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Words of lower-case letters, all different with near certainty.
  mutating func words(_ count: Int) -> [String] {
    (0..<count).map { _ in
      String(
        (0..<8).map { _ in Character(UnicodeScalar(UInt8.random(in: 97...122, using: &self))) })
    }
  }
}
