/// Rows of short texts as a table for the eyes, in plain text or in Markdown.
///
/// The first column is flush left, all others flush right.
public struct TextTable: Sendable {
  /// The heads of the columns, each on as many lines as it has.
  public var heads: [[String]]
  /// The rows, each with one text a column; a row of one text alone is a heading of those that follow.
  public var rows: [[String]]

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - heads: One a column; a head of several lines takes several.
  ///   - rows: The rows.
  public init(heads: [[String]], rows: [[String]]) {
    self.heads = heads
    self.rows = rows
  }

  /// The table in plain text, each line with its line end.
  public var text: String {
    let height = heads.map(\.count).max() ?? 0
    let headRows = (0..<height).map { line in
      heads.map { head in
        let place = line - (height - head.count)
        return place >= 0 ? head[place] : ""
      }
    }
    var widths = heads.map { _ in 0 }
    for row in headRows + rows where row.count > 1 {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], width(cell)) }
    }
    var text = ""
    for row in headRows + rows {
      var line = row[0]
      if row.count > 1 {
        line += spaces(widths[0] - width(row[0]))
        for (column, cell) in row.enumerated().dropFirst() {
          line += "  " + spaces(widths[column] - width(cell)) + cell
        }
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }

  /// The table in Markdown, each line with its line end.
  public var markdown: String {
    func line(_ cells: [String]) -> String {
      "| "
        + cells.map { cell in
          // Indents and the room for marks are for plain text.
          let words = cell.split(separator: " ").joined(separator: " ")
          return String(
            words.flatMap { "\\|<&`*".contains($0) ? ["\\", $0] : $0 == "\n" ? [" "] : [$0] })
        }.joined(separator: " | ") + " |\n"
    }
    var text = line(heads.map { $0.joined(separator: " ") })
    text += "|" + heads.indices.map { $0 == 0 ? " --- |" : " ---: |" }.joined() + "\n"
    for row in rows {
      if row.count > 1 {
        text += line(row)
      } else if !row[0].isEmpty {
        text += line(["**\(row[0])**"] + heads.dropFirst().map { _ in "" })
      }
    }
    return text
  }

  private func width(_ text: String) -> Int { displayWidth(text) }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}

/// A number in about four digits that count; a dash for none.
///
/// - Parameter value: Any finite number.
/// - Returns: As in `52,002`, `104.3`, `12.05`, `0.713` or `0.00042`.
public func figure(_ value: Double?) -> String {
  guard let value, value.isFinite else { return "–" }
  let size = value.magnitude
  if size == 0 { return "0" }
  if size >= 9e15 { return "\(value)" }
  if value == value.rounded(), size >= 10 { return decimal(value, places: 0) }
  if size >= 1000 { return decimal(value, places: 0) }
  if size >= 100 { return decimal(value, places: 1) }
  if size >= 10 { return decimal(value, places: 2) }
  if size >= 0.01 { return decimal(value, places: 3) }
  var places = 3
  var scaled = size
  while scaled < 0.01, places < 9 {
    scaled *= 10
    places += 1
  }
  return decimal(value, places: places)
}
