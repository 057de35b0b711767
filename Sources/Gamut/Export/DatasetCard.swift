import Conversations
import JSON
import Reporting
import Samples

/// The card of a data set: `README.md` with a header by which `load_dataset` finds files and types.
struct DatasetCard {
  let report: ExportReport
  let layout: ConversationLayout
  let request: ExportRequest
  let source: SourceSummary
  let manifest: RecordedRun?
  let dataFiles: [(split: String, path: String)]
  /// The same files, with sizes and digests.
  let recordFiles: [ExportReport.File]
  let trainer: TrainerFiles

  /// The card.
  var text: String {
    "---\n\(header.yaml)---\n\n# \(report.name)\n\n" + summary + set + origin + loading + findings
  }

  // MARK: Header

  private var header: JSONValue {
    .members([
      "license": request.licence.map { .string($0) },
      "pretty_name": .string(report.name),
      "size_categories": .array([.string(sizeCategory)]),
      "task_categories": .array([.string("text-generation")]),
      "tags": .array([.string("gamut"), .string("data-selection")]),
      "configs": .array([
        .members([
          "config_name": .string("default"),
          // `load_dataset` makes the key of its cache of the folder's last name and of this header, not of the
          // data: without the digests another export into a folder of that name would come back as this one.
          "description": .string(
            "sha256 " + recordFiles.map(\.sha256).joined(separator: " ")),
          "data_files": .array(
            dataFiles.map { .members(["split": .string($0.split), "path": .string($0.path)]) }),
        ])
      ]),
      "dataset_info": .members([
        "features": .array(layout.columns.map(Self.header)),
        // Held against what was read: rows that are missing are an error.
        "splits": .array(
          zip(dataFiles, recordFiles).map { part, file in
            .members([
              "name": .string(part.split), "num_bytes": .integer(file.bytes),
              "num_examples": .integer(
                part.split == "train" ? report.trainCount : report.validationCount),
            ])
          }),
      ]),
    ])
  }

  private var sizeCategory: String {
    let count = report.trainCount + report.validationCount
    let bounds = [
      (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
      (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"),
    ]
    return bounds.first { count < $0.0 }?.1 ?? "100M<n<1B"
  }

  private static func header(_ feature: Feature) -> JSONValue {
    let (key, value) = header(feature.type)
    return .members(["name": .string(feature.name)]).adding(key, value)
  }

  private static func header(_ type: FeatureType) -> (String, JSONValue) {
    switch type {
    case .string: ("dtype", .string("string"))
    case .bool: ("dtype", .string("bool"))
    case .integer: ("dtype", .string("int64"))
    case .number: ("dtype", .string("float64"))
    case .list(.structure(let features)): ("list", .array(features.map(header)))
    case .list(let element):
      switch header(element) {
      case ("dtype", let name): ("sequence", name)
      case (let key, let value): ("sequence", .object([.init(key: key, value: value)]))
      }
    case .structure(let features): ("struct", .array(features.map(header)))
    }
  }

  // MARK: Body

  private var summary: String {
    let total = report.trainCount + report.validationCount
    var text = "\(grouped(total)) samples"
    if report.validationCount > 0 {
      text +=
        ", \(grouped(report.trainCount)) to train on and \(grouped(report.validationCount)) to validate on"
      text +=
        report.cellCount.map {
          ", the latter drawn from \(grouped($0)) cells by their share; samples of one prompt are on one side"
        } ?? "; samples of one prompt are on one side"
    }
    text += ". Made by Gamut \(gamutVersion) from `\(source.path)`"
    if manifest != nil { text += ", a subset chosen from a pool for quality and diversity" }
    text += ".\n"
    if report.droppedCount > 0 {
      text += "\n\(grouped(report.droppedCount)) records are left out; `rejects.jsonl` has them.\n"
    }
    if layout.hasWeight {
      text +=
        "\n`weight` is how many samples of the pool a sample stands for: the pool's samples of its cell for each"
        + " that is trained on, with mean 1. Trainers do not heed it by themselves.\n"
    }
    return text + "\n"
  }

  /// What pool and subset are made of.
  private var set: String {
    guard let pool = manifest?.json["pool"], let subset = manifest?.json["subset"] else {
      return ""
    }
    var rows: [[String]] = []
    func add(_ name: String, _ path: [String]) {
      func value(_ set: JSONValue) -> JSONValue? { path.reduce(set) { $0?[$1] } }
      guard let left = value(pool)?.decimal, let right = value(subset)?.decimal else { return }
      rows.append([name, Self.number(left), Self.number(right)])
    }
    add("samples", ["samples"])
    add("tokens", ["tokens"])
    add("bytes", ["bytes"])
    add("quality, mean", ["quality", "mean"])
    add("quality, sd", ["quality", "sd"])
    add("complexity, mean", ["complexity", "mean"])
    add("complexity, sd", ["complexity", "sd"])
    for member in subset["metrics"]?.members ?? [] {
      add(member.key, ["metrics", member.key])
    }
    let table = TextTable(heads: [[""], ["pool"], ["subset"]], rows: rows)
    return "## Quality, diversity, complexity\n\n\(table.markdown)\n"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? grouped(Int(value)) : decimal(value)
  }

  /// Where it comes from.
  private var origin: String {
    var rows = [
      [source.path, grouped(report.sampleCount), grouped(source.byteCount), source.sha256]
    ]
    var text = "## Sources\n\n"
    for found in manifest?.sources ?? [] {
      rows.append([found.path, grouped(found.samples), grouped(found.bytes), found.sha256])
    }
    text +=
      TextTable(heads: [["file"], ["records"], ["bytes"], ["SHA-256"]], rows: rows).markdown + "\n"
    guard let manifest, case .object(let members) = manifest.recipe else { return text }
    let given = members.filter { $0.value != .null && $0.value != .array([]) }
    text += "The recipe, for `gamut select --recipe`:\n\n```yaml\n"
    return text + JSONValue.object(given).yaml + "```\n\n"
  }

  private var loading: String {
    var text = "## Use\n\n"
    switch request.target {
    case .trl, .llamaFactory, .axolotl: break
    default:
      text +=
        "```python\nfrom datasets import load_dataset\n\ndata = load_dataset(\"\(request.output)\")\n```\n\n"
      return text
    }
    return text + trainer.instructions + "\n"
  }

  private var findings: String {
    var lines = report.findings.map { finding in
      "- \(finding.kind == .problem || request.onLoss == .drop ? "left out" : "lost"):"
        + " \(finding.message) (\(grouped(finding.count)) records, first in line"
        + " \(grouped(finding.line)))"
    }
    lines += report.notes.map { "- \($0.message)" }
    if lines.isEmpty { return "" }
    return "## What to know\n\n" + lines.joined(separator: "\n") + "\n"
  }
}

extension JSONValue {
  /// An object with one more member.
  fileprivate func adding(_ key: String, _ value: JSONValue) -> JSONValue {
    .object((members ?? []) + [.init(key: key, value: value)])
  }
}
