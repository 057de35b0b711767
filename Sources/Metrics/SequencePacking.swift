/// What a trainer with sequences of a fixed length would make of a set: what it cuts off, and how well the
/// samples fill its sequences when they are packed.
///
/// A sample longer than a sequence is cut off at its length; one without tokens takes no part.
public struct SequencePacking: Sendable, Equatable {
  /// The lengths that can be asked for, in tokens.
  public static let lengths = 1...(1 << 24)

  /// How many tokens a sequence holds.
  public let length: Int
  /// Whether the samples' tokens are estimates.
  public let isEstimated: Bool
  /// How many samples have a token.
  public private(set) var samples = 0
  /// How many of them are longer than a sequence.
  public private(set) var truncated = 0
  /// The tokens that are cut off, together.
  public private(set) var lostTokens = 0
  /// The tokens that are left to train on, together.
  public private(set) var keptTokens = 0
  /// How many sequences hold all samples when they are packed.
  public private(set) var sequences = 0

  /// The share of the tokens that is trained on, 0…1; 1 where there are none.
  public var keptShare: Double {
    lostTokens == 0 ? 1 : Double(keptTokens) / Double(keptTokens + lostTokens)
  }
  /// The share of the packed sequences that is filled, 0…1; 1 where there are none.
  public var fill: Double { fill(of: sequences) }
  /// The share that is filled where each sample has a sequence of its own, padded to its length; 1 where there
  /// are none.
  public var fillUnpacked: Double { fill(of: samples) }

  private func fill(of count: Int) -> Double {
    count == 0 ? 1 : Double(keptTokens) / (Double(count) * Double(length))
  }

  /// Packs samples into sequences, first-fit decreasing: the longest first, each into the first sequence that
  /// has room for it.
  ///
  /// That takes at most 11/9 of the sequences that are needed, and 6/9 of one more (Dósa 2007,
  /// doi:10.1007/978-3-540-74450-4_1). Axolotl packs so within a batch, and LLaMA-Factory's knapsacks come out
  /// the same, since a sequence that takes the longest sample with room left, again and again, takes what
  /// first-fit would have put there; so this goes sequence by sequence. TRL takes the fullest sequence that has
  /// room instead (best-fit decreasing), for which the same bound holds. A trainer that packs batch by batch
  /// fills its sequences less.
  ///
  /// - Parameters:
  ///   - tokens: Each sample's tokens; their order does not matter.
  ///   - length: How many tokens a sequence holds, one of `lengths`.
  ///   - isEstimated: Whether the tokens are estimates.
  /// - Complexity: O(n α(n) + length) for n samples, α the inverse of Ackermann's function; memory for two
  ///   numbers for each length up to that of the longest sample.
  public init(_ tokens: some Sequence<UInt32>, length: Int, isEstimated: Bool) {
    precondition(Self.lengths.contains(length), "a sequence has a length")
    self.length = length
    self.isEstimated = isEstimated
    var counts: [Int32] = [0]
    for count in tokens where count > 0 {
      let kept = min(Int(count), length)
      samples += 1
      keptTokens += kept
      if Int(count) > length {
        truncated += 1
        lostTokens += Int(count) - length
      }
      if kept >= counts.count {
        counts.append(contentsOf: repeatElement(0, count: kept + 1 - counts.count))
      }
      counts[kept] += 1
    }
    sequences = Self.pack(&counts, length: length)
  }

  /// How many sequences samples take.
  ///
  /// - Parameters:
  ///   - counts: How many samples there are of each length; none are left.
  ///   - length: How many tokens a sequence holds.
  /// - Returns: The number, 0 for no samples.
  private static func pack(_ counts: inout [Int32], length: Int) -> Int {
    // For each length the longest one not above it of which there may be samples; lengths of which there are
    // none any more point below, and ways that were gone are made shorter.
    var longest = counts.indices.map { Int32($0) }
    func find(_ start: Int) -> Int {
      var found = start
      while true {
        if found > 0, counts[found] == 0, longest[found] == found {
          longest[found] = Int32(found - 1)
        }
        if longest[found] == found { break }
        found = Int(longest[found])
      }
      var place = start
      while place != found {
        let next = Int(longest[place])
        longest[place] = Int32(found)
        place = next
      }
      return found
    }
    var sequences = 0
    var first = find(counts.count - 1)
    while first > 0 {
      // The sequence is begun by the longest sample there is.
      sequences += 1
      var room = length
      var next = first
      while next > 0 {
        // As many of this length as there is room for.
        let taken = min(room / next, Int(counts[next]))
        counts[next] -= Int32(taken)
        room -= taken * next
        next = find(min(room, next - 1))
      }
      first = find(first)
    }
    return sequences
  }
}
