internal import JSON
import Reporting

/// One part of the results, for machines and for eyes.
struct Section {
  /// Its name in the JSON file.
  var key: String
  var json: JSONValue
  /// Begins with a heading of the second level.
  var markdown: String

  init(key: String, json: [(String, JSONValue)], markdown: String) {
    self.key = key
    self.json = .object(json.map { .init(key: $0.0, value: $0.1) })
    self.markdown = markdown
  }
}

/// A table of Markdown whose first column is text.
struct Table {
  private var lines: [String]

  init(_ headings: [String]) {
    lines = [
      "| " + headings.joined(separator: " | ") + " |",
      "| --- |" + String(repeating: " ---: |", count: headings.count - 1),
    ]
  }

  /// A row of cells as they are.
  mutating func add(_ cells: [String]) {
    lines.append("| " + cells.joined(separator: " | ") + " |")
  }

  /// A row of a name, a spread and further numbers.
  mutating func add(_ name: String, _ spread: Spread, _ more: Double..., places: Int = 3) {
    add([name, spread.cells(places: places)] + more.map { fixed($0, places: places) })
  }

  /// The lines, each with its line end.
  var markdown: String { lines.map { $0 + "\n" }.joined() }
}

/// Millions of bytes, to one place.
func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, places: 1) }
