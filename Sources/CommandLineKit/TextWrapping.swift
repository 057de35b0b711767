/// Breaks a text into lines.
///
/// Paragraphs stand between empty lines, which are kept, several as one. A line that begins with a
/// space is kept as it is, however long. Other lines are joined and broken anew at spaces; a word
/// longer than the width stands alone on its line. Width is counted in Unicode scalars.
///
/// - Parameters:
///   - text: The text; may be empty.
///   - width: The most scalars a line may have; at least 1.
/// - Returns: The lines, without newlines or trailing spaces; none for an empty text.
func wrap(_ text: String, width: Int) -> [String] {
  precondition(width >= 1, "A line holds at least one scalar")
  var lines: [String] = []
  var words: [Substring] = []
  func flush() {
    lines += fill(words, width: width)
    words = []
  }
  for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.allSatisfy({ $0 == " " }) {
      flush()
      if lines.last?.isEmpty == false { lines.append("") }
    } else if line.first == " " {
      flush()
      lines.append(String(line))
    } else {
      words += line.split(separator: " ")
    }
  }
  flush()
  if lines.last?.isEmpty == true { lines.removeLast() }
  return lines
}

/// Puts as many words on each line as fit.
func fill(_ words: some Sequence<some StringProtocol>, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in words {
    if line.isEmpty {
      line = String(word)
    } else if line.unicodeScalars.count + 1 + word.unicodeScalars.count <= width {
      line += " " + word
    } else {
      lines.append(line)
      line = String(word)
    }
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}
