import Gamut
import JSON
import Reporting
import Selection

extension Explanation {
  /// The explanation as lines of text, each with its line end.
  var text: String {
    var lines = ["\(sample.name): \(sample.status.name), \(grounds)"]
    if let because {
      lines.append("  \(because.status == .selected ? "chosen" : "better"): \(because.account)")
    }
    if let evaluation { lines.append("  \(evaluation.source):\(evaluation.line)") }
    for (text, status) in smallerBudgets { lines.append("  with budget \(text): \(status.name)") }
    if cell != nil { lines += [""] + standing }
    if lastOfCell != nil || lastOfOrder != nil {
      lines += ["", "chosen before it"]
      if let lastOfCell { lines.append("  last of its cell: \(lastOfCell.account)") }
      if let lastOfOrder { lines.append("  last of all: \(lastOfOrder.account)") }
    }
    lines += ["", "what would flip it"]
    lines += changes.map { "  \(text(of: $0))" }
    if let remedy { lines.append("  \(remedy)") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Why the sample has its status.
  private var grounds: String {
    switch sample.status {
    case .selected:
      reason ?? "place \(grouped(sample.order ?? 0)) of the order is within the budget of \(spent)"
    case .outranked:
      budget.unit == .samples
        ? "the budget of \(spent) ended before its turn"
        : "the budget of \(spent) ended before its turn, or had too little left for it"
    case .capped: "its cell may send \(perCell.map(grouped) ?? "no more")"
    case .duplicate: "a better sample has the same text, or nearly the same"
    case .redundant: "its vector is too close to that of a better one that is chosen"
    case .belowFloor: "its quality is below the floor of \(floor.map(number) ?? "")"
    case .excluded, .rejected: reason ?? "it may not be chosen"
    case .unscored: "it has no usable quality"
    }
  }

  private var spent: String { "\(grouped(budget.limit)) \(budget.unit.rawValue)" }

  /// Quality, cell and order.
  private var standing: [String] {
    var lines: [String] = []
    if let qualityPlace {
      lines.append(
        "quality \(shown(sample.quality)), place \(grouped(qualityPlace.number)) of"
          + " \(grouped(qualityPlace.count)) by quality")
    }
    guard let cell else { return lines }
    lines.append("cell [\(cell.bins.map(String.init).joined(separator: ", "))]")
    lines += axes.map { "  \($0.text)" }
    lines.append(
      "  \(grouped(cell.sampleCount)) sample\(cell.sampleCount == 1 ? "" : "s"), of which"
        + " \(grouped(cell.candidateCount)) may be chosen and \(grouped(cell.selectedCount))"
        + " \(cell.selectedCount == 1 ? "is" : "are")"
        + (sample.rank.map { "; it ranks \(grouped($0))" } ?? ""))
    if let order = sample.order {
      lines.append("order: place \(grouped(order)) of \(grouped(candidateCount))")
    }
    return lines
  }

  // MARK: Changes

  private func text(of change: Change) -> String {
    switch change.subject {
    case .budget: budgetText(change)
    case .quality: qualityText(change)
    case .evenness: evennessText(change)
    case .perCell:
      change.flip.map {
        "--per-cell \(grouped(Int($0.value))): it is \(verb); at \(beside(change)) it is not"
      } ?? "--per-cell: no cap does; \(furthest(change, unit: ""))"
    case .floor:
      change.flip.map { "--min-quality \(number($0.value)) or less: it is \(verb)" }
        ?? "--min-quality: no floor does; \(furthest(change, unit: ""))"
    }
  }

  /// What a flip makes of the sample.
  private var verb: String { sample.status == .selected ? "not chosen" : "chosen" }

  private func beside(_ change: Change) -> String {
    change.before.map { grouped(Int($0.value)) } ?? ""
  }

  private func furthest(_ change: Change, unit: String) -> String {
    change.furthest.map { "at \(amount($0.value))\(unit) it is \($0.status.name)" }
      .joined(separator: ", ")
  }

  private func amount(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? grouped(Int(value)) : number(value)
  }

  private func budgetText(_ change: Change) -> String {
    let unit = " \(budget.unit.rawValue)"
    guard let flip = change.flip else {
      return "budget: \(change.isExact ? "none" : "none found"); \(furthest(change, unit: unit))"
    }
    let isOne = flip.value == 1
    let value = "\(grouped(Int(flip.value)))\(isOne ? String(unit.dropLast()) : unit)"
    let isSelected = sample.status == .selected
    guard change.isExact else {
      return
        "budget: with \(value) it is \(flip.status.name), with \(beside(change)) not yet; not all"
        + " between were tried"
    }
    return "budget: \(value) \(isOne ? "is" : "are") the"
      + (isSelected
        ? " most that leave\(isOne ? "s" : "") it out" : " least that choose\(isOne ? "s" : "") it")
  }

  private func qualityText(_ change: Change) -> String {
    let axes = change.movesAxes ? "; its value on the axis of that name moves with it" : ""
    guard let flip = change.flip else {
      guard let trial = change.furthest.first else {
        return "quality: none, since nothing ranks below a sample without one"
      }
      let end = sample.status == .selected ? "below" : "above"
      return "quality: \(change.isExact ? "none" : "none found"); \(end) all others it is"
        + " \(trial.status.name)\(axes)"
    }
    let doubt = change.isExact ? "" : "; not all values between were tried"
    guard let before = change.before else {
      return "quality: any number, and it is chosen\(axes)\(doubt)"
    }
    let (value, beside) = (number(flip.value), number(before.value))
    // Where the next number is the shorter one, that is the bound which the flip lies beyond.
    let isBeyond = beside.utf8.count < value.utf8.count
    let bound =
      sample.status == .selected
      ? isBeyond ? "less than \(beside)" : "\(value) or less"
      : isBeyond ? "more than \(beside)" : "\(value) or more"
    return "quality: \(bound), and it is \(flip.status.name)\(axes)\(doubt)"
  }

  private func evennessText(_ change: Change) -> String {
    guard let flip = change.flip else {
      return "evenness: \(change.isExact ? "none" : "none found") from 0 to 1;"
        + " \(furthest(change, unit: ""))"
    }
    let beside = change.before.map { ", and \(number($0.value)) does not" } ?? ""
    return
      "evenness: \(number(flip.value)) \(sample.status == .selected ? "leaves it out" : "chooses it")"
      + beside
  }

  /// What would have to change besides numbers.
  private var remedy: String? {
    if isIncluded { return "nothing but its id taken off the list of --include-ids" }
    switch sample.status {
    case .duplicate: return "no budget and no evenness does, as long as the better one stands"
    case .redundant: return "a higher --redundancy may, or its absence"
    case .excluded: return excludedBy.map { "nothing else but doing without --\($0) for it" }
    case .unscored: return "no budget and no evenness does without a quality"
    case .rejected: return "nothing but a line that is a readable record"
    case .belowFloor: return "no budget and no evenness does, as long as the floor stands"
    case .selected, .outranked, .capped: return nil
    }
  }
}

extension Explanation.Sample {
  /// Its place and its id.
  fileprivate var name: String {
    "\(source):\(line)" + (idText.isEmpty ? "" : ", id \(String(decoding: idText, as: UTF8.self))")
  }

  /// The sample as one that is held against another.
  fileprivate var account: String {
    var parts = [name, sampleStatus]
    if case .missing = quality {} else { parts.append("quality \(shown(quality))") }
    if let rank, let order {
      parts.append("rank \(grouped(rank)) in its cell")
      parts.append("place \(grouped(order))")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private var sampleStatus: String { status == .selected ? "" : status.name }
}

extension Explanation.AxisStanding {
  /// The axis, the value and its bin.
  fileprivate var text: String {
    let bins = "bin \(bin)" + (binCount > 1 ? " of 0 to \(grouped(binCount - 1))" : "")
    if isMissing { return "\(name): no value, the bin for that (\(bin))" }
    let within =
      parent.map { " within cell [\($0.map(String.init).joined(separator: ", "))]" } ?? ""
    switch value {
    case .label(let label): return "\(name): \(JSONValue.string(label).compact), \(bins)"
    case .missing: return "\(name): \(bins)"
    case .number, .single: break
    }
    if binning == "cvt" {
      return "\(name): nearest of \(grouped(binCount)) centroids is \(bin), at distance"
        + " \(decimal(value.number))"
    }
    let place =
      low == nil && high == nil
      ? "\(name) \(shown(value)), the only bin" : "\(name) \(range), \(bins)"
    return place + within + (isClipped ? ", beyond the range that was cut" : "")
  }

  /// The value with the ends of its bin, in as few decimals as tell them apart.
  private var range: String {
    let (own, low, high) = (value.number ?? 0, self.low?.number, self.high?.number)
    let areWhole = [low, own, high].allSatisfy { $0.map { $0 == $0.rounded() } ?? true }
    for places in [areWhole ? 0 : 2] + Array(3...9) {
      let texts = [low, own, high].map { $0.map { decimal($0, places: places) } }
      let numbers = [low, own, high].map { $0.map { rounded($0, places: places) } }
      guard numbers.allSatisfy({ ($0?.magnitude ?? 0) < 1e6 }), let shown = numbers[1],
        numbers[0].map({ $0 <= shown && (low != own) == ($0 != shown) }) ?? true,
        numbers[2].map({ shown < $0 }) ?? true
      else { continue }
      return range(texts[1] ?? "", texts[0], texts[2])
    }
    return range(shown(value), self.low.map(shown), self.high.map(shown))
  }

  private func range(_ own: String, _ low: String?, _ high: String?) -> String {
    "\(own) in \(low.map { "[\($0)" } ?? "(-inf"), \(high ?? "inf"))"
  }

  private func rounded(_ value: Double, places: Int) -> Double {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    return (value * scale).rounded() / scale
  }
}

extension Receipt.AxisValue {
  /// The value, where it is a number.
  fileprivate var number: Double? {
    switch self {
    case .number(let value): value
    case .single(let value): Double(value)
    case .label, .missing: nil
    }
  }
}

/// A value in as few digits as tell it.
private func shown(_ value: Receipt.AxisValue) -> String {
  switch value {
  case .number(let value): number(value)
  case .single(let value): JSONValue.single(value).compact
  case .label(let label): label
  case .missing: "none"
  }
}

/// A number in as few digits as tell it, of single precision where it is such.
private func number(_ value: Double) -> String {
  let single = Float(value)
  return Double(single) == value
    ? JSONValue.single(single).compact : JSONValue.number(value).compact
}
