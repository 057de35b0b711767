/// Interpolated modified Kneser-Ney smoothing over numbered symbols, of any order.
///
/// Of Kneser and Ney ("Improved backing-off for m-gram language modeling", 1995) in the interpolated form with
/// three discounts an order of Chen and Goodman ("An empirical study of smoothing techniques for language
/// modeling", 1998):
///
///     p_k(w | h) = max(c(h w) − D(c(h w)), 0) / c(h ·) + γ(h) p_{k−1}(w | h')
///     γ(h)       = (D₁ N₁(h ·) + D₂ N₂(h ·) + D₃ N₃₊(h ·)) / c(h ·)
///
/// where h' is h without its oldest symbol, N_i(h ·) counts the symbols that came i times after h, and c counts
/// occurrences in the highest order and different symbols before it in all lower ones. What was never seen
/// after any history has p₀, which the caller gives: of a distribution, so that p_k is one as well.
///
/// All is counted in whole numbers, so no order of what is counted changes any probability.
struct KneserNey: Sendable {
  /// How many symbols hang together: one more than count as history.
  let order: Int
  /// The histories by length less one: the number of the one that is a symbol shorter, and its oldest symbol.
  private let histories: [PairTable]
  /// The counts by order less one.
  private let levels: [Level]

  /// All of one order.
  fileprivate struct Level: Sendable {
    /// Pairs of a history and the symbol after it.
    var table: PairTable
    /// How often each came.
    var counts: [Int32]
    /// One over the sum of the counts after each history.
    var inverses: [Double] = []
    /// What each history leaves to the next lower order.
    var rests: [Double] = []
    /// What is taken off a count of 1, of 2, and of more.
    var discounts: [Double] = []

    init(table: PairTable, counts: [Int32]) {
      self.table = table
      self.counts = counts
    }
  }

  /// Counts what comes after what.
  struct Counter {
    fileprivate let order: Int
    fileprivate var histories: [PairTable]
    fileprivate var table: PairTable
    fileprivate var counts: [Int32] = []

    /// A counter that has seen nothing.
    ///
    /// - Parameters:
    ///   - order: How many symbols hang together, at least 1.
    ///   - capacity: About how many symbols will come.
    init(order: Int, capacity: Int) {
      precondition(order >= 1, "a symbol hangs together with itself at least")
      self.order = order
      histories = (1..<order).map { PairTable(capacity: $0 == order - 1 ? capacity / 2 : 0) }
      table = PairTable(capacity: capacity)
    }

    /// Counts a symbol.
    ///
    /// - Parameters:
    ///   - symbol: At least 0.
    ///   - window: What came before, `order` − 1 symbols, the latest last; negative for what is no symbol.
    mutating func add(_ symbol: Int32, after window: borrowing Span<Int32>) {
      var history: Int32 = 0
      for length in histories.indices {
        history = histories[length].number(
          of: PairTable.key(history, window[window.count - 1 - length]))
      }
      let number = Int(table.number(of: PairTable.key(history, symbol)))
      if number == counts.count {
        counts.append(1)
      } else {
        // Far more than any budget holds; then it stays the most.
        counts[number] = counts[number] == .max ? .max : counts[number] + 1
      }
    }
  }

  /// Smooths counts.
  ///
  /// - Parameter counter: What was counted.
  /// - Complexity: O(n) for n different runs of symbols.
  init(_ counter: consuming Counter) {
    order = counter.order
    histories = counter.histories
    var levels = [Level(table: counter.table, counts: counter.counts)]
    // In a lower order what counts is how many different symbols stand before.
    for length in (0..<(order - 1)).reversed() {
      let above = levels[levels.count - 1].table
      let shorter = histories[length].keys
      var table = PairTable(capacity: above.count / 2)
      var counts: [Int32] = []
      for key in above.keys {
        let history = UInt64(shorter[Int(key >> 32)] >> 32)
        let number = Int(table.number(of: history << 32 | (key & 0xFFFF_FFFF)))
        if number == counts.count {
          counts.append(1)
        } else {
          counts[number] += 1
        }
      }
      levels.append(Level(table: table, counts: counts))
    }
    levels.reverse()
    for place in levels.indices {
      levels[place].smooth(historyCount: place == 0 ? 1 : histories[place - 1].count)
    }
    self.levels = levels
  }

  /// The probability of a symbol.
  ///
  /// - Parameters:
  ///   - symbol: Any number; one that was never counted has what is left to p₀ alone.
  ///   - window: What came before, `order` − 1 symbols, the latest last; negative for what is no symbol.
  ///   - base: The symbol's probability where nothing is known of it, p₀.
  /// - Returns: Between 0 and 1; `base` where nothing was counted at all.
  /// - Complexity: O(order).
  func probability(of symbol: Int32, after window: borrowing Span<Int32>, base: Double) -> Double {
    var probability = base
    var history: Int32 = 0
    for place in levels.indices {
      if place > 0 {
        history = histories[place - 1].find(
          PairTable.key(history, window[window.count - place]))
        if history < 0 { break }
      }
      probability = levels[place].interpolated(symbol, after: Int(history), with: probability)
    }
    return probability
  }

  /// Whether a symbol was counted.
  func knows(_ symbol: Int32) -> Bool { levels[0].table.find(PairTable.key(0, symbol)) >= 0 }

  /// The symbols that were counted, ascending.
  var symbols: [Int32] {
    levels[0].table.keys.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }.sorted()
  }

  /// How many different runs of symbols are kept, of all orders, and histories.
  var entryCount: Int {
    levels.reduce(0) { $0 + $1.table.count } + histories.reduce(0) { $0 + $1.count }
  }
}

extension KneserNey.Level {
  /// Finds the discounts, and what they leave.
  fileprivate mutating func smooth(historyCount: Int) {
    discounts = Self.discounts(counts)
    var totals = [Int](repeating: 0, count: historyCount)
    var kinds = [Int32](repeating: 0, count: historyCount * 3)
    for (key, count) in zip(table.keys, counts) {
      let history = Int(key >> 32)
      totals[history] += Int(count)
      kinds[history * 3 + Int(min(count, 3)) - 1] += 1
    }
    inverses = totals.map { $0 > 0 ? 1 / Double($0) : 0 }
    rests = (0..<historyCount).map { history in
      // Nothing counted leaves all.
      guard totals[history] > 0 else { return 1 }
      let taken = (0..<3).reduce(0.0) {
        $0 + discounts[$1] * Double(kinds[history * 3 + $1])
      }
      return taken * inverses[history]
    }
  }

  /// Discounts by how many counts there are of 1, 2, 3 and 4 (Chen and Goodman 1998, equation 26); ½, 1 and 1½
  /// where these are too few to tell, or tell of no discount that leaves something.
  private static func discounts(_ counts: [Int32]) -> [Double] {
    var sizes = [Double](repeating: 0, count: 5)
    for count in counts where count <= 4 { sizes[Int(count)] += 1 }
    let few = [0.5, 1, 1.5]
    guard sizes[1] > 0, sizes[2] > 0, sizes[3] > 0 else { return few }
    let ratio = sizes[1] / (sizes[1] + 2 * sizes[2])
    let found = (1...3).map { Double($0) - Double($0 + 1) * ratio * sizes[$0 + 1] / sizes[$0] }
    return zip(1...3, found).allSatisfy { $1 > 0 && $1 <= Double($0) } ? found : few
  }

  @inline(__always)
  fileprivate func interpolated(_ symbol: Int32, after history: Int, with lower: Double) -> Double {
    let number = Int(table.find(PairTable.key(Int32(truncatingIfNeeded: history), symbol)))
    let rest = rests[history] * lower
    guard number >= 0 else { return rest }
    let count = counts[number]
    return (Double(count) - discounts[Int(min(count, 3)) - 1]) * inverses[history] + rest
  }
}
