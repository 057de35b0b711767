import LinearAlgebra
import Parallelism

/// Candidates that were told ahead, in the order of their turns, with their vectors.
struct CandidatesAhead {
  /// What is known of a candidate before its turn.
  enum Finding {
    case none
    case twin(Twin)
    case problem(any Error)
  }

  /// A chosen sample that is too close to a candidate.
  struct Twin {
    var cosine: Float
    /// When it was chosen.
    var number: Int32
    var sample: Int32
  }

  /// Where vectors come from, and how they are told apart.
  struct Source: Sendable {
    let dimension: Int
    let vectors: Redundancy.Vectors
    let directions: PrincipalComponents
    /// An empty list of codes.
    let kind: VectorCodes
  }

  var samples: [Int32] = []
  /// The cell of each.
  var cells: [Int32] = []
  /// Their vectors, one after the other.
  private(set) var vectors: [Float] = []
  /// The lengths of their vectors, 0 for one of zeros and one that cannot be read.
  private(set) var lengths: [Double] = []
  private(set) var codes: VectorCodes
  /// Their points, one after the other, where they lie in groups.
  private(set) var points: [Float] = []
  var findings: [Finding] = []
  /// The first whose turn has not come.
  var next = 0
  /// How often candidates were told ahead.
  private(set) var batch = 0

  /// Candidates that are read together.
  static let readTogether = 64

  /// Some candidates as they were read.
  private struct Part: Sendable {
    var cells: [Int32] = []
    var vectors: [Float] = []
    var lengths: [Double] = []
    var codes: VectorCodes
    var points: [Float] = []
    var findings: [Finding] = []
  }

  /// Nothing told ahead.
  init(codes kind: VectorCodes) {
    codes = kind
  }

  /// Takes other candidates, and reads their vectors.
  ///
  /// - Parameters:
  ///   - samples: The candidates.
  ///   - source: Where their vectors come from.
  ///   - groups: Groups of which theirs are to be found, if any; then `cells` are these and one more.
  ///   - threads: How many threads may work at once.
  mutating func read(
    _ samples: [Int32], from source: Source, groups: DirectionGroups?, threads: Int
  ) {
    self.samples = samples
    cells.removeAll(keepingCapacity: true)
    vectors.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    codes.removeAll()
    points.removeAll(keepingCapacity: true)
    findings.removeAll(keepingCapacity: true)
    next = 0
    batch += 1
    let blocks = stride(from: 0, to: samples.count, by: Self.readTogether).map {
      samples[$0..<min($0 + Self.readTogether, samples.count)]
    }
    forEachPartInOrder(
      blocks, threads: threads,
      makeWorker: { [Float](repeating: 0, count: source.dimension) },
      work: { (vector: inout [Float], block: ArraySlice<Int32>) -> Part in
        Self.part(block, from: source, groups: groups, vector: &vector)
      },
      consume: { part in
        cells += part.cells
        vectors += part.vectors
        lengths += part.lengths
        codes.append(contentsOf: part.codes)
        points += part.points
        findings += part.findings
      })
  }

  private static func part(
    _ block: ArraySlice<Int32>, from source: Source, groups: DirectionGroups?,
    vector: inout [Float]
  ) -> Part {
    var part = Part(codes: source.kind)
    part.vectors.reserveCapacity(block.count * source.dimension)
    var units: [Float] = []
    units.reserveCapacity(block.count * source.dimension)
    for sample in block {
      var finding = Finding.none
      var length = 0.0
      do {
        var target = vector.mutableSpan
        try source.vectors(Int(sample), &target)
        length = Selection.length(of: vector.span) ?? 0
      } catch {
        finding = .problem(error)
      }
      part.vectors += vector
      part.lengths.append(length)
      part.findings.append(finding)
      for value in vector { units.append(length > 0 ? Float(Double(value) / length) : 0) }
    }
    let count = source.directions.count
    var coordinates = [Float](repeating: 0, count: block.count * count)
    var places = coordinates.mutableSpan
    source.directions.project(units.span, into: &places)
    let all = coordinates.span
    for row in 0..<block.count {
      let coordinates = all.extracting(row * count..<(row + 1) * count)
      part.codes.append(coordinates)
      if groups == nil { continue }
      DirectionGroups.append(coordinates, rest: part.codes.rest(at: row), to: &part.points)
    }
    guard let groups else { return part }
    let together = DirectionGroups.Points.mostCount
    for start in stride(from: 0, to: block.count, by: together) {
      let rows = start..<min(start + together, block.count)
      let nearest = groups.nearest(DirectionGroups.Points(rows, of: part.points))
      for lane in 0..<rows.count { part.cells.append(nearest[lane] + 1) }
    }
    return part
  }
}

/// The length of a vector in a fixed order of arithmetic; `nil` for one of zeros.
func length(of vector: Span<Float>) -> Double? {
  var sum = 0.0
  for index in vector.indices { sum += Double(vector[index]) * Double(vector[index]) }
  return sum > 0 ? sum.squareRoot() : nil
}
