public import JSON
public import Metrics

extension SequencePacking {
  /// The account as JSON, under the names that all of Gamut's files use.
  public var json: JSONValue {
    .members([
      "sequence_length": .integer(length),
      "estimated": isEstimated ? .bool(true) : nil,
      "truncated": .integer(truncated), "tokens_lost": .integer(lostTokens),
      "share_kept": .number(keptShare), "sequences": .integer(sequences), "fill": .number(fill),
      "fill_unpacked": .number(fillUnpacked),
    ])
  }

  /// What is told of each set, in the order of a table's rows.
  enum Figure: CaseIterable {
    case truncated, lostTokens, keptShare, sequences, fill, fillUnpacked
  }

  /// The label of a figure's row.
  func label(_ figure: Figure) -> String {
    switch figure {
    case .truncated: "longer than \(grouped(length))"
    case .lostTokens: "tokens cut off"
    case .keptShare: "share trained on"
    case .sequences: "sequences, packed"
    case .fill: "fill, packed"
    case .fillUnpacked: "fill, one each"
    }
  }

  /// A figure as a number.
  subscript(figure: Figure) -> Double {
    switch figure {
    case .truncated: Double(truncated)
    case .lostTokens: Double(lostTokens)
    case .keptShare: keptShare
    case .sequences: Double(sequences)
    case .fill: fill
    case .fillUnpacked: fillUnpacked
    }
  }
}

extension SequencePacking.Figure {
  /// How many decimals are shown.
  var places: Int {
    switch self {
    case .truncated, .lostTokens, .sequences: 0
    case .keptShare, .fill, .fillUnpacked: 3
    }
  }
}
