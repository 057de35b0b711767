public import JSON
import Reporting
import Selection

extension Explanation {
  /// The explanation as JSON; what does not apply is absent.
  public var json: JSONValue {
    var members: [JSONValue.Member] = []
    func add(_ key: String, _ value: JSONValue?) {
      if let value { members.append(.init(key: key, value: value)) }
    }
    if case .object(let own) = sample.json { members = own }
    add("reason", reason.map { .string($0) })
    add("excluded_by", excludedBy.map { .string($0) })
    add("included", isIncluded ? .bool(true) : nil)
    add(
      "because",
      because?.json
        ?? evaluation.map { .members(["source": .string($0.source), "line": .integer($0.line)]) })
    add("matches", matchCount > 1 ? .integer(matchCount) : nil)
    add("quality_place", qualityPlace?.json)
    add("axes", cell == nil ? nil : .array(axes.map(\.json)))
    add("cell", cell?.json)
    add("candidates", .integer(candidateCount))
    add(
      "budget",
      .members([
        "requested": .string(budget.text), "unit": .string(budget.unit.rawValue),
        "limit": .integer(budget.limit), "spent": .integer(budget.spent),
      ]))
    add(
      "smaller_budgets",
      smallerBudgets.isEmpty
        ? nil
        : .array(
          smallerBudgets.map {
            .members(["requested": .string($0.text), "status": .string($0.status.name)])
          }))
    add("per_cell", perCell.map { .integer($0) })
    add("floor", floor.map { .number($0) })
    add("last_of_cell", lastOfCell?.json)
    add("last_of_order", lastOfOrder?.json)
    add("changes", .array(changes.map(\.json)))
    return .object(members)
  }
}

extension Explanation.Sample {
  fileprivate var json: JSONValue {
    .members([
      "source": .string(source), "line": .integer(line),
      "id": idText.isEmpty ? .null : JSONValue(parsing: idText.span) ?? .null,
      "status": .string(status.name), "quality": quality.json,
      "rank": rank.map { .integer($0) } ?? .null, "order": order.map { .integer($0) } ?? .null,
    ])
  }
}

extension Explanation.Place {
  fileprivate var json: JSONValue {
    .members(["place": .integer(number), "of": .integer(count)])
  }
}

extension Explanation.AxisStanding {
  fileprivate var json: JSONValue {
    .members([
      "name": .string(name), "binning": .string(binning), "value": value.json,
      "bin": .integer(bin), "bins": .integer(binCount), "low": low?.json, "high": high?.json,
      "clipped": isClipped ? .bool(true) : nil, "missing": isMissing ? .bool(true) : nil,
      "parent": parent.map { .array($0.map { .integer($0) }) },
    ])
  }
}

extension Explanation.Cell {
  fileprivate var json: JSONValue {
    .members([
      "bins": .array(bins.map { .integer($0) }), "samples": .integer(sampleCount),
      "candidates": .integer(candidateCount), "selected": .integer(selectedCount),
    ])
  }
}

extension Explanation.Change {
  fileprivate var json: JSONValue {
    .members([
      "of": .string(subject.rawValue), "present": present.map { .number($0) } ?? .null,
      "flip": flip?.json ?? .null, "before": before?.json,
      "furthest": flip == nil ? .array(furthest.map(\.json)) : nil, "exact": .bool(isExact),
      "moves_axes": movesAxes ? .bool(true) : nil,
    ])
  }
}

extension Explanation.Change.Trial {
  fileprivate var json: JSONValue {
    .members(["value": .number(value), "status": .string(status.name)])
  }
}

extension Receipt.AxisValue {
  fileprivate var json: JSONValue {
    switch self {
    case .number(let value): .number(value)
    case .single(let value): .single(value)
    case .label(let label): .string(label)
    case .missing: .null
    }
  }
}
