/// Sorts numbers, least first.
///
/// Several times as fast as comparing. Negative zeros come out as zeros.
///
/// - Parameter values: Numbers; NaN is left out.
/// - Returns: The others, ascending.
/// - Complexity: As `stableSorted`, with 16 n bytes of scratch for n numbers.
public func sortedAscending(_ values: [Double]) -> [Double] {
  var keys: [UInt64] = []
  keys.reserveCapacity(values.count)
  for value in values where !value.isNaN { keys.append(ascendingKey(value)) }
  var scratch = [UInt64](repeating: 0, count: keys.count)
  var elements = keys.mutableSpan
  var room = scratch.mutableSpan
  KeySort.sort(&elements, 0..<elements.count, scratch: &room)
  return keys.map(number(ofKey:))
}

/// The number whose ascending key this is.
private func number(ofKey key: UInt64) -> Double {
  Double(bitPattern: key & (1 << 63) != 0 ? key & ~(1 << 63) : ~key)
}

/// Floats in ascending order, in as little memory as they took.
public struct SortedFloats: Sendable {
  private var keys: [UInt32]

  /// Sorts floats, least first.
  ///
  /// - Parameter values: Numbers; NaN is left out.
  /// - Complexity: As `stableSorted`, with 4 n bytes of scratch for n numbers besides the result.
  public init(_ values: [Float]) {
    keys = []
    keys.reserveCapacity(values.count)
    for value in values where !value.isNaN {
      let bits = (value + 0).bitPattern
      keys.append(bits & (1 << 31) == 0 ? bits | (1 << 31) : ~bits)
    }
    var scratch = [UInt32](repeating: 0, count: keys.count)
    var elements = keys.mutableSpan
    var room = scratch.mutableSpan
    KeySort.sort(&elements, 0..<elements.count, scratch: &room)
  }

  /// How many there are.
  public var count: Int { keys.count }

  /// The float at a place, as a double; a negative zero comes out as zero.
  public subscript(place: Int) -> Double {
    let key = keys[place]
    return Double(Float(bitPattern: key & (1 << 31) != 0 ? key & ~(1 << 31) : ~key))
  }
}
