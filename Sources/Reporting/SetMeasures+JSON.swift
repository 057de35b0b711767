public import JSON
public import Metrics

extension SetMeasures {
  /// The members of the description, under the names that all of Gamut's files use.
  ///
  /// What was not computed is absent. `sampled` names the metrics that were taken from a part, and of how
  /// many out of how many.
  public var jsonMembers: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init(key: "samples", value: .integer(samples)),
      .init(key: "tokens", value: .integer(tokens)), .init(key: "bytes", value: .integer(bytes)),
    ]
    if unscored > 0 { members.append(.init(key: "unscored", value: .integer(unscored))) }
    if let quality { members.append(.init(key: "quality", value: quality.json)) }
    if let complexity { members.append(.init(key: "complexity", value: complexity.json)) }
    members.append(
      .init(
        key: "metrics",
        value: .object(values.map { .init(key: $0.name, value: $0.metric.json($0.value)) })))
    if let packing { members.append(.init(key: "packing", value: packing.json)) }
    if let correlations { members.append(.init(key: "correlations", value: correlations.json)) }
    if !sampled.isEmpty {
      members.append(
        .init(
          key: "sampled",
          value: .object(
            sampled.map {
              .init(
                key: $0.metric.name,
                value: .members([
                  "unit": .string($0.unit.rawValue), "used": $0.used.map { .integer($0) },
                  "of": $0.total.map { .integer($0) },
                ]))
            })))
    }
    return members
  }
}

extension SetMetric {
  /// A value of the metric as JSON: a count as a whole number.
  ///
  /// - Parameter value: The value, finite.
  /// - Returns: A number.
  public func json(_ value: Double) -> JSONValue {
    isCount ? .integer(Int(value)) : .number(value)
  }
}

extension CorrelationMatrix {
  /// The correlation of every two measures, by their names; what is not defined is left out.
  var json: JSONValue {
    var members: [JSONValue.Member] = []
    for row in names.indices {
      for column in names.indices where column > row {
        guard let value = values[row][column] else { continue }
        members.append(.init(key: "\(names[row])_\(names[column])", value: .number(value)))
      }
    }
    return .object(members)
  }
}
