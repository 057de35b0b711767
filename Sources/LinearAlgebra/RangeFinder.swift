internal import Parallelism

/// Leading components of rows too long for a covariance matrix.
///
/// A block Krylov method (Musco and Musco, "Randomized block Krylov methods for stronger and faster
/// approximate singular value decomposition", 2015): from a random start Q the space of Q, CQ, C²Q,
/// … is spanned, one product with the covariance C a pass over the data, the best vectors in it are
/// taken (Rayleigh–Ritz), and multiplied once more with C, which costs no pass. The start is random
/// signs instead of normal numbers: as good, and the same bits everywhere.
struct RangeFinder {
  let source: RowSource
  let sample: RowSample?
  let threads: Int
  private var moments: (mean: [Double], rowCount: Int, squares: Double) = ([], 0, 0)

  init(source: RowSource, sample: RowSample?, threads: Int) {
    self.source = source
    self.sample = sample
    self.threads = threads
  }

  /// More starting vectors than components: the smallest of a space are the least exact.
  private static let spareVectors = 16

  mutating func fit(count: Int, passes: Int, seed: UInt64) throws -> PrincipalComponents {
    let dimension = source.dimension
    var vectors = startingVectors(
      min(count + RangeFinder.spareVectors, dimension), seed: seed)
    var basis: [Double] = []
    var images: [Double] = []
    for pass in 0..<passes {
      let product = try multiplied(vectors)
      if moments.rowCount == 0 { throw LinearAlgebraError.noRows }
      if pass == 0 && moments.squares == 0 { break }
      basis += vectors.map { Double($0) }
      images += product
      vectors = orthonormalized(product, against: basis)
      if vectors.isEmpty { break }
    }
    let freedom = Double(max(moments.rowCount - 1, 1))
    guard !basis.isEmpty else {
      return try PrincipalComponents.assemble(
        mean: moments.mean, values: [], vectors: [], count: count, totalVariance: 0,
        rowCount: moments.rowCount)
    }
    let size = basis.count / dimension
    var small = multiplyTransposed(basis, images, inner: dimension)
    for row in 0..<size {
      for column in row..<size {
        let (above, below) = (small[row * size + column], small[column * size + row])
        small[row * size + column] = (above + below) / 2 / freedom
      }
    }
    let kept = min(count, size)
    let (values, mixtures) = try leadingEigenvectors(&small, dimension: size, count: kept)
    // The last product with C, of those vectors only that stand out from rounding.
    let rank = values.prefix { $0 > 0 && $0 > values[0] * 0x1p-21 }.count
    let improved = multiply(Array(mixtures.prefix(rank * size)), images, inner: size)
    var directions: [Double] = []
    for start in stride(from: 0, to: improved.count, by: dimension) {
      var vector = Array(improved[start..<start + dimension])
      let length = removeShares(of: directions, from: &vector)
      directions += vector.map { $0 / length }
    }
    return try PrincipalComponents.assemble(
      mean: moments.mean, values: Array(values.prefix(rank)), vectors: directions, count: count,
      totalVariance: moments.squares / freedom, rowCount: moments.rowCount)
  }

  /// Random signs, made orthonormal.
  private func startingVectors(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed
    var signs: [Double] = []
    signs.reserveCapacity(count * source.dimension)
    for _ in 0..<count * source.dimension {
      // SplitMix64 (Steele, Lea and Flood, 2014).
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      signs.append((bits ^ (bits >> 31)) >> 63 == 0 ? 1 : -1)
    }
    return orthonormalized(signs, against: [])
  }

  /// The new directions among `vectors`, as floats; those that rounding alone would make are left
  /// out.
  private func orthonormalized(_ vectors: [Double], against basis: [Double]) -> [Float] {
    let dimension = source.dimension
    var known = basis
    for start in stride(from: 0, to: vectors.count, by: dimension) {
      guard known.count < dimension * dimension else { break }
      var vector = Array(vectors[start..<start + dimension])
      var squares = 0.0
      for value in vector { squares += value * value }
      let length = removeShares(of: known, from: &vector)
      guard length > 1e-7 * squares.squareRoot() else { continue }
      known += vector.map { $0 / length }
    }
    return known.dropFirst(basis.count).map { Float($0) }
  }

  /// The scatter matrix times each vector, in one pass; also the mean and the sum of squares.
  private mutating func multiplied(_ vectors: [Float]) throws -> [Double] {
    let dimension = source.dimension
    let count = vectors.count / dimension
    let precise = vectors.map { Double($0) }
    var total = [Double](repeating: 0, count: vectors.count)
    var mean = [Double](repeating: 0, count: dimension)
    var squares = 0.0
    var rowCount = 0
    let spares = Spares<BlockProduct>()
    try PrincipalComponents.forEachCenteredBlock(
      of: source, rows: 0..<source.rowCount, sample: sample, threads: threads
    ) {
      block, firstRow in
      var product = spares.take() ?? BlockProduct(dimension: dimension, count: count)
      try product.measure(&block, vectors: vectors, firstRow: firstRow)
      return product
    } consume: { block in
      let scale = block.center.inverseScale * block.center.inverseScale
      let (own, others) = (Double(rowCount), Double(block.center.rowCount))
      let share = others / (own + others)
      var difference = [Double](repeating: 0, count: dimension)
      for column in 0..<dimension {
        if rowCount > 0 { difference[column] = block.center.mean[column] - mean[column] }
        mean[column] =
          rowCount > 0 ? mean[column] + difference[column] * share : block.center.mean[column]
      }
      rowCount += block.center.rowCount
      addScaled(block.product, scale: scale, to: &total)
      squares += block.squares * scale
      let rest = block.center.rest
      for column in 0..<dimension {
        squares += own * share * difference[column] * difference[column]
        squares -= others * rest[column] * rest[column]
      }
      let along = multiplyTransposed(precise, difference + rest, inner: dimension)
      for row in 0..<count {
        let between = own * share * along[2 * row]
        let within = others * along[2 * row + 1]
        for column in 0..<dimension {
          total[row * dimension + column] += between * difference[column] - within * rest[column]
        }
      }
      spares.put(block)
    }
    moments = (mean, rowCount, squares)
    return total
  }
}

/// One block's share of the product: transpose(rows) · (rows · vectors).
private struct BlockProduct: Sendable {
  var center: BlockMean
  var product: [Float]
  var squares = 0.0
  private var shadows: [Float] = []

  init(dimension: Int, count: Int) {
    center = BlockMean(dimension: dimension)
    product = [Float](repeating: 0, count: dimension * count)
  }

  mutating func measure(
    _ block: inout MutableSpan<Float>, vectors: [Float], firstRow: Int
  ) throws(LinearAlgebraError) {
    try center.center(&block, firstRow: firstRow)
    let dimension = center.mean.count
    let rowCount = center.rowCount
    let needed = rowCount * (vectors.count / dimension)
    // Taken out of the struct for a while, as two of its arrays cannot be lent at once.
    var scratch: [Float] = []
    swap(&scratch, &shadows)
    if scratch.count != needed { scratch = [Float](repeating: 0, count: needed) }
    squares = sumOfSquares(block.span)
    var shadow = scratch.mutableSpan
    multiplyTransposed(block.span, vectors.span, inner: dimension, into: &shadow)
    var target = product.mutableSpan
    transposedMultiply(shadow.span, block.span, inner: rowCount, into: &target)
    swap(&scratch, &shadows)
  }
}
