import Metrics

/// The short readable account of a run: pool beside subset, outcome, files, warnings.
public struct SummaryTable: Sendable {
  /// The run.
  public var manifest: Manifest
  /// The files that were written, in the order in which they are to be named.
  public var files: [String]
  /// How long the run took; `nil` to say nothing of it.
  public var seconds: Double?

  /// Makes an account.
  ///
  /// - Parameters:
  ///   - manifest: The run.
  ///   - files: The files that were written.
  ///   - seconds: How long the run took.
  public init(manifest: Manifest, files: [String], seconds: Double?) {
    self.manifest = manifest
    self.files = files
    self.seconds = seconds
  }

  /// The account as lines of text, each with its line end.
  public var text: String {
    let pool = manifest.pool
    let subset = manifest.subset
    var rows: [[String]] = [
      ["", "pool", "subset"],
      ["samples", grouped(pool.samples), grouped(subset.samples)],
      ["tokens", grouped(pool.tokens), grouped(subset.tokens)],
      ["bytes", grouped(pool.bytes), grouped(subset.bytes)],
      ["quality, mean", decimal(pool.quality?.mean), decimal(subset.quality?.mean)],
      ["complexity, mean", decimal(pool.complexity?.mean), decimal(subset.complexity?.mean)],
      ["filled cells", grouped(pool.metrics.cells), grouped(subset.metrics.cells)],
      ["evenness", decimal(pool.metrics.evenness), decimal(subset.metrics.evenness)],
    ]
    rows.removeAll { $0.dropFirst().allSatisfy { $0 == "–" } }
    let labelWidth = rows.map { $0[0].count }.max() ?? 0
    let columnWidth = max(8, rows.flatMap { $0.dropFirst() }.map(\.count).max() ?? 0)
    var lines = rows.map { row in
      padded(row[0], to: labelWidth)
        + row.dropFirst().map { "  " + rightAligned($0, to: columnWidth) }.joined()
    }
    lines.append("")
    lines += manifest.axes.map(describe)
    if let debias = manifest.lengthDebias {
      lines.append(
        "length taken out of quality: slope \(decimal(debias.slope)) a unit of log(1 + tokens),"
          + " Spearman with tokens \(decimal(debias.spearmanBefore, places: 2)) before,"
          + " \(decimal(debias.spearmanAfter, places: 2)) after")
    }
    lines.append("")
    let outcomes = ReceiptStatus.allCases.compactMap { status in
      manifest.outcome[status].flatMap { $0 > 0 ? "\(grouped($0)) \(status.name)" : nil }
    }
    lines.append(outcomes.joined(separator: " · "))
    lines.append(
      "budget \(manifest.budgetRequested): spent \(grouped(manifest.budgetSpent))"
        + " of \(grouped(manifest.budgetLimit)) \(manifest.budgetUnit)")
    // What is no file has no entry in the manifest.
    let written = (manifest.output == nil ? ["to standard output"] : []) + files
    lines.append(
      "wrote " + written.joined(separator: ", ")
        + (seconds.map { " in \(decimal($0, places: 2)) s" } ?? ""))
    lines += manifest.warnings.map { "note: \($0.message)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private func describe(_ axis: Manifest.Axis) -> String {
    var text = "axis \(axis.name): \(axis.bins) bin\(axis.bins == 1 ? "" : "s"), \(axis.binning)"
    if axis.clipped > 0 { text += ", \(grouped(axis.clipped)) samples beyond its range" }
    if axis.missing > 0 { text += ", \(grouped(axis.missing)) samples without a value" }
    return text
  }
}

/// A whole number with commas between thousands.
///
/// - Parameter value: Any number.
/// - Returns: As in `52,002`.
public func grouped(_ value: Int) -> String {
  let digits = String(value.magnitude)
  var text = value < 0 ? "-" : ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}

/// A number with a fixed count of decimals; a dash for none.
///
/// - Parameters:
///   - value: Any finite number of ordinary size.
///   - places: How many decimals, 0…9.
/// - Returns: As in `0.713`.
public func decimal(_ value: Double?, places: Int = 3) -> String {
  guard let value, value.isFinite else { return "–" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let whole = Int(scaled) / Int(scale)
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return sign + grouped(whole) }
  let fraction = String(Int(scaled) % Int(scale))
  let zeros = String(repeating: "0", count: places - fraction.count)
  return sign + grouped(whole) + "." + zeros + fraction
}

private func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

private func rightAligned(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
