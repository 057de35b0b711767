import Testing

@testable import Samples

/// The longest line and element that are read, told by their length in the source.
@Suite struct LineLengthTests {
  /// Reads a source of which lines may have 32 bytes.
  private func lengths(_ text: String, blockByteCount: Int) throws -> [Int] {
    try read(
      text,
      delivering {
        $0.blockByteCount = blockByteCount
        $0.mostLineBytes = 32
      }
    ).map(\.location.byteCount)
  }

  /// The line, and the place of its first byte, that is refused.
  private func refused(_ text: String, blockByteCount: Int) -> [Int] {
    do {
      _ = try lengths(text, blockByteCount: blockByteCount)
    } catch SamplesError.lineTooLong(_, let line, let byteOffset) {
      return [line, byteOffset]
    } catch {}
    return []
  }

  /// A record of so many bytes.
  private func record(_ byteCount: Int) -> String {
    #"{"text":""# + String(repeating: "x", count: byteCount - 11) + #""}"#
  }

  @Test(arguments: [1, 8, 31, 32, 33, 64, 1 << 20])
  func `a line of the longest length is read, and one byte more is an error`(
    blockByteCount: Int
  ) throws {
    for end in ["", "\n"] {
      #expect(try lengths(record(32) + end, blockByteCount: blockByteCount) == [32])
      #expect(refused(record(33) + end, blockByteCount: blockByteCount) == [1, 0])
      #expect(refused(record(500) + end, blockByteCount: blockByteCount) == [1, 0])
      let lines = record(11) + "\n\n" + record(32) + "\n"
      #expect(
        try lengths(lines + record(30) + end, blockByteCount: blockByteCount) == [11, 32, 30])
      #expect(refused(lines + record(33) + end, blockByteCount: blockByteCount) == [4, 46])
    }
  }

  @Test(arguments: [1, 8, 31, 32, 33, 64, 1 << 20])
  func `an element is as long as it stands in the source, however short as a line`(
    blockByteCount: Int
  ) throws {
    /// An element of 11 bytes, spread over more by line breaks.
    func spread(_ byteCount: Int) -> String {
      #"{"text":"# + String(repeating: "\n", count: byteCount - 11) + #"""}"#
    }
    let before = "[" + record(32) + ",\n" + spread(32) + ",\n"
    #expect(
      try lengths(before + record(11) + "]", blockByteCount: blockByteCount) == [32, 32, 11])
    for long in [spread(33), spread(2000), record(33), record(2000)] {
      #expect(refused(before + long + "]", blockByteCount: blockByteCount) == [3, 69])
      #expect(refused("[" + long, blockByteCount: blockByteCount) == [1, 1])
    }
    // Many short runs of white space, each left out before the next begins.
    let pieces = #"{"a":["# + String(repeating: "0\n,\n", count: 30) + "0]}"
    #expect(refused(before + pieces + "]", blockByteCount: blockByteCount) == [3, 69])
  }

  @Test(arguments: [1, 8, 31, 32, 33, 64, 1 << 20])
  func `white space between lines and elements may have any length`(blockByteCount: Int) throws {
    let blank = String(repeating: " \n", count: 300)
    #expect(
      try lengths(blank + record(20) + "\n" + blank + record(30), blockByteCount: blockByteCount)
        == [20, 30])
    #expect(
      try lengths(
        "  [" + blank + record(20) + "," + blank + record(30) + blank.prefix(2) + "]" + blank,
        blockByteCount: blockByteCount) == [20, 30])
  }
}
