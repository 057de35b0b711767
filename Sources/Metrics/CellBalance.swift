import Glibc

/// How a set of samples is balanced over the cells, by itself and against a target.
///
/// With p_c the share of the set that lies in cell c, of k reachable cells, and t_c the target's. Nothing
/// is defined for a set without a sample in any cell. Sums go over the cells in the order of their
/// numbers.
public struct CellBalance: Sendable, Equatable {
  /// N_0: how many cells the set fills (Hill 1973).
  public var hill0: Double?
  /// N_1 = e^H: how many equally filled cells are as diverse, in Shannon's sense (Hill 1973); 1 … N_0.
  public var hill1: Double?
  /// N_2 = 1 / Σ p²: the same in Simpson's sense, led by the large cells (Hill 1973); 1 … N_1.
  public var hill2: Double?
  /// H = −Σ p ln p in nats (Shannon 1948); 0 … ln k.
  public var entropy: Double?
  /// Gini's coefficient over all reachable cells, empty ones too; 0 (equal) … 1 − 1/k (all in one).
  public var gini: Double?
  /// The share of the set that lies in its largest cell; 1/k … 1.
  public var largestShare: Double?
  /// The share of the filled cells that hold exactly one sample of the set; 0 … 1.
  public var singletonShare: Double?
  /// Kullback and Leibler's divergence of the set from the target in nats, both smoothed; at least 0.
  ///
  /// Σ p' ln(p'/t') with p' = (1 − λ) p + λ/k, t' likewise and λ = `smoothing`: finite also where the
  /// target has nothing, and 0 for equal shares whatever the sizes.
  public var divergence: Double?
  /// Jensen and Shannon's divergence between the set and the target over ln 2 (Lin 1991); 0 … 1.
  public var jensenShannon: Double?
  /// The total variation between the set and the target, ½ Σ |p − t|; 0 … 1.
  ///
  /// The share of the set that would have to lie elsewhere.
  public var totalVariation: Double?

  /// The share of the uniform distribution that is mixed into both sides of `divergence`.
  public static let smoothing = 1e-6

  /// Measures a set.
  ///
  /// - Parameters:
  ///   - histogram: Where the samples of the set lie.
  ///   - target: Where they should lie, over the same cells; without it there are no divergences.
  /// - Complexity: O(k + f log f) for k reachable cells of which f are filled.
  public init(_ histogram: CellHistogram, target: CellTarget? = nil) {
    guard histogram.total > 0 else { return }
    let counts = histogram.counts.span
    let total = Double(histogram.total)
    var filled: [Int32] = []
    var entropy = 0.0
    var squares = 0.0
    var singletons = 0
    for cell in counts.indices where counts[cell] > 0 {
      filled.append(counts[cell])
      let share = Double(counts[cell]) / total
      entropy -= share * log(share)
      squares += share * share
      singletons += counts[cell] == 1 ? 1 : 0
    }
    let filledCount = Double(filled.count)
    // Rounding may lead a hair past the bounds, and a single cell to −0.
    let bounded = min(max(entropy, 0), log(filledCount))
    self.entropy = bounded
    hill0 = filledCount
    hill1 = min(max(exp(bounded), 1), filledCount)
    hill2 = min(max(1 / squares, 1), filledCount)
    singletonShare = Double(singletons) / filledCount
    filled.sort()
    largestShare = filled.last.map { Double($0) / total }
    gini = Self.gini(ofSorted: filled, cellCount: histogram.counts.count, total: histogram.total)
    if let target { compare(histogram, with: target) }
  }

  /// Σ (2 i − k − 1) x_(i) over k Σ x, i from 1 in ascending order, in whole numbers up to the division;
  /// the empty cells come first and add nothing.
  private static func gini(ofSorted filled: [Int32], cellCount: Int, total: Int) -> Double {
    var sum: Int128 = 0
    let firstRank = cellCount - filled.count + 1
    for (place, count) in filled.enumerated() {
      sum += Int128(2 * (firstRank + place) - cellCount - 1) * Int128(count)
    }
    return Double(sum) / (Double(cellCount) * Double(total))
  }

  private mutating func compare(_ histogram: CellHistogram, with target: CellTarget) {
    precondition(
      histogram.counts.count == target.shares.count, "a set and its target have the same cells")
    let counts = histogram.counts.span
    let shares = target.shares.span
    let total = Double(histogram.total)
    let background = Self.smoothing / Double(counts.count)
    let empty = log(background)
    var divergence = 0.0
    var mixed = 0.0
    var distance = 0.0
    for cell in counts.indices {
      let wanted = shares[cell]
      guard counts[cell] > 0 else {
        if wanted > 0 {
          distance += wanted
          mixed += wanted * M_LN2
          divergence += background * (empty - log((1 - Self.smoothing) * wanted + background))
        }
        continue
      }
      let share = Double(counts[cell]) / total
      distance += abs(share - wanted)
      let middle = (share + wanted) / 2
      mixed += share * log(share / middle)
      if wanted > 0 { mixed += wanted * log(wanted / middle) }
      let smoothed = (1 - Self.smoothing) * share + background
      divergence += smoothed * log(smoothed / ((1 - Self.smoothing) * wanted + background))
    }
    self.divergence = max(divergence, 0)
    jensenShannon = min(max(mixed / 2 / M_LN2, 0), 1)
    totalVariation = min(distance / 2, 1)
  }
}
