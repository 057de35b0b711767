import Gamut
import JSON
import Metrics
import Reporting

extension Comparison {
  /// The comparison as JSON.
  func json(notes: [String]) -> JSONValue {
    .members([
      "sets": .array(
        zip(names, measures).map { name, measures in
          .object([.init(key: "name", value: .string(name))] + measures.jsonMembers)
        }),
      "differences": .array(names.indices.dropFirst().map(differences)),
      "axes": .array(axes.map { .string($0) }),
      "reachable_cells": .integer(reachableCells),
      "cells": .array(
        changes.enumerated().map { place, changes in
          .members([
            "set": .string(names[place + 1]), "against": .string(names[0]),
            "shared": .integer(changes.sharedCount),
            "only_here": list(changes.onlyHere, count: changes.onlyHereCount),
            "only_in_first": list(changes.onlyInFirst, count: changes.onlyInFirstCount),
            "more": .array(changes.more.map(json)), "fewer": .array(changes.fewer.map(json)),
            "quality_gains": list(changes.gains, count: changes.gainCount),
            "quality_losses": list(changes.losses, count: changes.lossCount),
          ])
        }),
      "demand": demands.allSatisfy(\.isEmpty)
        ? nil
        : .array(
          names.indices.map { set in
            .members([
              "set": .string(names[set]), "count": .integer(demandCounts[set]),
              "cells": .array(demands[set].map(json)),
            ])
          }),
      "notes": .array(notes.map { .string($0) }),
    ])
  }

  private func differences(of set: Int) -> JSONValue {
    .members([
      "set": .string(names[set]), "against": .string(names[0]),
      "metrics": .object(
        SetMetric.all.compactMap { metric in
          difference(metric, in: set).map { value in
            .init(
              key: metric.name,
              value: .members([
                "difference": .number(value),
                "direction": .string(metric.explanation.direction.rawValue),
                "better": isBetter(metric, in: set).map { .bool($0) },
              ]))
          }
        }),
    ])
  }

  private func list(_ cells: [Cell], count: Int) -> JSONValue {
    .members(["count": .integer(count), "cells": .array(cells.map(json))])
  }

  private func json(_ cell: Cell) -> JSONValue {
    .members([
      "cell": .array(cell.bins.map { .integer($0) }),
      "ranges": .object(zip(axes, cell.parts).map { .init(key: $0, value: $1.json) }),
      "counts": .array(cell.counts.map { .integer($0) }),
      "quality": .array(cell.quality.map { $0.map { .number($0) } ?? .null }),
      "pool": .integer(cell.poolCount),
    ])
  }

  private func json(_ demand: Demand) -> JSONValue {
    .members([
      "cell": .array(demand.cell.bins.map { .integer($0) }),
      "ranges": .object(zip(axes, demand.cell.parts).map { .init(key: $0, value: $1.json) }),
      "present": .integer(demand.present), "wanted": .integer(demand.wanted),
      "counts": .array(demand.cell.counts.map { .integer($0) }),
      "pool": .integer(demand.cell.poolCount),
      "examples": .array(
        demand.examples.map {
          .members([
            "prompt": .string($0.prompt), "source": .string($0.source),
            "line": .integer($0.line), "from": .string($0.isNeighbour ? "neighbour" : "cell"),
          ])
        }),
    ])
  }
}

extension Comparison.AxisPart {
  /// The part as JSON: the ends of a range, a label, a centroid's number, or null for no value.
  var json: JSONValue {
    switch self {
    case .range(let low, let high):
      .members([
        "from": low.map { .number($0) } ?? .null, "below": high.map { .number($0) } ?? .null,
      ])
    case .label(let label): .string(label)
    case .missing: .null
    case .centroid(let number, _): .members(["centroid": .integer(number)])
    }
  }
}
