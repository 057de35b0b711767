internal import CZstd

/// Decompresses Zstandard: all frames of the file, skippable ones passed over, windows of up to 2 GiB.
///
/// `@safe` because the decompressor lives behind one pointer that never leaves this class.
@safe final class ZstandardStream: ByteStream {
  private let path: String
  private let input: CompressedInput
  private let state: OpaquePointer
  /// Whether bytes of a frame were taken whose end has not come.
  private var isWithinFrame = false

  init(path: String, source: SourceStream) throws(SamplesError) {
    self.path = path
    input = CompressedInput(source: source)
    guard let made = unsafe ZSTD_createDCtx() else {
      throw .outOfMemory(path: path, byteCount: 1 << 17)
    }
    unsafe state = made
    // Files made with --long need more than the decompressor allows by itself.
    unsafe ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, 31)
  }

  deinit { unsafe ZSTD_freeDCtx(state) }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    while true {
      guard try input.refill() else {
        // Everything given may not be everything taken out yet.
        if !isWithinFrame { return 0 }
        let produced = try decompress(into: &buffer)
        if produced > 0 { return produced }
        throw failure(.truncated)
      }
      let produced = try decompress(into: &buffer)
      if produced > 0 { return produced }
    }
  }

  /// One call of the decompressor; how many bytes it gave.
  private func decompress(into buffer: inout MutableSpan<UInt8>) throws(SamplesError) -> Int {
    var taken = 0
    var produced = 0
    // The pointers do not outlive the call.
    let code = unsafe buffer.withUnsafeMutableBufferPointer { target in
      var from = unsafe ZSTD_inBuffer(
        src: input.buffer.start, size: input.buffer.count, pos: input.used)
      var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
      let code = unsafe ZSTD_decompressStream(state, &to, &from)
      taken = unsafe from.pos - input.used
      produced = unsafe to.pos
      return code
    }
    input.take(taken)
    guard ZSTD_isError(code) == 0 else {
      throw failure(.corrupt(detail: unsafe String(cString: ZSTD_getErrorName(code))))
    }
    isWithinFrame = code != 0
    return produced
  }

  private func failure(_ problem: SamplesError.CompressionProblem) -> SamplesError {
    .corruptCompression(
      path: path, format: .zstandard, byteOffset: input.byteOffset, problem: problem)
  }
}
