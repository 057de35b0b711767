internal import Storage

/// Bytes that come one piece after the other.
protocol ByteStream: AnyObject {
  /// Fills the start of `buffer`; 0 only at the end of the stream.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int
}

/// The bytes of a source as they lie on disk, read from start to end.
final class SourceStream: ByteStream {
  /// What lies under the stream.
  enum Origin {
    case file(InputFile)
    case standardInput(StandardInputSpool)
  }

  let origin: Origin
  private var hasher: SHA256?
  private let progress: ReadingProgress?
  /// How many bytes were read so far.
  private(set) var byteCount = 0
  /// The first bytes, looked at and still to be read.
  private var peeked: [UInt8] = []

  /// Reads a file from its start, any other origin from where it stands.
  init(origin: Origin, progress: ReadingProgress?) {
    self.origin = origin
    self.progress = progress
  }

  /// Looks at the first bytes, at most `count`, before anything is read.
  func peek(_ count: Int) throws(SamplesError) -> [UInt8] {
    while peeked.count < count {
      // A pipe may give less than was asked for.
      var piece = [UInt8](repeating: 0, count: count - peeked.count)
      var span = piece.mutableSpan
      let got = try readOrigin(into: &span)
      if got == 0 { break }
      peeked += piece[..<got]
    }
    return peeked
  }

  /// Hashes what was read so far, which is `bytes`, and everything from here on.
  func hashFromHere(with hasher: SHA256?, after bytes: Span<UInt8>) {
    hasher?.update(bytes)
    self.hasher = hasher
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    if peeked.isEmpty { return try readOrigin(into: &buffer) }
    let count = min(peeked.count, buffer.count)
    for index in 0..<count { buffer[index] = peeked[index] }
    peeked.removeFirst(count)
    return count
  }

  private func readOrigin(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    let got: Int
    do {
      switch origin {
      case .file(let file): got = try file.read(into: &buffer, at: byteCount)
      case .standardInput(let spool):
        got = try spool.read(into: &buffer)
        progress?.addTotal(got)
      }
    } catch {
      throw .storage(error)
    }
    if let hasher { hasher.update(buffer.span.extracting(0..<got)) }
    byteCount += got
    progress?.addDone(got)
    return got
  }
}

/// Compressed bytes in pieces, for a decompressor to take from.
final class CompressedInput {
  let buffer = BlockBuffer(capacity: 1 << 18)
  /// How many of the buffer's bytes were taken.
  private(set) var used = 0
  private let source: SourceStream

  init(source: SourceStream) { self.source = source }

  /// How many bytes can be taken.
  var available: Int { buffer.count - used }

  /// Offset in the file of the next byte to take.
  var byteOffset: Int { source.byteCount - available }

  /// The next byte to take.
  var nextByte: UInt8 { buffer.withBytes(used..<used + 1) { $0[0] } }

  /// Makes sure that a byte can be taken; false at the end of the file.
  func refill() throws(SamplesError) -> Bool {
    if available > 0 { return true }
    buffer.removeAll()
    used = 0
    return try buffer.fill(from: source, most: buffer.capacity) > 0
  }

  /// Notes that bytes were taken.
  func take(_ count: Int) { used += count }
}
