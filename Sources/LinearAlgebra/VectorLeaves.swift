internal import Numbers
internal import Parallelism

/// Vectors in an order in which those that stand together are close, in leaves of 256, to pass over whole
/// leaves that are far.
///
/// The vectors are cut in two again and again, each time between two that lie far apart in a sample, at a
/// multiple of 256 and with at least an eighth on each side. All vectors of a leaf lie within an angle ρ of its centre; so one at an angle θ from
/// the centre has a cosine of at most cos(θ − ρ) with each of them.
///
/// Sums are rounded as the processor likes, and so the order is its own: only what does not depend on it
/// may be told.
///
/// **Memory.** A copy of the vectors, and of each leaf a vector more.
struct VectorLeaves: Sendable {
  /// How many vectors a leaf has, but for the last.
  static let size = 256

  /// The vectors in their new order.
  let vectors: UnitVectors
  /// The number that each had before.
  let originals: [Int32]
  /// The centres of leaves, of length 1, one after the other.
  private var centres: [Float] = []
  /// The cosine and the sine of each leaf's angle.
  private var widths: [(cosine: Float, sine: Float)] = []

  /// How much lower a bound is taken, for rounding.
  private static let margin: Float = 1e-3
  /// Members of a node that tell where it is cut.
  private static let sampleCount = 512
  /// How often the two ends of a node are moved to the means of what is nearer to them.
  private static let rounds = 4

  /// Sorts vectors into leaves.
  ///
  /// - Parameters:
  ///   - vectors: The vectors.
  ///   - threads: How many threads may work at once.
  /// - Complexity: O(vectors · dimension · log leaves).
  init(_ vectors: UnitVectors, threads: Int) {
    var order = (0..<vectors.count).map { Int32(truncatingIfNeeded: $0) }
    var nodes = [0..<order.count]
    while nodes.contains(where: { $0.count > Self.size }) {
      var (next, cuts): ([Int32], [Range<Int>]) = ([], [])
      next.reserveCapacity(order.count)
      forEachPartInOrder(
        nodes, threads: threads, makeWorker: {},
        work: { [order] (_: inout Void, node: Range<Int>) in
          Self.halved(order[node], of: vectors)
        },
        consume: { halves in
          for half in [halves.low, halves.high] where !half.isEmpty {
            cuts.append(next.count..<next.count + half.count)
            next += half
          }
        })
      (order, nodes) = (next, cuts)
    }
    let sorted = vectors.picked(order.lazy.map(Int.init))
    self.vectors = sorted
    originals = order
    let leaves = stride(from: 0, to: order.count, by: Self.size).map {
      $0..<min($0 + Self.size, order.count)
    }
    forEachPartInOrder(
      leaves, threads: threads, makeWorker: {},
      work: { (_: inout Void, leaf: Range<Int>) in Self.centre(of: leaf, in: sorted) },
      consume: { centre, cosine in
        centres += centre
        // A leaf as wide as a half of all directions is near to everything.
        widths.append(
          cosine > 0.01
            ? (cosine, (1 - cosine * cosine).squareRoot()) : (0, .greatestFiniteMagnitude))
      })
  }

  /// How many leaves there are.
  var count: Int { widths.count }

  /// What some vectors have to reach, to ask whether a leaf may hold it.
  struct Reach {
    fileprivate var bounds: [Float]
    fileprivate var sines: [Float]

    /// - Parameter bounds: The cosine that each vector looks for, −∞ for any.
    init(_ bounds: some Collection<Float>) {
      self.bounds = []
      sines = []
      for bound in bounds {
        let lowered = bound - VectorLeaves.margin
        // Below 0 the angles add up to more than a half turn.
        self.bounds.append(lowered < 0 ? -1e30 : lowered)
        sines.append(lowered < 0 ? 1 : max(1 - lowered * lowered, 1e-6).squareRoot())
      }
    }
  }

  /// The cosines of some of the vectors with the centres.
  ///
  /// - Parameters:
  ///   - rows: Which vectors.
  ///   - cosines: Takes those of all of them with the first centre, with the second …; its length is set.
  func cosines(of rows: Range<Int>, into cosines: inout [Float]) {
    if cosines.count != rows.count * count {
      cosines = [Float](repeating: 0, count: rows.count * count)
    }
    let width = vectors.width
    var target = cosines.mutableSpan
    multiplyTransposed(
      centres.span,
      vectors.elements.span.extracting(rows.lowerBound * width..<rows.upperBound * width),
      inner: width, into: &target)
  }

  /// Whether a leaf may hold what any of some vectors look for.
  ///
  /// - Parameters:
  ///   - leaf: The number of the leaf.
  ///   - reach: What they look for.
  ///   - cosines: Their cosines with all centres.
  /// - Returns: Whether one of them may.
  func mayHold(_ leaf: Int, _ reach: Reach, _ cosines: [Float]) -> Bool {
    let rowCount = reach.bounds.count
    return isAnyWithinReach(
      cosines.span.extracting(leaf * rowCount..<(leaf + 1) * rowCount), bounds: reach.bounds,
      sines: reach.sines, width: widths[leaf])
  }

  /// Cuts a node in two, by which of two ends its members are nearer to.
  private static func halved(
    _ node: ArraySlice<Int32>, of vectors: UnitVectors
  ) -> (low: [Int32], high: [Int32]) {
    if node.count <= size { return (Array(node), []) }
    let axis = axis(of: node, in: vectors)
    let scores = node.map { vectors.rough(Int($0), axis) }
    let nearLow = scores.count { $0 <= 0 }
    // No half is less than an eighth, but for whole leaves: equal vectors would lie all on one side.
    let least = max(size, node.count / 8 / size * size)
    let most = max(least, (node.count - least) / size * size)
    let cut = min(max((nearLow + size / 2) / size * size, least), most)
    // Those below the cut, and of those on it the first.
    var ordered = scores
    let edge = kthLargest(node.count - cut + 1, of: &ordered)
    var room = cut - scores.count { $0 < edge }
    var (low, high): ([Int32], [Int32]) = ([], [])
    low.reserveCapacity(cut)
    high.reserveCapacity(node.count - cut)
    for (number, score) in zip(node, scores) {
      if score < edge || (score == edge && room > 0) {
        low.append(number)
        if score == edge { room -= 1 }
      } else {
        high.append(number)
      }
    }
    return (low, high)
  }

  /// The difference of two directions that a node's members are told apart by.
  private static func axis(of node: ArraySlice<Int32>, in vectors: UnitVectors) -> [Float] {
    let step = max(1, node.count / sampleCount)
    let sample = stride(from: node.startIndex, to: node.endIndex, by: step).map { Int(node[$0]) }
    func farthest(from direction: [Float]) -> [Float] {
      var (farthest, least) = (sample[0], Float.infinity)
      for number in sample {
        let cosine = vectors.rough(number, direction)
        if cosine < least { (farthest, least) = (number, cosine) }
      }
      return Array(vectors.elements[vectors.row(farthest)])
    }
    let first = farthest(from: Array(vectors.elements[vectors.row(sample[0])]))
    var axis = zip(first, farthest(from: first)).map { $1 - $0 }
    for _ in 0..<rounds {
      var ends = [[Float]](repeating: [Float](repeating: 0, count: vectors.width), count: 2)
      for number in sample {
        vectors.add(number, to: &ends[vectors.rough(number, axis) <= 0 ? 0 : 1])
      }
      for end in 0...1 { ends[end] = unit(ends[end]) }
      axis = zip(ends[0], ends[1]).map { $1 - $0 }
    }
    return axis
  }

  /// The direction of a leaf's mean, and the least cosine of a member with it.
  private static func centre(
    of leaf: Range<Int>, in vectors: UnitVectors
  ) -> (centre: [Float], cosine: Float) {
    var sum = [Float](repeating: 0, count: vectors.width)
    for number in leaf { vectors.add(number, to: &sum) }
    let centre = unit(sum)
    let cosines = leaf.map { vectors.rough($0, centre) }
    return (centre, min(cosines.min() ?? 0, 1))
  }

  /// A vector divided by its length; one of zeros stays.
  private static func unit(_ vector: [Float]) -> [Float] {
    let square = roughProduct(vector.span, vector.span)
    return square > 0 ? vector.map { $0 / square.squareRoot() } : vector
  }
}

extension UnitVectors {
  /// The product of a vector and another one, rounded as the processor likes.
  fileprivate func rough(_ number: Int, _ other: [Float]) -> Float {
    roughProduct(elements.span.extracting(row(number)), other.span)
  }

  /// Adds a vector to a sum.
  fileprivate func add(_ number: Int, to sum: inout [Float]) {
    let start = number * width
    for place in sum.indices { sum[place] += elements[start + place] }
  }
}
