import CZlib
import CZstd

/// Compresses as `gzip` does, one member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = unsafe z_stream()
  let started = unsafe deflateInit2_(
    &stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  precondition(started == Z_OK, "zlib starts")
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 1024)
  let length = unsafe input.withUnsafeMutableBufferPointer { source in
    unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = UInt32(source.count)
      unsafe stream.next_out = target.baseAddress
      unsafe stream.avail_out = UInt32(target.count)
      let ended = unsafe deflate(&stream, Z_FINISH)
      precondition(ended == Z_STREAM_END, "the output has room")
      return target.count - Int(unsafe stream.avail_out)
    }
  }
  unsafe deflateEnd(&stream)
  return Array(output[..<length])
}

/// Compresses as `zstd` does, one frame, with a window of `2^windowLog` bytes.
func zstandard(_ bytes: [UInt8], windowLog: Int32 = 0) -> [UInt8] {
  let context = unsafe ZSTD_createCCtx()
  unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
  var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  // Streamed, so that the frame does not say how long it is and the window counts.
  let length = unsafe bytes.withUnsafeBufferPointer { source in
    unsafe output.withUnsafeMutableBufferPointer { target in
      var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
      unsafe ZSTD_compressStream2(context, &to, &from, ZSTD_e_continue)
      let left = unsafe ZSTD_compressStream2(context, &to, &from, ZSTD_e_end)
      precondition(left == 0, "the output has room")
      return unsafe to.pos
    }
  }
  unsafe ZSTD_freeCCtx(context)
  return Array(output[..<length])
}

/// A frame of bytes that a decompressor must pass over.
func skippableFrame(_ bytes: [UInt8]) -> [UInt8] {
  let length = UInt32(bytes.count)
  let header: [UInt8] = [0x52, 0x2A, 0x4D, 0x18]
  return header + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) } + bytes
}
