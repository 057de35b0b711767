/// Seconds by stage, as lines of text.
public struct TimingTable: Sendable {
  private let stages: [(stage: String, seconds: Double)]

  /// Makes a table.
  ///
  /// - Parameter stages: Seconds by stage; the last is the total.
  public init(_ stages: [(stage: String, seconds: Double)]) { self.stages = stages }

  /// The table, each line with its line end.
  public var text: String {
    let width = stages.map(\.stage.count).max() ?? 0
    return stages.map { stage, seconds in
      let name = stage + String(repeating: " ", count: width - stage.count)
      let number = decimal(seconds, places: 3)
      return name + String(repeating: " ", count: max(1, 12 - number.count)) + number + " s\n"
    }.joined()
  }
}
