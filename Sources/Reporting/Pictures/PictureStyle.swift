/// How pictures made of text are drawn: how wide, with which signs, and whether in colour.
public struct PictureStyle: Sendable, Equatable {
  /// The least width that a picture is laid out for; a narrower terminal folds its lines.
  public static let leastWidth = 30
  /// The greatest width that a picture takes, however wide the terminal is.
  public static let greatestWidth = 160

  /// How many columns a line may take, `leastWidth` to `greatestWidth`.
  public let width: Int
  /// Whether only ASCII signs are drawn: then numbers stand where shades would.
  public let isPlain: Bool
  /// Whether shades and marks are coloured by escape sequences; never where `isPlain`.
  public let usesColour: Bool

  /// Chooses a style.
  ///
  /// - Parameters:
  ///   - width: Columns of the terminal, brought into the range of `width`.
  ///   - isPlain: Whether only ASCII signs are drawn.
  ///   - usesColour: Whether colour is allowed; it has no part in a plain picture.
  public init(width: Int = 80, isPlain: Bool = false, usesColour: Bool = false) {
    self.width = min(max(width, Self.leastWidth), Self.greatestWidth)
    self.isPlain = isPlain
    self.usesColour = usesColour && !isPlain
  }

  /// What stands where something was left out.
  var ellipsis: String { isPlain ? "..." : "…" }

  /// A text in one of the 256 colours, or as it is.
  func coloured(_ text: String, _ colour: Int) -> String {
    usesColour && !text.isEmpty ? "\u{1B}[38;5;\(colour)m\(text)\u{1B}[39m" : text
  }

  /// Four colours from dark to light that also the colour-blind tell apart.
  static let ramp = [61, 31, 71, 178]
}

/// Text put line by line, none of which ends in blanks.
struct PictureLines {
  private(set) var text = ""

  /// Adds a line.
  mutating func add(_ line: String) {
    var end = line.endIndex
    while end > line.startIndex, line[line.index(before: end)] == " " {
      end = line.index(before: end)
    }
    text += line[..<end] + "\n"
  }

  /// Adds parts that are not torn apart, on as many lines as they need.
  ///
  /// - Parameters:
  ///   - parts: What is told; one that is longer than a line is cut.
  ///   - lead: What the first line begins with, in ASCII; the others are indented as far, or by two where that
  ///     leaves no room.
  ///   - style: How wide a line may be.
  mutating func add(parts: [String], lead: String, _ style: PictureStyle) {
    let widths = parts.map(Self.width)
    var indent = displayWidth(lead)
    var line = lead
    if indent > 2, indent + (widths.max() ?? 0) > style.width {
      add(lead)
      indent = 2
      line = "  "
    }
    var columns = indent
    var isBare = true
    for (part, width) in zip(parts, widths) {
      let own = min(width, style.width - indent)
      if !isBare, columns + 1 + own > style.width {
        add(line)
        line = String(repeating: " ", count: indent)
        columns = indent
        isBare = true
      }
      line += (isBare ? "" : " ") + (width > own ? fitted(part, to: own, style) : part)
      columns += own + (isBare ? 0 : 1)
      isBare = false
    }
    add(line)
  }

  /// How many columns a text takes whose colours take none.
  private static func width(_ text: String) -> Int {
    guard text.contains("\u{1B}") else { return displayWidth(text) }
    return text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated().reduce(0)
    {
      sum, part in
      // All but what stands before the first sequence begins with the rest of one.
      let shown = part.offset == 0 ? part.element : part.element.drop { $0 != "m" }.dropFirst()
      return sum + displayWidth(String(shown))
    }
  }

  /// Adds a title, broken between words.
  mutating func add(title: String, _ style: PictureStyle) {
    let words = lineText(title, style).split(separator: " ", omittingEmptySubsequences: false)
    add(parts: words.map(String.init), lead: "", style)
  }

  /// Adds a sentence, broken between words.
  mutating func add(sentence: String, _ style: PictureStyle) {
    add(parts: sentence.split(separator: " ").map(String.init), lead: "  ", style)
  }
}
