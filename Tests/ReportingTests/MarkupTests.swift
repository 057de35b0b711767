import JSON
import TestSupport
import Testing

@testable import Reporting

/// Text from data on its way into HTML, SVG and JSON.
@Suite struct MarkupTests {
  /// Characters that mean something to a parser or to a reader's eye, and some that mean nothing.
  private static let odd: [Unicode.Scalar] = [
    "<", ">", "&", "\"", "'", "/", "!", "-", "]", "\0", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}",
    "\u{2029}", "\u{202E}", "\u{2066}", "\u{FFFE}", "\u{1FFFF}", "\n", "\r", "\t", "a", "ש", "م",
    "語",
    "🙂", "\u{301}", "\\", "{", "}",
  ]

  private func text(seed: Int) -> String {
    var generator = SeededGenerator(seed: seed)
    var view = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...40, using: &generator) {
      view.append(Self.odd.randomElement(using: &generator) ?? "a")
    }
    return String(view)
  }

  /// What a parser makes of escaped text, by bytes: a mark may stand upon a sign.
  private func unescaped(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)[...]
    var found: [UInt8] = []
    while let byte = bytes.first {
      let entity = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
      ].first { bytes.starts(with: $0.0.utf8) }
      found += entity.map { Array($0.1.utf8) } ?? [byte]
      bytes = bytes.dropFirst(entity?.0.utf8.count ?? 1)
    }
    return found
  }

  @Test(arguments: 0..<200) func `no text is markup, and it reads as it was shown`(seed: Int) {
    let text = text(seed: seed)
    var markup = Markup()
    markup.text(text)
    let written = String(decoding: markup.bytes, as: UTF8.self)
    #expect(!written.utf8.contains { "<>\"'".utf8.contains($0) })
    #expect(unescaped(written) == Array(TextShown.text(text).utf8))
    // Of XML's characters only, so that a figure alone is well-formed.
    #expect(
      written.unicodeScalars.allSatisfy {
        ($0.value >= 0x20 || $0 == "\n" || $0 == "\t") && $0.value & 0xFFFE != 0xFFFE
      })
  }

  @Test func `an attribute's value stays within its quotes`() {
    var markup = Markup()
    markup.element("p", ("title", "\" onclick='x' <b>"), text: "</p><script>")
    #expect(
      String(decoding: markup.bytes, as: UTF8.self)
        == "<p title=\"&quot; onclick=&#39;x&#39; &lt;b&gt;\">&lt;/p&gt;&lt;script&gt;</p>")
  }

  @Test(arguments: 0..<200) func `JSON for a page has nothing that HTML looks for`(seed: Int) {
    let value = JSONValue.members([text(seed: seed): .array([.string(text(seed: -seed - 1))])])
    let bytes = ReportData.escaped(value)
    let written = String(decoding: bytes, as: UTF8.self)
    #expect(
      !written.unicodeScalars.contains { "<>&\u{2028}\u{2029}\u{7F}".unicodeScalars.contains($0) })
    #expect(JSONValue(parsing: bytes.span) == value)
  }

  @Test(arguments: [
    ("plain text, עברית, 日本語", "plain text, עברית, 日本語"), ("a\0b", "a\u{2400}b"),
    ("\u{202E}txt", "\u{FFFD}txt"), ("a\r\nb\rc", "a\nb\nc"), ("\u{1B}[31m", "\u{241B}[31m"),
    ("", ""),
  ])
  func `characters that would deceive a reader are shown as marks`(text: String, shown: String) {
    #expect(Array(TextShown.text(text).unicodeScalars) == Array(shown.unicodeScalars))
  }

  @Test func `a long text is cut between characters`() {
    #expect(TextShown.shortened("abc", to: 3) == "abc")
    #expect(TextShown.shortened("abcd", to: 3) == "abc…")
    #expect(TextShown.shortened("👩‍👩‍👧👩‍👩‍👧", to: 1) == "👩‍👩‍👧…")
    #expect(TextShown.shortened("", to: 0) == "")
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (-1_234_567, "−1,234,567"), (0.12345, "0.123"), (12.345, "12.35"),
    (1234.5, "1,235"), (0.00001234, "1.23e−5"), (2.5e9, "2.50e9"), (.nan, "–"), (.infinity, "–"),
    (-0.5, "−0.500"), (0.0321, "0.0321"),
  ])
  func `a number is told in about three digits`(value: Double, text: String) {
    #expect(ReportNumber.brief(value) == text)
  }

  @Test(arguments: 0..<100) func `ticks are even, within the ends, and about as many as asked`(
    seed: Int
  ) {
    var generator = SeededGenerator(seed: seed)
    let low = Double.random(in: -1000...1000, using: &generator)
    let high = low + Double.random(in: 0.001...500, using: &generator)
    let ticks = ReportNumber.ticks(from: low, to: high, count: 5)
    #expect((2...6).contains(ticks.count))
    #expect(ticks.allSatisfy { $0 >= low - 1e-9 && $0 <= high + 1e-9 })
    let steps = zip(ticks, ticks.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { ($0 - steps[0]).magnitude < 1e-6 * steps[0] })
  }
}
