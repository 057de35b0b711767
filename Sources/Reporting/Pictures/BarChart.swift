/// Amounts of the bins of one axis, as bars beside their numbers.
public struct BarChart: Sendable, Equatable {
  /// What is shown, on lines of its own.
  public var title: String
  /// What the bars stand for.
  public var axis: PictureAxis
  /// How much each stands for, at least 0.
  public var counts: [Int]

  /// How many bars there may be.
  public static let barLimit = 24

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - axis: What the bars stand for.
  ///   - counts: How much each stands for, at least 0.
  /// - Precondition: There is a number a bin.
  public init(title: String, axis: PictureAxis, counts: [Int]) {
    precondition(counts.count == axis.bins.count, "a bar needs a number")
    self.title = title
    self.axis = axis
    self.counts = counts
  }

  /// The picture, each line with its line end: label, number, share, bar.
  ///
  /// Number and share come before the bar, so that who listens hears them first. A bar is in proportion to
  /// its number; one that is not 0 is never invisible.
  ///
  /// - Parameter style: How it is drawn.
  /// - Returns: Lines of at most the style's width.
  /// - Complexity: O(b log b) for b bars.
  public func text(_ style: PictureStyle) -> String {
    let groups = axis.groups(
      limit: Self.barLimit, weights: counts.map(Double.init), style)
    let amounts = groups.map { $0.bins.reduce(0) { $0 + counts[$1] } }
    let total = amounts.reduce(0, +)
    let largest = amounts.max() ?? 0
    let labelWidth = min(
      groups.map { displayWidth($0.label) }.max() ?? 0, max(12, style.width * 2 / 5))
    let numberWidth = amounts.map { grouped($0).count }.max() ?? 1
    let room = max(4, style.width - labelWidth - numberWidth - 14)
    var lines = PictureLines()
    lines.add(title: title, style)
    for (group, amount) in zip(groups, amounts) {
      let share = total > 0 ? decimal(Double(amount) / Double(total) * 100, places: 1) : "0.0"
      lines.add(
        "  " + fitted(group.label, to: labelWidth, style) + "  "
          + fitted(grouped(amount), to: numberWidth, style, isRight: true)
          + fitted(share, to: 6, style, isRight: true) + " %  "
          + style.coloured(
            bar(amount, of: largest, width: room, style), PictureStyle.ramp[1]))
    }
    if groups.count < axis.bins.count {
      lines.add(
        sentence: "\(grouped(axis.bins.count)) bins, drawn together as \(grouped(groups.count))",
        style)
    }
    return lines.text
  }

  private func bar(_ amount: Int, of largest: Int, width: Int, _ style: PictureStyle) -> String {
    guard amount > 0 else { return "" }
    let share = Double(amount) / Double(largest)
    if style.isPlain {
      return String(repeating: "#", count: max(1, Int((share * Double(width)).rounded())))
    }
    let eighths = max(1, Int((share * Double(width * 8)).rounded()))
    let last = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + last
  }
}
