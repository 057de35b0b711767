import CommandLineKit
import Gamut
import JSON
import Reporting

/// `gamut compare`: sets side by side, cell by cell.
struct CompareCommand: Command {
  static let name = "compare"
  static let abstract = "Hold sets against each other: metrics, cells, and what each lacks."
  static let discussion = """
    All sets are measured in one common space: one embedding and one grid, cut over all of them together or \
    over --pool. Told are the metrics side by side, each with its difference from the first set and whether \
    that is better; cells that hold more or less, cells that one set alone fills, gains and losses of mean \
    quality (of cells with at least 5 samples of both); and with --demand for each set the cells of which it \
    has none or less than half of what the others lead to expect, with prompts that show what to add.

    The sets are files, archives or '-'; or, with --group-by, the labels of a column of the input.
    """
  static let examples = [
    Example("gamut compare old.jsonl new.jsonl", "Two data sets."),
    Example(
      "gamut compare alpaca.json alpaca_gpt4.json --on-key prompt",
      "Two models' answers to the prompts that both answered."),
    Example(
      "gamut compare rated.jsonl --group-by generator --group open='llama*,vicuna*' --group gpt='gpt*'",
      "Two groups of generators in one file."),
    Example(
      "gamut compare subset.jsonl wanted.jsonl --demand 20 --json",
      "What to synthesise next, for a program."),
  ]

  var inputs: [String] = []
  var groupBy: String?
  var groups: [String] = []
  var onKey: String?
  var cells: Int?
  var demand = 0
  var sets = SetOptions()

  static var arguments: [Argument<Self>] {
    [
      .repeated("X", \.inputs, help: "The sets; the first is the one that others differ from.")
        .completed(with: .file)
    ]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "group-by", short: "g", \.groupBy, valueName: "COLUMN",
        help: "Divide the input into one set a label of a column."
      ).showingDefault("none"),
      .repeated(
        "group", \.groups, valueName: "NAME=LABEL,...",
        help: "Labels that make one set; repeat it, the first is the one that others differ from."
      )
      .showingDefault("every label for itself")
      .detail(
        "A label that ends in '*' stands for all that begin so. Labels of no group are left out."
      )
      .example("--group-by generator --group a='llama*' --group b='gpt*,claude*'"),
      .value(
        "on-key", \.onKey, valueName: "prompt|COLUMN",
        help: "Look only at samples whose prompt, or label in a column, all sets have."
      ).showingDefault("all samples")
        .detail("Prompts are equal when their words are, white space aside."),
      .value(
        "cells", \.cells,
        parse: { text throws(ArgumentProblem) in try (0...1000).parse(argument: text) },
        valueName: "N", help: "How many cells each list names."
      ).showingDefault("5 of two sets, 3 of up to five, 0 of more"),
      .value(
        "demand", \.demand,
        parse: { text throws(ArgumentProblem) in try (0...10_000).parse(argument: text) },
        valueName: "N",
        help: "For each set list the N cells that it lacks most, with prompts to go by."),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("What is measured", in: \.sets, SetOptions.measuring),
      OptionSection("As for 'gamut select'", in: \.sets.recipe, SetOptions.recipeOptions),
      OptionSection("Output and running", in: \.sets, SetOptions.running),
    ]
  }

  private func parsedGroups() throws(CommandLineError) -> [CompareRequest.Group] {
    var parsed: [CompareRequest.Group] = []
    for text in groups {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let patterns =
        parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
      guard let name = parts.first, !name.isEmpty, !patterns.isEmpty else {
        throw .invalidValue(text, target: "--group", problem: .expected("NAME=LABEL,..."))
      }
      guard !parsed.contains(where: { $0.name == name }) else {
        throw .refused("the group '\(name)' is given twice")
      }
      parsed.append(.init(name: String(name), patterns: patterns))
    }
    return parsed
  }

  mutating func parsed(_ given: GivenOptions) { sets.recipe.given = given }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    if !groups.isEmpty, groupBy == nil {
      throw .optionNeedsOption("--group", needed: "--group-by")
    }
    _ = try parsedGroups()
    if groupBy == nil, inputs.count < 2 {
      throw .refused(
        "comparing takes two sets; name another, or divide this one with --group-by COLUMN")
    }
    if inputs.count > CompareRequest.setLimit, groupBy == nil {
      throw .refused("at most \(CompareRequest.setLimit) sets stand side by side")
    }
    if groups.count == 1 {
      throw .refused("one --group has nothing to be compared with; give at least two")
    }
    for (option, value) in [("--group-by", groupBy), ("--on-key", onKey)] where value == "" {
      throw .invalidValue("", target: option, problem: .expected("a column's name"))
    }
    try sets.validate(inputs: inputs)
  }

  func run(on console: Console) throws -> ExitCode {
    var request = CompareRequest(sets: try sets.request(inputs: inputs, for: Self.self))
    request.groupColumn = groupBy
    request.groups = try parsedGroups()
    request.key = onKey.map { $0 == "prompt" ? .prompt : .column($0) }
    let setCount = groupBy == nil ? inputs.count : groups.isEmpty ? 3 : groups.count
    request.cellLimit =
      cells ?? (setCount > 5 || groupBy != nil && groups.isEmpty ? 0 : setCount > 2 ? 3 : 5)
    request.demandLimit = demand
    let found = try sets.run { try compare(request, onEvent: $0) }
    let notes = found.notes.map(\.message) + [SetOptions.leftOut(found.metrics)].compactMap { $0 }
    if sets.json {
      console.writeOutput(found.json(notes: notes).pretty)
    } else {
      console.writeOutput(found.text(notes: notes, isMarkdown: sets.markdown))
    }
    if sets.timing { console.writeTiming(found.timing, threads: sets.threads) }
    return .success
  }
}
