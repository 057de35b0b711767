/// The options that stood on the command line, as against those left at their default.
public struct GivenOptions: Equatable, Sendable {
  /// The long names without dashes, each once, in the order of their first appearance.
  ///
  /// `--no-progress` counts as `progress`.
  public private(set) var names: [String] = []

  /// No option given.
  public init() {}

  /// Whether an option stood on the command line.
  ///
  /// - Parameter name: The long name without dashes.
  /// - Returns: False also for a name that no option has.
  /// - Complexity: Linear in the count of given options.
  public func contains(_ name: String) -> Bool { names.contains(name) }

  /// Adds a name unless it is there.
  mutating func insert(_ name: String) {
    if !names.contains(name) { names.append(name) }
  }
}
