import Glibc

/// How often the runs of four words of a text stand in other texts.
///
/// After Salkar et al. 2022: the mean over texts of ln(1 + Σ N_g), over the text's different runs g of four words, N_g the number of
/// other texts that hold g: the form of Shaib et al. 2024. A text of fewer than four words adds 0.
enum SelfRepetition {
  /// How many words make a run.
  static let length = 4

  /// Measures texts.
  ///
  /// - Parameters:
  ///   - count: How many texts there are.
  ///   - words: Lends the words of a text.
  /// - Returns: At least 0; `nil` for fewer than two texts.
  /// - Complexity: O(w log l) for w words in texts of at most l; 40 bytes a word of scratch.
  static func mean(
    count: Int, words: (_ text: Int, _ body: (Span<UInt32>) -> Void) -> Void
  ) -> Double? {
    guard count >= 2 else { return nil }
    var runs: [UInt64] = []
    var ends: [Int] = []
    var own: [UInt64] = []
    for text in 0..<count {
      own.removeAll(keepingCapacity: true)
      words(text) { words in NGrams.forEach(length, in: words) { own.append($0) } }
      own.sort()
      for place in own.indices where place == 0 || own[place] != own[place - 1] {
        runs.append(own[place])
      }
      ends.append(runs.count)
    }
    var texts = RunTable<Int32>(capacityFor: runs.count, empty: 0)
    for run in runs { texts.update(run) { $0 += 1 } }
    var sum = 0.0
    var start = 0
    for end in ends {
      var others = 0
      for run in runs[start..<end] { others += Int(texts[run]) - 1 }
      sum += log(1 + Double(others))
      start = end
    }
    return sum / Double(count)
  }
}
