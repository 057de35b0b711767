// What lies close: bounds, lists of the nearest, bins of distances.
//
// Unsafe: each function checks its sizes, then lends its spans to one C function for the length of the call.
internal import CLinearAlgebra

/// Raises each row's maximum to the greatest number of the row.
func raiseMaxima(_ rows: Span<Float>, columnCount: Int, maxima: inout [Float]) {
  precondition(rows.count == columnCount * maxima.count)
  for row in maxima.indices {
    var greatest = maxima[row]
    for place in row * columnCount..<(row + 1) * columnCount {
      greatest = rows[place] > greatest ? rows[place] : greatest
    }
    maxima[row] = greatest
  }
}

/// The places of the numbers that are at least a bound, ascending; how many.
func numbersAtLeast(_ bound: Float, in values: Span<Float>, found: inout [UInt32]) -> Int {
  precondition(found.count > values.count)
  return unsafe values.withUnsafeBufferPointer { values in
    unsafe found.withUnsafeMutableBufferPointer { found in
      unsafe gamut_at_least(values.baseAddress, values.count, bound, found.baseAddress)
    }
  }
}

/// The same for numbers that are at least a bound or at least that of their place.
func numbersAtLeast(
  _ bound: Float, or bounds: Span<Float>, in values: Span<Float>, found: inout [UInt32]
) -> Int {
  precondition(found.count > values.count && bounds.count == values.count)
  return unsafe values.withUnsafeBufferPointer { values in
    unsafe bounds.withUnsafeBufferPointer { bounds in
      unsafe found.withUnsafeMutableBufferPointer { found in
        unsafe gamut_at_least_either(
          values.baseAddress, values.count, bound, bounds.baseAddress, found.baseAddress)
      }
    }
  }
}

/// Whether any value is at least the cosine of the angle that its bound, given by cosine and sine, and a
/// width make together.
func isAnyWithinReach(
  _ values: Span<Float>, bounds: [Float], sines: [Float], width: (cosine: Float, sine: Float)
) -> Bool {
  precondition(values.count == bounds.count && values.count == sines.count)
  return unsafe values.withUnsafeBufferPointer { values in
    unsafe gamut_any_within_reach(
      values.baseAddress, values.count, bounds, sines, width.cosine, width.sine) != 0
  }
}

/// The pairs of a query that is asked for and a vector that may be close; see the C header for the blocks.
///
/// `vector` numbers count from the first of the blocks that are looked at.
func closeVectors(
  _ blocks: Span<Int16>, rests: Span<Float>, blockCount: Int, queries: Span<Int16>,
  queryRests: Span<Float>, asked: [UInt32], leasts: [Float], ends: [UInt32],
  found: inout ClosePairs, variant: Int? = nil
) -> Int {
  let width = Int(ends.last ?? 0)
  precondition(blocks.count == blockCount * width * vectorsInBlock)
  precondition(rests.count == blockCount * ends.count * vectorsInBlock)
  precondition(queries.count * ends.count == queryRests.count * width)
  precondition(leasts.count == asked.count)
  for query in asked { precondition((Int(query) + 1) * width <= queries.count) }
  found.makeRoom(blockCount * vectorsInBlock * asked.count)
  return unsafe blocks.withUnsafeBufferPointer { blocks in
    unsafe rests.withUnsafeBufferPointer { rests in
      unsafe queries.withUnsafeBufferPointer { queries in
        unsafe queryRests.withUnsafeBufferPointer { queryRests in
          unsafe found.queries.withUnsafeMutableBufferPointer { numbers in
            unsafe found.vectors.withUnsafeMutableBufferPointer { vectors in
              unsafe found.bounds.withUnsafeMutableBufferPointer { bounds in
                unsafe gamut_close_vectors(
                  blocks.baseAddress, rests.baseAddress, blockCount, queries.baseAddress,
                  queryRests.baseAddress, asked, leasts, asked.count, ends, ends.count,
                  numbers.baseAddress, vectors.baseAddress, bounds.baseAddress,
                  Int32(variant ?? -1))
              }
            }
          }
        }
      }
    }
  }
}

/// Room for pairs of a query and a vector that may be close.
struct ClosePairs: Sendable {
  fileprivate(set) var queries: [UInt32] = []
  fileprivate(set) var vectors: [UInt32] = []
  fileprivate(set) var bounds: [Float] = []

  fileprivate mutating func makeRoom(_ count: Int) {
    guard queries.count < count else { return }
    queries = [UInt32](repeating: 0, count: count)
    vectors = [UInt32](repeating: 0, count: count)
    bounds = [Float](repeating: 0, count: count)
  }
}

/// How many vectors lie side by side in a block of `closeVectors`.
var vectorsInBlock: Int { Int(GAMUT_CLOSE_LANES) }

/// The variants of `closeVectors` that this processor can run.
var closeVariantCount: Int { Int(gamut_close_variant_count()) }

/// How many bins distances fall into.
var distanceBinCount: Int { Int(GAMUT_DISTANCE_BINS) }

/// Lets one row of cosines into the list of the greatest, which lies from `place` · `limit` on; how
/// many the list holds then.
func keepNearest(
  _ cosines: Span<Float>, skipped: Int?, first: Int, limit: Int, held: Int, place: Int,
  values: inout [Float], places: inout [UInt32]
) -> Int {
  let start = place * limit
  precondition(start >= 0 && start + limit <= values.count && values.count == places.count)
  precondition(held >= 0 && held <= limit && limit >= 1 && first + cosines.count <= UInt32.max)
  return unsafe cosines.withUnsafeBufferPointer { cosines in
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe places.withUnsafeMutableBufferPointer { places in
        guard let valueBase = values.baseAddress, let placeBase = places.baseAddress else {
          return held
        }
        return unsafe gamut_keep_nearest(
          cosines.baseAddress, cosines.count, skipped ?? -1, UInt32(first), limit, held,
          valueBase + start, placeBase + start)
      }
    }
  }
}

/// Adds one row of distances to its bins, which lie from `place` · `distanceBinCount` on.
func binDistances(_ cosines: Span<Float>, skipped: Int?, place: Int, bins: inout [UInt64]) {
  let start = place * distanceBinCount
  precondition(start >= 0 && start + distanceBinCount <= bins.count)
  precondition(skipped.map { $0 >= 0 && $0 < cosines.count } ?? true)
  unsafe cosines.withUnsafeBufferPointer { cosines in
    unsafe bins.withUnsafeMutableBufferPointer { bins in
      guard let base = bins.baseAddress else { return }
      unsafe gamut_bin_distances(cosines.baseAddress, cosines.count, skipped ?? -1, base + start)
    }
  }
}

/// The sum of distance / rank over binned distances, after those of some cosines were taken out and
/// with ranks from `rank` + 1 on; see the C header.
func rankWeightedSum(
  _ bins: inout [UInt64], place: Int, without cosines: Span<Float>, rank: Int, harmonic: [Double]
) -> Double {
  let start = place * distanceBinCount
  precondition(start >= 0 && start + distanceBinCount <= bins.count)
  return unsafe cosines.withUnsafeBufferPointer { cosines in
    unsafe bins.withUnsafeMutableBufferPointer { bins in
      guard let base = bins.baseAddress else { return 0 }
      unsafe gamut_unbin_distances(cosines.baseAddress, cosines.count, base + start)
      var last = rank
      for bin in 0..<distanceBinCount { last += unsafe Int(bins[start + bin] >> 40) }
      precondition(last < harmonic.count, "a weight is missing")
      return unsafe gamut_rank_weighted_sum(base + start, rank, harmonic)
    }
  }
}

/// greatest[start + i] = the greater of itself and values[i].
public func raise(_ greatest: inout [Float], from start: Int, to values: Span<Float>) {
  precondition(start >= 0 && start + values.count <= greatest.count, "the values do not fit")
  unsafe values.withUnsafeBufferPointer { values in
    unsafe greatest.withUnsafeMutableBufferPointer { greatest in
      guard let base = greatest.baseAddress else { return }
      unsafe gamut_raise(base + start, values.baseAddress, values.count)
    }
  }
}
