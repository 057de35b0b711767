/// Amounts over two axes, as rows and columns of shades with their numbers.
///
/// Where the numbers do not fit beside the shades, the shades stand alone and the sums of the rows beside
/// them; where even these do not fit, neighbouring bins are drawn as one, and a line says so. A plain
/// picture has numbers only.
public struct Heatmap: Sendable, Equatable {
  /// What is shown, on lines of its own.
  public var title: String
  /// The axis that runs down.
  public var rows: PictureAxis
  /// The axis that runs across.
  public var columns: PictureAxis
  /// How much lies in each cell, row by row: whole numbers, 0 for an empty cell.
  public var counts: [Int]

  /// How many rows there may be.
  public static let rowLimit = 24

  /// Makes a heatmap.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - rows: The axis that runs down, with at least one bin.
  ///   - columns: The axis that runs across, with at least one bin.
  ///   - counts: How much lies in each cell, row by row, at least 0.
  /// - Precondition: There is a number a cell.
  public init(title: String, rows: PictureAxis, columns: PictureAxis, counts: [Int]) {
    precondition(
      !counts.isEmpty && counts.count == rows.bins.count * columns.bins.count,
      "a heatmap needs one number a cell")
    self.title = title
    self.rows = rows
    self.columns = columns
    self.counts = counts
  }

  /// The picture, each line with its line end.
  ///
  /// - Parameter style: How it is drawn.
  /// - Returns: Lines of at most the style's width.
  /// - Complexity: O(cells).
  public func text(_ style: PictureStyle) -> String {
    let rowSums = rows.bins.indices.map { row in
      columns.bins.indices.reduce(0) { $0 + counts[row * columns.bins.count + $1] }
    }
    let columnSums = columns.bins.indices.map { column in
      rows.bins.indices.reduce(0) { $0 + counts[$1 * columns.bins.count + column] }
    }
    let rowGroups = rows.groups(limit: Self.rowLimit, weights: rowSums.map(Double.init), style)
    let numberWidth = String(max(rowGroups.count - 1, rows.bins.count - 1)).count
    let labels = rowGroups.map { group in
      String(repeating: " ", count: numberWidth - String(group.bins[0]).count)
        + "\(group.bins[0])  \(group.label)"
    }
    let labelWidth = min(labels.map(displayWidth).max() ?? 0, max(12, style.width / 3))
    let room = style.width - labelWidth
    let sumWidth = max(3, compact(rowSums.reduce(0, +)).count)
    // A column takes its shade, its number and a blank before it.
    func cells(_ columnGroups: [PictureAxis.Group]) -> [[Int]] {
      rowGroups.map { row in
        columnGroups.map { column in
          row.bins.reduce(0) { sum, row in
            column.bins.reduce(sum) { $0 + counts[row * columns.bins.count + $1] }
          }
        }
      }
    }
    func columnGroups(_ limit: Int) -> [PictureAxis.Group] {
      columns.groups(limit: max(2, limit), weights: columnSums.map(Double.init), style)
    }
    func widest(_ cells: [[Int]]) -> Int {
      cells.reduce(1) { $1.reduce($0) { max($0, compact($1).count) } }
    }
    let left = room - sumWidth - 2
    var groups = columnGroups(columns.bins.count)
    var amounts = cells(groups)
    let shade = style.isPlain ? 0 : 2
    let heads = String(columns.bins.count - 1).count
    var numbers = widest(amounts)
    var showsNumbers = groups.count * (1 + max(heads, shade + numbers)) <= left
    if !showsNumbers {
      // Numbers alone in a plain picture, else shades alone, and bins drawn as one where these are too many.
      let own = 1 + max(heads, style.isPlain ? 5 : 2)
      groups = columnGroups(left / own)
      amounts = cells(groups)
      numbers = widest(amounts)
      showsNumbers =
        style.isPlain || groups.count * (1 + max(heads, shade + numbers)) <= left
    }
    let cellWidth = max(heads, showsNumbers ? shade + numbers : 2)
    let scale = ShadeScale(amounts.flatMap { $0 })
    var lines = PictureLines()
    lines.add(title: title, style)
    lines.add(
      fitted(lineText(rows.name, style), to: labelWidth, style)
        + groups.map {
          " " + fitted(String($0.bins[0]), to: cellWidth, style, isRight: true)
        }.joined() + "  " + fitted("all", to: sumWidth, style, isRight: true))
    for (row, label) in labels.enumerated() {
      var line = fitted(label, to: labelWidth, style)
      for amount in amounts[row] {
        line += " " + cell(amount, scale, style, width: cellWidth, showsNumber: showsNumbers)
      }
      line +=
        "  "
        + fitted(
          compact(amounts[row].reduce(0, +)), to: sumWidth, style, isRight: true)
      lines.add(line)
    }
    lines.add(
      parts: groups.map { "\($0.bins[0]) \($0.label)" + ($0 == groups.last ? "" : ",") },
      lead: "columns, \(lineText(columns.name, style)): ", style)
    if !style.isPlain { lines.add(parts: scale.legend(style), lead: "shades: ", style) }
    let drawn = rowGroups.count * groups.count
    if drawn < counts.count {
      lines.add(
        sentence: "\(grouped(counts.count)) cells of \(grouped(rows.bins.count)) by"
          + " \(grouped(columns.bins.count)) bins, drawn together as \(grouped(drawn))", style)
    }
    return lines.text
  }

  private func cell(
    _ amount: Int, _ scale: ShadeScale, _ style: PictureStyle, width: Int, showsNumber: Bool
  ) -> String {
    guard amount > 0 else {
      return fitted(style.isPlain ? "." : "·", to: width, style, isRight: true)
    }
    if style.isPlain { return fitted(compact(amount), to: width, style, isRight: true) }
    let level = scale.level(of: amount)
    let shade = style.coloured(
      String(repeating: ShadeScale.shades[level], count: 2), PictureStyle.ramp[level])
    return shade
      + (showsNumber
        ? fitted(compact(amount), to: width - 2, style, isRight: true)
        : String(repeating: " ", count: width - 2))
  }
}

/// A whole number in at most five signs: `9999`, `12.3k`, `999k`, `1.20M`.
///
/// - Parameter value: At least 0.
/// - Returns: Three digits that count and a unit, above 9,999.
func compact(_ value: Int) -> String {
  if value < 10_000 { return String(value) }
  var scaled = Double(value)
  for unit in ["k", "M", "G", "T"] {
    scaled /= 1000
    let places = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
    if scaled < 999.5 { return decimal(scaled, places: places) + unit }
  }
  return decimal(scaled / 1000, places: 0) + "P"
}

/// Which shade stands for how much: equal steps between the least and the largest amount that is not 0, or
/// equal factors where the largest is 16 times the least.
private struct ShadeScale {
  /// From light to dark.
  static let shades: [Character] = ["░", "▒", "▓", "█"]

  /// Where the second and later shades begin.
  private let starts: [Double]
  private let amounts: [Int]

  init(_ amounts: [Int]) {
    self.amounts = amounts.filter { $0 > 0 }.sorted()
    guard let least = self.amounts.first, let largest = self.amounts.last, least < largest else {
      starts = []
      return
    }
    let (low, high) = (Double(least), Double(largest))
    if largest / 16 >= least {
      // Square roots of square roots: exact to the same bit everywhere, unlike powers.
      let step = (high / low).squareRoot().squareRoot()
      starts = [low * step, low * step * step, low * step * step * step]
    } else {
      starts = (1...3).map { low + (high - low) * Double($0) / 4 }
    }
  }

  func level(of amount: Int) -> Int {
    // One amount everywhere has the darkest shade.
    starts.isEmpty ? 3 : starts.count { Double(amount) >= $0 }
  }

  /// What each shade that was drawn stands for, and how many cells have it.
  func legend(_ style: PictureStyle) -> [String] {
    var parts: [String] = []
    for level in Self.shades.indices {
      let own = amounts.filter { self.level(of: $0) == level }
      guard let least = own.first, let largest = own.last else { continue }
      let shade = style.coloured(
        String(repeating: Self.shades[level], count: 2), PictureStyle.ramp[level])
      parts.append(
        "\(shade) "
          + (least == largest ? grouped(least) : "\(grouped(least)) to \(grouped(largest))")
          + ",")
    }
    return parts + ["· none"]
  }
}
