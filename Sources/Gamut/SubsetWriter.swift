import Parallelism
import Samples
import Storage

/// Copies chosen lines from their sources, byte for byte.
struct SubsetWriter {
  let columns: PoolColumns
  let sources: [SourceSummary]
  let reader: SampleReader

  /// Looks at a line as it is fetched, with its sample, and throws where it is another one than was read.
  typealias LineCheck = (Int, Span<UInt8>) throws -> Void

  /// Makes what looks at every line, one a thread; `nil` where the sources were read just now.
  var makeCheck: (@Sendable () throws -> LineCheck)?

  /// How many threads may fetch and look at lines at once; they change no byte.
  var threads = 1

  /// How many bytes of lines are held at once where they do not stand in the order of the pool.
  var mostHeldBytes = 64 << 20

  /// Writes lines.
  ///
  /// Lines in the order of the pool go straight through. In any other order they are fetched in
  /// portions of up to 64 MiB, each portion in the order of the pool; where that would mean to go
  /// through compressed sources more than once, they are put down in a temporary file first.
  ///
  /// - Parameters:
  ///   - samples: The chosen samples in the order in which they are to stand.
  ///   - format: Lines, or one array.
  ///   - write: Takes bytes, in order.
  /// - Throws: What reading the sources throws, and what `write` does.
  func write(
    _ samples: [Int32], format: SelectRequest.Format, _ write: (Span<UInt8>) throws -> Void
  ) throws {
    precondition(format != .npy, "places are no lines")
    if format == .parquet {
      try ParquetSubset(writer: self, samples: samples).write(write)
      return
    }
    if let format = format.conversation {
      try ConvertedSubset(writer: self, samples: samples, format: format).write(write)
      return
    }
    let frame = Frame(format)
    var rows = SeparatedRows(format)
    try write(frame.opening.span)
    var written = 0
    func writeLine(_ line: Span<UInt8>) throws {
      if written > 0, !frame.separator.isEmpty { try write(frame.separator.span) }
      if let row = try rows?.row(of: line) { try write(row.span) } else { try write(line) }
      if !frame.terminator.isEmpty { try write(frame.terminator.span) }
      written += 1
    }
    if zip(samples, samples.dropFirst()).allSatisfy({ $0 < $1 }) {
      try copy(samples) { _, line in try writeLine(line) }
    } else if portionCount(samples[...]) < samples.count, sources.contains(where: \.isCompressed) {
      try copyByFile(samples, writeLine)
    } else {
      var rest = samples[...]
      while !rest.isEmpty {
        let portion = Array(rest.prefix(portionCount(rest)))
        rest = rest.dropFirst(portion.count)
        let byPool = portion.indices.sorted { portion[$0] < portion[$1] }
        var lines = [[UInt8]](repeating: [], count: portion.count)
        try copy(byPool.map { portion[$0] }) { place, line in
          var bytes: [UInt8] = []
          bytes.append(copying: line)
          lines[byPool[place]] = bytes
        }
        for line in lines { try writeLine(line.span) }
      }
    }
    try write(frame.closing(isEmpty: written == 0).span)
  }

  /// How many of the next samples fit into one portion, at least one.
  private func portionCount(_ samples: ArraySlice<Int32>) -> Int {
    var bytes = 0
    var count = 0
    for sample in samples {
      bytes += Int(columns.lineByteCounts[Int(sample)])
      if count > 0, bytes > mostHeldBytes { break }
      count += 1
    }
    return count
  }

  /// Hands on the lines of samples in any order, by way of a file that holds them in that of the pool.
  private func copyByFile(
    _ samples: [Int32], _ body: (Span<UInt8>) throws -> Void
  ) throws {
    let temporary = try TemporaryFile(folder: reader.options.temporaryFolder)
    let byPool = samples.indices.sorted { samples[$0] < samples[$1] }
    var places = [(offset: Int, count: Int)](repeating: (0, 0), count: samples.count)
    var written = 0
    var buffer: [UInt8] = []
    try copy(byPool.map { samples[$0] }) { place, line in
      places[byPool[place]] = (written, line.count)
      written += line.count
      buffer.append(copying: line)
      if buffer.count > 1 << 20 {
        try temporary.write(buffer.span)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try temporary.write(buffer.span)
    let file = try temporary.reopen()
    for (offset, count) in places {
      var line = [UInt8](repeating: 0, count: count)
      var room = line.mutableSpan
      try file.readAll(into: &room, at: offset)
      try body(line.span)
    }
  }

  /// Hands on the lines of samples in the order of the pool, with their places among them.
  func copy(
    _ samples: [Int32], _ body: (Int, Span<UInt8>) throws -> Void
  ) throws {
    var start = 0
    var place = 0
    for (source, summary) in sources.enumerated() {
      let end = start + summary.sampleCount
      let first = place
      var locations: [RecordLocation] = []
      while place < samples.count, Int(samples[place]) < end {
        let sample = Int(samples[place])
        locations.append(
          RecordLocation(
            byteOffset: columns.byteOffsets[sample], byteCount: Int(columns.byteCounts[sample])))
        place += 1
      }
      let piece = Piece(source: source, first: first, locations: locations[...])
      if threads == 1 || summary.isCompressed || locations.count <= Self.pieceCount {
        let check = try makeCheck?()
        try reader.copyLines(of: source, at: locations) { place, line in
          try check?(Int(samples[first + place]), line)
          try body(first + place, line)
        }
      } else {
        try copyAhead(piece, samples, body)
      }
      start = end
    }
  }

  /// Lines that follow each other in a source.
  private struct Piece: Sendable {
    var source: Int
    /// The place of the first among all lines.
    var first: Int
    var locations: ArraySlice<RecordLocation>
  }

  /// What one thread checks lines by.
  ///
  /// A bare closure that generic code lends to be changed comes back wrapped once more each time.
  private struct Checker {
    let check: LineCheck?
  }

  /// How many lines one thread fetches at once.
  private static let pieceCount = 512

  /// Hands on lines of a source while the next ones are fetched.
  private func copyAhead(
    _ all: Piece, _ samples: [Int32], _ body: (Int, Span<UInt8>) throws -> Void
  ) throws {
    var rest = all
    let (reader, makeCheck) = (reader, makeCheck)
    try forEachBlockInOrder(
      threads: threads,
      next: {
        if rest.locations.isEmpty { return nil }
        var piece = rest
        piece.locations = rest.locations.prefix(Self.pieceCount)
        rest.locations = rest.locations.dropFirst(Self.pieceCount)
        rest.first += piece.locations.count
        return piece
      },
      makeWorker: { Checker(check: try makeCheck?()) },
      work: { (checker: inout Checker, piece: Piece) in
        let check = checker.check
        var bytes: [UInt8] = []
        var ends: [Int] = []
        try reader.copyLines(of: piece.source, at: Array(piece.locations)) { place, line in
          try check?(Int(samples[piece.first + place]), line)
          bytes.append(copying: line)
          ends.append(bytes.count)
        }
        return (piece.first, bytes, ends)
      },
      consume: { first, bytes, ends in
        var start = 0
        for (place, end) in ends.enumerated() {
          try body(first + place, bytes.span.extracting(start..<end))
          start = end
        }
      })
  }

  /// What stands around and between the records.
  private struct Frame {
    var opening: [UInt8] = []
    var separator: [UInt8] = []
    var terminator: [UInt8] = []
    private let format: SelectRequest.Format

    init(_ format: SelectRequest.Format) {
      self.format = format
      switch format {
      case .jsonl: terminator = Array("\n".utf8)
      case .parquet, .csv, .tsv, .npy, .messages, .shareGPT, .alpaca, .promptCompletion: break
      case .json:
        opening = Array("[\n".utf8)
        separator = Array(",\n".utf8)
      }
    }

    func closing(isEmpty: Bool) -> [UInt8] {
      switch format {
      case .jsonl, .parquet, .csv, .tsv, .npy, .messages, .shareGPT, .alpaca, .promptCompletion: []
      case .json: Array((isEmpty ? "]\n" : "\n]\n").utf8)
      }
    }
  }
}
