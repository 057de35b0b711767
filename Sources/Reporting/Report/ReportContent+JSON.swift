import JSON

/// The data of a page, as JSON that no HTML parser can take for markup.
struct ReportData {
  let content: ReportContent

  /// From how many cells on a cvt axis is shown as strips and not as a map.
  static let mapLimit = 2000
  /// The side of the square in which points and corners are given.
  static let mapSide = 1000.0

  /// JSON in which `<`, `>`, `&` and the line separators of JavaScript are escaped.
  ///
  /// All of these stand in strings alone, so that the value is the same.
  ///
  /// - Parameter value: Any value.
  /// - Returns: UTF-8 text.
  static func escaped(_ value: JSONValue) -> [UInt8] {
    var text = JSONText()
    text.append(value)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.bytes.count)
    var index = 0
    while index < text.bytes.count {
      let byte = text.bytes[index]
      switch byte {
      case UInt8(ascii: "<"): bytes += Array("\\u003c".utf8)
      case UInt8(ascii: ">"): bytes += Array("\\u003e".utf8)
      case UInt8(ascii: "&"): bytes += Array("\\u0026".utf8)
      case 0x7F: bytes += Array("\\u007f".utf8)
      case 0xE2 where text.bytes[index...].starts(with: [0xE2, 0x80, 0xA8]):
        bytes += Array("\\u2028".utf8)
        index += 2
      case 0xE2 where text.bytes[index...].starts(with: [0xE2, 0x80, 0xA9]):
        bytes += Array("\\u2029".utf8)
        index += 2
      default: bytes.append(byte)
      }
      index += 1
    }
    return bytes
  }

  /// The data of the page.
  ///
  /// - Parameter sampleByteLimit: How many bytes samples may take.
  /// - Returns: JSON, and how many of the samples are in it.
  func bytes(sampleByteLimit: Int) -> (json: [UInt8], samples: Int) {
    var members: [JSONValue.Member] = [
      .init(key: "kind", value: .string(content.kind.rawValue))
    ]
    if let archive = content.archive { members += archiveMembers(archive) }
    if let tuning = content.tuning { members.append(.init(key: "tuning", value: json(tuning))) }
    var bytes = Self.escaped(.object(members))
    guard let archive = content.archive else { return (bytes, 0) }
    // The samples come last, one after the other until the room is used.
    bytes.removeLast()
    bytes += Array(",\"samples\":[".utf8)
    var room = sampleByteLimit
    var count = 0
    for sample in archive.samples {
      let row = Self.escaped(json(sample))
      if row.count + 2 > room { break }
      room -= row.count + 2
      bytes += Array((count == 0 ? "\n" : ",\n").utf8)
      bytes += row
      count += 1
    }
    bytes += Array("]}".utf8)
    return (bytes, count)
  }

  private func json(_ sample: ReportArchive.Sample) -> JSONValue {
    let shown = { (text: String?) in text.map { JSONValue.string(TextShown.text($0)) } ?? .null }
    var row: [JSONValue] = [
      .integer(sample.cell), .integer(Int(sample.status.rawValue)),
      sample.rank.map { .integer($0) } ?? .null, sample.order.map { .integer($0) } ?? .null,
      sample.quality.map { .number(ReportNumber.rounded($0)) } ?? .null,
      .integer(sample.source), .integer(sample.line), shown(sample.id), shown(sample.prompt),
      shown(sample.answer),
    ]
    if sample.because != nil || sample.reason != nil {
      row += [shown(sample.because), shown(sample.reason)]
    }
    return .array(row)
  }

  private func archiveMembers(_ archive: ReportArchive) -> [JSONValue.Member] {
    let cells = archive.cells
    var columns: [JSONValue.Member] = [
      .init(
        key: "bins",
        value: .array(
          archive.axes.indices.map { axis in .array(cells.map { .integer($0.bins[axis]) }) })),
      .init(key: "count", value: .array(cells.map { .integer($0.count) })),
      .init(
        key: "quality",
        value: .array(
          cells.map { $0.quality.map { .number(ReportNumber.rounded($0)) } ?? .null })),
    ]
    if cells.contains(where: { $0.scored != $0.count }) {
      columns.append(.init(key: "scored", value: .array(cells.map { .integer($0.scored) })))
    }
    if archive.hasChoice {
      columns.append(.init(key: "chosen", value: .array(cells.map { .integer($0.chosen) })))
      if cells.contains(where: { $0.claim != nil }) {
        columns.append(
          .init(
            key: "claim",
            value: .array(cells.map { .number(ReportNumber.rounded($0.claim ?? 0)) })))
      }
    }
    let view = HeatmapView(archive)
    return [
      .init(key: "hasChoice", value: .bool(archive.hasChoice)),
      .init(key: "candidates", value: .integer(archive.candidateCount)),
      .init(key: "view", value: .array([.integer(view.x), .integer(view.y ?? -1)])),
      .init(key: "isMap", value: .bool(view.isMap)),
      .init(
        key: "statuses", value: .array(ReceiptStatus.allCases.map { .string($0.name) })),
      .init(
        key: "sources", value: .array(archive.sources.map { .string(TextShown.text($0)) })),
      .init(key: "axes", value: .array(archive.axes.map { json($0, among: archive.axes) })),
      .init(key: "cells", value: .object(columns)),
    ]
  }

  /// How many bytes the names of all bins may have, so that an axis of ten thousands of labels leaves room.
  private static let labelLimit = 400_000

  private func json(
    _ axis: ReportArchive.Axis, among axes: [ReportArchive.Axis]
  ) -> JSONValue {
    let bins = axes.reduce(0) { $0 + $1.bins }
    let limit = max(Self.labelLimit / max(bins, 1), 6)
    func short(_ label: String) -> String {
      let count = label.utf8.count
      return count <= limit
        ? label : TextShown.shortened(label, to: max(label.count * limit / count - 1, 1))
    }
    func texts(_ texts: [String]) -> JSONValue {
      .array(texts.map { .string(TextShown.text($0)) })
    }
    let hasMap = axis.points.count > 1 && axis.points.count <= Self.mapLimit
    return .members([
      "name": .string(TextShown.text(axis.name)), "binning": .string(axis.binning),
      "valueBins": .integer(axis.valueBins),
      "labels": texts(
        (0..<axis.bins).map { short(axis.label(ofBin: $0)) }),
      // Of so many edges no figure shows more than a few.
      "edges": axis.edges.isEmpty || axis.edges.count > Self.mapLimit
        ? nil : texts(axis.edges.map { ReportNumber.brief($0) }),
      "low": texts(axis.lowWords), "high": texts(axis.highWords),
      "order": axis.stripOrder.map { .array($0.map { .integer($0) }) },
      "points": hasMap
        ? .array(
          axis.mapPoints.flatMap { [.integer(Int($0.x.rounded())), .integer(Int($0.y.rounded()))] })
        : nil,
      "polygons": hasMap ? .array(axis.polygons.map { .string($0) }) : nil,
    ])
  }

  private func json(_ tuning: ReportTuning) -> JSONValue {
    func number(_ value: Double?) -> JSONValue {
      value.map { .number(ReportNumber.rounded($0)) } ?? .null
    }
    return .members([
      "objectives": .array(
        tuning.objectives.map {
          .members([
            "name": .string(TextShown.text($0.name)), "higher": .bool($0.isHigherBetter),
            "meaning": .string(TextShown.text($0.meaning)),
          ])
        }),
      "configurations": .array(
        tuning.configurations.map { configuration in
          .members([
            "label": .string(TextShown.text(configuration.label)),
            "cells": number(configuration.cells),
            "reachable": number(configuration.reachableCells),
            "values": .array(
              configuration.values.map { value in
                value.map { .array([number($0.mean), number($0.low), number($0.high)]) } ?? .null
              }),
            "front": .bool(configuration.isOnFront),
            "rung": configuration.rung.map { .integer($0) },
          ])
        }),
      "view": .array([
        .integer(tuning.shownObjectives.x), .integer(tuning.shownObjectives.y),
      ]),
      "recommended": tuning.recommended.map { .integer($0) },
      "standard": tuning.standard.map { .integer($0) },
    ])
  }
}

extension ReportTuning.Configuration {
  /// The recipe in a line.
  var label: String {
    (axes
      + [
        evenness.map { "evenness \(ReportNumber.tick($0))" },
        greed.map { "greed \(ReportNumber.tick($0))" },
        redundancy.map { "redundancy \(ReportNumber.tick($0))" },
      ].compactMap { $0 }).joined(separator: " · ")
  }
}

extension ReportArchive.Axis {
  /// The order in which the cells of a cvt axis stand in a row: by their first component, then by number; `nil`
  /// for other axes.
  var stripOrder: [Int]? {
    if points.isEmpty { return nil }
    return points.indices.sorted {
      points[$0].x == points[$1].x ? $0 < $1 : points[$0].x < points[$1].x
    } + (missing > 0 ? [valueBins] : [])
  }

  /// The centroids in the square of a map, off its border.
  var mapPoints: [(x: Double, y: Double)] {
    let side = ReportData.mapSide
    // Upwards is up.
    return points.map { (side * (0.05 + 0.9 * $0.x), side * (0.95 - 0.9 * $0.y)) }
  }

  /// The corners of each cell in the square of a map, as SVG takes them.
  var polygons: [String] {
    let side = ReportData.mapSide
    return VoronoiCells(points: mapPoints, width: side, height: side).polygons.map { corners in
      corners.map { "\(Int($0.x.rounded())),\(Int($0.y.rounded()))" }.joined(separator: " ")
    }
  }
}
