public import CommandLineKit
public import Gamut
import JSON
import Reporting

/// `gamut export`: a subset as files that a trainer takes as they are.
struct ExportCommand: Command {
  static let name = "export"
  static let abstract = "Write a subset as files that a trainer takes as they are."
  static let discussion = """
    Takes records of any shape, and of several, into one; holds every record against what trainers want \
    (known roles in turn, system texts first, no empty answer, tool calls with arguments in JSON and a result); \
    and writes a folder: train.jsonl, with --validation also validation.jsonl, what the trainer is configured \
    with, a data card (README.md, by which load_dataset finds files and types), and export.json, the record of \
    the export. The folder appears whole or not at all.

    Texts stay as they are, to the byte. Where a record is not what a trainer takes, or holds something that the \
    target has no place for, nothing is written and each kind is told with its count and first line; \
    --drop-invalid and --on-loss go on. Other columns are kept; every row has all columns, each of one type, for \
    load_dataset guesses types from the first rows: a column of several types is written as JSON in text, and so \
    are arguments of tool calls and, but for Axolotl, lists of tools.

    What each target is:
      trl                prompt and completion as messages where there is one
                         answer, so that TRL learns that alone, else messages;
                         preferences, verdicts, plain pairs and text in the
                         columns that TRL has for them
      llama-factory      Alpaca or ShareGPT, whichever holds all, and
                         dataset_info.json
      axolotl            messages for chat_template, and axolotl.yaml with
                         datasets and test_datasets
      messages           messages of role and content, tools, tool_calls
      sharegpt           conversations of from and value, system, tools
      alpaca             instruction, input, output, system, history
      prompt-completion  two texts
      parquet            messages in Parquet, which takes the duckdb command
      hf-folder          the same as the Hugging Face Hub has it, under data/

    messages, sharegpt, prompt-completion and Parquet join an instruction and its input by a line break and keep the \
    instruction's length in a column, so that both can be told apart again.

    The validation part is drawn by cell: each gives its share as nearly as whole prompts allow, since samples \
    of one prompt stay on one side. Cells come from the receipts beside the subset, or else the choice is made \
    again as 'gamut verify' does; without a manifest the draw knows no cells, and says so. Which samples it takes \
    hangs on their texts and --seed, not on where they stand, and a smaller part lies within a larger one.
    """
  static let examples = [
    Example(
      "gamut export subset.jsonl --to llama-factory --validation 5% -o data",
      "Files for LLaMA-Factory, with a twentieth set aside."),
    Example(
      "gamut export subset.jsonl --to trl --drop-invalid -o data",
      "Files for TRL, without records that it could not learn from."),
    Example(
      "gamut export subset.jsonl --to alpaca --on-loss drop -o alpaca.jsonl",
      "One file in Alpaca's shape, without records that it cannot hold."),
  ]

  var input = ""
  var target: ExportRequest.Target?
  var output: String?
  var validation: ExportRequest.Validation?
  var seed: UInt64 = 0
  var weight = false
  var columns: String?
  var name: String?
  var licence: String?
  var dropInvalid = false
  var onLoss = ExportRequest.LossPolicy.fail
  var force = false
  var threads: Int?
  var quiet = false
  var json = false
  var timing = false

  static var arguments: [Argument<Self>] {
    [
      .value(
        "SUBSET", \.input,
        help: "The subset, or any file of records; '-' is standard input."
      ).completed(with: .file)
    ]
  }

  static var options: [Option<Self>] {
    [
      .value("to", \.target, help: "What is written.").required(),
      .value("output", short: "o", \.output, valueName: "DIR", help: "The folder that is written.")
        .detail(
          """
          A name that ends with .jsonl (for parquet with .parquet) is that one file, without card and \
          configuration; beside it stand out.validation.jsonl and out.rejects.jsonl, where there are such \
          records. llama-factory, axolotl and hf-folder are folders in any case.
          """
        )
        .completed(with: .file).required(),
      .value(
        "validation", \.validation, parse: Self.validation, valueName: "SHARE",
        help: "Set so much aside for validation: a share of what is written, or so many samples."
      )
      .showingDefault("none").example("--validation 5%"),
      .value(
        "seed", \.seed,
        help: "What decides between samples that could as well stand on either side."),
      .flag(
        "weight", \.weight,
        help: "Add a column 'weight': how many samples of the pool one stands for."
      )
      .detail(
        """
        The pool's samples of a cell for each of them that is trained on, divided so that the mean is 1. \
        TRL, LLaMA-Factory and Axolotl do not heed it by themselves.
        """),
      .value(
        "columns", \.columns, valueName: "all|none|NAME,...",
        help: "Which of the other columns are kept."
      ).showingDefault("all"),
      .value("name", \.name, help: "What the data set is called.")
        .showingDefault("the subset's name"),
      .value(
        "licence", \.licence, valueName: "ID",
        help: "The licence for the card, as the Hugging Face Hub names it."
      ).showingDefault("none").example("--licence cc-by-4.0"),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection(
        "Records that do not fit",
        [
          .flag(
            "drop-invalid", \.dropInvalid,
            help: "Leave out records that no trainer takes, and keep them in rejects.jsonl."),
          .value(
            "on-loss", \.onLoss,
            help:
              "Where the target has no place for something: write nothing, write without it, or leave the record out."
          ),
        ]),
      OptionSection(
        "Running",
        [
          .flag("force", short: "f", \.force, help: "Replace a folder of an earlier export."),
          .value(
            "threads", short: "j", \.threads,
            parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
            valueName: "N", help: "Threads to work with; the files are the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress and no summary."),
          .flag("json", \.json, help: "The summary as JSON on standard error."),
          .flag(
            "timing", \.timing,
            help: "Show what each stage took and how busy the threads were."),
        ]),
    ]
  }

  private static func validation(
    _ text: String
  ) throws(ArgumentProblem) -> ExportRequest.Validation {
    let problem = ArgumentProblem.expected("a share such as 5%, or a number of samples such as 500")
    if text.hasSuffix("%") {
      guard let percent = Double(text.dropLast()), percent > 0, percent < 100 else { throw problem }
      return .share(percent / 100)
    }
    guard let count = Int(text), count > 0 else { throw problem }
    return .samples(count)
  }

  mutating func validate() throws(CommandLineError) {
    for (target, value) in [
      ("SUBSET", input), ("--output", output), ("--name", name), ("--licence", licence),
    ] where value == "" {
      throw .invalidValue("", target: target, problem: .expected("a name"))
    }
    if let columns, columns.split(separator: ",").isEmpty {
      throw .invalidValue(
        columns, target: "--columns", problem: .expected("all, none, or names of columns"))
    }
    if let output, let target, target.fileEnding == nil,
      output.hasSuffix(".jsonl") || output.hasSuffix(".parquet")
    {
      throw .invalidValue(
        output, target: "--output",
        problem: .expected("the name of a folder, since '\(target.rawValue)' is more than records"))
    }
    if output == "-" {
      throw .invalidValue("-", target: "--output", problem: .expected("the name of a folder"))
    }
  }

  private var wantedColumns: ExportRequest.Columns {
    switch columns {
    case nil, "all": .all
    case "none": .none
    case let names?: .named(names.split(separator: ",").map(String.init))
    }
  }

  func run(on console: Console) throws -> ExitCode {
    var request = ExportRequest(
      input: input, target: target ?? .messages, output: output ?? "",
      threads: threads ?? Machine.coreCount,
      readRecipe: VerifyCommand.recipe)
    request.validation = validation
    request.seed = seed
    request.hasWeight = weight
    request.columns = wantedColumns
    request.name = name
    request.licence = licence
    request.dropsInvalid = dropInvalid
    request.onLoss = onLoss
    request.replacesOutput = force
    request.temporaryFolder = Machine.temporaryFolder
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    defer { progress.clear() }
    let report = try export(request) { progress.handle($0) }
    progress.clear()
    if json {
      console.writeError(report.json.pretty)
    } else if !quiet {
      console.writeError(report.text(for: request))
    }
    if timing && !json { console.writeTiming(report.timing, threads: threads) }
    return .success
  }
}

extension ExportRequest.Target: ExpressibleByArgument {}
extension ExportRequest.LossPolicy: ExpressibleByArgument {}
