import CommandLineKit
import Descriptors
import Gamut
import JSON
import Reporting

/// `gamut fit`: pool in, archive out.
struct FitCommand: Command {
  static let name = "fit"
  static let abstract = "Read a pool once and keep what later choices need."
  static let discussion = """
    Reads, measures, embeds and projects every sample and writes an archive: a folder of NumPy columns \
    and JSON. 'gamut select' then tries axes, budgets and policies on it in a blink; 'gamut add' brings \
    in more samples, 'gamut merge' joins archives of one model.

    The sources stay where they are, for their lines are fetched from them when they are chosen. Kept \
    are all measures (compression only if an axis wants it), the fields named by --quality, --axis and \
    --keep, and --topics components of the embedding.
    """
  static let examples = [
    Example("gamut fit pool.jsonl -o pool.gamut", "Index a pool with the defaults."),
    Example(
      "gamut fit pool.jsonl --embeddings pool.npy --quality score --keep source -o pool.gamut",
      "Take topics from vectors, and keep two fields of the records."),
    Example(
      "gamut fit part-2.jsonl --model part-1.gamut -o part-2.gamut",
      "Use the model of another archive, so that the two can be merged."),
    Example(
      "gamut fit part-2.jsonl --moments -o part-2.moments",
      "Gather what a model of all parts is fitted from."),
  ]

  var inputs: [String] = []
  var output: String?
  var quality: [String] = []
  var axes: [String] = []
  var keep: [String] = []
  var embeddings: String?
  var vectorShare: Double?
  var tokenizer: String?
  var chatTemplate: String?
  var topics = 16
  var seed: UInt64 = 0
  var text: [String] = []
  var model: String?
  var gathersMoments = false
  var running = ReadingRunOptions()
  private var given: Set<String> = []

  static var arguments: [Argument<Self>] {
    [.repeated("INPUT", \.inputs, help: "The pool's files.").completed(with: .file)]
  }

  static var options: [Option<Self>] {
    [
      .value("output", short: "o", \.output, valueName: "NAME.gamut", help: "The archive's folder.")
        .required().completed(with: .file),
      .repeated(
        "quality", short: "q", \.quality, valueName: "COL[:WEIGHT]",
        help: "A field that tells quality; kept, and what choices rank by unless told otherwise."
      )
      .showingDefault("a model-free heuristic"),
      .repeated(
        "axis", short: "a", \.axes, valueName: "NAME[:BINS][@BINNING]",
        help: "An axis to cut; choices have these unless told otherwise."
      )
      .showingDefault("complexity:4@quantile, topic:64@cvt")
      .detail("As for 'gamut select'."),
      .repeated(
        "keep", \.keep, valueName: "COL",
        help: "A further field to keep, as number and as label, for later choices."
      )
      .showingDefault("none").example("--keep source --keep scores.helpful"),
      .value(
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy|column:NAME",
        help: "Vectors for the topics, one row a sample in the order of the inputs."
      )
      .showingDefault("the built-in text embedding").completed(with: .file),
      RecipeOptions.vectorShareOption(\.vectorShare),
      RecipeOptions.tokenizerOption(\.tokenizer),
      RecipeOptions.chatTemplateOption(\.chatTemplate).detail(
        "As for 'gamut select'; 'gamut add' takes the archive's."),
      .value(
        "topics", \.topics,
        parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
        valueName: "N", help: "How many components of the embedding to keep, 4 bytes a sample each."
      ),
      .value("seed", \.seed, valueName: "N", help: "What randomness starts from."),
      .repeated(
        "text", \.text, valueName: "FIELD,...",
        help: "The fields that hold the text, in order; of several the last is the response."
      )
      .showingDefault("recognised by keys"),
      .value(
        "model", short: "m", \.model, valueName: "OTHER.gamut",
        help: "Take model, axes and kept columns of another archive instead of fitting new ones."
      )
      .completed(with: .file),
      .flag(
        "moments", \.gathersMoments,
        help: "Only gather what a model is fitted from, for 'gamut merge'."
      )
      .detail(
        """
        The first of two passes over a pool that is divided among machines: the moments of all parts are merged \
        into a model, each part is fitted with --model and that, and what comes of it is merged. The archive then \
        chooses what that of one 'gamut fit' over all parts would.
        """),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [OptionSection("Running", in: \.running, ReadingRunOptions.options)]
  }

  mutating func parsed(_ given: GivenOptions) {
    self.given = Set(
      ["quality", "axis", "keep", "vector-share", "topics", "seed", "text"].filter {
        given.contains($0)
      })
  }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    try running.validate(inputs: inputs)
    if model != nil, let option = given.sorted().first {
      throw .refused("--model brings its own --\(option); leave one of the two out")
    }
    if gathersMoments, model != nil {
      throw .refused("--moments are what a model is fitted from, and --model is one; leave one out")
    }
    if gathersMoments, running.rejects != nil {
      throw .refused("--moments keeps no lines; give --rejects where the part is fitted by --model")
    }
    _ = try request()
  }

  private func request() throws(CommandLineError) -> FitRequest {
    var request = FitRequest(inputs: inputs, output: output ?? "", threads: running.threadCount)
    var recipe = RecipeOptions()
    recipe.budget = "1"
    recipe.quality = quality
    recipe.axes = axes
    recipe.text = text
    recipe.embeddings = embeddings
    recipe.tokenizer = tokenizer
    recipe.chatTemplate = chatTemplate
    let made = try recipe.recipe()
    request.quality = made.quality
    request.axes = made.axes
    request.textFields = made.textFields
    request.keptColumns = keep
    request.embeddings = embeddings
    // Not by way of the recipe: an archive keeps topics, whatever its axes look at.
    request.vectorShare = vectorShare == 1 ? nil : vectorShare
    request.temporaryFolder = Machine.temporaryFolder
    request.tokenizer = tokenizer
    request.chatTemplate = made.chatTemplate
    request.topicCount = topics
    if given.contains("topics") { request.cvtTopicCount = topics }
    request.seed = seed
    request.model = model
    running.apply(to: &request)
    return request
  }

  func run(on console: Console) throws -> ExitCode {
    let request = try request()
    return try running.report(on: console) {
      gathersMoments
        ? try gatherMoments(request, onEvent: $0) : try fit(request, onEvent: $0)
    }
  }
}

/// `gamut add`: more samples into an archive.
struct AddCommand: Command {
  static let name = "add"
  static let abstract = "Bring new samples into an archive without moving its axes."
  static let discussion = """
    Reads the new files by the archive's own model and adds them as a segment; what is there already is \
    not touched. Says how far the new samples lie from those that the model was fitted to, and advises \
    to fit again when that is far. A source whose content is in the archive already is refused.
    """
  static let examples = [
    Example("gamut add pool.gamut week-2.jsonl", "Bring in next week's data."),
    Example(
      "gamut add pool.gamut week-2.jsonl --embeddings week-2.npy",
      "The same where topics come from vectors."),
  ]

  var archive = ""
  var inputs: [String] = []
  var embeddings: String?
  var tokenizer: String?
  var running = ReadingRunOptions()

  static var arguments: [Argument<Self>] {
    [
      .value("ARCHIVE", \.archive, help: "The archive's folder.")
        .completed(with: .file),
      .repeated("INPUT", \.inputs, help: "The new files.").completed(with: .file),
    ]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy|column:NAME",
        help: "Vectors of the new samples, where the archive's topics come from vectors."
      )
      .showingDefault("none").completed(with: .file),
      .value(
        "tokenizer", \.tokenizer, valueName: "FILE",
        help: "The tokenizer that counted the archive's tokens, where one did."
      )
      .showingDefault("none").completed(with: .file),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [OptionSection("Running", in: \.running, ReadingRunOptions.options)]
  }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    try running.validate(inputs: inputs)
  }

  func run(on console: Console) throws -> ExitCode {
    var request = FitRequest(
      inputs: inputs, output: archive, threads: running.threadCount)
    request.embeddings = embeddings
    request.temporaryFolder = Machine.temporaryFolder
    request.tokenizer = tokenizer
    running.apply(to: &request)
    return try running.report(on: console) { try add(request, onEvent: $0) }
  }
}

/// `gamut merge`: archives of one model into one.
struct MergeCommand: Command {
  static let name = "merge"
  static let abstract = "Join archives that share a model."
  static let discussion = """
    The segments are copied as they are, each file checked. The result is the same for any order of the \
    archives. Archives of different models are refused with what differs, and so is a source that two of \
    them have.

    What 'gamut fit --moments' gathered becomes a model, by which 'gamut fit --model' reads each part; merging \
    these cuts the axes over all samples.
    """
  static let examples = [
    Example("gamut merge part-1.gamut part-2.gamut -o pool.gamut", "Join two archives."),
    Example(
      "gamut merge part-*.moments -o model.gamut", "Fit a model to the moments of all parts."),
  ]

  var inputs: [String] = []
  var output: String?
  var force = false
  var leavesUncut = false
  var reporting = ReportingOptions()

  static var arguments: [Argument<Self>] {
    [.repeated("ARCHIVE", \.inputs, help: "The archives' folders.").completed(with: .file)]
  }

  static var options: [Option<Self>] {
    [
      .value("output", short: "o", \.output, valueName: "NAME.gamut", help: "The new archive.")
        .required().completed(with: .file),
      .flag("force", short: "f", \.force, help: "Replace an archive that exists."),
      .flag(
        "uncut", \.leavesUncut,
        help: "Leave axes uncut that wait for all samples, to merge in several steps."),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [OptionSection("Running", in: \.reporting, ReportingOptions.options)]
  }

  mutating func validate() throws(CommandLineError) { InputPatterns.expand(&inputs) }

  func run(on console: Console) throws -> ExitCode {
    var request = MergeRequest(inputs: inputs, output: output ?? "")
    request.replacesOutputs = force
    request.leavesUncut = leavesUncut
    request.threads = Machine.coreCount
    return try reporting.report(on: console) { try merge(request, onEvent: $0) }
  }
}
