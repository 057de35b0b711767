// Rows that are in a sample.
//
// Unsafe: `keep` checks its sizes, then lends its span to one C function for the length of the call.
internal import CLinearAlgebra

/// Which rows a fit looks at where a share of them is enough.
///
/// Whether a row is in hangs on its values and on the seed alone, by a hash: not on where it stands, on its
/// neighbours, on threads or on the machine. So parts of the rows may be gathered in different places, and equal
/// rows are all in or all out.
public struct RowSample: Equatable, Sendable {
  /// The share of all rows that is to be expected, above 0 and below 1.
  public let share: Double
  /// What the hash starts from.
  public let seed: UInt64

  /// Describes a sample.
  ///
  /// - Parameters:
  ///   - share: The share of all rows that is to be expected, above 0 and below 1.
  ///   - seed: Another one takes other rows.
  /// - Precondition: The share is none of 0, 1 and NaN.
  public init(share: Double, seed: UInt64) {
    precondition(share > 0 && share < 1, "a sample is a part of the rows")
    self.share = share
    self.seed = seed
  }

  /// Moves the rows that are in to the front, in their order.
  ///
  /// - Parameters:
  ///   - rows: Rows of `dimension` floats.
  ///   - dimension: At least 1.
  ///   - firstRow: The number of the first one, for errors.
  /// - Returns: How many there are.
  /// - Throws: `LinearAlgebraError.notFinite` with the first such row, in the sample or not.
  func keep(
    _ rows: inout MutableSpan<Float>, dimension: Int, firstRow: Int
  ) throws(LinearAlgebraError) -> Int {
    precondition(
      dimension >= 1 && rows.count.isMultiple(of: dimension), "the last row is cut short")
    let rowCount = rows.count / dimension
    var kept = 0
    // Exact but for the lowest bits, which a share near 1 has none of.
    let below = UInt64(share * 0x1p63) << 1
    let refused = unsafe rows.withUnsafeMutableBufferPointer { rows in
      unsafe gamut_sample_rows(rows.baseAddress, rowCount, dimension, seed, below, &kept)
    }
    if refused >= 0 { throw .notFinite(row: firstRow + refused) }
    return kept
  }
}
