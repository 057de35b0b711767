import CommandLineKit
import Descriptors
import Gamut
import Glibc
import JSON
import LinearAlgebra
import Measures
import Reporting
import Samples
import Selection
import Storage

/// `gamut select`: pool in, balanced subset out.
struct SelectCommand: Command {
  static let name = "select"
  static let abstract = "Choose a balanced subset of a pool under a budget."
  static let discussion = """
    Reads the pool, measures every sample, cuts the axes into bins, ranks each cell by quality and \
    spends the budget evenly over the cells. The chosen lines leave as they came, byte for byte.

    INPUT is JSONL, or a JSON array of objects, either plain or compressed with gzip or Zstandard (told \
    by content, not by name); Parquet, read by the duckdb command; or, by their names, .csv and .tsv, \
    compressed or not, in which every value is text; '-' is standard input. An element of an array that stands on several \
    lines leaves on one, all else of it as it came. Records are recognised by their keys: Alpaca \
    (instruction, input, output), ShareGPT (conversations), messages, prompt with completion or \
    response, question with answer, preference (prompt, chosen, rejected), plain text.

    INPUT may also be one archive, a folder made by 'gamut fit': then nothing is read again but the chosen \
    lines. Quality, axes and seed are those of the archive where none are given here. An axis that the \
    archive has keeps its edges; any other is cut over the archive's samples.

    Beside subset.jsonl stands subset.manifest.json, the record of the run, and with --receipts \
    subset.receipts.jsonl, one line a sample of the pool that says what became of it and why.
    """
  static let examples = [
    Example(
      "gamut select pool.jsonl --budget 5000 -o subset.jsonl",
      "Choose 5,000 samples with the defaults."),
    Example(
      "gamut select pool.jsonl --budget 2Mtok --quality score --embeddings pool.npy -o subset.jsonl",
      "Spend two million tokens, rank by the field 'score', take topics from row-aligned vectors."),
    Example(
      "gamut select pool.gamut --budget 5000 --evenness 0.5 -o subset.jsonl",
      "Choose from an archive, in a blink."),
    Example(
      "gamut select a.jsonl.zst b.json --budget 10% --axis column:category"
        + " --axis complexity:4 --receipts -o subset.jsonl",
      "Balance over a label and complexity, with a receipt for every sample."),
    Example(
      "gamut select pool.jsonl --recipe recipe.yaml --budget 1k,5k,10k -o subset.jsonl",
      "Take a recipe from a file, and choose three subsets, each within the next."),
  ]

  var inputs: [String] = []
  var recipe = RecipeOptions()
  var output: String?
  var saveRecipe: String?
  var receipts = false
  var indices = false
  var order = SelectRequest.SubsetOrder.pool
  var format: SelectRequest.Format?
  var onError = SelectRequest.UnreadablePolicy.fail
  var rejects: String?
  var force = false
  var threads: Int?
  var quiet = false
  var json = false
  var timing = false
  var metrics: [String] = []
  var sequenceLength: Int?

  static var arguments: [Argument<Self>] {
    [
      .repeated(
        "INPUT", \.inputs,
        help: "The pool's files in order, '-' being standard input; or one archive."
      )
      .detail(
        "A pattern that no shell has expanded ('part-*.parquet') stands for its files, as people count."
      )
      .completed(with: .file)
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("Recipe, which decides the subset", in: \.recipe, RecipeOptions.options),
      OptionSection(
        "Output",
        [
          .value(
            "output", short: "o", \.output, valueName: "FILE",
            help: "Where the subset goes; '-' is standard output."
          )
          .showingDefault("standard output, without a manifest").completed(with: .file),
          .flag(
            "receipts", \.receipts, help: "Also write a receipt for every sample of the pool."
          )
          .detail(
            """
            One line of JSON each, with status, quality, cell and place in the order. A sample is \
            selected; outranked, since the budget ended before its turn; capped by --per-cell; a \
            duplicate of a better one; redundant by --redundancy; below-floor by --min-quality; \
            excluded by --exclude, --exclude-ids or --drop; unscored by --missing-quality drop; or \
            rejected by --on-error skip.
            """),
          .flag(
            "indices", \.indices,
            help: "Also write where the chosen samples stand in the pool, as subset.indices.npy."
          )
          .detail(
            """
            A NumPy array of int64 in the order of the subset's lines: the place of each in the pool, from 0, \
            over all inputs in order. Every line that is not blank counts, as in --embeddings, so that row \
            i of a table with a row a line is the sample.
            """),
          .value(
            "save-recipe", \.saveRecipe, valueName: "FILE.yaml",
            help: "Also write the recipe as YAML, for --recipe."
          ).completed(with: .file).showingDefault("none"),
          .value("order", \.order, help: "In which order the chosen lines stand."),
          .value(
            "format", \.format,
            help:
              "Records as they came, one a line or in a JSON array; a table; or one shape of records."
          )
          .showingDefault("by the ending of --output, else jsonl")
          .detail(
            """
            parquet takes rows of Parquet files as they are, with all columns and types, where these are the \
            same in all files; of other records every column gets the narrowest type that holds all its \
            values. It needs the duckdb command. csv and tsv have the keys of the first record as their \
            header; text stands as it is, lists and objects as JSON. messages, sharegpt, alpaca and \
            prompt-completion take records of any shape into that one, as 'gamut export' does; a record that \
            holds what it cannot ends the run. npy writes no records but where they stand in the pool, as --indices \
            does; of an archive it needs no source, and 'gamut take' fetches the records later.
            """),
          .flag("force", short: "f", \.force, help: "Replace outputs that exist.")
            .detail(
              "Without --receipts the receipts of an earlier subset of the same name are removed, and so are"
                + " the indices without --indices."),
        ]),
      OptionSection(
        "Running",
        [
          .value(
            "on-error", \.onError, help: "What to do with a line that is no readable record."),
          .value(
            "rejects", \.rejects, valueName: "FILE",
            help: "Keep the lines that were skipped, as they came."
          ).completed(with: .file).showingDefault("none"),
          .value(
            "threads", short: "j", \.threads,
            parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
            valueName: "N", help: "Threads to work with; the subset is the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress and no summary."),
          .flag("json", \.json, help: "The summary as JSON (the manifest) on standard error."),
          .flag(
            "timing", \.timing,
            help: "Show what each stage took and how busy the threads were."),
          .repeated(
            "metrics", \.metrics, valueName: "NAME,...",
            help: "Also hold the subset against random ones by these metrics of vectors and texts."
          )
          .showingDefault("what columns tell")
          .detail(
            """
            Told in any case, since it costs next to nothing, is \
            \(ProofMetric.all.filter(\.isCheap).map(\.name).joined(separator: ", ")). Of vectors and texts \
            there are \(ProofMetric.all.filter { !$0.isCheap }.map(\.name).joined(separator: ", ")). Or all. What \
            is named is also shown in the run's table. \
            \(ProofMetric.shortNames.map { "\($0.short) stands for \($0.full)" }.joined(separator: ", ")).
            """
          )
          .example("--metrics vendi,distinct_2"),
          RecipeOptions.sequenceLengthOption(\.sequenceLength),
        ]),
    ]
  }

  mutating func parsed(_ given: GivenOptions) { recipe.given = given }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    if rejects != nil, onError != .skip {
      throw .refused("--rejects keeps what --on-error skip skips; give both")
    }
    if receipts, output == nil {
      throw .optionNeedsOption("--receipts", needed: "--output")
    }
    if receipts, output == "-" {
      throw .refused("receipts stand beside the subset, and '-' is no file; name one with --output")
    }
    if indices, output == nil {
      throw .optionNeedsOption("--indices", needed: "--output")
    }
    if indices, output == "-" {
      throw .refused(
        "the indices stand beside the subset, and '-' is no file; name one with --output")
    }
    guard !inputs.contains("") else {
      throw .invalidValue("", target: "INPUT", problem: .expected("the name of a file"))
    }
    for (option, value) in [
      ("--output", output), ("--rejects", rejects), ("--save-recipe", saveRecipe),
    ] {
      if let value, value == "" || value == "-" && option != "--output" {
        throw .invalidValue(value, target: option, problem: .expected("the name of a file"))
      }
    }
    if let output, let ending = [".gz", ".zst"].first(where: output.hasSuffix) {
      throw .refused("outputs are written plain; name the subset without '\(ending)'")
    }
    if try !RecipeOptions.metrics(metrics).isEmpty, recipe.random == 0 {
      throw .refused(
        "--metrics names what the subset is held against random ones by, and --random 0 draws none")
    }
    try recipe.validate()
  }

  func run(on console: Console) throws -> ExitCode {
    var recipe = try recipe.resolved(for: Self.self, choosingFrom: inputs)
    recipe.metrics = try RecipeOptions.metrics(metrics)
    if recipe.budgets.count > 1, output == nil || output == "-" {
      throw CommandLineError.refused(
        "the budgets \(recipe.budgetText) make several subsets, which are named after a file; name one"
          + " with --output")
    }
    var request = SelectRequest(
      inputs: inputs, recipe: recipe, output: output == "-" ? nil : output,
      threads: threads ?? Machine.coreCount)
    request.writesReceipts = receipts
    request.writesIndices = indices
    request.order = order
    request.sequenceLength = sequenceLength
    request.format =
      format ?? output.flatMap { SelectRequest.Format(endingOf: $0) } ?? .jsonl
    request.onUnreadable = onError
    request.rejects = rejects
    request.savedRecipe = saveRecipe
    request.replacesOutputs = force
    request.temporaryFolder = Machine.temporaryFolder
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    let report: SelectReport
    do {
      report = try select(request) { progress.handle($0) }
    } catch {
      progress.clear()
      if case .storage(.cannotWrite(_, EPIPE)) = error, rejects == nil, saveRecipe == nil {
        // The reader has what it wanted (`gamut … | head`), and nothing else was to be written.
        return .success
      }
      throw error
    }
    progress.clear()
    if json {
      let manifests = report.manifests.map(\.json)
      console.writeError((manifests.count == 1 ? manifests[0] : .array(manifests)).pretty)
    } else if !quiet {
      let table = SummaryTable(
        manifests: report.manifests, files: report.files, seconds: report.timing.last?.seconds)
      console.writeError(table.text)
    }
    if timing && !json { console.writeTiming(report.timing, threads: threads) }
    return .success
  }
}
