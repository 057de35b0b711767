// Unsafe: memory that threads share, each writing rows of its own.
import Parallelism

/// Rows of which each column lies in a list of its own.
///
/// - Parameters:
///   - columns: Lists of `count` numbers.
///   - count: How many rows there are.
///   - threads: How many threads may work at once, at least 1.
/// - Returns: The rows, one after the other.
/// - Complexity: O(rows · columns).
public func rows(ofColumns columns: [[Float]], count: Int, threads: Int) -> [Float] {
  precondition(columns.allSatisfy { $0.count == count }, "columns of other length")
  let width = columns.count
  // So many that what is written stays in the cache while all columns come by.
  let height = 1024
  return unsafe [Float](unsafeUninitializedCapacity: count * width) { buffer, initializedCount in
    nonisolated(unsafe) let elements = unsafe buffer
    forEachIndex(below: (count + height - 1) / height, threads: threads) { block in
      let end = min((block + 1) * height, count)
      for (place, column) in columns.enumerated() {
        let column = column.span
        for row in block * height..<end {
          unsafe elements.initializeElement(at: row * width + place, to: column[row])
        }
      }
    }
    initializedCount = count * width
  }
}
