import Glibc
import Numbers
import Reporting
import Selection

/// How quality, complexity and length are spread over the pool, the subset and a random subset.
struct ReportSpreads {
  let choice: Choice
  let columns: PoolColumns
  let recipe: Recipe

  /// How many bars there are, unless there are fewer different values.
  private static let barCount = 40
  /// Up to how many different values each has a bar of its own.
  private static let valueLimit = 24

  /// All spreads.
  ///
  /// - Parameter compares: Whether the subset and a random one stand beside the pool.
  /// - Returns: Quality, complexity and tokens; none without values.
  /// - Complexity: O(n log n) for n samples.
  func all(comparing compares: Bool) -> [ReportArchive.Spread] {
    var sets: [(name: String, samples: [Int32])] = [("pool", choice.ranking)]
    if compares {
      var isChosen = [Bool](repeating: false, count: columns.count)
      for sample in choice.spending.selected { isChosen[Int(sample)] = true }
      sets.append(("subset", choice.ranking.filter { isChosen[Int($0)] }))
      sets.append(("random", randomSubset()))
    }
    return [
      spread("quality", isLogarithmic: false, sets) { choice.quality[$0] },
      spread("complexity", isLogarithmic: false, sets) { Double(columns.complexity[$0]) },
      spread("tokens", isLogarithmic: true, sets) { max(Double(columns.tokens[$0]), 1) },
    ].compactMap { $0 }
  }

  /// The first of the random subsets that the choice is held against.
  private func randomSubset() -> [Int32] {
    let draws = SubsetDraws(
      ranking: choice.ranking, isCandidate: choice.statuses.map(\.isCandidate),
      included: choice.standing.isEmpty
        ? []
        : choice.ranking.filter {
          choice.standing.isIncluded(Int($0)) && choice.statuses[Int($0)].isCandidate
        }, tokens: [], seed: recipe.seed)
    return draws.subset(
      .random, number: 0, size: draws.size(of: choice.spending.selected, tokens: columns.tokens))
  }

  private func spread(
    _ name: String, isLogarithmic: Bool, _ sets: [(name: String, samples: [Int32])],
    _ value: (Int) -> Double
  ) -> ReportArchive.Spread? {
    let sorted = sortedAscending(sets[0].samples.map { value(Int($0)) })
    guard let bounds = Self.bounds(sorted, isLogarithmic: isLogarithmic) else { return nil }
    let inner = bounds[1..<(bounds.count - 1)]
    return ReportArchive.Spread(
      name: name, bounds: bounds, isLogarithmic: isLogarithmic,
      sets: sets.map { set in
        var counts = [Int](repeating: 0, count: bounds.count - 1)
        var (count, mean) = (0, 0.0)
        for sample in set.samples {
          let value = value(Int(sample))
          if value.isNaN { continue }
          count += 1
          mean += (value - mean) / Double(count)
          counts[partitioningIndex(of: inner.indices) { inner[$0] > value } - inner.startIndex] += 1
        }
        return (
          set.name, count, counts.map { count > 0 ? Double($0) / Double(count) : 0 },
          count > 0 ? mean : .nan
        )
      })
  }

  /// The bounds of bars: a bar a value where there are few, else even ones between the 0.5th and the 99.5th
  /// percentile, the bars at the ends holding what lies beyond.
  ///
  /// - Parameters:
  ///   - sorted: Ascending numbers.
  ///   - isLogarithmic: Whether bars are even in the logarithm.
  /// - Returns: At least two bounds; `nil` for no numbers.
  static func bounds(_ sorted: [Double], isLogarithmic: Bool) -> [Double]? {
    guard let first = sorted.first, let last = sorted.last else { return nil }
    if first == last {
      return isLogarithmic ? [first / 2, first * 2] : [first - 0.5, first + 0.5]
    }
    var values = [first]
    for value in sorted where value != values[values.count - 1] {
      values.append(value)
      if values.count > valueLimit { break }
    }
    if values.count <= valueLimit, !isLogarithmic {
      let gaps = zip(values, values.dropFirst()).map { $0 / 2 + $1 / 2 }
      return [2 * first - gaps[0]] + gaps + [2 * last - gaps[gaps.count - 1]]
    }
    var low = percentile(0.5, ofSorted: sorted)
    var high = percentile(99.5, ofSorted: sorted)
    if !(low < high) { (low, high) = (first, last) }
    return (0...barCount).map { place in
      let part = Double(place) / Double(barCount)
      return isLogarithmic
        ? ReportSpreads.power(low, high, part) : low * (1 - part) + high * part
    }
  }
}

extension ReportSpreads {
  /// The number between two others that lies so far on a scale of equal ratios.
  private static func power(_ low: Double, _ high: Double, _ part: Double) -> Double {
    part == 0 ? low : part == 1 ? high : low * pow(high / low, part)
  }
}
