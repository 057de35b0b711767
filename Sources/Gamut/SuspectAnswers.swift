import Numbers
import Reporting

/// The suspect answers of a pool, as its columns tell them.
struct SuspectAnswers: Sendable {
  /// How many different prompts one answer must be given to.
  static let leastPromptCount = 5

  /// Samples that share one answer to so many prompts, each group in the order of the pool, the groups in
  /// the order of their first samples.
  let repeated: [[Int32]]
  /// The samples of each kind that one answer tells by itself, in the order of the pool.
  let empty: [Int32]
  let placeholders: [Int32]
  let echoes: [Int32]

  /// Finds them.
  ///
  /// - Parameter columns: The pool.
  /// - Complexity: O(n) for n samples, besides a sort of the few that may be repeated.
  init(of columns: PoolColumns) {
    func flagged(_ flag: AnswerTraits.Flags) -> [Int32] {
      columns.answerFlags.indices.filter { columns.answerFlags[$0].contains(flag) }
        .map { Int32(truncatingIfNeeded: $0) }
    }
    // Most pools have none of any kind: one look tells.
    let isAnyFlagged = columns.answerFlags.contains { !$0.isEmpty }
    empty = isAnyFlagged ? flagged(.empty) : []
    placeholders = isAnyFlagged ? flagged(.placeholder) : []
    echoes = isAnyFlagged ? flagged(.echo) : []
    repeated = Self.groups(hashes: columns.answerHashes, prompts: columns.promptHashes)
  }

  /// Everything as a list of groups: empty answers, placeholders, echoes, then each repeated answer.
  var groups: [[Int32]] { [empty, placeholders, echoes] + repeated }

  /// Takes what was found before; there is nothing where there are fewer than three groups.
  ///
  /// - Parameter groups: As `groups` gave them.
  init?(groups: [[Int32]]) {
    guard groups.count >= 3 else { return nil }
    empty = groups[0]
    placeholders = groups[1]
    echoes = groups[2]
    repeated = Array(groups[3...])
  }

  /// The samples of a kind, in no order that means anything.
  func samples(_ kind: SuspectKind) -> [Int32] {
    switch kind {
    case .repeated: repeated.flatMap(\.self)
    case .empty: empty
    case .placeholder: placeholders
    case .echoed: echoes
    }
  }

  /// Groups of samples whose answers agree, over enough different prompts.
  private static func groups(hashes: [UInt64], prompts: [UInt32]) -> [[Int32]] {
    // A count for a few bits of each hash first, in a table that stays in the cache: only samples whose
    // count is high enough can be repeated often, and they are few.
    var size = 1 << 12
    while size < hashes.count * 4, size < 1 << 22 { size *= 2 }
    var counts = [UInt8](repeating: 0, count: size)
    let mask = size - 1
    let enough = UInt8(leastPromptCount)
    for hash in hashes where hash != 0 {
      let place = Int(truncatingIfNeeded: hash) & mask
      counts[place] = min(counts[place] &+ 1, enough)
    }
    let candidates = hashes.indices.filter {
      hashes[$0] != 0 && counts[Int(truncatingIfNeeded: hashes[$0]) & mask] == enough
    }
    let sorted = stableSorted(candidates.map { Int32(truncatingIfNeeded: $0) }) {
      hashes[Int($0)]
    }
    var groups: [[Int32]] = []
    var start = 0
    while start < sorted.count {
      let hash = hashes[Int(sorted[start])]
      var end = start + 1
      while end < sorted.count, hashes[Int(sorted[end])] == hash { end += 1 }
      let group = sorted[start..<end]
      if group.count >= leastPromptCount,
        Set(group.map { prompts[Int($0)] }).count >= leastPromptCount
      {
        groups.append(Array(group))
      }
      start = end
    }
    return groups.sorted { $0[0] < $1[0] }
  }
}
