import Numbers

/// How many values lie where, in a few bins with round edges.
public struct Histogram: Sendable, Equatable {
  /// What the bins are.
  public enum Bins: Sendable, Equatable {
    /// One a value, ascending: all the values that there are.
    case values([Double])
    /// Between inner edges, ascending, at least one: bin b is [edge b−1, edge b), and the border bins reach
    /// on without end.
    case edges([Double])
  }

  /// The bins.
  public var bins: Bins
  /// How many values lie in each.
  public var counts: [Int]

  /// Up to how many different values have a bin each.
  public static let valueLimit = 12

  /// Counts values.
  ///
  /// Few different values have a bin each. Of more the edges are multiples of 1, 2 or 5 times a power of
  /// ten, 5 to 13 steps between the 1st and the 99th percentile, so that a few far values do not leave all
  /// others in one bin. The result is `nil` when there is no value.
  ///
  /// - Parameter values: Finite numbers; NaN marks a sample without and is left out.
  /// - Complexity: O(n log n) for n values.
  public init?(of values: [Double]) {
    let sorted = sortedAscending(values)
    guard let least = sorted.first, let largest = sorted.last else { return nil }
    var distinct: [Double] = [least]
    for value in sorted where value != distinct[distinct.count - 1] {
      distinct.append(value)
      if distinct.count > Self.valueLimit { break }
    }
    if distinct.count <= Self.valueLimit {
      bins = .values(distinct)
      counts = [Int](repeating: 0, count: distinct.count)
      var place = 0
      for value in sorted {
        while value != distinct[place] { place += 1 }
        counts[place] += 1
      }
      return
    }
    var low = percentile(1, ofSorted: sorted)
    var high = percentile(99, ofSorted: sorted)
    if low == high { (low, high) = (least, largest) }
    let edges = Self.roundEdges(from: low, to: high)
    var found = [Int](repeating: 0, count: edges.count + 1)
    var bin = 0
    for value in sorted {
      while bin < edges.count, value >= edges[bin] { bin += 1 }
      found[bin] += 1
    }
    // Where the least value lies on an edge, nothing lies below it.
    let empty = found[0] == 0 && edges.count > 1 ? 1 : 0
    bins = .edges(Array(edges[empty...]))
    counts = Array(found[empty...])
  }

  /// Round numbers within a range, in equal steps of about a tenth of it.
  private static func roundEdges(from low: Double, to high: Double) -> [Double] {
    // In tenths first, which keeps the width of the widest range of doubles finite.
    let wanted = high / 10 - low / 10
    var power = 0
    var size = wanted
    while size >= 10, power < 400 {
      size /= 10
      power += 1
    }
    while size < 1, power > -400 {
      size *= 10
      power -= 1
    }
    let digit: Double = size < 1.3 ? 1 : size < 2.6 ? 2 : size < 6.5 ? 5 : 10
    var scale = 1.0
    for _ in 0..<abs(power) { scale *= 10 }
    guard scale.isFinite else { return [low / 2 + high / 2] }
    func edge(_ number: Double) -> Double {
      // A whole number over a power of ten is the double that the decimal notation means.
      power < 0 ? number * digit / scale : number * digit * scale
    }
    let step = edge(1)
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    // Numbers so close to each other, or so far from 0, that steps have no round places.
    guard step > 0, first.isFinite, last.isFinite, first.magnitude < 1e15, last - first < 40,
      last >= first
    else { return [low / 2 + high / 2] }
    var edges: [Double] = []
    var number = first
    while number <= last {
      if edges.last != edge(number) { edges.append(edge(number)) }
      number += 1
    }
    return edges
  }
}
