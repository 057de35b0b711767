/// Labels and their numbers, told apart by their bytes.
///
/// Not by `String`, which takes canonically equivalent texts for one.
struct LabelTable: Sendable {
  /// The most labels of a category, and the most bytes of all of them: so that memory does not grow with
  /// text where a column of texts is taken for one.
  static let mostLabels = 1_000_000
  static let mostBytes = 64 << 20

  /// The labels in the order of their first appearance.
  private(set) var labels: [[UInt8]] = []
  /// How many bytes they have together.
  private(set) var byteCount = 0
  private var codes: [[UInt8]: Int32] = [:]

  /// Whether there is more than a category may have.
  var isBeyondLimit: Bool { labels.count > Self.mostLabels || byteCount > Self.mostBytes }

  /// The number of a label, a new one if it was not seen yet.
  mutating func code(of label: [UInt8]) -> Int32 {
    if let code = codes[label] { return code }
    let code = Int32(labels.count)
    codes[label] = code
    labels.append(label)
    byteCount += label.count
    return code
  }
}
