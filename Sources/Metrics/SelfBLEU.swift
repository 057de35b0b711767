import Glibc

/// The mean BLEU of each text against all others.
///
/// Proposed by Zhu et al. 2018 (Texygen).
/// BLEU of Papineni et al. 2002 with runs of one to four words, uniform weights and, where none of a length
/// matches, a precision of ε / n with ε = 0.1 (smoothing 1 of Chen and Cherry 2014). With several
/// references a run counts as often as it does in the one that has it most, and the brevity penalty takes
/// the length nearest to the text's, the shorter of two equally near. A text that shares no word with the
/// others has 0; one of fewer than four words has a precision of ε for the lengths that it lacks.
///
/// Of each run the two largest counts and whose the largest is are kept: the most among the others is
/// the first, or the second for the text whose the first is.
enum SelfBLEU {
  /// What a count of no match is taken for.
  static let epsilon = 0.1

  /// Measures texts.
  ///
  /// - Parameters:
  ///   - count: How many texts there are.
  ///   - words: Lends the words of a text, of which there is at least one.
  /// - Returns: 0 … 1; `nil` for fewer than two texts.
  /// - Complexity: O(w log l) for w words in texts of at most l; 56 bytes a word of scratch.
  static func mean(
    count: Int, words: (_ text: Int, _ body: (Span<UInt32>) -> Void) -> Void
  ) -> Double? {
    guard count >= 2 else { return nil }
    var lengths: [Int] = []
    for text in 0..<count { words(text) { lengths.append($0.count) } }
    let sortedLengths = lengths.sorted()
    var logarithms = [Double](repeating: 0, count: count)
    var hasWordMatch = [Bool](repeating: false, count: count)
    for length in 1...NGrams.mostWords {
      let matches = matches(length, lengths: lengths, words: words)
      for text in 0..<count {
        let possible = Double(max(NGrams.count(ofWords: lengths[text], length: length), 1))
        let matched = matches[text] == 0 ? epsilon : Double(matches[text])
        logarithms[text] += 0.25 * log(matched / possible)
        if length == 1 { hasWordMatch[text] = matches[text] > 0 }
      }
    }
    var sum = 0.0
    for text in 0..<count where hasWordMatch[text] {
      let own = lengths[text]
      let reference = nearest(to: own, in: sortedLengths)
      let brevity = own > reference ? 0 : 1 - Double(reference) / Double(own)
      sum += exp(logarithms[text] + brevity)
    }
    return min(sum / Double(count), 1)
  }

  /// How many runs of each text, counted as often as another text has them at most, stand in another.
  private static func matches(
    _ length: Int, lengths: [Int],
    words: (_ text: Int, _ body: (Span<UInt32>) -> Void) -> Void
  ) -> [Int] {
    var runs: [(hash: UInt64, count: Int32)] = []
    var ends: [Int] = []
    runs.reserveCapacity(lengths.reduce(0, +))
    var hashes: [UInt64] = []
    for text in lengths.indices {
      hashes.removeAll(keepingCapacity: true)
      words(text) { words in NGrams.forEach(length, in: words) { hashes.append($0) } }
      hashes.sort()
      var place = 0
      while place < hashes.count {
        var end = place + 1
        while end < hashes.count, hashes[end] == hashes[place] { end += 1 }
        runs.append((hashes[place], Int32(truncatingIfNeeded: end - place)))
        place = end
      }
      ends.append(runs.count)
    }
    var most = RunTable<Most>(capacityFor: runs.count, empty: Most())
    var start = 0
    for (text, end) in ends.enumerated() {
      for run in runs[start..<end] {
        most.update(run.hash) { $0.note(run.count, of: Int32(truncatingIfNeeded: text)) }
      }
      start = end
    }
    var matches: [Int] = []
    start = 0
    for (text, end) in ends.enumerated() {
      var sum = 0
      for run in runs[start..<end] {
        let known = most[run.hash]
        sum += Int(min(run.count, known.owner == text ? known.second : known.first))
      }
      matches.append(sum)
      start = end
    }
    return matches
  }

  /// The two largest counts of a run, and the text that has the largest.
  private struct Most {
    var first: Int32 = 0
    var second: Int32 = 0
    var owner: Int32 = -1

    mutating func note(_ count: Int32, of text: Int32) {
      if count > first {
        (first, second, owner) = (count, first, text)
      } else if count > second {
        second = count
      }
    }
  }

  /// The length nearest to a text's among the others', the shorter of two equally near.
  private static func nearest(to own: Int, in sorted: [Int]) -> Int {
    var place = 0
    var end = sorted.count
    while place < end {
      let middle = (place + end) / 2
      if sorted[middle] < own { place = middle + 1 } else { end = middle }
    }
    // The text itself stands at this place; another of the same length would stand next.
    if place + 1 < sorted.count, sorted[place + 1] == own { return own }
    let below = place > 0 ? sorted[place - 1] : nil
    let above = place + 1 < sorted.count ? sorted[place + 1] : nil
    switch (below, above) {
    case (let below?, let above?): return own - below <= above - own ? below : above
    case (let below?, nil): return below
    case (nil, let above?): return above
    case (nil, nil): preconditionFailure("there is another text")
    }
  }
}

/// Values by hash, in a table that never grows.
struct RunTable<Value> {
  private var keys: [UInt64]
  private var values: [Value]
  private let mask: Int

  /// Makes room.
  ///
  /// - Parameters:
  ///   - count: How many different hashes come at most.
  ///   - empty: The value of a hash that did not come yet.
  init(capacityFor count: Int, empty: Value) {
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    keys = [UInt64](repeating: 0, count: capacity)
    values = [Value](repeating: empty, count: capacity)
    mask = capacity - 1
  }

  /// The value of a hash.
  subscript(hash: UInt64) -> Value { values[slot(of: max(hash, 1))] }

  /// Changes the value of a hash.
  mutating func update(_ hash: UInt64, _ change: (inout Value) -> Void) {
    let key = max(hash, 1)
    let slot = slot(of: key)
    keys[slot] = key
    change(&values[slot])
  }

  private func slot(of key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: key) & mask
    while keys[slot] != key, keys[slot] != 0 { slot = (slot + 1) & mask }
    return slot
  }
}
