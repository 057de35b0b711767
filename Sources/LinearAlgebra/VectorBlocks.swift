/// Codes of unit vectors side by side, to find those that may be close to others.
///
/// Bounds are rounded as the processor likes: what lies on the bound itself may be found or not. So a
/// caller looks with a cosine a little smaller than it needs, and decides by exact arithmetic.
///
/// **Memory.** 2 bytes a coordinate and 4 bytes for each of at most four rests, in blocks of 16 vectors.
public struct VectorBlocks: Sendable {
  /// How many vectors there are.
  public private(set) var count = 0
  private let ends: [UInt32]
  private var blocks: [Int16] = []
  private var rests: [Float] = []

  /// Pairs that one call of the kernel may find, at least.
  private static let room = 1 << 14

  /// Makes an empty list.
  ///
  /// - Parameter kind: A list of the codes that will be added.
  public init(like kind: VectorCodes) {
    ends = kind.ends
  }

  /// Adds a vector.
  ///
  /// - Parameters:
  ///   - codes: A list that holds it.
  ///   - index: Its number there.
  /// - Complexity: O(coordinates), amortised.
  public mutating func append(_ codes: VectorCodes, at index: Int) {
    precondition(codes.ends == ends, "a vector has as many coordinates as the others")
    let (lanes, width) = (vectorsInBlock, codes.codeCount)
    let lane = count % lanes
    if lane == 0 {
      blocks.append(contentsOf: repeatElement(0, count: lanes * width))
      // Places that no vector has taken yet are far from everything.
      rests.append(contentsOf: repeatElement(-Float.infinity, count: lanes * ends.count))
    }
    let start = count / lanes * lanes * width
    for place in 0..<width {
      blocks[start + place / 2 * 2 * lanes + 2 * lane + place % 2] =
        codes.codes[index * width + place]
    }
    let first = count / lanes * lanes * ends.count
    for place in ends.indices {
      rests[first + place * lanes + lane] = codes.rests[index * ends.count + place]
    }
    count += 1
  }

  /// Memory that a caller keeps from search to search.
  public struct Scratch: Sendable {
    fileprivate var found = ClosePairs()

    /// Empty memory.
    public init() {}
  }

  /// Finds the vectors that may be close to some.
  ///
  /// - Parameters:
  ///   - asked: The numbers of those to look for, in `queries`.
  ///   - queries: A list of vectors that holds them.
  ///   - leasts: The least cosine for each of `asked`.
  ///   - first: The number of the first vector to compare them with, from 0.
  ///   - scratch: Memory of the caller's, to be used again.
  ///   - body: Takes the place of a query in `asked`, the number of a vector, and what their cosine does not
  ///     exceed but for rounding, at least the query's least; for each query by rising vectors.
  /// - Complexity: O(queries · vectors · coordinates); usually only the first sixteen of most.
  public func forEachClose(
    to asked: [UInt32], of queries: VectorCodes, leasts: [Float], from first: Int = 0,
    scratch: inout Scratch, _ body: (Int, Int, Float) -> Void
  ) {
    forEachClose(
      to: asked, of: queries, leasts: leasts, from: first, variant: nil, scratch: &scratch, body)
  }

  /// The same by a certain variant of the kernel, to compare them.
  func forEachClose(
    to asked: [UInt32], of queries: VectorCodes, leasts: [Float], from first: Int, variant: Int?,
    scratch: inout Scratch, _ body: (Int, Int, Float) -> Void
  ) {
    precondition(queries.ends == ends, "queries have as many coordinates as the vectors")
    if first >= count || asked.isEmpty { return }
    let (lanes, width) = (vectorsInBlock, queries.codeCount)
    let blockCount = (count + lanes - 1) / lanes
    let most = max(1, Self.room / (lanes * asked.count))
    var block = first / lanes
    while block < blockCount {
      let end = min(block + most, blockCount)
      let near = closeVectors(
        blocks.span.extracting(block * lanes * width..<end * lanes * width),
        rests: rests.span.extracting(block * lanes * ends.count..<end * lanes * ends.count),
        blockCount: end - block, queries: queries.codes.span, queryRests: queries.rests.span,
        asked: asked, leasts: leasts, ends: ends, found: &scratch.found, variant: variant)
      for place in 0..<near {
        let vector = block * lanes + Int(scratch.found.vectors[place])
        if vector >= first {
          body(Int(scratch.found.queries[place]), vector, scratch.found.bounds[place])
        }
      }
      block = end
    }
  }
}
