internal import Storage

extension SampleReader {
  /// Reads chosen lines of a source again, byte for byte.
  ///
  /// A plain source is read where the lines lie; a compressed one is decompressed once more from its
  /// start to the last line asked for; standard input comes from the copy that was kept.
  ///
  /// - Parameters:
  ///   - index: The place of the source among `sources`.
  ///   - locations: Where the lines lie, as `Record.location` said, in ascending order.
  ///   - body: Takes the place in `locations` and the line without line ending.
  /// - Throws: `SamplesError.lineMissing` when the source ends before a line,
  ///   `SamplesError.storage` with `StorageError.changedWhileReading` when the file was changed since
  ///   it was opened, `SamplesError.corruptCompression`, or what `body` throws.
  /// - Complexity: O(bytes of the lines) for a plain source, O(bytes of the source) for a compressed
  ///   one.
  public func copyLines(
    of index: Int, at locations: [RecordLocation],
    _ body: (Int, Span<UInt8>) throws -> Void
  ) throws {
    if locations.isEmpty { return }
    let path = sources[index].path
    let file = try openAgain(index)
    let opened = try OpenSource(
      path: path, origin: .file(file), hasher: nil, progress: nil, blockByteCount: 1 << 16,
      mostLeadingBlanks: options.mostLineBytes, vectorColumn: options.vectorColumn)
    let window = LineWindow(path: path, opened: opened, file: file)
    let line = BlockBuffer(capacity: 1 << 16)
    var last = 0
    for (place, location) in locations.enumerated() {
      precondition(location.byteOffset >= last, "the lines are asked for in ascending order")
      last = location.byteOffset
      // The next lines are fetched along with this one while they lie near.
      var end = location.byteOffset + location.byteCount
      if !window.holds(location) {
        var ahead = place + 1
        while ahead < locations.count, locations[ahead].byteOffset - end < LineWindow.nearness,
          locations[ahead].byteOffset + locations[ahead].byteCount - location.byteOffset
            <= LineWindow.mostBytes
        {
          end = max(end, locations[ahead].byteOffset + locations[ahead].byteCount)
          ahead += 1
        }
        try window.move(to: location.byteOffset, end: end)
      }
      let range = window.range(of: location)
      if opened.isArray {
        line.compact(range, of: window.buffer)
        try line.withBytes(0..<line.count) { try body(place, $0) }
      } else {
        try window.buffer.withBytes(range) { try body(place, $0) }
      }
    }
    if isStream(index) { return }
    do { try file.checkUnchanged() } catch { throw SamplesError.storage(error) }
  }
}

/// The piece of a source that lines are copied from.
private final class LineWindow {
  /// Lines no farther apart than this are fetched together.
  static let nearness = 1 << 12
  /// How much is fetched at once, unless one line is longer.
  static let mostBytes = 1 << 20

  let buffer = BlockBuffer(capacity: 1 << 20)
  private let path: String
  private let opened: OpenSource
  private let file: InputFile
  /// Offset in the source of the buffer's first byte.
  private var byteOffset = 0
  private let passedOver = BlockBuffer(capacity: 1 << 16)

  init(path: String, opened: OpenSource, file: InputFile) {
    self.path = path
    self.opened = opened
    self.file = file
    if opened.isCompressed { buffer.append(0..<opened.first.count, of: opened.first) }
  }

  func holds(_ location: RecordLocation) -> Bool {
    location.byteOffset >= byteOffset
      && location.byteOffset + location.byteCount <= byteOffset + buffer.count
  }

  func range(of location: RecordLocation) -> Range<Int> {
    let start = location.byteOffset - byteOffset
    return start..<start + location.byteCount
  }

  /// Fetches the bytes from `start` to `end`; forwards only.
  func move(to start: Int, end: Int) throws(SamplesError) {
    if !opened.isCompressed {
      buffer.removeAll()
      byteOffset = start
      let stream = FileStream(file: file, byteOffset: start)
      guard try buffer.fill(from: stream, most: end - start) == end - start else {
        throw .lineMissing(path: path, byteOffset: start)
      }
      return
    }
    // Keep what is wanted of what there is, pass over what is not, decompress the rest.
    let known = byteOffset + buffer.count
    passedOver.removeAll()
    if start < known { passedOver.append(start - byteOffset..<buffer.count, of: buffer) }
    buffer.removeAll()
    buffer.append(0..<passedOver.count, of: passedOver)
    var position = known
    while position < start {
      passedOver.removeAll()
      let got = try passedOver.fill(from: opened.stream, most: min(start - position, 1 << 16))
      if got == 0 { throw .lineMissing(path: path, byteOffset: start) }
      position += got
    }
    byteOffset = start
    let wanted = end - start - buffer.count
    let got = wanted > 0 ? try buffer.fill(from: opened.stream, most: wanted) : wanted
    guard got == wanted else {
      throw .lineMissing(path: path, byteOffset: start)
    }
  }
}

/// A file's bytes from some offset on.
private final class FileStream: ByteStream {
  private let file: InputFile
  private var byteOffset: Int

  init(file: InputFile, byteOffset: Int) {
    self.file = file
    self.byteOffset = byteOffset
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    do {
      let got = try file.read(into: &buffer, at: byteOffset)
      byteOffset += got
      return got
    } catch {
      throw .storage(error)
    }
  }
}
