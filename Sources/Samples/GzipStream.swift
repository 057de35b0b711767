internal import CZlib

/// Decompresses gzip: all members of the file, one after the other.
///
/// Zero bytes after the last member are passed over, as gzip itself does; anything else there is an
/// error. `@safe` because zlib's state lives behind one pointer that never leaves this class.
@safe final class GzipStream: ByteStream {
  private let path: String
  private let input: CompressedInput
  private let state: UnsafeMutablePointer<z_stream>
  /// Whether bytes of a member were taken whose end has not come.
  private var isWithinMember = false
  private var hasEnded = false

  init(path: String, source: SourceStream) throws(SamplesError) {
    self.path = path
    input = CompressedInput(source: source)
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    // 16 + 15: gzip only, with the longest window.
    let code = unsafe inflateInit2_(state, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      unsafe state.deallocate()
      throw .outOfMemory(path: path, byteCount: 1 << 16)
    }
  }

  deinit {
    unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    while !hasEnded {
      guard try input.refill() else {
        if !isWithinMember { return 0 }
        // Everything given may not be everything taken out yet.
        let produced = try inflate(into: &buffer)
        if produced > 0 { return produced }
        if isWithinMember { throw failure(.truncated) }
        return 0
      }
      if !isWithinMember {
        if input.nextByte == 0 && input.byteOffset > 0 {
          try passOverZeros()
          return 0
        }
        isWithinMember = true
      }
      let produced = try inflate(into: &buffer)
      if produced > 0 { return produced }
    }
    return 0
  }

  /// One call of zlib; how many bytes it gave.
  private func inflate(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    let room = min(buffer.count, 1 << 30)
    let available = input.available
    // The pointers do not outlive the call.
    let code = unsafe buffer.withUnsafeMutableBufferPointer { target in
      unsafe state.pointee.next_in = input.buffer.start + input.used
      unsafe state.pointee.avail_in = UInt32(available)
      unsafe state.pointee.next_out = target.baseAddress
      unsafe state.pointee.avail_out = UInt32(room)
      return unsafe CZlib.inflate(state, Z_NO_FLUSH)
    }
    input.take(available - Int(unsafe state.pointee.avail_in))
    let produced = room - Int(unsafe state.pointee.avail_out)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isWithinMember = false
      unsafe inflateReset(state)
    default:
      let detail = unsafe state.pointee.msg.map { unsafe String(cString: $0) } ?? "code \(code)"
      throw failure(.corrupt(detail: detail))
    }
    return produced
  }

  private func passOverZeros() throws(SamplesError) {
    while try input.refill() {
      guard input.nextByte == 0 else {
        throw failure(.corrupt(detail: "data after the last member"))
      }
      input.take(1)
    }
    hasEnded = true
  }

  private func failure(_ problem: SamplesError.CompressionProblem) -> SamplesError {
    .corruptCompression(
      path: path, format: .gzip, byteOffset: input.byteOffset, problem: problem)
  }
}
