/// Kneser-Ney smoothing by dictionaries and straight from the formulas.
struct NaiveKneserNey {
  let order: Int
  /// Counts of runs by their length.
  private var counts: [[[Int32]: Int]]

  init(order: Int, sequences: [(window: [Int32], symbols: [Int32])]) {
    self.order = order
    var runs: [[Int32]: Int] = [:]
    for (window, symbols) in sequences {
      let all = window + symbols
      for place in symbols.indices {
        runs[Array(all[place..<place + order]), default: 0] += 1
      }
    }
    counts = [[[Int32]: Int]](repeating: [:], count: order + 1)
    counts[order] = runs
    for length in (1..<max(order, 1)).reversed() {
      // Each different longer run stands for one symbol before the shorter one.
      for run in counts[length + 1].keys { counts[length][Array(run.dropFirst()), default: 0] += 1 }
    }
  }

  private func discount(_ count: Int, _ length: Int) -> Double {
    if count == 0 { return 0 }
    func number(_ times: Int) -> Double { Double(counts[length].values.count { $0 == times }) }
    let fallback = [0.5, 1, 1.5][min(count, 3) - 1]
    guard number(1) > 0, number(2) > 0, number(3) > 0 else { return fallback }
    let ratio = number(1) / (number(1) + 2 * number(2))
    let all = (1...3).map { Double($0) - Double($0 + 1) * ratio * number($0 + 1) / number($0) }
    let isFine = (1...3).allSatisfy { all[$0 - 1] > 0 && all[$0 - 1] <= Double($0) }
    return isFine ? all[min(count, 3) - 1] : fallback
  }

  func probability(of symbol: Int32, after window: [Int32], base: Double) -> Double {
    var probability = base
    for length in 1...order {
      let history = Array(window.suffix(length - 1))
      let after = counts[length].filter { Array($0.key.dropLast()) == history }
      if after.isEmpty { return probability }
      let total = Double(after.values.reduce(0, +))
      let count = counts[length][history + [symbol]] ?? 0
      let rest = after.values.reduce(0.0) { $0 + discount($1, length) } / total
      probability =
        max(Double(count) - discount(count, length), 0) / total + rest * probability
    }
    return probability
  }
}
