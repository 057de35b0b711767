/// Draws the samples that are set aside for validation, each cell giving its share.
///
/// Samples of one prompt stay together: they are one group, which belongs to the cell of its first member by
/// content. In each cell groups stand in an order that hangs on their prompt and the seed alone; a group behind k
/// samples of a cell of n, itself of s, has priority (k + s/2)/n. Smaller goes first over all cells, ties by
/// that order. The samples set aside are the first of this one list, so a cell gives its share as nearly as whole
/// groups allow (Sainte-Laguë), and a smaller share lies within a larger one. A group that does not fit any
/// more is passed over.
struct ValidationDraw {
  /// A sample as far as it is looked at.
  struct Sample {
    /// What its prompt hashes to.
    var prompt: UInt64
    /// What its content hashes to.
    var content: UInt64
    /// Its cell; −1 for none, which is one more cell.
    var cell: Int32
  }

  private struct Group {
    var prompt: UInt64
    var cell: Int32
    var content: UInt64
    var count: Int
  }

  /// Draws.
  ///
  /// - Parameters:
  ///   - samples: The samples there are, in any order.
  ///   - count: How many are wanted at most.
  ///   - seed: What settles which of equal claims goes first.
  /// - Returns: The prompts whose samples are set aside, and how many samples that are.
  /// - Complexity: O(n log n).
  static func draw(
    from samples: [Sample], count: Int, seed: UInt64
  ) -> (prompts: Set<UInt64>, count: Int) {
    var places: [UInt64: Int] = [:]
    var groups: [Group] = []
    var cellCounts: [Int32: Int] = [:]
    for sample in samples {
      if let place = places[sample.prompt] {
        groups[place].count += 1
        if (sample.content, sample.cell) < (groups[place].content, groups[place].cell) {
          groups[place].content = sample.content
          groups[place].cell = sample.cell
        }
      } else {
        places[sample.prompt] = groups.count
        groups.append(
          Group(prompt: sample.prompt, cell: sample.cell, content: sample.content, count: 1))
      }
    }
    for group in groups { cellCounts[group.cell, default: 0] += group.count }
    let salt = mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    groups.sort {
      let (left, right) = (mixed($0.prompt ^ salt), mixed($1.prompt ^ salt))
      return left == right ? $0.prompt < $1.prompt : left < right
    }
    var passed: [Int32: Int] = [:]
    var claims: [(priority: Double, place: Int)] = []
    claims.reserveCapacity(groups.count)
    for (place, group) in groups.enumerated() {
      let before = passed[group.cell, default: 0]
      let total = cellCounts[group.cell, default: 1]
      claims.append(((Double(before) + Double(group.count) / 2) / Double(total), place))
      passed[group.cell] = before + group.count
    }
    claims.sort { $0.priority == $1.priority ? $0.place < $1.place : $0.priority < $1.priority }
    var prompts: Set<UInt64> = []
    var taken = 0
    for claim in claims where taken + groups[claim.place].count <= count {
      prompts.insert(groups[claim.place].prompt)
      taken += groups[claim.place].count
      if taken == count { break }
    }
    return (prompts, taken)
  }

  /// Spreads every bit over all others (the last steps of SplitMix64).
  static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
