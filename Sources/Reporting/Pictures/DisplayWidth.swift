/// How many columns of a terminal a text takes.
///
/// The sum over its scalars of 2 for what is wide or full-width (Unicode Standard Annex 11) and for signs
/// that are shown as emoji, 0 for combining marks, formatting and control characters, vowels and finals of
/// a Hangul syllable, and 1 for all else. Within one sign that a user sees, a flag takes 2, and what a
/// joiner or a skin tone adds to an emoji takes nothing. Terminals differ in the newest emoji; no rule
/// agrees with all.
///
/// - Parameter text: Any text of one line, without escape sequences.
/// - Returns: At least 0.
/// - Complexity: O(n) for n scalars.
public func displayWidth(_ text: String) -> Int {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
  return text.reduce(0) { $0 + displayWidth($1) }
}

/// How many columns one sign takes.
private func displayWidth(_ character: Character) -> Int {
  var sum = 0
  var isJoined = false
  var before: Unicode.Scalar?
  for scalar in character.unicodeScalars {
    defer { before = scalar }
    switch scalar.value {
    case 0x200D:
      isJoined = before?.properties.isEmoji ?? false
    case 0xFE0F:
      // What asks for an emoji where a plain sign stood.
      if let before, before.properties.isEmoji, before.value > 0xFF, columns(of: before) == 1 {
        sum += 1
      }
    case 0x1F3FB...0x1F3FF where sum > 0: continue
    case 0x1F1E6...0x1F1FF:
      sum += before.map { (0x1F1E6...0x1F1FF).contains($0.value) } == true ? 0 : 2
    default:
      if isJoined {
        isJoined = false
      } else {
        sum += columns(of: scalar)
      }
    }
  }
  return sum
}

/// How many columns a scalar takes by itself.
private func columns(of scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  if value < 0x300 { return value == 0xAD || value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator:
    return 0
  default: break
  }
  switch value {
  case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
  case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
    return 2
  default: return scalar.properties.isEmojiPresentation ? 2 : 1
  }
}

/// A text as it may stand in a line of a terminal: control characters, which could drive the terminal,
/// become `�` (`?` in ASCII), line ends and tabs blanks, and what runs from right to left is closed off so
/// that it does not turn its neighbours round.
///
/// - Parameters:
///   - text: Any text, such as a label out of a file.
///   - style: Of which only `isPlain` is asked.
/// - Returns: Text of one line.
func lineText(_ text: String, _ style: PictureStyle) -> String {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  var clean = ""
  var turns = false
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: clean += " "
    case 0x00..<0x20, 0x7F..<0xA0: clean += style.isPlain ? "?" : "\u{FFFD}"
    // Marks that change the direction of all that follows.
    case 0x202A...0x202E, 0x2066...0x2069: continue
    default:
      clean.unicodeScalars.append(scalar)
      switch scalar.value {
      case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
        turns = true
      default: break
      }
    }
  }
  return turns ? "\u{2068}\(clean)\u{2069}" : clean
}

/// A text in just so many columns, cut where it is longer.
///
/// - Parameters:
///   - text: Text of one line.
///   - width: How many columns, at least 0.
///   - style: What stands for what was cut off.
///   - isRight: Whether it is flush right.
/// - Returns: Text of that width; a wide sign that would be torn gives way to blanks.
func fitted(_ text: String, to width: Int, _ style: PictureStyle, isRight: Bool = false) -> String {
  let own = displayWidth(text)
  if own <= width {
    let blanks = String(repeating: " ", count: width - own)
    return isRight ? blanks + text : text + blanks
  }
  let mark = String(style.ellipsis.prefix(width))
  var (kept, columns) = ("", 0)
  for character in text {
    let next = displayWidth(character)
    if columns + next + mark.count > width { break }
    kept.append(character)
    columns += next
  }
  // What was closed off stays closed.
  let isolate = kept.unicodeScalars.contains("\u{2068}") ? "\u{2069}" : ""
  return kept + isolate + mark
    + String(repeating: " ", count: max(0, width - columns - mark.count))
}
