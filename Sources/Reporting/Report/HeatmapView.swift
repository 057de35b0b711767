/// Which axes a heatmap shows at first, and what it shows of each field.
struct HeatmapView {
  /// A field of the heatmap: the cells that it stands for, taken together.
  struct Field {
    var x: Int
    var y: Int
    var count = 0
    var chosen = 0
  }

  let archive: ReportArchive
  /// The axis that goes across, or whose cells make the map.
  let x: Int
  /// The axis that goes up; `nil` for a map and where there is one axis only.
  let y: Int?
  /// Whether the cells of a cvt axis are shown as a map.
  let isMap: Bool

  /// Takes a cvt axis as a map where there is one; else the first two topics, else the first two axes.
  init(_ archive: ReportArchive) {
    self.archive = archive
    let axes = archive.axes
    if let map = axes.firstIndex(where: {
      $0.points.count > 1 && $0.points.count <= ReportData.mapLimit
    }) {
      (x, y, isMap) = (map, nil, true)
      return
    }
    isMap = false
    let topics = axes.indices.filter { axes[$0].name.hasPrefix("topic") }
    if topics.count >= 2 {
      (x, y) = (topics[0], topics[1])
    } else {
      (x, y) = (0, axes.count > 1 ? 1 : nil)
    }
  }

  /// The fields, in the order of their bins, across first.
  var fields: [Field] {
    let across = max(archive.axes[x].bins, 1)
    var fields: [Int: Field] = [:]
    for cell in archive.cells {
      let (column, row) = (cell.bins[x], y.map { cell.bins[$0] } ?? 0)
      var field = fields[row * across + column] ?? Field(x: column, y: row)
      field.count += cell.count
      field.chosen += cell.chosen
      fields[row * across + column] = field
    }
    return fields.keys.sorted().compactMap { fields[$0] }
  }
}

/// Nine steps of one colour, by the size of a number.
struct ColourSteps {
  static let count = 9

  let low: Double
  let high: Double
  let isLogarithmic: Bool

  /// Spreads the steps over some numbers.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - areAmounts: Whether they count something, so that a wide range is spread by its logarithm.
  init(_ values: [Double], areAmounts: Bool) {
    low = values.min() ?? 0
    high = values.max() ?? 0
    isLogarithmic = areAmounts && low > 0 && high / low > 20
  }

  /// The step of a number.
  ///
  /// - Parameter value: A number within the range.
  /// - Returns: 0 to 8.
  func step(_ value: Double) -> Int {
    guard high > low else { return Self.count - 1 }
    let part =
      isLogarithmic
      ? LogarithmicScale.part(value, from: low, to: high) : (value - low) / (high - low)
    return min(max(Int(part * Double(Self.count)), 0), Self.count - 1)
  }

  /// The number at which a step begins.
  func bound(_ step: Int) -> Double {
    let part = Double(step) / Double(Self.count)
    return isLogarithmic
      ? LogarithmicScale.value(part, from: low, to: high) : low + part * (high - low)
  }
}
