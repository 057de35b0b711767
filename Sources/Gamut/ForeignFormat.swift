/// A format that files of training data often have and that is not read.
public enum ForeignFormat: Sendable, CaseIterable {
  /// Apache Parquet.
  case parquet
  /// An Arrow file (also Feather), with its index.
  case arrowFile
  /// An Arrow stream, as the `datasets` library keeps it.
  case arrowStream
  /// Values between commas, tabs or semicolons under a line of names.
  case separatedValues
  /// JSON objects that are spread over many lines each.
  case indentedJSON
  /// Text in UTF-16.
  case utf16
  /// A ZIP archive.
  case zip
  /// Packed with bzip2.
  case bzip2
  /// Packed with xz.
  case xz

  /// Tells the format of a source that is not read by its first line; `nil` for none of these.
  ///
  /// Binary formats are told by their magic numbers, indented JSON by a brace that stands alone, and
  /// separated values by a line of at least two short names. That is a guess, meant for a line that is no
  /// record: a line of JSON, or of prose with a blank after its commas, is none of these.
  ///
  /// - Parameter line: The first line of a source, decompressed, without its LF; it may be cut.
  /// - Complexity: O(n) for a line of n bytes.
  init?(firstLine line: [UInt8]) {
    if let magic = Self.magicNumbers.first(where: { line.starts(with: $0.bytes) }) {
      self = magic.format
    } else if Self.isLoneBrace(line) {
      self = .indentedJSON
    } else if Self.isHeader(line.last == 0x0D ? line.dropLast() : line[...]) {
      self = .separatedValues
    } else {
      return nil
    }
  }

  private static let magicNumbers: [(bytes: [UInt8], format: ForeignFormat)] = [
    (Array("PAR1".utf8), .parquet),
    (Array("ARROW1".utf8), .arrowFile),
    (Array("FEA1".utf8), .arrowFile),
    ([0xFF, 0xFF, 0xFF, 0xFF], .arrowStream),
    ([0xFF, 0xFE], .utf16),
    ([0xFE, 0xFF], .utf16),
    ([0x50, 0x4B, 0x03, 0x04], .zip),
    (Array("BZh".utf8), .bzip2),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz),
  ]

  private static func isLoneBrace(_ line: [UInt8]) -> Bool {
    line.first == UInt8(ascii: "{")
      && line.dropFirst().allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
  }

  /// Whether a line holds at least two names between separators.
  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    for separator in [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")] {
      let fields = line.split(separator: separator, omittingEmptySubsequences: false)
      if fields.count > 1, fields.allSatisfy(isName) { return true }
    }
    return false
  }

  /// Whether a field could be a column's name: short, of letters and digits and what joins them, or
  /// anything printable between quotes.
  private static func isName(_ field: ArraySlice<UInt8>) -> Bool {
    guard let first = field.first, let last = field.last, field.count <= 64 else { return false }
    let quote = UInt8(ascii: "\"")
    if first == quote, last == quote, field.count > 2 { return field.allSatisfy { $0 >= 0x20 } }
    return isWordByte(first) && field.allSatisfy { isWordByte($0) || joiners.contains($0) }
      && last != 0x20
  }

  private static let joiners = Array(" .-/:()".utf8)

  /// Letters, digits, the underscore, and every byte of a character beyond ASCII.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
