import CommandLineKit
import Gamut
import JSON
import Metrics
import Reporting

/// `gamut describe`: quality, diversity and complexity of sets.
struct DescribeCommand: Command {
  static let name = "describe"
  static let abstract = "Tell quality, diversity and complexity of a pool, a subset or an archive."
  static let discussion = """
    Each X is one set: a file as for 'gamut select', an archive, or '-' for JSONL on standard input. A set \
    that stands alone is its own pool. Several are described in one common space, one embedding and one \
    grid for all, and are their own pool together, unless --pool names another.

    What was not computed is absent, never zero. A value that was taken from a part of a large set bears a \
    '~', and the notes say how large the part was; parts are drawn by seed and content.

    Below the table each set (the first \(SetTable.columnLimit) of many) is drawn: its samples over the \
    first two axes, and its quality and complexity, each with its numbers. Lines are as wide as the terminal \
    ($COLUMNS wins; 80 where there is none); $NO_COLOR keeps colour away.
    """
  static let examples = [
    Example("gamut describe pool.jsonl", "What a pool is made of."),
    Example(
      "gamut describe subset.jsonl --pool pool.jsonl --recipe subset.manifest.json",
      "A subset against the pool that it was chosen from, by the same axes and quality."),
    Example(
      "gamut describe a.jsonl b.jsonl -e a.npy -e b.npy --metrics cells,vendi_1",
      "Two metrics of two sets, by their own vectors."),
    Example("gamut describe --explain vendi_1", "What a metric says and what it cannot see."),
  ]

  var inputs: [String] = []
  var explained: String?
  var isPlain = false
  var sets = SetOptions()

  static var arguments: [Argument<Self>] {
    [
      .repeated("X", \.inputs, help: "A set: a file, an archive, or '-' for standard input.")
        .completed(with: .file).optional()
    ]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "explain", \.explained, valueName: "NAME,...|all",
        help: "Print what metrics say, their formulas, sources and blind spots, and read nothing."
      ).showingDefault("none"),
      .flag(
        "plain", \.isPlain,
        help: "Tables and pictures in ASCII alone: numbers and no shades, no colour."),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("What is measured", in: \.sets, SetOptions.measuring),
      OptionSection("As for 'gamut select'", in: \.sets.recipe, SetOptions.recipeOptions),
      OptionSection("Output and running", in: \.sets, SetOptions.running),
    ]
  }

  private func explainedMetrics() throws(CommandLineError) -> [SetMetric] {
    guard let explained else { return [] }
    var metrics: [SetMetric] = []
    for name in explained.split(separator: ",").map(String.init) {
      if name == "all" { return SetMetric.all }
      metrics.append(try SetOptions.metric(name, target: "--explain"))
    }
    guard !metrics.isEmpty else {
      throw .invalidValue(explained, target: "--explain", problem: .expected("names of metrics"))
    }
    return metrics
  }

  mutating func parsed(_ given: GivenOptions) { sets.recipe.given = given }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    if explained != nil {
      _ = try explainedMetrics()
      guard inputs.isEmpty else { throw .unexpectedArgument(inputs[0]) }
      return
    }
    guard !inputs.isEmpty else { throw .missingArgument("X") }
    if isPlain, sets.json { throw .conflictingOptions("--json", "--plain") }
    if isPlain, sets.markdown { throw .conflictingOptions("--markdown", "--plain") }
    try sets.validate(inputs: inputs)
  }

  func run(on console: Console) throws -> ExitCode {
    if explained != nil {
      let metrics = try explainedMetrics()
      console.writeOutput(
        sets.json
          ? JSONValue.array(metrics.map(\.explanation.json)).pretty
          : metrics.map(\.explanation.text).joined(separator: "\n"))
      return .success
    }
    var request = try sets.request(inputs: inputs, for: Self.self)
    let draws = !sets.json && !sets.markdown
    if draws { request.profileLimit = SetTable.columnLimit }
    let found = try sets.run { try describe(request, onEvent: $0) }
    let notes = found.notes.map(\.message) + [SetOptions.leftOut(found.metrics)].compactMap { $0 }
    if sets.json {
      let objects = zip(found.names, found.measures).map { name, measures in
        JSONValue.object(
          [.init(key: "name", value: .string(name))] + measures.jsonMembers
            + [.init(key: "notes", value: .array(notes.map { .string($0) }))])
      }
      console.writeOutput((objects.count == 1 ? objects[0] : .array(objects)).pretty)
    } else {
      // What a set alone says of itself as its pool is 0 or 1.
      let isAlone = found.names.count == 1 && sets.pool.isEmpty
      let table = SetTable(
        names: found.names, measures: found.measures,
        leavingOut: isAlone ? SetMetric.ofPool : [])
      let lines = SetTable.samplingNotes(found.measures) + notes.map { "note: \($0)" }
      if sets.markdown {
        console.writeOutput(table.markdown + "\n" + lines.map { "- \($0)\n" }.joined())
      } else {
        let style = PictureStyle(
          width: Terminal.outputWidth, isPlain: isPlain, usesColour: Terminal.colours)
        console.writeOutput(
          (isPlain ? SetTable.plain(table.text) : table.text)
            + found.profileText(style)
            + (lines.isEmpty ? "" : "\n") + lines.map { "\($0)\n" }.joined())
      }
    }
    if sets.timing { console.writeTiming(found.timing, threads: sets.threads) }
    return .success
  }
}

extension MetricDescription {
  /// The description as lines of text.
  fileprivate var text: String {
    let direction =
      switch direction {
      case .higher: "higher is better"
      case .lower: "lower is better"
      case .neither: "neither is better, the number describes"
      }
    let lines = [
      ("formula", formula), ("range", range), ("direction", direction), ("source", source),
      ("cost", cost), ("blind to", blindTo),
    ]
    return "\(name): \(summary)\n"
      + lines.map { name, text in
        "  \(name)\(String(repeating: " ", count: 11 - name.count))\(text)\n"
      }.joined()
  }

  /// The description as JSON.
  fileprivate var json: JSONValue {
    .members([
      "name": .string(name), "summary": .string(summary), "formula": .string(formula),
      "range": .string(range), "direction": .string(direction.rawValue),
      "source": .string(source), "cost": .string(cost), "blind_to": .string(blindTo),
    ])
  }
}
