import Glibc

/// A scale on which equal ratios are equally far.
enum LogarithmicScale {
  /// Where a number lies.
  ///
  /// - Parameters:
  ///   - value: A number above 0.
  ///   - low: The lower end, above 0.
  ///   - high: The upper end, above the lower.
  /// - Returns: 0 at the lower end, 1 at the upper.
  static func part(_ value: Double, from low: Double, to high: Double) -> Double {
    (log(value) - log(low)) / (log(high) - log(low))
  }

  /// The number at a place.
  ///
  /// - Parameters:
  ///   - part: 0 for the lower end, 1 for the upper.
  ///   - low: The lower end, above 0.
  ///   - high: The upper end.
  /// - Returns: A number between them.
  static func value(_ part: Double, from low: Double, to high: Double) -> Double {
    exp(log(low) + part * (log(high) - log(low)))
  }
}
