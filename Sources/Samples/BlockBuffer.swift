internal import CSimdJSON
internal import Glibc

/// Memory for one block of lines, with the padding that the parser reads over.
///
/// `@unchecked Sendable` because a buffer is handed from the thread that fills it to the one that
/// parses it and back, never shared. `@safe` because every offset is checked before the pointer is
/// used.
@safe final class BlockBuffer: @unchecked Sendable {
  /// How many bytes there are.
  private(set) var count = 0
  private(set) var capacity: Int
  private(set) var start: UnsafeMutablePointer<UInt8>

  init(capacity: Int) {
    self.capacity = capacity
    unsafe start = .allocate(capacity: capacity + Int(GAMUT_BLOCK_PADDING))
  }

  deinit { unsafe start.deallocate() }

  func removeAll() { count = 0 }

  /// Keeps the first bytes only.
  func truncate(to length: Int) {
    precondition((0...count).contains(length), "a buffer cannot be cut beyond its end")
    count = length
  }

  /// Lets go of all bytes and of the room for them, if there is room for more than so many.
  ///
  /// - Returns: Whether it was let go.
  @discardableResult
  func shrink(to most: Int) -> Bool {
    if capacity <= most { return false }
    unsafe start.deallocate()
    unsafe start = .allocate(capacity: Int(GAMUT_BLOCK_PADDING))
    count = 0
    capacity = 0
    return true
  }

  /// Makes room for `more` bytes after those there are.
  func reserve(_ more: Int) {
    if capacity - count >= more { return }
    let grown = max(count + more, capacity * 2)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: grown + Int(GAMUT_BLOCK_PADDING))
    unsafe memcpy(memory, start, count)
    unsafe start.deallocate()
    unsafe start = memory
    capacity = grown
  }

  /// Appends up to `most` bytes of a stream; fewer only at its end.
  func fill(from stream: any ByteStream, most: Int) throws(SamplesError) -> Int {
    reserve(most)
    var filled = 0
    while filled < most {
      var room = unsafe MutableSpan(_unsafeStart: start + count, count: most - filled)
      let got = try stream.read(into: &room)
      if got == 0 { break }
      count += got
      filled += got
    }
    return filled
  }

  /// Appends bytes of another buffer.
  func append(_ range: Range<Int>, of other: BlockBuffer) {
    precondition(range.lowerBound >= 0 && range.upperBound <= other.count, "no such bytes")
    reserve(range.count)
    unsafe memcpy(start + count, other.start + range.lowerBound, range.count)
    count += range.count
  }

  /// Appends bytes that are lent.
  func append(_ bytes: Span<UInt8>) {
    reserve(bytes.count)
    // Room was just made; the pointer does not outlive the call.
    unsafe bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      unsafe memcpy(start + count, base, source.count)
    }
    count += bytes.count
  }

  /// Where the last line feed at or after `lowest` stands; `nil` when there is none.
  func lastNewline(from lowest: Int) -> Int? {
    let after = unsafe gamut_after_last_newline(start + lowest, count - lowest)
    return after == 0 ? nil : lowest + after - 1
  }

  /// How many line feeds there are.
  func newlineCount() -> Int { unsafe gamut_count_newlines(start, count) }

  /// The first byte at or after `lowest` that is no white space.
  func firstNonBlank(from lowest: Int) -> (index: Int, byte: UInt8)? {
    var index = lowest
    while index < count {
      let byte = unsafe start[index]
      if byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 { return (index, byte) }
      index += 1
    }
    return nil
  }

  /// Whether a UTF-8 byte-order mark stands first.
  func startsWithByteOrderMark() -> Bool {
    unsafe count >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF
  }

  func withBytes<R, E>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "no such bytes")
    let bytes = unsafe Span(_unsafeStart: start + range.lowerBound, count: range.count)
    return try body(bytes)
  }

  /// Puts white space behind the last byte, as the parser wants it.
  func closeForParsing() {
    unsafe (start + count).update(repeating: 0x20, count: Int(GAMUT_BLOCK_PADDING))
  }

  /// Scans bytes of a JSON array and appends its elements; see `gamut_array_scan`.
  ///
  /// `slots` is filled from `found` on; the scan stops when it is full.
  func scan(
    _ scanner: inout gamut_array_scanner, _ range: Range<Int>, of input: BlockBuffer,
    into slots: inout [gamut_extent], found: inout Int
  ) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count, "no such bytes")
    reserve(range.count)
    var length = UInt64(count)
    let scanned = unsafe slots.withUnsafeMutableBufferPointer { slots in
      unsafe gamut_array_scan(
        &scanner, input.start + range.lowerBound, range.count, start, &length, slots.baseAddress,
        slots.count, &found)
    }
    count = Int(length)
    return scanned
  }

  /// Replaces what is here with the lines of a block whose key is below `bound`; see
  /// `gamut_pick_lines`.
  ///
  /// `keys` receives their keys in order.
  func pickLines(of block: RawBlock, seed: UInt64, below bound: UInt64, keys: inout [UInt64]) {
    let input = block.buffer
    input.closeForParsing()
    removeAll()
    reserve(input.count + 1)
    // The lines and elements lie within the input, and there are at most `lineCount`.
    keys = unsafe Array(unsafeUninitializedCapacity: block.lineCount) { keys, keyCount in
      unsafe (block.extents ?? []).withUnsafeBufferPointer { extents in
        count = unsafe gamut_pick_lines(
          input.start + block.start, input.count - block.start,
          block.extents == nil ? nil : extents.baseAddress, extents.count, seed, bound, start,
          keys.baseAddress, &keyCount)
      }
    }
  }

  /// Puts the element of an array in `range` of `input` on one line; replaces what is here.
  func compact(_ range: Range<Int>, of input: BlockBuffer) {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count, "no such bytes")
    removeAll()
    reserve(range.count)
    count = unsafe gamut_compact_element(input.start + range.lowerBound, range.count, start)
  }
}
