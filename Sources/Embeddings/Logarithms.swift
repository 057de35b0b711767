/// Natural logarithms of small whole numbers, the same bits on every machine.
///
/// The C library's `log` may differ in its last bit between processors. Here
/// log n = log(n − 1) + 2 (y + y³/3 + y⁵/5 + …) with y = 1 / (2n − 1), from additions,
/// multiplications and divisions only, which IEEE 754 defines to the bit.
struct Logarithms: Sendable {
  /// Entry n is log n; entry 0 is not used.
  private let table: [Double]

  /// Logarithms of 1...limit.
  ///
  /// - Complexity: O(limit).
  init(upTo limit: Int) {
    var table = [0.0, 0.0]
    table.reserveCapacity(limit + 1)
    for number in stride(from: 2, through: limit, by: 1) {
      let y = 1 / Double(2 * number - 1)
      let square = y * y
      var power = y
      var sum = 0.0
      var divisor = 1.0
      while power / divisor > 1e-18 {
        sum += power / divisor
        power *= square
        divisor += 2
      }
      table.append(table[number - 1] + 2 * sum)
    }
    self.table = table
  }

  subscript(number: Int) -> Double { table[number] }
}
