internal import Dispatch
internal import Samples
internal import Storage

/// Bytes in memory, cut for several threads.
struct DividedBytes: Sendable {
  /// The bytes; behind them stand at least 128 that do not count.
  let bytes: [UInt8]
  let pieces: [Range<Int>]

  /// - Parameters:
  ///   - bytes: The bytes that count.
  ///   - threads: How many pieces to cut, each but the last up to the end of a line.
  init(_ bytes: consuming [UInt8], threads: Int) {
    let count = bytes.count
    var pieces: [Range<Int>] = []
    var start = 0
    for piece in 1...threads {
      let aim = count * piece / threads
      let end =
        piece == threads ? count : bytes[aim...].firstIndex(of: 0x0A).map { $0 + 1 } ?? count
      pieces.append(start..<end)
      start = end
    }
    bytes += [UInt8](repeating: 0x20, count: 128)
    self.bytes = bytes
    self.pieces = pieces
  }

  /// A whole file.
  init(file path: String, threads: Int) throws {
    let file = try InputFile(path: path)
    var bytes = [UInt8](repeating: 0x20, count: file.byteCount)
    var span = bytes.mutableSpan
    _ = try file.read(into: &span, at: 0)
    self.init(bytes, threads: threads)
  }

  /// The unescaped texts of all records of a pool, a line feed after each.
  init(textsOf path: String, threads: Int) throws {
    var all: [UInt8] = []
    let reader = try SampleReader(sources: [Source(path: path)])
    _ = try reader.read(
      threads: threads, makeWorker: { 0 },
      work: { (_: inout Int, block: borrowing ParsedBlock) in
        var texts: [UInt8] = []
        for part in block.parts {
          block.withText(of: part) { texts.append(copying: $0) }
          texts.append(0x0A)
        }
        return texts
      },
      consume: { all += $0 })
    self.init(all, threads: threads)
  }

  /// How many bytes count.
  var count: Int { pieces.last?.upperBound ?? 0 }

  /// Calls a C function of bytes and a length for every piece, each on its thread.
  ///
  /// - Parameter function: Returns something that is not 0 for bytes that are no blank.
  func forEachPiece(
    _ function: @escaping @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> UInt64
  ) {
    DispatchQueue.concurrentPerform(iterations: pieces.count) { index in
      // The pointer does not outlive the call.
      unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        let piece = pieces[index]
        let result = unsafe function(start + piece.lowerBound, piece.count)
        precondition(result != 0 || piece.isEmpty, "a yardstick sees its bytes")
      }
    }
  }
}
