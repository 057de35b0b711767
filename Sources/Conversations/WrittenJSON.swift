/// A JSON value as it stands in a record: its bytes, untouched, so that what is handed on is what came.
///
/// Only values that were checked are taken: a record that was read, or text that `JSONValue` accepted.
package struct WrittenJSON: Sendable, Equatable {
  /// What a value is, told by its first byte.
  package enum Kind: UInt8, Sendable {
    case null, bool, number, string, array, object
  }

  /// A key with its value.
  package struct Member: Sendable, Equatable {
    /// The key, escapes resolved.
    package var key: String
    /// The value.
    package var value: WrittenJSON
  }

  /// The value without white space around it.
  package var bytes: ArraySlice<UInt8>

  /// Takes a value.
  ///
  /// - Parameter bytes: One JSON value, perhaps with white space around it.
  package init(_ bytes: ArraySlice<UInt8>) {
    var (start, end) = (bytes.startIndex, bytes.endIndex)
    while start < end, Self.isBlank(bytes[start]) { start += 1 }
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    self.bytes = bytes[start..<end]
  }

  private init(exactly bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// What it is.
  package var kind: Kind {
    switch bytes.first {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"), nil: .null
    default: .number
    }
  }

  /// The text, if it is one.
  package var text: WrittenText? {
    kind == .string ? WrittenText(escaped: bytes.dropFirst().dropLast()) : nil
  }

  /// The truth value, if it is one.
  package var truth: Bool? { kind == .bool ? bytes.first == UInt8(ascii: "t") : nil }

  /// The number, if it is a whole one that fits.
  package var wholeNumber: Int? {
    kind == .number ? Int(String(decoding: bytes, as: UTF8.self)) : nil
  }

  /// Whether a number is written with a point or an exponent.
  package var isFraction: Bool {
    bytes.contains {
      $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
    }
  }

  /// The values of a list, if it is one.
  package var items: [WrittenJSON]? {
    guard kind == .array else { return nil }
    var items: [WrittenJSON] = []
    var place = bytes.startIndex + 1
    let end = bytes.endIndex - 1
    while true {
      place = Self.nextToken(bytes, place, end)
      if place >= end { return items }
      let valueEnd = Self.valueEnd(bytes, place, end)
      items.append(WrittenJSON(exactly: bytes[place..<valueEnd]))
      place = valueEnd
    }
  }

  /// The members of an object, of equal keys the last, at the place of the first; `nil` for what is none.
  package var members: [Member]? {
    guard kind == .object else { return nil }
    var members: [Member] = []
    var place = bytes.startIndex + 1
    let end = bytes.endIndex - 1
    while true {
      place = Self.nextToken(bytes, place, end)
      if place >= end { return members }
      let keyEnd = Self.valueEnd(bytes, place, end)
      let key = WrittenText(escaped: bytes[(place + 1)..<(keyEnd - 1)]).string
      place = Self.nextToken(bytes, keyEnd, end)
      let valueEnd = Self.valueEnd(bytes, place, end)
      let value = WrittenJSON(exactly: bytes[place..<valueEnd])
      place = valueEnd
      if let known = members.firstIndex(where: { $0.key == key }) {
        members[known].value = value
      } else {
        members.append(Member(key: key, value: value))
      }
    }
  }

  /// The value under a key of an object; `nil` for none, and for null.
  package subscript(key: String) -> WrittenJSON? {
    guard let value = members?.first(where: { $0.key == key })?.value else { return nil }
    return value.kind == .null ? nil : value
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// Past white space, commas and colons.
  private static func nextToken(_ bytes: ArraySlice<UInt8>, _ start: Int, _ end: Int) -> Int {
    var place = start
    while place < end {
      let byte = bytes[place]
      guard isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") else { break }
      place += 1
    }
    return place
  }

  /// Where the value ends that starts at a place.
  private static func valueEnd(_ bytes: ArraySlice<UInt8>, _ start: Int, _ end: Int) -> Int {
    var place = start
    switch bytes[start] {
    case UInt8(ascii: "\""):
      return stringEnd(bytes, start, end)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      while place < end {
        switch bytes[place] {
        case UInt8(ascii: "\""):
          place = stringEnd(bytes, place, end)
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          if depth == 0 { return place + 1 }
        default: break
        }
        place += 1
      }
      return end
    default:
      while place < end {
        let byte = bytes[place]
        if isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
          || byte == UInt8(ascii: "}")
        {
          break
        }
        place += 1
      }
      return place
    }
  }

  /// Behind the quotation mark that closes the string.
  private static func stringEnd(_ bytes: ArraySlice<UInt8>, _ start: Int, _ end: Int) -> Int {
    let span = bytes.span
    let offset = bytes.startIndex
    var place = start + 1 - offset
    let stop = end - offset
    while place < stop {
      let byte = span[place]
      if byte == UInt8(ascii: "\"") { return place + 1 + offset }
      place += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    return end
  }
}
