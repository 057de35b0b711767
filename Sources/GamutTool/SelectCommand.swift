import CommandLineKit
import Descriptors
import Gamut
import Glibc
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
    by content, not by name); '-' is standard input. An element of an array that stands on several \
    lines leaves on one, all else of it as it came. Records are recognised by their keys: Alpaca \
    (instruction, input, output), ShareGPT (conversations), messages, prompt with completion or \
    response, question with answer, preference (prompt, chosen, rejected), plain text.

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
      "gamut select a.jsonl.zst b.json --budget 10% --axis column:category"
        + " --axis complexity:4 --receipts -o subset.jsonl",
      "Balance over a label and complexity, with a receipt for every sample."),
  ]

  var inputs: [String] = []
  var budget: String?
  var quality: [String] = []
  var missingQuality = Recipe.MissingQuality.fail
  var embeddings: String?
  var axes: [String] = []
  var evenness = 1.0
  var greed = 0.0
  var minQuality: String?
  var perCell: Int?
  var method = SelectionMethod.archive
  var seed: UInt64 = 0
  var text: [String] = []
  var output: String?
  var receipts = false
  var order = SelectRequest.SubsetOrder.pool
  var format = SelectRequest.Format.jsonl
  var onError = SelectRequest.UnreadablePolicy.fail
  var rejects: String?
  var force = false
  var threads: Int?
  var quiet = false
  var json = false
  var timing = false

  static var arguments: [Argument<Self>] {
    [
      .repeated("INPUT", \.inputs, help: "The pool's files in order; '-' is standard input.")
        .completed(with: .file)
    ]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "budget", short: "b", \.budget, valueName: "B",
        help: "How much may be chosen: samples, a share, tokens or bytes; never exceeded."
      )
      .required()
      .detail(
        """
        6000 is samples, 10% a share of the pool's samples (rounded down), 2Mtok tokens, 40MB bytes \
        of JSONL; k, M and G scale by 10^3, 10^6 and 10^9. A sample that does not fit into what is \
        left of a token or byte budget is passed over and the next is tried.
        """
      )
      .example("--budget 2Mtok"),
      .repeated(
        "quality", short: "q", \.quality, valueName: "COL[:WEIGHT]",
        help: "A field that tells quality; a negative weight means lower is better."
      )
      .showingDefault("a model-free heuristic")
      .detail(
        """
        A dotted path such as scores.helpful. Numbers, booleans (1 and 0) and strings that are \
        wholly a number count as values. One column is taken as it is, negated where its weight is \
        negative. Several are combined as weighted percentile ranks.
        """
      )
      .example("--quality scores.helpful --quality perplexity:-0.5"),
      .value(
        "missing-quality", \.missingQuality,
        help: "What to do with a sample without a usable quality."
      )
      .detail(
        "fail ends the run and names the first; drop leaves it out as 'unscored'; lowest ranks it last."
      ),
      .value(
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy",
        help: "Vectors for the topic axes, one row a sample in the order of the inputs."
      )
      .showingDefault("the built-in text embedding")
      .completed(with: .file)
      .detail(
        """
        float16, float32 or float64 in C order, little-endian. There must be as many rows as samples \
        (or, with --on-error skip, as lines that are not blank, skipped ones included).
        """
      )
      .example("--embeddings pool.minilm.npy"),
      .repeated(
        "axis", short: "a", \.axes, valueName: "NAME[:BINS][@BINNING]",
        help: "An axis of the grid; repeat it for more."
      )
      .showingDefault("complexity:8@quantile, topic1:8@uniform, topic2:8@uniform")
      .detail(axisDetail)
      .example("--axis column:category --axis tokens:6@log"),
      .value(
        "evenness", \.evenness, parse: (0.0...1.0).parse(argument:), valueName: "E",
        help: "1: every cell has the same claim; 0: claims in proportion to the pool."
      )
      .detail("Between, a cell of N candidates has the claim N^(1-E)."),
      .value(
        "greed", \.greed, parse: (0.0...1.0).parse(argument:), valueName: "G",
        help: "0: claims alone decide; 1: quality alone, wherever it lies."
      )
      .detail(
        "Between, a candidate's place by claim and its place by quality are averaged with weights 1-G and G."
      ),
      .value(
        "min-quality", \.minQuality, valueName: "Q|P%",
        help: "The least quality that may be chosen: a value, or a percentile of the pool."
      )
      .showingDefault("none")
      .detail(
        """
        Held against quality as it ranks. With one column a value is in that column's unit, negated \
        where its weight is negative: with perplexity:-1, -20 keeps what is at most 20. With several \
        it lies from 0 to 1, the weighted mean of their percentile ranks, and so does the heuristic. A \
        percentile is one of all samples that have a quality.
        """
      )
      .example("--min-quality 20%"),
      .value(
        "per-cell", \.perCell,
        parse: { text throws(ArgumentProblem) in try (1...).parse(argument: text) },
        valueName: "N", help: "At most N samples from one cell."
      )
      .showingDefault("no limit"),
      .value("method", \.method, help: "How candidates are ordered.")
        .detail(
          """
          archive is the balanced order; the others are baselines to hold it against: random, \
          random-balanced (cells in turn, blind to quality), random-length (random with the archive's \
          lengths), top (best quality first).
          """),
      .value("seed", \.seed, valueName: "N", help: "What randomness starts from."),
      .repeated(
        "text", \.text, valueName: "FIELD,...",
        help: "The fields that hold the text, in order; of several the last is the response."
      )
      .showingDefault("recognised by keys")
      .example("--text question,answer"),
    ]
  }

  static let axisDetail = """
    NAME is a measure (\(Measure.allCases.map(\.rawValue).joined(separator: ", "))), a principal \
    component of the embedding (topic1, topic2, ...), or column:PATH, a field of the record.

    BINNING: uniform cuts the range between the 1st and the 99th percentile into equal widths, \
    values outside count to the border bins; quantile cuts equal mass, equal values always share a \
    bin; log is uniform in log(1+x); a list such as 0.2,0.4,0.6 gives the inner edges; category \
    makes one bin a label. Without BINS there are 8; without BINNING topics are cut uniformly, other \
    numbers by quantile, and a column without BINS is a category.
    """

  static var optionSections: [OptionSection<Self>] {
    [
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
            duplicate of a better one; below-floor by --min-quality; unscored by --missing-quality \
            drop; or rejected by --on-error skip.
            """),
          .value("order", \.order, help: "In which order the chosen lines stand."),
          .value(
            "format", \.format, help: "One record a line, or one JSON array; records as they came."),
          .flag("force", short: "f", \.force, help: "Replace outputs that exist.")
            .detail(
              "Without --receipts the receipts of an earlier subset of the same name are removed."),
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
          .flag("timing", \.timing, help: "Show seconds by stage."),
        ]),
    ]
  }

  mutating func validate() throws(CommandLineError) {
    if rejects != nil, onError != .skip {
      throw .refused("--rejects keeps what --on-error skip skips; give both")
    }
    if receipts, output == nil {
      throw .optionNeedsOption("--receipts", needed: "--output")
    }
    if receipts, output == "-" {
      throw .refused("receipts stand beside the subset, and '-' is no file; name one with --output")
    }
    guard !inputs.contains("") else {
      throw .invalidValue("", target: "INPUT", problem: .expected("the name of a file"))
    }
    for list in text where list.split(separator: ",").isEmpty {
      throw .invalidValue(list, target: "--text", problem: .expected("names of fields"))
    }
    for (option, value) in [
      ("--output", output), ("--rejects", rejects), ("--embeddings", embeddings),
    ] {
      if let value, value == "" || value == "-" && option != "--output" {
        throw .invalidValue(value, target: option, problem: .expected("the name of a file"))
      }
    }
    if let output, let ending = [".gz", ".zst"].first(where: output.hasSuffix) {
      throw .refused("outputs are written plain; name the subset without '\(ending)'")
    }
    _ = try recipe()
  }

  /// The recipe that the options make.
  func recipe() throws(CommandLineError) -> Recipe {
    let budgetText = budget ?? ""
    var recipe = Recipe(budget: try Self.budget(budgetText), text: budgetText)
    recipe.quality = []
    for column in quality { recipe.quality.append(try Self.qualityColumn(column)) }
    recipe.missingQuality = missingQuality
    recipe.embeddings = embeddings
    if !axes.isEmpty {
      recipe.axes = []
      for axis in axes {
        let specification = try Self.axis(axis)
        if recipe.axes.contains(where: { $0.name == specification.name }) {
          throw .refused("the axis '\(specification.name)' is given twice")
        }
        recipe.axes.append(specification)
      }
    }
    recipe.evenness = evenness
    recipe.greed = greed
    recipe.qualityFloor = try minQuality.map { (text) throws(CommandLineError) in
      try Self.floor(text)
    }
    recipe.perCell = perCell
    recipe.method = method
    recipe.seed = seed
    recipe.textFields = text.flatMap { $0.split(separator: ",").map(String.init) }
    return recipe
  }

  func run(on console: Console) throws -> ExitCode {
    var request = SelectRequest(
      inputs: inputs, recipe: try recipe(), output: output == "-" ? nil : output,
      threads: threads ?? Machine.coreCount)
    request.writesReceipts = receipts
    request.order = order
    request.format = format
    request.onUnreadable = onError
    request.rejects = rejects
    request.replacesOutputs = force
    request.temporaryFolder = Machine.temporaryFolder
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    let report: SelectReport
    do {
      report = try select(request) { progress.handle($0) }
    } catch {
      progress.clear()
      if case .storage(.cannotWrite(_, EPIPE)) = error, rejects == nil {
        // The reader has what it wanted (`gamut … | head`), and nothing else was to be written.
        return .success
      }
      throw error
    }
    progress.clear()
    if json {
      console.writeError(report.manifest.json.pretty)
    } else if !quiet {
      let table = SummaryTable(
        manifest: report.manifest, files: report.files, seconds: report.timing.last?.seconds)
      console.writeError(table.text)
    }
    if timing && !json { console.writeError(TimingTable(report.timing).text) }
    return .success
  }
}
