/// What makes a record ugly.
///
/// Every ugly record is valid JSON, and its question keeps its answer.
enum Ugliness: String, CaseIterable {
  /// Joined emoji in the instruction.
  case joinedEmoji = "joined-emoji"
  /// Right-to-left words and direction marks in the instruction.
  case rightToLeft = "right-to-left"
  /// Letters with several combining marks in the instruction.
  case combiningMarks = "combining-marks"
  /// Accents as separate code points in the instruction.
  case decomposed
  /// Everything beyond ASCII escaped, pairs of surrogates included.
  case escapedSurrogates = "escaped-surrogates"
  /// A word of 600 letters in the instruction.
  case longWord = "long-word"
  /// Control characters, escaped, in the instruction.
  case controls
  /// An empty output.
  case emptyOutput = "empty-output"
  /// HTML tags and entities in the instruction.
  case htmlEntities = "html-entities"
  /// UTF-8 once read as Windows-1252, in the instruction.
  case mojibake
  /// 20 kB of log lines in the input.
  case hugeInput = "huge-input"
  /// An extra field nested sixty deep.
  case deepExtra = "deep-extra"
  /// Keys in an unusual order.
  case keyOrder = "key-order"
  /// Unknown keys, among them an empty one and one that differs in case only.
  case extraKeys = "extra-keys"
  /// Spaces and tabs between tokens.
  case spacing
  /// The score with an exponent.
  case exponent
  /// Null characters, escaped, in the instruction.
  case nullCharacters = "null-characters"
  /// Raw line and paragraph separators (U+2028, U+2029, U+0085) in the instruction.
  case lineSeparators = "line-separators"
  /// A byte order mark, no-break and zero-width spaces in the instruction.
  case invisibles
  /// Every character of every string escaped.
  case allEscaped = "all-escaped"

  /// Changes the row's text.
  ///
  /// Forms that concern only how JSON is written leave it alone.
  func deface(_ row: inout Row, using dice: inout Dice) {
    row.ugliness = self
    switch self {
    case .joinedEmoji:
      row.instruction +=
        " \u{1F469}\u{1F3FD}\u{200D}\u{1F680}\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}"
        + "\u{1F466}\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}\u{1F1FA}\u{1F1F3}"
    case .rightToLeft:
      row.instruction =
        "مرحبا \u{202B}שלום עולם\u{202C} \u{200F}سؤال\u{200E}: " + row.instruction
    case .combiningMarks:
      var noisy = ""
      for letter in "urgent".unicodeScalars {
        noisy.unicodeScalars.append(letter)
        for _ in 0..<dice.number(in: 3...8) {
          noisy.unicodeScalars.append(Unicode.Scalar(UInt16(0x0300 + dice.below(0x50))) ?? letter)
        }
      }
      row.instruction = noisy + ": " + row.instruction
    case .decomposed:
      row.instruction += " (Zoe\u{308}, Jose\u{301} and A\u{30A}sa want to know.)"
    case .escapedSurrogates:
      row.instruction += " \u{1F600}\u{1D11E}\u{20BB7}"
    case .longWord:
      var word = ""
      while word.utf8.count < 600 { word += Vocabulary.invented(syllables: 4, using: &dice) }
      row.instruction += " " + word.prefix(600)
    case .controls:
      row.instruction += "\t\u{1}\u{8}\u{B}\u{C}\u{1B}[31m\u{1F}\u{7F}\r"
    case .emptyOutput:
      row.output = ""
      row.defect = .empty
    case .htmlEntities:
      row.instruction = "<p>&lt;b&gt;Q&amp;amp;A&lt;/b&gt;&nbsp;&#x1F600;</p> " + row.instruction
    case .mojibake:
      row.instruction += " (Please donâ€™t guess â€“ thÃ© answer must bÃ© right.)"
    case .hugeInput:
      var log = row.input.isEmpty ? "" : "\n\n"
      var line = 0
      while log.utf8.count < 20_000 {
        line += 1
        let code = dice.number(in: 100...999)
        log += "log \(line): \(Vocabulary.invented(syllables: 2, using: &dice)) status \(code)\n"
      }
      row.input += log
    case .nullCharacters:
      row.instruction += "\0\0 end"
    case .lineSeparators:
      row.instruction += "\u{2028}second line\u{2029}third line\u{85}fourth line"
    case .invisibles:
      row.instruction = "\u{FEFF}\u{200B}" + row.instruction + "\u{A0}\u{2060}\u{AD}"
    case .deepExtra, .keyOrder, .extraKeys, .spacing, .exponent, .allEscaped:
      break
    }
  }
}
