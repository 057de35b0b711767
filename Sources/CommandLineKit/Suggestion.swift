/// The name that a mistyped one was most likely meant to be.
///
/// That is the candidate at the smallest edit distance, if it is at most a third of the typed
/// length (leading dashes not counted), or 1 where that is more. Where none is so near, it is a
/// candidate that begins with what was typed. Ties go to the alphabetically first.
///
/// - Parameters:
///   - typed: What was typed, dashes included.
///   - candidates: Valid names, written with the same dashes; any order.
/// - Returns: One of the candidates, or `nil` if none is near or nothing but dashes was typed.
/// - Complexity: O(*k* · *m* · *n*) for *k* candidates of length *n* and *m* typed scalars.
public func suggestion(for typed: String, among candidates: [String]) -> String? {
  let word = undashed(typed)
  guard !word.isEmpty else { return nil }
  let limit = max(1, word.count / 3)
  var best: (distance: Int, name: String)?
  for candidate in candidates.sorted(by: {
    $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
  }) {
    let distance = editDistance(word, undashed(candidate))
    if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  if let best { return best.name }
  return candidates.filter { undashed($0).starts(with: word) }
    .min { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
}

/// The scalars after the leading dashes.
private func undashed(_ name: String) -> [Unicode.Scalar] {
  Array(name.unicodeScalars.drop { $0 == "-" })
}

/// The restricted Damerau–Levenshtein distance: the fewest insertions, deletions, replacements and
/// swaps of neighbours that turn one word into the other, no part being edited twice.
///
/// d(i, j) is the least of d(i−1, j) + 1, d(i, j−1) + 1, d(i−1, j−1) + [aᵢ ≠ bⱼ] and, where
/// aᵢ = bⱼ₋₁ and aᵢ₋₁ = bⱼ, d(i−2, j−2) + 1 (Damerau 1964, "A technique for computer detection and
/// correction of spelling errors"). Symmetric, and zero only for equal words, but no metric: the
/// triangle inequality fails for `ca`, `ac`, `abc`.
///
/// - Complexity: O(*m* · *n*) time, O(*n*) space.
func editDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for i in first.indices {
    var current = [i + 1]
    for j in second.indices {
      let replaced = last[j] + (first[i] == second[j] ? 0 : 1)
      var least = min(replaced, last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        least = min(least, beforeLast[j - 1] + 1)
      }
      current.append(least)
    }
    beforeLast = last
    last = current
  }
  return last[second.count]
}
