/// Which topic and level each row has: every thousand consecutive rows hold each combination in
/// the same number, in an order of their own.
enum Plan {
  /// One combination of topic and level.
  struct Cell: Equatable {
    var topic: Topic
    /// Composition steps, 1 to 5.
    var level: Int
  }

  /// Rows in a block.
  static let blockSize = 1000

  /// The share of each level in percent, from 1 to 5.
  static let levelPercent = [34, 27, 19, 12, 8]

  /// The cells of one block, by topic and level.
  ///
  /// Within a topic the levels are rounded by largest
  /// remainder, ties to the lower level.
  static let cells: [Cell] = {
    var cells: [Cell] = []
    for topic in Topic.allCases {
      var counts = levelPercent.map { $0 * topic.permille / 100 }
      let remainders = levelPercent.map { $0 * topic.permille % 100 }
      let order = remainders.indices.sorted { (-remainders[$0], $0) < (-remainders[$1], $1) }
      for place in order.prefix(topic.permille - counts.reduce(0, +)) { counts[place] += 1 }
      for (index, count) in counts.enumerated() {
        cells += Array(repeating: Cell(topic: topic, level: index + 1), count: count)
      }
    }
    precondition(cells.count == blockSize, "the topics' shares must add up to a thousand")
    return cells
  }()

  /// The cell of a row.
  ///
  /// The block's order is a keyed permutation of ten bits (a four-round Feistel network), walked
  /// until it lands below 1000, so that a row needs no other row.
  static func cell(seed: UInt64, row: Int) -> Cell {
    var dice = Dice(seed: seed, row: row / blockSize, purpose: .plan)
    let keys = (0..<4).map { _ in dice.next() }
    var place = UInt64(row % blockSize)
    repeat {
      var (left, right) = (place >> 5, place & 31)
      for key in keys { (left, right) = (right, left ^ (Dice.mixed(key ^ right) & 31)) }
      place = left << 5 | right
    } while place >= UInt64(blockSize)
    return cells[Int(place)]
  }
}
