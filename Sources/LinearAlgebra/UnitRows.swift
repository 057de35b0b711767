internal import Parallelism

/// Some rows of a source, each divided by its length.
///
/// The rows have places from 0 on, in an order of the caller's choice. They are kept in memory, or read
/// again each time where they would take more than a limit. A row of zeros has no direction; it stays
/// zeros.
public struct UnitRows: Sendable {
  /// How many columns a row has.
  public let dimension: Int
  /// A hash of each row by its place: rows of the same direction have equal ones.
  public let identities: [UInt64]
  /// What a row, rounded to float, is to be multiplied with to have length one; 0 without direction.
  private let scales: [Double]
  private let source: RowSource
  private let rows: [Int32]
  private let kept: [Float]?

  /// How many rows there are.
  public var count: Int { rows.count }

  /// Whether the rows are in memory.
  public var isInMemory: Bool { kept != nil }

  /// Reads rows.
  ///
  /// - Parameters:
  ///   - source: Where they are from.
  ///   - rows: Their numbers in the source, in the order of their places, each once.
  ///   - memoryLimit: How many bytes the rows may take, 4 a number, to be kept in memory.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  /// - Throws: `LinearAlgebraError.notFinite` with the first such row of the source; what the source
  ///   throws.
  /// - Complexity: O(rows · dimension); the source is read once, ascending.
  public init(
    of source: RowSource, rows: [Int32], memoryLimit: Int, threads: Int
  ) throws {
    let dimension = source.dimension
    precondition(dimension >= 1, "a row needs a column")
    let isKept = rows.count * dimension * 4 <= memoryLimit
    var scales = [Double](repeating: 0, count: rows.count)
    var identities = [UInt64](repeating: 0, count: rows.count)
    var kept = [Float](repeating: 0, count: isKept ? rows.count * dimension : 0)
    let places = rows.indices.sorted { rows[$0] < rows[$1] }
    var start = 0
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Range<Int>? in
        guard start < places.count else { return nil }
        let end = min(start + Self.blockRowCount, places.count)
        defer { start = end }
        return start..<end
      },
      makeWorker: {},
      work: { (_: inout Void, block: Range<Int>) throws -> UnitBlock in
        var found = UnitBlock(places: places[block], dimension: dimension)
        try found.read(rows, of: source)
        return found
      },
      consume: { block in
        for (index, place) in block.places.enumerated() {
          scales[place] = block.scales[index]
          identities[place] = block.identities[index]
          guard isKept else { continue }
          let (from, to) = (index * dimension, place * dimension)
          for column in 0..<dimension { kept[to + column] = block.values[from + column] }
        }
      })
    self.dimension = dimension
    self.source = source
    self.rows = rows
    self.scales = scales
    self.identities = identities
    self.kept = isKept ? kept : nil
  }

  /// Rows that are read together.
  private static let blockRowCount = 1024

  /// Whether the row at a place is not all zeros.
  ///
  /// - Parameter place: Its place, in `0..<count`.
  /// - Returns: Whether it has a direction.
  public func hasDirection(_ place: Int) -> Bool { scales[place] > 0 }

  /// Copies rows, rounded to float, one after the other.
  ///
  /// - Parameters:
  ///   - places: Their places.
  ///   - buffer: Takes them; it is made longer where it is too short.
  /// - Throws: What the source throws.
  /// - Complexity: O(places · dimension).
  public func copy(_ places: ArraySlice<Int32>, into buffer: inout [Float]) throws {
    let length = places.count * dimension
    if buffer.count < length {
      buffer += repeatElement(0, count: length - buffer.count)
    }
    if let kept {
      let source = kept.span
      var target = buffer.mutableSpan
      var to = 0
      for place in places {
        let from = Int(place) * dimension
        let row = source.extracting(from..<from + dimension)
        for column in row.indices { target[to + column] = row[column] }
        to += dimension
      }
      return
    }
    var to = 0
    for place in places {
      let row = try row(Int(place))
      for column in 0..<dimension { buffer[to + column] = row[column] }
      to += dimension
    }
  }

  /// The squared distance of two rows as if they had not been rounded to float: 0 for equal rows.
  ///
  /// - Parameters:
  ///   - place: A row with a direction.
  ///   - other: Another, of these rows or of `others`.
  ///   - others: Rows of the same dimension.
  /// - Returns: The square of the Euclidean distance between the unit vectors, 0…4.
  /// - Throws: What the source throws.
  /// - Complexity: O(dimension).
  public func squaredDistance(
    _ place: Int, to other: Int, of others: UnitRows
  ) throws -> Double {
    if let kept, let theirs = others.kept {
      let (from, to) = (place * dimension, other * dimension)
      return LinearAlgebra.squaredDistance(
        kept.span.extracting(from..<from + dimension), scale: scales[place],
        theirs.span.extracting(to..<to + dimension), scale: others.scales[other])
    }
    let (left, right) = (try row(place), try others.row(other))
    return LinearAlgebra.squaredDistance(
      left.span, scale: scales[place], right.span, scale: others.scales[other])
  }

  /// The scales of some rows.
  func scales(of places: ArraySlice<Int32>) -> [Double] { places.map { scales[Int($0)] } }

  /// One row, rounded to float.
  private func row(_ place: Int) throws -> [Float] {
    if let kept { return Array(kept[place * dimension..<(place + 1) * dimension]) }
    var block = UnitBlock(places: [place], dimension: dimension)
    try block.read(rows, of: source)
    return block.values
  }
}

/// Unit rows that were read together.
private struct UnitBlock: Sendable {
  let places: ArraySlice<Int>
  let dimension: Int
  var values: [Float]
  var scales: [Double]
  var identities: [UInt64]

  init(places: ArraySlice<Int>, dimension: Int) {
    self.places = places
    self.dimension = dimension
    values = [Float](repeating: 0, count: places.count * dimension)
    scales = [Double](repeating: 0, count: places.count)
    identities = [UInt64](repeating: 0, count: places.count)
  }

  /// Reads the rows at the places, whose numbers ascend, runs of neighbours at once.
  mutating func read(_ rows: [Int32], of source: RowSource) throws {
    let numbers = places.map { Int(rows[$0]) }
    var run: [Float] = []
    var start = 0
    while start < numbers.count {
      var end = start + 1
      while end < numbers.count && numbers[end] == numbers[end - 1] + 1 { end += 1 }
      let (first, length) = (start * dimension, (end - start) * dimension)
      if run.count != length { run = [Float](repeating: 0, count: length) }
      var part = run.mutableSpan
      try source.readRows(numbers[start]..<numbers[start] + (end - start), into: &part)
      for index in 0..<length { values[first + index] = run[index] }
      start = end
    }
    let bad = makeUnitRows(
      &values, dimension: dimension, scales: &scales, identities: &identities)
    if let bad { throw LinearAlgebraError.notFinite(row: numbers[bad]) }
  }
}
