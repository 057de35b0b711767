import JSON
import Reporting
import Storage

/// Reads the JSON of a tuning run.
enum TuningRun {
  /// How large such a file may be.
  private static let byteLimit = 64 << 20

  /// Whether a file says of itself that it is a tuning run.
  static func isOne(_ path: String) -> Bool {
    guard path.hasSuffix(".json"), let size = regularFileSize(path), size <= byteLimit,
      let bytes = try? InputFile(path: path).readWhole(),
      let json = JSONValue(parsing: bytes.span)
    else { return false }
    return json["kind"]?.text == "tuning"
  }

  /// Reads a run.
  ///
  /// - Parameter path: The file.
  /// - Returns: The run, and the version that wrote it.
  /// - Throws: `GamutError.malformedTuning` with the member that is missing or wrong; `StorageError`.
  static func read(_ path: String) throws -> ReportTuning {
    let bytes = try InputFile(path: path).readWhole()
    guard let json = JSONValue(parsing: bytes.span) else {
      throw GamutError.malformedTuning(path: path, member: "kind")
    }
    func need<Value>(_ value: Value?, _ member: String) throws(GamutError) -> Value {
      guard let value else { throw .malformedTuning(path: path, member: member) }
      return value
    }
    var objectives: [ReportTuning.Objective] = []
    for objective in try need(json["objectives"]?.items, "objectives") {
      let direction = objective["direction"]?.text
      guard direction == "higher" || direction == "lower" else {
        throw GamutError.malformedTuning(path: path, member: "objectives.direction")
      }
      var made = ReportTuning.Objective(
        name: try need(objective["name"]?.text, "objectives.name"),
        isHigherBetter: direction == "higher", meaning: objective["meaning"]?.text ?? "")
      made.countsForFront = objective["front"]?.truth ?? true
      objectives.append(made)
    }
    if objectives.isEmpty { throw GamutError.malformedTuning(path: path, member: "objectives") }
    var configurations: [ReportTuning.Configuration] = []
    for item in try need(json["configurations"]?.items, "configurations") {
      let values = item["values"]
      configurations.append(
        .init(
          axes: try need(item["axes"]?.items, "configurations.axes").compactMap(\.text),
          evenness: item["evenness"]?.decimal, greed: item["greed"]?.decimal,
          redundancy: item["redundancy"]?.decimal,
          cells: item["cells"]?.decimal, reachableCells: item["reachable_cells"]?.decimal,
          values: objectives.map { objective in
            guard let value = values?[objective.name], let mean = value["mean"]?.decimal else {
              return nil
            }
            return .init(mean: mean, low: value["low"]?.decimal, high: value["high"]?.decimal)
          }, isOnFront: item["front"]?.truth ?? false, rung: item["rung"]?.wholeNumber))
    }
    func place(_ member: String) throws(GamutError) -> Int? {
      guard let value = json[member], value != .null else { return nil }
      guard let place = value.wholeNumber, configurations.indices.contains(place) else {
        throw .malformedTuning(path: path, member: member)
      }
      return place
    }
    var tuning = ReportTuning(objectives: objectives, configurations: configurations)
    tuning.paths = json["pool"]?["paths"]?.items?.compactMap(\.text) ?? []
    tuning.samples = json["pool"]?["samples"]?.wholeNumber
    tuning.budget = json["budget"]?["text"]?.text ?? json["budget"]?.text ?? ""
    tuning.seed = json["seed"]?.compact ?? ""
    tuning.folds = json["folds"]?.wholeNumber
    tuning.recommended = try place("recommended")
    tuning.standard = try place("default")
    tuning.rule = json["rule"]?.text ?? ""
    tuning.reason = json["reason"]?.text ?? ""
    tuning.givesUp = json["gives_up"]?.items?.compactMap(\.text) ?? []
    tuning.warnings = json["warnings"]?.items?.compactMap(\.text) ?? []
    return tuning
  }
}
