import TestSupport
import Testing

@testable import Reporting

/// Pictures made of text, read back line by line.
@Suite struct PictureTests {
  private let plain = PictureStyle(isPlain: true)
  private let drawn = PictureStyle()
  private let coloured = PictureStyle(usesColour: true)

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  /// A text without its escape sequences.
  private func uncoloured(_ text: String) -> String {
    var (kept, isEscape) = ("", false)
    for character in text {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { kept.append(character) }
      if isEscape, character == "m" { isEscape = false }
    }
    return kept
  }

  private func heatmap(_ rows: Int, _ columns: Int, seed: Int, largest: Int = 900) -> Heatmap {
    var random = SeededGenerator(seed: seed)
    return Heatmap(
      title: "samples",
      rows: PictureAxis(name: "tokens", edges: (1..<max(rows, 1)).map(Double.init)),
      columns: PictureAxis(name: "topic1", edges: (1..<max(columns, 1)).map { Double($0) / 8 }),
      counts: (0..<rows * columns).map { _ in
        Bool.random(using: &random) ? Int.random(in: 0...largest, using: &random) : 0
      })
  }

  @Test(
    arguments: [
      ("", 0), ("abc", 3), ("\u{1B}", 0), ("日本語", 6), ("ｱｲ", 2), ("한국", 4),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("e\u{301}", 1), ("😀", 2), ("👩\u{200D}👩\u{200D}👧", 2),
      ("👍🏽", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("עברית", 5), ("a\u{200B}b", 2),
      ("กำ", 2), ("é", 1), ("ﬁ", 1), ("（", 2), ("©", 1),
    ] as [(String, Int)])
  func `a text is as wide as terminals show it`(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test func `a text is cut to the column, and wide signs are not torn`() {
    #expect(fitted("abcdef", to: 4, drawn) == "abc…")
    #expect(fitted("abcdef", to: 4, plain) == "a...")
    #expect(fitted("日本語", to: 4, drawn) == "日… ")
    #expect(fitted("ab", to: 4, drawn, isRight: true) == "  ab")
    #expect(fitted("abc", to: 0, drawn).isEmpty)
    for text in ["日本語テキスト", "עברית עברית", "👩\u{200D}👩\u{200D}👧👍🏽abc", "plain"] {
      for width in 0...12 {
        let cut = fitted(lineText(text, drawn), to: width, drawn)
        #expect(displayWidth(cut) == width, "\(text) \(width)")
        let (opened, closed) = cut.unicodeScalars.reduce(into: (0, 0)) {
          $0.0 += $1 == "\u{2068}" ? 1 : 0
          $0.1 += $1 == "\u{2069}" ? 1 : 0
        }
        #expect(opened == closed)
      }
    }
  }

  @Test func `a label cannot drive the terminal or break its line`() {
    let label = lineText("a\u{1B}[2J\nb\u{202E}c\u{9B}", drawn)
    #expect(label == "a\u{FFFD}[2J bc\u{FFFD}")
    #expect(lineText("é\u{7}", plain) == "é?")
    #expect(lineText("\u{7}", plain) == "?", "ASCII is looked at as well")
  }

  @Test func `one cell is a picture`() {
    let one = Heatmap(
      title: "samples", rows: PictureAxis(name: "tokens", edges: []),
      columns: PictureAxis(name: "topic1", edges: []), counts: [7])
    #expect(
      one.text(drawn) == """
        samples
        tokens   0  all
        0  all ██7    7
        columns, topic1: 0 all
        shades: ██ 7, · none

        """)
    #expect(
      one.text(plain) == """
        samples
        tokens 0  all
        0  all 7    7
        columns, topic1: 0 all

        """)
    let none = Heatmap(
      title: "samples", rows: PictureAxis(name: "tokens", edges: []),
      columns: PictureAxis(name: "topic1", edges: []), counts: [0])
    #expect(none.text(drawn).contains("·    0"))
  }

  @Test(arguments: 1...12)
  func `a heatmap keeps to its width, adds up, and tells all numbers where there is room`(
    seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    let size = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
    let map = heatmap(size.0, size.1, seed: seed)
    for width in [30, 60, 80, 160] {
      for style in [
        PictureStyle(width: width), PictureStyle(width: width, isPlain: true),
        PictureStyle(width: width, usesColour: true),
      ] {
        let text = map.text(style)
        #expect(text == map.text(style))
        let shown = uncoloured(text)
        #expect(lines(shown).allSatisfy { displayWidth(String($0)) <= width }, "\(width)\n\(shown)")
        #expect(lines(shown).allSatisfy { $0.last != " " })
        if style.isPlain { #expect(shown.utf8.allSatisfy { $0 < 0x80 }) }
        #expect(style.usesColour || shown == text)
        let total = map.counts.reduce(0, +)
        let sums = lines(shown)[2..<(2 + size.0)].compactMap { line in
          line.split(separator: " ").last.flatMap { Int($0) }
        }
        #expect(sums.reduce(0, +) == total, "the sums of the rows\n\(shown)")
        if width == 160 {
          for (row, line) in lines(shown)[2..<(2 + size.0)].enumerated() {
            let own = map.counts[row * size.1..<(row + 1) * size.1]
            let numbers = String(line.map { $0.isNumber ? $0 : " " }).split(separator: " ")
              .compactMap { Int($0) }
            #expect(
              Array(numbers.suffix(own.count { $0 > 0 } + 1)) == own.filter { $0 > 0 } + [
                own.reduce(0, +)
              ])
          }
        }
      }
    }
  }

  @Test func `twenty thousand cells are drawn together, and it is said`() {
    let map = heatmap(200, 100, seed: 5)
    for width in [40, 80, 120] {
      for style in [PictureStyle(width: width), PictureStyle(width: width, isPlain: true)] {
        let text = map.text(style)
        let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(words.contains("20,000 cells of 200 by 100 bins, drawn together as"))
        #expect(lines(text).filter { displayWidth(String($0)) > width }.isEmpty)
        #expect(lines(text).count < 80)
        #expect(text.contains("\n  0  below") && text.contains("\n198  from 198 "), "\(text)")
      }
    }
  }

  @Test func `a category shows its largest labels, and the others together`() {
    let names = (0..<300).map { "label \($0)" }
    let counts = (0..<300).map { $0 % 7 == 3 ? 500 - $0 : 1 }
    let axis = PictureAxis(
      name: "column:topic", bins: names.map { .name($0) } + [.name("missing")], isOrdered: false,
      hasMissing: true)
    let chart = BarChart(title: "samples", axis: axis, counts: counts + [9])
    let text = chart.text(drawn)
    #expect(text.contains("label 3 ") && text.contains("278 others") && text.contains("missing"))
    #expect(!text.contains("label 4 "))
    #expect(text.contains("301 bins, drawn together as 24"))
    let map = Heatmap(
      title: "t", rows: axis, columns: PictureAxis(name: "x", edges: [1]),
      counts: (counts + [9]).flatMap { [$0, 0] })
    #expect(map.text(plain).contains("278 others"))
  }

  @Test(arguments: 1...8)
  func `every bin is in one group, and missing values stay by themselves`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...200, using: &random)
    let weights = (0..<count).map { _ in Double(Int.random(in: 0...5, using: &random)) }
    for (isOrdered, hasMissing) in [(true, true), (true, false), (false, true), (false, false)] {
      let axis = PictureAxis(
        name: "a", bins: (0..<count).map { .name("n\($0)") }, isOrdered: isOrdered,
        hasMissing: hasMissing)
      for limit in [2, 3, 10, 250] {
        let groups = axis.groups(limit: limit, weights: weights, drawn)
        #expect(groups.flatMap(\.bins).sorted() == Array(0..<count))
        #expect(groups.count <= max(limit, 2))
        if hasMissing { #expect(groups.last?.bins == [count - 1]) }
      }
    }
  }

  @Test func `a bar is in proportion, and a small one is seen`() {
    let axis = PictureAxis(name: "quality", edges: [0.1, 0.2])
    let chart = BarChart(title: "quality", axis: axis, counts: [1000, 500, 1])
    let rows = lines(chart.text(drawn))
    let bars = rows.dropFirst().map { $0.filter { "█▏▎▍▌▋▊▉".contains($0) } }
    #expect(bars[0].count == 2 * bars[1].count || bars[0].count == 2 * bars[1].count - 1)
    #expect(bars[2] == "▏")
    #expect(rows[1].contains("below 0.100     1,000  66.6 %  █"))
    let ascii = lines(chart.text(plain))
    #expect(ascii[3].hasSuffix("0.1 %  #") && chart.text(plain).utf8.allSatisfy { $0 < 0x80 })
    #expect(rows.allSatisfy { displayWidth(String($0)) <= 80 })
    let none = BarChart(title: "t", axis: axis, counts: [0, 0, 0]).text(drawn)
    #expect(none.contains("0   0.0 %"))
    #expect(uncoloured(chart.text(coloured)) == chart.text(drawn))
    #expect(chart.text(coloured) != chart.text(drawn))
  }

  @Test func `labels of any script stand in columns`() {
    let names = [
      "日本語テキスト", "עברית", "👩\u{200D}👩\u{200D}👧 family", "e\u{301}te\u{301}", "plain", "",
    ]
    let chart = BarChart(
      title: "t", axis: PictureAxis(name: "l", bins: names.map { .name($0) }, isOrdered: false),
      counts: [5, 4, 3, 2, 1, 1])
    #expect(chart.text(drawn).contains("  (blank) "))
    let starts = lines(chart.text(drawn)).dropFirst().map { line in
      displayWidth(String(line.prefix { $0 != "%" }))
    }
    #expect(Set(starts).count == 1, "\(starts)")
  }

  @Test func `points lie where they belong, and the last class is seen`() {
    let plot = ScatterPlot(
      title: "trade-off", xName: "quality", yName: "cells", kinds: ["tried", "best"],
      points: [
        .init(x: 0, y: 0), .init(x: 1, y: 10), .init(x: 1, y: 10, kind: 1), .init(x: .nan, y: 1),
      ])
    let text = lines(plot.text(drawn))
    #expect(text[1] == "cells")
    #expect(text[2].hasPrefix("10 │") && text[2].hasSuffix("○"))
    #expect(text[17].hasPrefix(" 0 │·"))
    #expect(text[20] == "· tried (2), ○ best (1), 1 without a value are not drawn")
    #expect(text.allSatisfy { displayWidth(String($0)) <= 80 })
    let ascii = plot.text(plain)
    #expect(ascii.utf8.allSatisfy { $0 < 0x80 } && lines(ascii)[2].hasSuffix("o"))
    #expect(
      ScatterPlot(title: "t", xName: "x", yName: "y", kinds: ["k"], points: []).text(drawn)
        == "t\n  no points\n")
    let one = ScatterPlot(
      title: "t", xName: "x", yName: "y", kinds: ["k"], points: [.init(x: 3, y: 3)])
    #expect(one.text(drawn).contains("·"))
    let wide = ScatterPlot(
      title: "t", xName: "x", yName: "y", kinds: ["k"],
      points: [
        .init(x: -.greatestFiniteMagnitude, y: 0), .init(x: .greatestFiniteMagnitude, y: 1),
      ])
    #expect(wide.text(drawn).split(separator: "\n").count == 21)
  }

  @Test(
    arguments: [
      (0, "0"), (9999, "9999"), (10_000, "10.0k"), (99_949, "99.9k"), (99_950, "100k"),
      (999_499, "999k"), (999_500, "1.00M"), (20_000_000, "20.0M"), (3_000_000_000, "3.00G"),
    ] as [(Int, String)])
  func `large numbers are short`(value: Int, text: String) {
    #expect(compact(value) == text)
  }
}
