/// What duckdb says of an error, made one line.
enum ErrorText {
  /// The first message of what came on standard error: its lines up to an empty one, or to those that repeat
  /// the statement, joined.
  ///
  /// - Parameter said: The bytes; they may be cut anywhere.
  /// - Returns: The message without escape sequences; empty where nothing was said.
  static func firstMessage(of said: [UInt8]) -> String {
    let text = String(decoding: withoutEscapes(said), as: UTF8.self)
    var words: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = line.drop { $0 == " " || $0 == "\r" }
      if line.isEmpty {
        if words.isEmpty { continue }
        break
      }
      if line.hasPrefix("LINE 1:") { break }
      words.append(line)
    }
    let message = words.joined(separator: " ")
    return message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
  }

  /// Without the sequences that colour a terminal, and without other control characters.
  private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var isWithin = false
    for byte in bytes {
      if isWithin {
        // A sequence ends with a letter.
        if (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) { isWithin = false }
      } else if byte == 0x1B {
        isWithin = true
      } else if byte >= 0x20 || byte == 0x0A {
        kept.append(byte)
      }
    }
    return kept
  }
}
