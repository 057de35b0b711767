/// The numbers of a Parquet file of one column of float32 without nulls, plain and not compressed, as
/// duckdb is asked to write them into a pipe.
///
/// Read is what such a file begins with: the mark `PAR1`, then pages, each a header in Thrift's compact
/// protocol (`PageHeader` of the format's `parquet.thrift`), the levels that tell which values are there,
/// and the values. What stands behind the last page, the footer, is for those who do not know the column.
struct PlainPages {
  /// What came and is not yet taken apart.
  private var bytes: [UInt8] = []
  private var place = 0
  private var hasMark = false
  /// How many bytes of values are still to come of the page that was begun.
  private var valueBytes = 0

  /// Takes more of the file.
  ///
  /// - Parameters:
  ///   - more: The next bytes.
  ///   - limit: How many values are wanted, those before counted off.
  ///   - body: Takes the bytes of values, whole ones, four each, little-endian.
  /// - Returns: Whether it is such a file so far.
  /// - Throws: What `body` throws.
  mutating func take(
    _ more: ArraySlice<UInt8>, upTo limit: inout Int, _ body: (ArraySlice<UInt8>) throws -> Void
  ) throws -> Bool {
    bytes.removeFirst(place)
    place = 0
    bytes += more
    while limit > 0 {
      if valueBytes > 0 {
        let count = min(valueBytes, bytes.count - place, limit * 4) & ~3
        if count == 0 { return true }
        try body(bytes[place..<place + count])
        place += count
        valueBytes -= count
        limit -= count / 4
        continue
      }
      let start = place
      switch beginPage() {
      case .whole: continue
      case .short:
        place = start
        return true
      case .other: return false
      }
    }
    place = bytes.count
    return true
  }

  private enum Outcome {
    case whole
    case short
    case other
  }

  /// Reads the mark, a page's header and its levels.
  private mutating func beginPage() -> Outcome {
    if !hasMark {
      guard bytes.count >= 4 else { return .short }
      guard bytes.starts(with: Array("PAR1".utf8)) else { return .other }
      place = 4
    }
    var header: [Int: Int] = [:]
    guard let isHeader = readStructure(into: &header, prefix: 0) else { return .short }
    // A data page of the first version, plain, of as many bytes packed as not.
    guard isHeader, header[1] == 0, let size = header[2], header[3] == size,
      let count = header[501], header[502] == 0
    else { return .other }
    guard bytes.count - place >= 4 else { return .short }
    let levels = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    guard levels <= 1 << 20, size == 4 + levels + 4 * count else { return .other }
    guard bytes.count - place >= 4 + levels else { return .short }
    // One run of ones, or some: any other level is a value that is not there, and then the values are
    // fewer than the page's size says.
    place += 4 + levels
    valueBytes = 4 * count
    hasMark = true
    return .whole
  }

  /// Reads a structure's whole numbers by their field's number, those of an inner one behind `prefix`; `nil`
  /// where the bytes end before it does, false where it is none.
  private mutating func readStructure(into fields: inout [Int: Int], prefix: Int) -> Bool? {
    var last = 0
    while true {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      if byte == 0 { return true }
      let delta = Int(byte >> 4)
      if delta == 0 { return false }
      last += delta
      switch byte & 15 {
      case 1, 2: break
      case 4, 5, 6:
        guard let value = readNumber() else { return nil }
        fields[prefix + last] = value
      case 8:
        guard let length = readUnsigned() else { return nil }
        guard length >= 0, length < 1 << 20 else { return false }
        guard bytes.count - place >= length else { return nil }
        place += length
      case 12:
        guard prefix < 1_000_000 else { return false }
        guard let isWhole = readStructure(into: &fields, prefix: (prefix + last) * 100) else {
          return nil
        }
        if !isWhole { return false }
      default: return false
      }
    }
  }

  private mutating func readNumber() -> Int? {
    guard let value = readUnsigned() else { return nil }
    return (value >> 1) ^ -(value & 1)
  }

  private mutating func readUnsigned() -> Int? {
    var value = 0
    var shift = 0
    while place < bytes.count, shift < 63 {
      let byte = bytes[place]
      place += 1
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }
}
