import Numbers

/// Spearman's rank correlation between every two of several measures of the same samples.
public struct CorrelationMatrix: Sendable, Equatable {
  /// The measures' names, in the order of rows and columns.
  public let names: [String]
  /// The correlation of each row's measure with each column's, −1 … 1; symmetric, 1 on the diagonal.
  ///
  /// `nil` where it is not defined: fewer than two samples have both, or one of the two is constant
  /// among those.
  public let values: [[Double?]]
  /// How many samples have both measures; symmetric.
  public let pairCounts: [[Int]]

  /// Correlates measures.
  ///
  /// Each pair of measures is compared on the samples that have both.
  ///
  /// - Parameter columns: A name, and one number a sample, NaN for one without; all of one length.
  /// - Complexity: O(m² n) for m measures of n samples.
  public init(_ columns: [(name: String, values: [Double])]) {
    names = columns.map(\.name)
    var values = [[Double?]](
      repeating: .init(repeating: nil, count: columns.count), count: columns.count)
    var pairCounts = columns.map { _ in columns.map { _ in 0 } }
    for row in columns.indices {
      for column in row..<columns.count {
        let (one, other) = (columns[row].values, columns[column].values)
        let value = rankCorrelation(one, other)
        let count = zip(one, other).count { !$0.isNaN && !$1.isNaN }
        (values[row][column], values[column][row]) = (value, value)
        (pairCounts[row][column], pairCounts[column][row]) = (count, count)
      }
    }
    self.values = values
    self.pairCounts = pairCounts
  }

  /// The correlation of two measures.
  ///
  /// - Parameters:
  ///   - first: A measure's name.
  ///   - second: Another's.
  /// - Returns: `nil` where it is not defined, or there is no such measure.
  public subscript(first: String, second: String) -> Double? {
    guard let row = names.firstIndex(of: first), let column = names.firstIndex(of: second) else {
      return nil
    }
    return values[row][column]
  }

  /// What the matrix says, how it is computed and what it cannot see.
  public static let explanation = MetricDescription(
    name: "rank_correlation",
    summary: "Whether samples high in one measure are high in another.",
    formula: "Spearman's rho: Pearson's correlation of ranks, equal values sharing their mean rank",
    range: "-1 … 1; none for fewer than two pairs or a constant", direction: .neither,
    source: "Spearman 1904; Kendall 1945 for ties",
    cost: "O(samples) for each two measures",
    blindTo: "Relations that first rise and then fall, and why two measures go together."
  )
}
