import Metrics

/// The short readable account of a run: pool beside subset, outcome, files, warnings.
///
/// Several nested subsets have a column each, under their budgets; what is the same for all stands once.
public struct SummaryTable: Sendable {
  /// The run, one record a subset, ascending; they tell of the same pool and axes.
  public var manifests: [Manifest]
  /// The files that were written, in the order in which they are to be named.
  public var files: [String]
  /// How long the run took; `nil` to say nothing of it.
  public var seconds: Double?

  /// Makes an account.
  ///
  /// - Parameters:
  ///   - manifests: The run, at least one record.
  ///   - files: The files that were written.
  ///   - seconds: How long the run took.
  public init(manifests: [Manifest], files: [String], seconds: Double?) {
    precondition(!manifests.isEmpty, "a run makes a subset")
    self.manifests = manifests
    self.files = files
    self.seconds = seconds
  }

  /// The account as lines of text, each with its line end.
  public var text: String {
    let first = manifests[0]
    let isNested = manifests.count > 1
    let sets = [first.pool] + manifests.map(\.subset)
    var rows: [[String]] = [
      ["", "pool"] + manifests.map { isNested ? $0.budgetRequested : "subset" },
      ["samples"] + sets.map { grouped($0.samples) },
      ["tokens"] + sets.map { grouped($0.tokens) },
      ["bytes"] + sets.map { grouped($0.bytes) },
      ["quality, mean"] + sets.map { decimal($0.quality?.mean) },
      ["complexity, mean"] + sets.map { decimal($0.complexity?.mean) },
      ["filled cells"] + sets.map { grouped($0.metrics.cells) },
      ["evenness"] + sets.map { decimal($0.metrics.evenness) },
    ]
    if let packing = first.pool.packing {
      rows += SequencePacking.Figure.allCases.map { figure in
        [packing.label(figure)]
          + sets.map { decimal($0.packing?[figure], places: figure.places) }
      }
    }
    rows.removeAll { $0.dropFirst().allSatisfy { $0 == "–" } }
    let labelWidth = rows.map { $0[0].count }.max() ?? 0
    let columnWidth = max(8, rows.flatMap { $0.dropFirst() }.map(\.count).max() ?? 0)
    var lines = rows.map { row in
      padded(row[0], to: labelWidth)
        + row.dropFirst().map { "  " + rightAligned($0, to: columnWidth) }.joined()
    }
    lines.append("")
    lines += first.axes.map(describe)
    if let debias = first.lengthDebias {
      lines.append(
        "length taken out of quality: slope \(decimal(debias.slope)) a unit of log(1 + tokens),"
          + " Spearman with tokens \(decimal(debias.spearmanBefore, places: 2)) before,"
          + " \(decimal(debias.spearmanAfter, places: 2)) after")
    }
    lines.append("")
    for manifest in manifests {
      let outcomes = ReceiptStatus.allCases.compactMap { status in
        manifest.outcome[status].flatMap { $0 > 0 ? "\(grouped($0)) \(status.name)" : nil }
      }
      lines.append(outcomes.joined(separator: " · "))
      lines.append(
        "budget \(manifest.budgetRequested): spent \(grouped(manifest.budgetSpent))"
          + " of \(grouped(manifest.budgetLimit)) \(manifest.budgetUnit)")
    }
    for manifest in manifests {
      let title = isNested ? manifest.budgetRequested : "subset"
      if let table = manifest.random?.lines(title: title), !table.isEmpty { lines += [""] + table }
      let met = manifest.requirements.filter(\.isMet).map(\.text)
      if !met.isEmpty {
        lines.append(
          "required\(isNested ? " of \(title)" : "") and met: " + met.joined(separator: ", "))
      }
    }
    if manifests.contains(where: { $0.random != nil || !$0.requirements.isEmpty }) {
      lines.append("")
    }
    // What is no file has no entry in the manifest.
    let written = (first.output == nil ? ["to standard output"] : []) + files
    lines.append(
      "wrote " + written.joined(separator: ", ")
        + (seconds.map { " in \(decimal($0, places: 2)) s" } ?? ""))
    return (lines + notes).map { $0 + "\n" }.joined()
  }

  /// The warnings in the order in which they first come; those of some subsets alone name their budgets.
  private var notes: [String] {
    var notes: [(message: String, budgets: [String])] = []
    for manifest in manifests {
      for warning in manifest.warnings {
        if let place = notes.firstIndex(where: { $0.message == warning.message }) {
          notes[place].budgets.append(manifest.budgetRequested)
        } else {
          notes.append((warning.message, [manifest.budgetRequested]))
        }
      }
    }
    return notes.map { message, budgets in
      budgets.count == manifests.count
        ? "note: \(message)" : "note: budget \(budgets.joined(separator: ", ")): \(message)"
    }
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
