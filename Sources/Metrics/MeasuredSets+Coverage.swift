internal import LinearAlgebra
internal import Parallelism

extension MeasuredSets {
  /// Samples of sets whose cosines with the covered ones are computed together.
  private static let coveringCount = 128
  /// Into how many parts the samples of all sets are divided.
  private static let coveringPartCount = 32
  /// A cosine above which rounding would show in a distance that is computed from it.
  private static let closeCosine: Float = 0.9

  /// The metrics of how a set covers the pool.
  func measureCoverage(
    _ metrics: Set<VectorMetric>, into results: inout [VectorMetrics]
  ) throws {
    guard !metrics.isDisjoint(with: [.facilityLocation, .coverageRadius]) else { return }
    let drawn = drawFromPool(limits.coveredSamples, isDistinct: false)
    let covered = try UnitRows(
      of: pool.vectors, rows: drawn, memoryLimit: Int.max, threads: threads)
    let coveredPlaces = (0..<Int32(covered.count)).filter { covered.hasDirection(Int($0)) }
    guard !coveredPlaces.isEmpty else { return }
    let filled = places.indices.filter { !places[$0].isEmpty }
    // A sample that the set has is covered by itself.
    let isOwn = filled.map { set in
      coveredPlaces.map { contains(drawn[Int($0)], in: set) }
    }
    let open = filled.indices.filter { isOwn[$0].contains(false) }
    let greatest = try greatestCosines(
      of: open.map { filled[$0] }, with: covered, coveredPlaces)
    for (index, set) in filled.enumerated() {
      results[set].coveredSampleCount = coveredPlaces.count
      var cosines = [Float](repeating: 1, count: coveredPlaces.count)
      if let number = open.firstIndex(of: index) {
        let start = number * coveredPlaces.count
        for place in cosines.indices where !isOwn[index][place] {
          cosines[place] = min(greatest[start + place], 1)
        }
      }
      if metrics.contains(.facilityLocation) {
        let sum = cosines.reduce(0.0) { $0 + Double($1) }
        results[set].facilityLocation = sum / Double(cosines.count)
      }
      guard metrics.contains(.coverageRadius) else { continue }
      let worst = cosines.indices.filter { !isOwn[index][$0] }.min { cosines[$0] < cosines[$1] }
      guard let worst else {
        results[set].coverageRadius = 0
        continue
      }
      results[set].coverageRadius = try distance(
        of: Int(coveredPlaces[worst]), covered, from: set, cosine: cosines[worst])
    }
  }

  /// The distance of a covered sample from the nearest of a set, whose cosine is known.
  private func distance(
    of place: Int, _ covered: UnitRows, from set: Int, cosine: Float
  ) throws -> Double {
    if cosine <= Self.closeCosine { return (2 - 2 * Double(cosine)).squareRoot() }
    var least = Double.infinity
    for member in places[set] {
      least = min(least, try rows.squaredDistance(Int(member), to: place, of: covered))
    }
    return least.squareRoot()
  }

  /// The greatest cosine of each covered sample with a sample of each set, set by set.
  private func greatestCosines(
    of sets: [Int], with covered: UnitRows, _ coveredPlaces: [Int32]
  ) throws -> [Float] {
    let width = coveredPlaces.count
    var greatest = [Float](repeating: -2, count: sets.count * width)
    // Which sets have a place: `owners[starts[place]..<starts[place + 1]]`.
    var starts = [Int](repeating: 0, count: rows.count + 1)
    for set in sets { for place in places[set] { starts[Int(place) + 1] += 1 } }
    let members = (0..<Int32(rows.count)).filter { starts[Int($0) + 1] > 0 }
    for place in 0..<rows.count { starts[place + 1] += starts[place] }
    var free = starts
    var owners = [Int32](repeating: 0, count: starts[rows.count])
    for (number, set) in sets.enumerated() {
      for place in places[set] {
        owners[free[Int(place)]] = Int32(number)
        free[Int(place)] += 1
      }
    }
    let (firsts, numbers) = (starts, owners)
    var fixed: [Float] = []
    try covered.copy(coveredPlaces[...], into: &fixed)
    let vectors = fixed
    let blocks = (members.count + Self.coveringCount - 1) / Self.coveringCount
    let size = max((blocks + Self.coveringPartCount - 1) / Self.coveringPartCount, 1)
    let parts = Self.parts([(set: 0, count: members.count)]) { _ in size * Self.coveringCount }
    var next = 0
    try forEachBlockInOrder(
      threads: threads,
      next: { () -> Part? in
        guard next < parts.count else { return nil }
        defer { next += 1 }
        return parts[next]
      },
      makeWorker: { (buffer: [Float](), cosines: [Float]()) },
      work: { (worker: inout (buffer: [Float], cosines: [Float]), part: Part) throws -> [Float] in
        var greatest = [Float](repeating: -2, count: sets.count * width)
        for start in stride(
          from: part.range.lowerBound, to: part.range.upperBound, by: Self.coveringCount)
        {
          let block = members[start..<min(start + Self.coveringCount, part.range.upperBound)]
          try rows.cosines(
            block, with: vectors, buffer: &worker.buffer, into: &worker.cosines)
          for (index, place) in block.enumerated() {
            let row = worker.cosines.span.extracting(index * width..<(index + 1) * width)
            for owner in firsts[Int(place)]..<firsts[Int(place) + 1] {
              raise(&greatest, from: Int(numbers[owner]) * width, to: row)
            }
          }
        }
        return greatest
      },
      consume: { raise(&greatest, from: 0, to: $0.span) })
    return greatest
  }
}
