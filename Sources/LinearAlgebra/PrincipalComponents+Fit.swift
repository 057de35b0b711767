internal import Parallelism

extension PrincipalComponents {
  /// How components are found.
  public enum Method: Equatable, Sendable {
    /// From the whole covariance matrix: one pass, memory for dimension² numbers a thread.
    case covariance
    /// From products of the covariance with a few vectors, a random start and `passes` readings of
    /// the data: memory for dimension × (count + 16) × passes numbers.
    case rangeFinder(passes: Int)

    /// The covariance up to 4,096 columns, five passes of the range finder beyond.
    ///
    /// For variances in the ratio 1 : 1/2 : 1/3 …, five passes find the first sixteen to a
    /// millionth, four to a ten-thousandth.
    public static func automatic(dimension: Int) -> Method {
      dimension <= 4_096 ? .covariance : .rangeFinder(passes: 5)
    }
  }

  /// Fits components to the rows of a source.
  ///
  /// What is special: with one row, or rows that are all equal, the variances are 0, the components
  /// are the first unit axes and all coordinates are 0. In the same way components beyond the rank
  /// of the data (a variance below 2⁻²¹ of the largest, where rounding decides) get variance 0 and
  /// directions made from unit axes, orthogonal to the others. There may be fewer rows than columns.
  ///
  /// - Parameters:
  ///   - source: The rows.
  ///   - parts: Ranges of rows that are gathered each for itself and then joined in this order, so that parts
  ///     may be gathered in different places and give the same bits; together they hold every row once. `nil`
  ///     takes all rows as one. The range finder does not look at them.
  ///   - sample: Which rows are looked at; `nil` for all.
  ///   - count: How many components, from 1 to the source's dimension.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  ///   - method: How; `nil` takes `Method.automatic`.
  ///   - seed: Decides the range finder's start, and nothing else.
  /// - Returns: The components.
  /// - Throws: `LinearAlgebraError.noRows`, where the sample has none too; `unsupportedDimension`,
  ///   `unsupportedComponentCount`, `notFinite` (the first such row), `libraryUnavailable`, `noConvergence`, `outOfMemory`; what
  ///   the source throws.
  /// - Complexity: O(r · dimension² + dimension³) for the covariance of the r rows that are looked at;
  ///   O(passes · r · dimension · count) for the range finder. All rows are read, O(rows · dimension). Of them one
  ///   block a thread is in memory, and of a sample its part of the block once more.
  public static func fit(
    _ source: RowSource, parts: [Range<Int>]? = nil, sample: RowSample? = nil, count: Int,
    threads: Int, method: Method? = nil, seed: UInt64 = 0
  ) throws -> PrincipalComponents {
    let dimension = source.dimension
    guard dimension >= 1, dimension <= 1 << 20 else {
      throw LinearAlgebraError.unsupportedDimension(found: dimension)
    }
    guard source.rowCount >= 1 else { throw LinearAlgebraError.noRows }
    guard count >= 1, count <= dimension else {
      throw LinearAlgebraError.unsupportedComponentCount(requested: count, limit: dimension)
    }
    try LinearAlgebraLibrary.open()
    switch method ?? .automatic(dimension: dimension) {
    case .covariance:
      var total = MomentAccumulator(dimension: dimension)
      for part in parts ?? [0..<source.rowCount] {
        total.add(
          try MomentAccumulator(of: source, rows: part, sample: sample, threads: threads))
      }
      precondition(
        parts.map { $0.reduce(0) { $0 + $1.count } == source.rowCount } ?? true,
        "the parts hold every row once")
      return try total.principalComponents(count: count)
    case .rangeFinder(let passes):
      precondition(passes >= 1, "the range finder must see the data")
      var finder = RangeFinder(source: source, sample: sample, threads: threads)
      return try finder.fit(count: count, passes: passes, seed: seed)
    }
  }

  /// Reads some rows of a source block by block; the blocks depend on its dimension only.
  ///
  /// Of a sample a block has those rows that are in, if there are any.
  static func forEachCenteredBlock<Result: Sendable>(
    of source: RowSource, rows: Range<Int>, sample: RowSample?, threads: Int,
    work: @Sendable (inout MutableSpan<Float>, Int) throws -> Result,
    consume: (Result) throws -> Void
  ) throws {
    if rows.isEmpty { return }
    let blockRowCount = min(source.blockRowCount, rows.count)
    var start = rows.lowerBound
    try forEachBlockInOrder(
      threads: min(threads, (rows.count + blockRowCount - 1) / blockRowCount),
      next: { () -> Range<Int>? in
        guard start < rows.upperBound else { return nil }
        let end = min(start + blockRowCount, rows.upperBound)
        defer { start = end }
        return start..<end
      },
      makeWorker: { [Float](repeating: 0, count: blockRowCount * source.dimension) },
      work: { (buffer: inout [Float], rows: Range<Int>) throws -> Result? in
        // Only the last block is shorter than the others.
        buffer.removeLast(buffer.count - rows.count * source.dimension)
        var block = buffer.mutableSpan
        try source.readRows(rows, into: &block)
        guard let sample else { return try work(&block, rows.lowerBound) }
        let count = try sample.keep(
          &block, dimension: source.dimension, firstRow: rows.lowerBound)
        if count == 0 { return nil }
        var kept = Array(buffer[..<(count * source.dimension)])
        var part = kept.mutableSpan
        return try work(&part, rows.lowerBound)
      },
      consume: { if let result = $0 { try consume(result) } })
  }

  /// Puts a fit together: signs, rank, rounding.
  ///
  /// `values` are variances, falling, of which tiny negative ones come from rounding; `vectors` are
  /// as many unit vectors, one a row.
  static func assemble(
    mean: [Double], values: [Double], vectors: [Double], count: Int, totalVariance: Double,
    rowCount: Int
  ) throws(LinearAlgebraError) -> PrincipalComponents {
    let dimension = mean.count
    let leading = values.first ?? 0
    let rank = leading > 0 ? values.prefix(count).prefix { $0 > leading * 0x1p-21 }.count : 0
    var directions = Array(vectors.prefix(rank * dimension))
    fixSigns(&directions, dimension: dimension)
    appendAxes(&directions, upTo: count, dimension: dimension)
    let variances = Array(values.prefix(rank)) + [Double](repeating: 0, count: count - rank)
    let components = try Matrix(
      rowCount: count, columnCount: dimension, elements: directions.map { Float($0) })
    return try PrincipalComponents(
      mean: mean, components: components, explainedVariance: variances,
      totalVariance: totalVariance, rowCount: rowCount)
  }

  /// Makes each vector's element of largest magnitude positive.
  private static func fixSigns(_ vectors: inout [Double], dimension: Int) {
    for start in stride(from: 0, to: vectors.count, by: dimension) {
      var largest = 0.0
      for index in start..<start + dimension { largest = max(largest, vectors[index].magnitude) }
      // The margin keeps equal elements equal, whatever kernel rounded them.
      let deciding = (start..<start + dimension).first {
        vectors[$0].magnitude >= largest * 0.999_999
      }
      guard let deciding, vectors[deciding] < 0 else { continue }
      for index in start..<start + dimension { vectors[index] = -vectors[index] }
    }
  }

  /// Adds what is left of unit axes, in turn those that are not nearly spanned, until there are enough.
  private static func appendAxes(_ vectors: inout [Double], upTo count: Int, dimension: Int) {
    var axis = 0
    var passedOver = 0
    while vectors.count < count * dimension {
      // What is left of all axes has squares that add up to the number of free directions: of some axis
      // there is the mean share at least, so that one round always finds one.
      precondition(passedOver < dimension, "some axis is always far from the vectors so far")
      var vector = [Double](repeating: 0, count: dimension)
      vector[axis] = 1
      axis = (axis + 1) % dimension
      let length = removeShares(of: vectors, from: &vector)
      let free = Double(dimension - vectors.count / dimension)
      guard length * length >= 0.5 * free / Double(dimension) else {
        passedOver += 1
        continue
      }
      passedOver = 0
      vectors += vector.map { $0 / length }
    }
  }
}

extension MomentAccumulator {
  /// Gathers some rows of a source.
  ///
  /// - Parameters:
  ///   - source: The rows, with at least one column.
  ///   - rows: Which of them; may be none.
  ///   - sample: Which of these are looked at; `nil` for all.
  ///   - threads: How many threads may work at once, at least 1; they change no bit.
  /// - Throws: `LinearAlgebraError.notFinite` with the first such row of the source, `libraryUnavailable`;
  ///   what the source throws.
  /// - Complexity: O(r · dimension²) for the r rows that are looked at; all are read. Of them one block a thread is
  ///   in memory, and of a sample its part of the block once more.
  public init(
    of source: RowSource, rows: Range<Int>, sample: RowSample? = nil, threads: Int
  ) throws {
    self.init(dimension: source.dimension)
    try LinearAlgebraLibrary.open()
    var total = self
    let spares = Spares<BlockMoments>()
    try PrincipalComponents.forEachCenteredBlock(
      of: source, rows: rows, sample: sample, threads: threads
    ) { block, firstRow in
      var moments = spares.take() ?? BlockMoments(dimension: source.dimension)
      try moments.measure(&block, firstRow: firstRow)
      return moments
    } consume: { moments in
      total.add(moments)
      spares.put(moments)
    }
    self = total
  }

  /// The components of the rows so far; see `PrincipalComponents.fit` for special cases.
  ///
  /// - Parameter count: How many components, from 1 to the dimension.
  /// - Returns: The components.
  /// - Throws: `LinearAlgebraError.noRows`, `unsupportedComponentCount`, `libraryUnavailable`,
  ///   `noConvergence`, `outOfMemory`.
  /// - Complexity: O(dimension³), and memory for dimension² doubles.
  public func principalComponents(
    count: Int
  ) throws(LinearAlgebraError) -> PrincipalComponents {
    guard rowCount >= 1 else { throw .noRows }
    guard count >= 1, count <= dimension else {
      throw .unsupportedComponentCount(requested: count, limit: dimension)
    }
    try LinearAlgebraLibrary.open()
    let freedom = Double(max(rowCount - 1, 1))
    var totalVariance = 0.0
    for column in 0..<dimension { totalVariance += covariance(column, column) }
    guard totalVariance > 0 else {
      return try PrincipalComponents.assemble(
        mean: mean, values: [], vectors: [], count: count, totalVariance: 0, rowCount: rowCount)
    }
    var covariance = scatter.map { $0 / freedom }
    let (values, vectors) = try leadingEigenvectors(
      &covariance, dimension: dimension, count: count)
    return try PrincipalComponents.assemble(
      mean: mean, values: values, vectors: vectors, count: count, totalVariance: totalVariance,
      rowCount: rowCount)
  }
}
