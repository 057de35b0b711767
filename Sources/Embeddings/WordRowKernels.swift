// Unsafe here: memory that threads share, each writing its own rows, and the C kernels' pointers.

internal import CLinearAlgebra
internal import Parallelism

/// Columns are padded to a multiple of this many.
let wordLanes = Int(GAMUT_WORD_LANES)

/// `columnCount` rounded up to whole lanes.
func paddedColumns(_ columnCount: Int) -> Int {
  (columnCount + wordLanes - 1) / wordLanes * wordLanes
}

/// How many variants of the kernels this processor can run; they give the same bits.
var wordKernelVariantCount: Int { Int(gamut_word_variant_count()) }

/// The variant that the kernels choose themselves: the fastest.
let fastestVariant = -1

/// Calls `work` for every index on up to `threads` threads and gathers what it returns, in order.
func results<Result: Sendable>(
  below count: Int, threads: Int, _ work: @Sendable (Int) -> Result
) -> [Result] {
  unsafe [Result](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    // Every index initialises its own element, once.
    nonisolated(unsafe) let elements = unsafe buffer
    forEachIndex(below: count, threads: threads) { index in
      unsafe elements.initializeElement(at: index, to: work(index))
    }
    initializedCount = count
  }
}

/// Calls `work` for blocks of consecutive indices and gathers what it returns, in order.
///
/// The blocks depend on `count` and `blockSize` only.
func results<Result: Sendable>(
  forBlocksOf blockSize: Int, below count: Int, threads: Int,
  _ work: @Sendable (Range<Int>) -> Result
) -> [Result] {
  results(below: (count + blockSize - 1) / blockSize, threads: threads) { block in
    work(block * blockSize..<min((block + 1) * blockSize, count))
  }
}

/// The rows of small integers that words are looked up in, at addresses that fit cache lines.
///
/// `@unchecked Sendable` because nothing is written after `init`; `@safe` because the memory never
/// leaves this file.
@safe final class WordTable: @unchecked Sendable {
  let rowCount: Int
  let columnCount: Int
  let stride: Int

  /// The row of every bucket, 65,536 entries.
  let rowsByBucket: [UInt16]

  private let base: UnsafeMutablePointer<Int8>

  /// A table whose row `r` is what `fill` writes into the `columnCount` zeros that it is given.
  init(
    rowCount: Int, columnCount: Int, rowsByBucket: [UInt16],
    fill: (Int, inout MutableSpan<Int8>) -> Void
  ) {
    precondition(rowsByBucket.count == 65_536, "every bucket needs a row")
    precondition(rowsByBucket.allSatisfy { $0 < rowCount }, "a bucket's row is not in the table")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowsByBucket = rowsByBucket
    stride = paddedColumns(columnCount)
    let byteCount = rowCount * stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 64)
    unsafe base = memory.bindMemory(to: Int8.self, capacity: byteCount)
    unsafe base.initialize(repeating: 0, count: byteCount)
    for row in 0..<rowCount {
      let start = unsafe UnsafeMutableBufferPointer(
        start: base + row * stride, count: columnCount)
      var span = unsafe start.mutableSpan
      fill(row, &span)
    }
  }

  deinit { unsafe base.deallocate() }

  /// The entry in a row and a column.
  subscript(row: Int, column: Int) -> Int8 {
    precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount)
    return unsafe base[row * stride + column]
  }

  /// Adds `weight` times the rows of all words to `sums`, which has `stride` entries.
  func add(
    _ words: Span<UInt32>, weight: Int32, to sums: inout [Int32], variant: Int = fastestVariant
  ) {
    precondition(sums.count == stride, "sums need one entry a padded column")
    unsafe words.withUnsafeBufferPointer { words in
      unsafe gamut_sum_words(
        base, stride, rowsByBucket, words.baseAddress, words.count, weight, &sums, Int32(variant))
    }
  }
}

/// Writes unit(unit(sums) − mean − z · slope) to `vector`; all have the same, padded, count.
///
/// - Returns: False, with zeros in `vector`, when the sums are zero or no more than `least` is left.
func finish(
  _ sums: [Int32], mean: [Float], slope: [Float], z: Float, least: Float,
  into vector: inout [Float], variant: Int = fastestVariant
) -> Bool {
  let stride = sums.count
  precondition(stride % wordLanes == 0, "columns are padded to whole lanes")
  precondition(mean.count == stride && slope.count == stride && vector.count == stride)
  return unsafe gamut_finish_words(
    sums, stride, mean, slope, z, least, &vector, Int32(variant)) == 1
}

/// A matrix of whole numbers' weights, of which only those that are not zero are kept, by rows.
struct SparseRows: Sendable {
  /// Where every row starts in `columns` and `values`, and at last where the last one ends.
  var starts: [UInt32] = [0]
  var columns: [UInt32] = []
  var values: [Float] = []

  var rowCount: Int { starts.count - 1 }

  /// The same matrix by columns: rows become columns, in ascending order within each.
  ///
  /// - Complexity: O(entries + columns).
  func transposed(columnCount: Int) -> SparseRows {
    var result = SparseRows()
    result.starts = [UInt32](repeating: 0, count: columnCount + 1)
    for column in columns { result.starts[Int(column) + 1] += 1 }
    for column in 0..<columnCount { result.starts[column + 1] += result.starts[column] }
    result.columns = [UInt32](repeating: 0, count: columns.count)
    result.values = [Float](repeating: 0, count: values.count)
    var next = result.starts
    for row in 0..<rowCount {
      for entry in Int(starts[row])..<Int(starts[row + 1]) {
        let place = Int(next[Int(columns[entry])])
        next[Int(columns[entry])] += 1
        result.columns[place] = UInt32(row)
        result.values[place] = values[entry]
      }
    }
    return result
  }
}

/// A dense matrix that threads fill together, each its own rows; columns padded with zeros.
///
/// `@unchecked Sendable` because no two calls that run at the same time write the same row, and none
/// reads a row that another writes; `@safe` because the memory never leaves this file.
@safe final class FloatRows: @unchecked Sendable {
  let rowCount: Int
  let columnCount: Int
  let stride: Int
  private let base: UnsafeMutablePointer<Float>

  /// A matrix of zeros.
  init(rowCount: Int, columnCount: Int) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    stride = paddedColumns(columnCount)
    let count = rowCount * stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count * MemoryLayout<Float>.stride, 1), alignment: 64)
    unsafe base = memory.bindMemory(to: Float.self, capacity: count)
    unsafe base.initialize(repeating: 0, count: count)
  }

  deinit { unsafe base.deallocate() }

  /// Lends a row's columns for writing.
  func withRow<Result>(_ row: Int, _ body: (inout MutableSpan<Float>) -> Result) -> Result {
    precondition(row >= 0 && row < rowCount, "a row outside of the matrix")
    let buffer = unsafe UnsafeMutableBufferPointer(start: base + row * stride, count: columnCount)
    var span = unsafe buffer.mutableSpan
    return body(&span)
  }

  /// Becomes `left` times `right`; every entry is one sum in the order of `left`'s entries.
  func becomeProduct(
    of left: SparseRows, and right: FloatRows, threads: Int, variant: Int = fastestVariant
  ) {
    precondition(left.rowCount == rowCount && stride == right.stride, "matrices do not fit")
    precondition(left.columns.allSatisfy { $0 < right.rowCount }, "an entry outside of the matrix")
    // Small blocks: the first rows of words hold most of the entries.
    _ = results(forBlocksOf: 64, below: rowCount, threads: threads) { block in
      let first = block.lowerBound
      unsafe left.starts.withUnsafeBufferPointer { starts in
        unsafe gamut_sparse_times_dense(
          starts.baseAddress.map { unsafe $0 + first }, block.count, left.columns, left.values,
          right.base, stride, base + first * stride, Int32(variant))
      }
    }
  }

  /// The scalar products of all pairs of columns, row-major with `stride` columns, in double.
  ///
  /// Rows are summed in blocks of fixed size, the blocks then in order, so the thread count
  /// changes no bit. Entries below the diagonal may be zero.
  func columnProducts(threads: Int, variant: Int = fastestVariant) -> [Double] {
    let partial = results(forBlocksOf: 512, below: rowCount, threads: threads) {
      block -> [Double] in
      var products = [Double](repeating: 0, count: stride * stride)
      unsafe gamut_column_products(
        base + block.lowerBound * stride, block.count, stride, &products, Int32(variant))
      return products
    }
    var total = [Double](repeating: 0, count: stride * stride)
    for products in partial {
      for index in total.indices { total[index] += products[index] }
    }
    return total
  }

  /// Multiplies by an upper triangular matrix of `stride` rows and columns, in place.
  func multiply(byTriangle factor: [Double], threads: Int, variant: Int = fastestVariant) {
    precondition(factor.count == stride * stride, "the factor does not fit")
    _ = results(forBlocksOf: 256, below: rowCount, threads: threads) { block in
      let rows = unsafe base + block.lowerBound * stride
      unsafe gamut_times_triangle(rows, block.count, stride, factor, rows, Int32(variant))
    }
  }
}
