import Numbers
import Samples

/// The lines of a pool that an ID names.
struct NamedLines {
  /// The samples, in the order of the pool; none for a rejected line.
  var samples: [Int] = []
  /// The place among the rejected lines, and the source.
  var rejected: (line: Int, source: Int)?

  /// Finds them.
  ///
  /// An `id` comes first; where no record has it, the ID is read as a place. A path may be left short of its
  /// leading folders as long as one source alone ends so.
  ///
  /// - Parameters:
  ///   - id: As `ExplainRequest.id`.
  ///   - pool: The pool.
  /// - Throws: `GamutError.noSuchSample`, `noSuchLine`.
  init(_ id: String, in pool: ChoiceRun.Pool) throws(GamutError) {
    let columns = pool.columns
    let list = IdentifierList(path: "", bytes: Array(id.utf8))
    var identified = 0
    var example: ArraySlice<UInt8>?
    let lengths = Set(
      list.texts.map { (IdentifierList.string($0[...]) ?? $0).count })
    for sample in 0..<columns.count {
      let own = columns.identifier(of: sample)
      if own.isEmpty { continue }
      identified += 1
      if example == nil { example = own }
      // Most are told apart by their lengths; what is escaped is longer than it says.
      let isString = own.first == UInt8(ascii: "\"")
      guard
        lengths.contains(isString ? own.count - 2 : own.count)
          || isString && own.contains(UInt8(ascii: "\\"))
      else { continue }
      if list.match(own) != nil { samples.append(sample) }
    }
    if !samples.isEmpty { return }
    guard let place = Self.place(id, in: pool) else {
      throw .noSuchSample(
        id: id, samples: columns.count, identified: identified,
        example: example.map { String(decoding: $0, as: UTF8.self) },
        sources: pool.sources.map(\.path))
    }
    let start = pool.sources[..<place.source].reduce(0) { $0 + $1.sampleCount }
    let end = start + pool.sources[place.source].sampleCount
    let found = partitioningIndex(of: start..<end) { Int(columns.lines[$0]) >= place.line }
    if found < end, Int(columns.lines[found]) == place.line {
      samples = [found]
      return
    }
    let rejectedStart = pool.sources[..<place.source].reduce(0) { $0 + $1.rejectedCount }
    let rejectedEnd = rejectedStart + pool.sources[place.source].rejectedCount
    for index in rejectedStart..<rejectedEnd where columns.rejected[index].line == place.line {
      rejected = (index, place.source)
      return
    }
    let last = max(
      start < end ? Int(columns.lines[end - 1]) : 0,
      rejectedStart < rejectedEnd ? columns.rejected[rejectedEnd - 1].line : 0)
    throw .noSuchLine(path: pool.sources[place.source].path, line: place.line, last: last)
  }

  /// The source and the line that a text names; `nil` for none.
  private static func place(
    _ text: String, in pool: ChoiceRun.Pool
  ) -> (source: Int, line: Int)? {
    func line(_ digits: Substring) -> Int? {
      digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }
    let paths = pool.sources.map(\.path)
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else {
      guard paths.count == 1, let line = line(text[...]) else { return nil }
      return (0, line)
    }
    guard let line = line(text[text.index(after: colon)...]) else { return nil }
    let path = String(text[..<colon])
    if let source = paths.firstIndex(of: path) { return (source, line) }
    let ending = paths.indices.filter { paths[$0].hasSuffix("/" + path) }
    return ending.count == 1 ? (ending[0], line) : nil
  }
}
