import Descriptors
public import JSON
import Metrics

extension Tuning {
  /// The tuning as the file beside the recipe has it.
  public var json: JSONValue {
    .members([
      "gamut": .string(gamutVersion), "kind": .string("tuning"),
      "pool": .members([
        "paths": .array(paths.map { .string($0) }), "samples": .integer(samples),
      ]),
      "budget": .members([
        "text": .string(budget.text), "unit": .string(budget.unit),
        "limit": .integer(budget.limit),
      ]),
      "seed": seed <= UInt64(Int.max) ? .integer(Int(seed)) : .string(String(seed)),
      "folds": .integer(foldCount), "rungs": .integer(rungCount),
      "objectives": .array(
        objectives.enumerated().map { place, objective in
          .members([
            "name": .string(objective.name), "direction": .string(objective.direction.rawValue),
            "meaning": .string(objective.meaning),
            "front": .bool(frontObjectives.contains(place)),
          ])
        }),
      "references": .members(["top": values(top), "random": values(random)]),
      "configurations": .array(
        trials.map { trial in
          .members([
            "axes": .array(trial.configuration.axes.map { .string($0.description) }),
            "evenness": .number(trial.configuration.evenness),
            "greed": .number(trial.configuration.greed),
            "redundancy": trial.configuration.redundancy.map { .number($0) },
            "cells": trial.cells < 9e15 ? .integer(Int(trial.cells)) : .number(trial.cells),
            "reachable_cells": .integer(trial.reachableCells), "values": values(trial.values),
            "front": .bool(trial.isOnFront), "rung": .integer(trial.rung),
            "distance": trial.distance.map { .number($0) },
          ])
        }),
      "recommended": .integer(recommended), "default": .integer(0), "rule": .string(rule),
      "reason": .string(reason),
      "against_default": .object(
        objectives.indices.compactMap { place in
          difference(recommended, from: 0, in: place).map {
            .init(key: objectives[place].name, value: $0.json)
          }
        }),
      "same_without_one_fold": rungCount == 1 ? .integer(agreement) : nil,
      "gives_up": .array(givesUp.map { .string($0) }),
      "warnings": .array(warnings.map { .string($0) }),
    ])
  }

  private func values(_ means: [FoldMean?]) -> JSONValue {
    .object(
      zip(objectives, means).compactMap { objective, mean in
        mean.map { .init(key: objective.name, value: $0.json) }
      })
  }
}

extension FoldMean {
  /// The mean and its interval.
  fileprivate var json: JSONValue {
    .members([
      "mean": .number(mean), "low": interval.map { .number($0.lowerBound) },
      "high": interval.map { .number($0.upperBound) },
    ])
  }
}
