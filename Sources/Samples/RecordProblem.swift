/// Why a record is not a sample.
///
/// The first cases mean that the line is not JSON (RFC 8259), the others that it is, but holds no
/// sample. Keys and roles of more than 64 bytes are cut there, at a character's end, and end in "…".
public enum RecordProblem: Error, Hashable, Sendable {
  /// Bytes that are not UTF-8, starting with this one.
  case invalidUTF8(byte: UInt8)
  /// A control character stands in a string as it is; JSON wants it escaped.
  case controlCharacter(byte: UInt8)
  /// The line ends within a string.
  case unclosedString
  /// A backslash with something after it that JSON does not know.
  case invalidEscape
  /// Half of a surrogate pair, such as `\ud83d` alone: it stands for no character.
  case loneSurrogate
  /// `NaN` or `Infinity`, which Python writes but JSON has not.
  case notANumberLiteral
  /// Something that starts like a number but is none.
  case malformedNumber
  /// The line ends before the record does.
  case endsEarly
  /// This byte cannot stand there.
  case unexpectedByte(UInt8)
  /// More follows after the record.
  case trailingContent
  /// Arrays and objects nest more than 1,024 deep.
  case nestedTooDeeply
  /// The line is JSON, but no object.
  case notAnObject(found: JSONKind)
  /// The keys fit no shape; up to eight of them, in the record's order. Of requested text fields
  /// none is there.
  case unknownShape(keys: [String])
  /// A key of a recognised shape holds a value of another type than it should.
  case wrongType(key: String, found: JSONKind)
  /// A recognised shape lacks a key.
  case missingField(key: String)
  /// A list of messages is empty.
  case emptyConversation(key: String)
  /// Nobody knows who speaks in a message.
  case unknownRole(String)

  /// What kind of JSON value was found.
  public enum JSONKind: UInt8, Equatable, Sendable {
    /// `null`.
    case null = 0
    /// `true` or `false`.
    case boolean = 1
    /// A number.
    case number = 2
    /// A string.
    case string = 3
    /// An array.
    case array = 4
    /// An object.
    case object = 5
  }
}
