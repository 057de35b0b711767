internal import Parallelism

/// Vectors of length 1, and cosines between them in one order of arithmetic.
///
/// A vector is divided by its length in double precision and rounded to float. A cosine is the sum of the
/// products of two such vectors in sixteen lanes, each product and sum rounded to float, as in
/// `PrincipalComponents.project`: its bits depend on the two vectors alone, not on the processor, the
/// threads or what else is worked out with it. Cosines within a millionth of 1 count as 1, since rounding
/// decides between them.
///
/// **Memory.** 4 bytes a number of each vector, rounded up to a multiple of 16 numbers a vector.
public struct UnitVectors: Sendable {
  /// From which on a cosine counts as 1.
  public static let oneFrom: Float = 1 - 0x1p-20

  /// How many vectors there are.
  public let count: Int
  /// How many numbers a vector has.
  public let dimension: Int
  /// The numbers of a vector with the zeros that fill it up.
  let width: Int
  /// The vectors, one after the other.
  let elements: [Float]
  // What the kernel subtracts: nothing.
  private let zeros: [Float]

  /// Reads vectors and divides them by their lengths.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - dimension: How many numbers a vector has, at least 1.
  ///   - threads: How many threads may work at once; they change nothing.
  ///   - read: Writes a vector, finite numbers; called from several threads at once.
  /// - Returns: The vectors that have a direction, and the numbers of all, ascending, that they had before;
  ///   one of zeros has none and is left out.
  /// - Throws: What reading throws.
  /// - Complexity: O(count · dimension).
  public static func reading(
    count: Int, dimension: Int, threads: Int,
    _ read: @Sendable (Int, inout MutableSpan<Float>) throws -> Void
  ) throws -> (vectors: UnitVectors, numbers: [Int32]) {
    precondition(dimension >= 1 && count >= 0, "vectors have numbers")
    let width = paddedCount(dimension)
    var elements: [Float] = []
    elements.reserveCapacity(count * width)
    var numbers: [Int32] = []
    numbers.reserveCapacity(count)
    var next = 0
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Range<Int>? in
        guard next < count else { return nil }
        defer { next = min(next + 512, count) }
        return next..<min(next + 512, count)
      },
      makeWorker: { [Float](repeating: 0, count: dimension) },
      work: { (vector: inout [Float], range: Range<Int>) throws -> ([Float], [Int32]) in
        var rows: [Float] = []
        rows.reserveCapacity(range.count * width)
        var numbers: [Int32] = []
        for number in range {
          var target = vector.mutableSpan
          try read(number, &target)
          var sum = 0.0
          for value in vector { sum += Double(value) * Double(value) }
          guard sum > 0 else { continue }
          let length = sum.squareRoot()
          for value in vector { rows.append(Float(Double(value) / length)) }
          rows.append(contentsOf: repeatElement(0, count: width - dimension))
          numbers.append(Int32(truncatingIfNeeded: number))
        }
        return (rows, numbers)
      },
      consume: { rows, found in
        elements += rows
        numbers += found
      })
    return (UnitVectors(elements: elements, dimension: dimension, width: width), numbers)
  }

  init(elements: [Float], dimension: Int, width: Int) {
    self.dimension = dimension
    self.width = width
    self.elements = elements
    count = elements.count / width
    zeros = [Float](repeating: 0, count: width)
  }

  /// The cosine of two of them.
  ///
  /// - Parameters:
  ///   - first: The number of one, in `0..<count`.
  ///   - second: The number of another, or the same.
  /// - Returns: A number from −1 to 1.
  /// - Complexity: O(dimension).
  public func cosine(_ first: Int, _ second: Int) -> Float {
    let dot = unfusedProduct(
      elements.span.extracting(row(first)), elements.span.extracting(row(second)), zeros: zeros)
    return Self.settled(dot)
  }

  /// Where a vector lies in `elements`, filled up with zeros.
  func row(_ number: Int) -> Range<Int> { number * width..<(number + 1) * width }

  static func settled(_ dot: Float) -> Float { dot >= oneFrom ? 1 : max(dot, -1) }

  /// Vectors taken out of these, in an order of their own.
  ///
  /// - Parameter numbers: Which ones.
  /// - Returns: A copy of them.
  /// - Complexity: O(numbers · dimension).
  public func picked(_ numbers: some Sequence<Int>) -> UnitVectors {
    var rows: [Float] = []
    for number in numbers { rows += elements[number * width..<(number + 1) * width] }
    return UnitVectors(elements: rows, dimension: dimension, width: width)
  }

  /// The greatest cosine of each vector of a range with any of others.
  ///
  /// - Parameters:
  ///   - range: Which of these vectors.
  ///   - others: Vectors of the same dimension, at least one.
  ///   - from: The first of the others that counts.
  /// - Returns: One cosine a vector of the range.
  /// - Complexity: O(range · others · dimension).
  public func greatestCosines(_ range: Range<Int>, with others: UnitVectors, from: Int = 0)
    -> [Float]
  {
    precondition(others.width == width, "vectors have the same dimension")
    var greatest = [Float](repeating: -1, count: range.count)
    var products: [Float] = []
    let rows = elements.span.extracting(range.lowerBound * width..<range.upperBound * width)
    var first = from
    while first < others.count {
      let end = min(first + 128, others.count)
      let count = end - first
      if products.count != count * range.count {
        products = [Float](repeating: 0, count: count * range.count)
      }
      var target = products.mutableSpan
      unfusedProducts(
        rows, others.elements.span.extracting(first * width..<end * width), zeros: zeros,
        into: &target)
      raiseMaxima(products.span, columnCount: count, maxima: &greatest)
      first = end
    }
    for place in greatest.indices { greatest[place] = Self.settled(greatest[place]) }
    return greatest
  }

  /// Rows of the first `dimension` numbers, at intervals of the stride that is told.
  ///
  /// - Parameter body: Sees the vectors and the stride.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func withRows<Result, Failure: Error>(
    _ body: ([Float], Int) throws(Failure) -> Result
  ) throws(Failure) -> Result { try body(elements, width) }
}
