import Descriptors
import Numbers
import Samples

/// What sets lack, with prompts that show what such samples are like.
struct DemandList {
  let cells: CellCounts
  let sets: [[Int32]]
  let ground: SetGround
  /// Whether the pool was given, and is not the sets together.
  let hasOwnPool: Bool
  let limit: Int
  let threads: Int

  /// How many prompts of the cell itself, and of neighbouring cells, are shown.
  private static let exampleCount = 2
  /// How many are read to find so many different ones.
  private static let candidateCount = 8

  /// Works the lists out and reads the prompts.
  ///
  /// - Returns: For each set its list, and how many cells it lacks or is short of in all.
  /// - Throws: What reading throws.
  func read() throws -> (demands: [[Comparison.Demand]], counts: [Int]) {
    let shortages = sets.indices.map { cells.shortages(of: $0, containsSet: !hasOwnPool) }
    let best = bestOfCells()
    var wanted: Set<Int32> = []
    var examples: [[(own: [Int32], near: [Int32])]] = []
    for (set, found) in shortages.enumerated() {
      examples.append(
        found.prefix(limit).map { cell, _ in
          let own = best[cell].filter { !isIn($0, set) }
          let near = ground.measured.grid.neighbours(ofCell: cell)
            .flatMap { best[$0] }
            .filter { isIn($0, set) }
          let picked = (
            own: Array(own.prefix(Self.candidateCount)),
            near: Array(ranked(near).prefix(Self.candidateCount))
          )
          wanted.formUnion(picked.own)
          wanted.formUnion(picked.near)
          return picked
        })
    }
    let prompts = try prompts(of: wanted)
    let places = SamplePlaces(
      sources: ground.sources, lines: ground.measured.columns.lines)
    func example(_ sample: Int32, isNeighbour: Bool) -> Comparison.Example {
      let place = places[Int(sample)]
      return .init(
        prompt: prompts[sample] ?? "", source: place.path, line: place.line,
        isNeighbour: isNeighbour)
    }
    let demands = shortages.indices.map { set in
      zip(shortages[set], examples[set]).map { shortage, examples in
        var seen: Set<String> = []
        func different(_ samples: [Int32], isNeighbour: Bool) -> [Comparison.Example] {
          Array(
            samples.map { example($0, isNeighbour: isNeighbour) }
              .filter { seen.insert($0.prompt).inserted }.prefix(Self.exampleCount))
        }
        return Comparison.Demand(
          cell: cells.cell(shortage.cell), wanted: shortage.wanted,
          present: cells.counts[set][shortage.cell],
          examples: different(examples.own, isNeighbour: false)
            + different(examples.near, isNeighbour: true))
      }
    }
    return (demands, shortages.map(\.count))
  }

  private func isIn(_ sample: Int32, _ set: Int) -> Bool {
    let members = sets[set]
    let place = partitioningIndex(of: members.indices) { members[$0] >= sample }
    return place < members.count && members[place] == sample
  }

  /// Best quality first, then by content hash, then by place: as samples are ranked everywhere.
  private func ranked(_ samples: [Int32]) -> [Int32] {
    let quality = ground.measured.quality
    let hashes = ground.measured.columns.hashHigh
    func key(_ sample: Int32) -> (Double, UInt64, Int32) {
      let value = quality[Int(sample)]
      return (value.isNaN ? -.infinity : value, hashes[Int(sample)], sample)
    }
    return samples.sorted {
      let (one, other) = (key($0), key($1))
      if one.0 != other.0 { return one.0 > other.0 }
      return one.1 == other.1 ? one.2 < other.2 : one.1 < other.1
    }
  }

  /// The best samples of each cell, a few of each set, and of the pool.
  private func bestOfCells() -> [[Int32]] {
    let grid = ground.measured.grid
    var best = [[Int32]](repeating: [], count: grid.reachableCellCount)
    for members in sets + (hasOwnPool ? [ground.measured.poolSamples] : []) {
      var counts = [Int](repeating: 0, count: grid.reachableCellCount)
      for sample in ranked(members) {
        let cell = Int(grid.cells[Int(sample)])
        guard counts[cell] < Self.candidateCount else { continue }
        counts[cell] += 1
        best[cell].append(sample)
      }
    }
    return best.map(ranked)
  }

  /// The prompts of some samples.
  private func prompts(of samples: Set<Int32>) throws -> [Int32: String] {
    guard let texts = ground.measured.texts, !samples.isEmpty else { return [:] }
    return try texts.prompts(of: samples, columns: ground.measured.columns, threads: threads)
  }
}

extension TextSource {
  /// How much of a prompt is kept.
  private static var promptByteLimit: Int { 600 }

  /// The prompts of some samples, or their texts where they have none, cut where they are long.
  ///
  /// - Parameters:
  ///   - samples: Which.
  ///   - columns: The pool.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: A prompt each.
  /// - Throws: What reading throws.
  /// - Complexity: O(bytes of the sources).
  func prompts(
    of samples: Set<Int32>, columns: PoolColumns, threads: Int
  ) throws -> [Int32: String] {
    var starts = [0]
    for source in sources { starts.append(starts[starts.count - 1] + source.sampleCount) }
    let bounds = starts
    var found: [Int32: String] = [:]
    _ = try reader.read(
      threads: threads, makeWorker: {},
      work: { (_: inout Void, block) -> [(Int32, String)] in
        var prompts: [(Int32, String)] = []
        let range = bounds[block.sourceIndex]..<bounds[block.sourceIndex + 1]
        for record in block.records where record.isReadable {
          let offset = record.location.byteOffset
          let sample = partitioningIndex(of: range) { columns.byteOffsets[$0] >= offset }
          guard range.contains(sample), columns.byteOffsets[sample] == offset,
            samples.contains(Int32(sample))
          else { continue }
          var text: [UInt8] = []
          for role in [TextRole.prompt, .text, .response] where text.isEmpty {
            for index in record.parts where block.parts[index].role == role {
              if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
              block.withText(of: block.parts[index]) {
                text.append(copying: $0.extracting(first: Self.promptByteLimit + 4))
              }
            }
          }
          prompts.append((Int32(sample), Self.shortened(text)))
        }
        return prompts
      },
      consume: { for (sample, prompt) in $0 { found[sample] = prompt } })
    return found
  }

  /// A text up to the limit, cut between two characters.
  private static func shortened(_ text: [UInt8]) -> String {
    if text.count <= promptByteLimit { return String(decoding: text, as: UTF8.self) }
    var end = promptByteLimit
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: text[..<end], as: UTF8.self) + "…"
  }
}
