import Samples
import Storage

/// A subset's file held against the lines that should stand there.
struct SubsetComparison {
  let file: InputFile
  let writer: SubsetWriter
  /// The chosen samples in the order in which their lines are to stand.
  let samples: [Int32]
  let format: SelectRequest.Format
  /// The lines of the pool that are no samples.
  var rejected = RejectedLines()

  /// In what the file differs; nothing where it is the same, byte for byte.
  ///
  /// The file is read once where it is the same, and else once more, as the chosen lines are, to tell lines
  /// that were changed from those that were moved, left out or put in.
  ///
  /// - Throws: What reading throws.
  /// - Complexity: O(bytes); memory for a hash of every line where there is a difference.
  func differences() throws -> [SubsetDifference] {
    let comparer = FileComparer(file)
    let places = format == .npy ? PlacesInPool(of: samples, rejected: rejected) : nil
    do {
      if let places {
        try comparer.compare(places.bytes.span)
      } else {
        try writer.write(samples, format: format) { try comparer.compare($0) }
      }
      try comparer.end()
      return []
    } catch is FileComparer.Difference {
      if format == .parquet { return try differentRows() }
      if let places {
        let found = try? NumericColumnFile(listAt: file.path).integers().values
        return differences(
          of: (found ?? []).map { UInt64(bitPattern: Int64($0)) },
          from: places.places.map { UInt64(bitPattern: $0) }, offset: 0, 1)
      }
      return try diagnosis(firstDifferentLine: comparer.lineCount + 1)
    }
  }

  private func diagnosis(firstDifferentLine: Int) throws -> [SubsetDifference] {
    let expected = try expectedLines()
    // In an array a bracket stands on the first line.
    let offset = format == .json ? 1 : 0
    let found = try foundLines(expected: expected)
    return differences(of: found, from: expected, offset: offset, firstDifferentLine)
  }

  /// In which rows a Parquet file differs from the one that should stand there; where only its bytes do, as
  /// after another version of duckdb wrote them, in nothing.
  private func differentRows() throws -> [SubsetDifference] {
    let made = try TemporaryFile(folder: writer.reader.options.temporaryFolder)
    try writer.write(samples, format: .parquet) { try made.write($0) }
    let expected = try Self.rows(of: try made.reopen(), path: file.path)
    let found = try Self.rows(of: file, path: file.path)
    if expected == found { return [] }
    return differences(of: found, from: expected, offset: 0, 1)
  }

  /// Hashes of a Parquet file's columns and of its rows.
  private static func rows(of file: InputFile, path: String) throws -> [UInt64] {
    let table = try ParquetTable(file: file, path: path)
    let hasher = SHA256()
    var rows: [UInt64] = []
    try table.forEachRow { row in
      hasher.update(row)
      // A type may change where no value does.
      for column in table.columns { hasher.update(Array(column.type.utf8).span) }
      rows.append(Self.hash(hasher.finish()))
    }
    return rows
  }

  private func differences(
    of found: [UInt64], from expected: [UInt64], offset: Int, _ firstDifferentLine: Int
  ) -> [SubsetDifference] {
    let changes = LineChanges(expected: expected, found: found)
    let places = SamplePlaces(sources: writer.sources, lines: writer.columns.lines)
    func place(_ line: Int?) -> SubsetDifference.Place? {
      guard let line, line < samples.count else { return nil }
      let place = places[Int(samples[line])]
      return .init(path: place.path, line: place.line)
    }
    if changes.all.isEmpty {
      return [.init(kind: .lineEnds, count: 1, line: firstDifferentLine)]
    }
    return changes.all.map { change in
      SubsetDifference(
        kind: change.kind, count: change.count, line: change.line + offset + 1,
        expected: place(change.expected), found: place(change.found))
    }
  }

  /// Hashes of the lines that should stand there.
  private func expectedLines() throws -> [UInt64] {
    let hasher = SHA256()
    var lines: [UInt64] = []
    lines.reserveCapacity(samples.count)
    var isLine = true
    if let isTable = SeparatedRows(format).map({ _ in true }), isTable {
      try writer.write(samples, format: format) { piece in
        if piece.isEmpty { return }
        hasher.update(piece)
        lines.append(hash(hasher.finish()))
      }
      return lines
    }
    let lineFormat = format.conversation == nil ? .jsonl : format
    try writer.write(samples, format: lineFormat) { piece in
      // What opens and closes the file is empty here; lines and their ends take turns.
      if piece.isEmpty { return }
      if isLine {
        hasher.update(piece)
        lines.append(hash(hasher.finish()))
      }
      isLine.toggle()
    }
    return lines
  }

  /// Hashes of the lines that stand there, of an array without what stands around and between elements.
  private func foundLines(expected: [UInt64]) throws -> [UInt64] {
    let hasher = SHA256()
    func hashed(_ line: [UInt8]) -> UInt64 {
      hasher.update(line.span)
      return hash(hasher.finish())
    }
    var lines: [UInt64] = []
    var isAfterHeader = false
    var line: [UInt8] = []
    let isTable = SeparatedRows(format) != nil
    func end() {
      if isTable {
        // A line break between quotes ends no row; the header belongs to the first one.
        line.append(0x0A)
        if !line.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) { return }
        if !isAfterHeader {
          isAfterHeader = true
          return
        }
      }
      if format == .json, line.last == UInt8(ascii: ",") { line.removeLast() }
      lines.append(hashed(line))
      line.removeAll(keepingCapacity: true)
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = 0
    while true {
      var room = buffer.mutableSpan
      let count = try file.read(into: &room, at: offset)
      offset += count
      var rest = buffer[..<count]
      while let place = rest.firstIndex(of: 0x0A) {
        line += rest[..<place]
        end()
        rest = rest[(place + 1)...]
      }
      line += rest
      if count < buffer.count { break }
    }
    if !line.isEmpty { end() }
    guard format == .json else { return lines }
    // The brackets, or what stands in their place.
    let known = Set(expected)
    if let first = lines.first, !known.contains(first) { lines.removeFirst() }
    if let last = lines.last, !known.contains(last),
      last == hashed([UInt8(ascii: "]")]) || lines.count > expected.count
    {
      lines.removeLast()
    }
    return lines
  }

  /// A number out of a digest.
  private func hash(_ digest: String) -> UInt64 { Self.hash(digest) }

  private static func hash(_ digest: String) -> UInt64 {
    UInt64(digest.prefix(16), radix: 16) ?? 0
  }
}

/// How one list of lines becomes another, told as a person would.
struct LineChanges {
  struct Change: Equatable {
    var kind: SubsetDifference.Kind
    var count: Int
    /// The first line of those found that is concerned, from 0.
    var line: Int
    /// The line that should stand there, from 0.
    var expected: Int?
    /// The place where the line that stands there should be, from 0.
    var found: Int?
  }

  /// What differs; nothing for equal lists.
  private(set) var all: [Change] = []

  /// Compares lists.
  ///
  /// - Parameters:
  ///   - expected: Hashes of the lines that should be there, no two of them equal.
  ///   - found: Hashes of those that are there.
  /// - Complexity: O(lines).
  init(expected: [UInt64], found: [UInt64]) {
    let shared = zip(expected, found).prefix { $0 == $1 }.count
    if shared == expected.count, shared == found.count { return }
    let wanted = Dictionary(expected.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
    let present = Set(found)
    let missing = expected.indices.filter { !present.contains(expected[$0]) }
    var extra: [Int] = []
    let surplus = found.count - expected.count
    if surplus > 0, found[(shared + surplus)...].elementsEqual(expected[shared...]) {
      // Lines that were put in at one place, though they be lines that stand elsewhere too.
      extra = Array(shared..<(shared + surplus))
    } else {
      var seen: Set<UInt64> = []
      extra = found.indices.filter { wanted[found[$0]] == nil || !seen.insert(found[$0]).inserted }
    }
    let differing = zip(expected, found).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
    if expected.count == found.count, !missing.isEmpty, differing == missing.count {
      all = [
        Change(kind: .changed, count: differing, line: shared, expected: shared, found: nil)
      ]
      return
    }
    switch (missing.isEmpty, extra.isEmpty) {
    case (true, true): break
    case (false, true):
      all.append(
        Change(
          kind: .missing, count: missing.count, line: missing[0], expected: missing[0],
          found: nil))
    case (true, false):
      all.append(
        Change(
          kind: .extra, count: extra.count, line: extra[0],
          expected: extra[0] < expected.count ? extra[0] : nil, found: nil))
    case (false, false):
      all.append(
        Change(
          kind: .mixed(missing: missing.count, extra: extra.count),
          count: missing.count + extra.count, line: shared,
          expected: shared < expected.count ? shared : nil, found: nil))
      return
    }
    // What is left of both has the same lines.
    let (lost, added) = (Set(missing), Set(extra))
    let kept = expected.indices.filter { !lost.contains($0) }
    let standing = found.indices.filter { !added.contains($0) }
    let moved = kept.indices.filter { expected[kept[$0]] != found[standing[$0]] }
    guard let first = moved.first else { return }
    all.append(
      Change(
        kind: .reordered, count: moved.count, line: standing[first], expected: kept[first],
        found: wanted[found[standing[first]]]))
  }
}

/// A file read along with the bytes that it should hold.
final class FileComparer {
  /// The file holds something else.
  struct Difference: Error {}

  private let file: InputFile
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)
  /// What of the buffer is read but not compared yet.
  private var rest = 0..<0
  private var offset = 0
  /// How many lines end before the first difference.
  private(set) var lineCount = 0

  init(_ file: InputFile) { self.file = file }

  /// Holds the next bytes of the file against these.
  ///
  /// - Throws: `Difference`; `StorageError`.
  func compare(_ bytes: Span<UInt8>) throws {
    var place = 0
    while place < bytes.count {
      if rest.isEmpty, try !fill() { throw Difference() }
      let count = min(rest.count, bytes.count - place)
      for index in 0..<count {
        let byte = bytes[place + index]
        guard buffer[rest.lowerBound + index] == byte else { throw Difference() }
        if byte == 0x0A { lineCount += 1 }
      }
      rest = (rest.lowerBound + count)..<rest.upperBound
      place += count
    }
  }

  /// Checks that nothing follows.
  ///
  /// - Throws: `Difference`; `StorageError`.
  func end() throws {
    if try !rest.isEmpty || fill() { throw Difference() }
  }

  private func fill() throws(StorageError) -> Bool {
    // Out of the object while it is filled: a span of an object's own list would outlive the access.
    var taken: [UInt8] = []
    swap(&taken, &buffer)
    defer { swap(&taken, &buffer) }
    var room = taken.mutableSpan
    let count = try file.read(into: &room, at: offset)
    offset += count
    rest = 0..<count
    return count > 0
  }
}
