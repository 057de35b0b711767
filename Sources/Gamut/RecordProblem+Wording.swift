public import Samples

extension RecordProblem {
  /// The problem as a clause without a full stop.
  public var message: String { message(textFields: []) }

  /// The problem of a record whose text was looked for in certain fields, as a clause.
  ///
  /// - Parameter textFields: The fields that were named for the text; none where the record's shape was
  ///   to be recognised.
  /// - Returns: A clause without a full stop.
  public func message(textFields: [String]) -> String {
    switch self {
    case .invalidUTF8(let byte): "not UTF-8: a byte \(hex(byte)) that cannot stand there"
    case .controlCharacter(let byte):
      "a raw control character \(hex(byte)) in a string; JSON wants it escaped"
    case .unclosedString: "the line ends within a string"
    case .invalidEscape: "a backslash with something after it that JSON does not know"
    case .loneSurrogate: "half of a surrogate pair (\\ud800 to \\udfff), which is no character"
    case .notANumberLiteral: "NaN or Infinity, which JSON does not have; write null instead"
    case .malformedNumber: "something that starts like a number but is none"
    case .endsEarly: "the line ends before the record does"
    case .unexpectedByte(let byte): "\(printable(byte)) cannot stand there"
    case .trailingContent: "something follows after the record"
    case .nestedTooDeeply: "arrays and objects nest more than 1,024 deep"
    case .notAnObject(let found): "\(article(found)) where an object should be"
    case .unknownShape(let keys) where !textFields.isEmpty:
      "it has no text in \(quoted(textFields, or: "or"))"
        + (keys.isEmpty ? ", nor any other key" : "; its keys are \(quoted(keys, or: "and"))")
    case .unknownShape(let keys):
      keys.isEmpty
        ? "an object without keys, which fits no known shape"
        : "its keys fit no known shape: \(keys.map { "'\($0)'" }.joined(separator: ", "))"
    case .wrongType(let key, let found):
      "'\(key)' holds \(article(found)) where"
        + (["messages", "conversations"].contains(key) ? " messages" : " text") + " should be"
    case .missingField(let key): "'\(key)' is missing"
    case .emptyConversation(let key): "'\(key)' holds no message"
    case .unknownRole(let role): "nobody knows who '\(role)' is in a conversation"
    }
  }
}

/// Names between quotation marks, the last after a word of its own.
private func quoted(_ names: [String], or word: String) -> String {
  let quoted = names.map { "'\($0)'" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
  return quoted.dropLast().joined(separator: ", ") + " \(word) " + last
}

private func article(_ kind: RecordProblem.JSONKind) -> String {
  switch kind {
  case .null: "null"
  case .boolean: "true or false"
  case .number: "a number"
  case .string: "a string"
  case .array: "an array"
  case .object: "an object"
  }
}

private func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return "0x" + (digits.count < 2 ? "0" : "") + digits
}

private func printable(_ byte: UInt8) -> String {
  (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "a byte \(hex(byte))"
}
