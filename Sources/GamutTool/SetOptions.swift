import CommandLineKit
import Gamut
import JSON
import Metrics
import Reporting

/// How sets are measured and told, for commands that do so.
struct SetOptions: Sendable {
  var pool: [String] = []
  var target: String?
  var recipe = RecipeOptions()
  var missingQuality = Recipe.MissingQuality.lowest
  var embeddings: [String] = []
  var metrics: [String] = []
  var sequenceLength: Int?
  var json = false
  var markdown = false
  var onError = SelectRequest.UnreadablePolicy.fail
  var threads: Int?
  var quiet = false
  var timing = false

  /// The options of a recipe that decide how samples are measured.
  private static let shared = [
    "recipe", "quality", "normalize", "debias-length", "agreement", "vector-share", "axis",
    "topics", "seed", "text", "tokenizer", "chat-template",
  ]

  static var measuring: [Option<Self>] {
    [
      .repeated(
        "pool", short: "p", \.pool, valueName: "FILE",
        help: "The pool that coverage is told against and whose axes cut the cells; or an archive."
      )
      .showingDefault("the set itself, or all sets together").completed(with: .file)
      .detail(
        """
        Repeat it for a pool of several files. Of an archive the axes, the embedding and, where none is \
        given, the quality are taken.
        """
      )
      .example("--pool pool.gamut"),
      .value(
        "target", \.target, valueName: "FILE|uniform",
        help: "How samples should lie: kl_, js_ and tv_to_target tell how far each set is from it."
      )
      .showingDefault("none").completed(with: .file)
      .detail(
        """
        Of a file or an archive the cells of its samples, of uniform the same share for each cell that the \
        pool reaches. A target takes no part in cutting the axes.
        """
      )
      .example("--target what-we-serve.jsonl"),
      .repeated(
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy|column:NAME",
        help: "Vectors of one set, row-aligned; repeat it, in the order of the sets."
      )
      .showingDefault("the built-in text embedding, one for all sets").completed(with: .file)
      .detail(
        """
        Where --target and --pool name files, theirs come last, in this order. All need one number of \
        dimensions.
        """),
      .value(
        "missing-quality", \.missingQuality,
        help: "What to do with a sample without a usable quality."
      )
      .detail(
        """
        lowest describes it all the same and counts it as unscored; drop leaves it out; fail ends the \
        run and names the first.
        """),
      .repeated(
        "metrics", short: "m", \.metrics, valueName: "NAME,...|all",
        help: "Which metrics to compute; --explain all lists them."
      )
      .showingDefault("all")
      .example("--metrics cells,evenness,vendi_1"),
      RecipeOptions.sequenceLengthOption(\.sequenceLength),
    ]
  }

  static var recipeOptions: [Option<RecipeOptions>] {
    RecipeOptions.options.filter { shared.contains($0.name) }.map { option in
      if option.name == "chat-template" { return option.detail("As for 'gamut select'.") }
      guard option.name == "recipe" else { return option }
      return option.detail(
        """
        A recipe, or the manifest of a subset: taken are the options of this section, the others say how \
        to choose. An option given here replaces the file's, a list the whole list.
        """)
    }
  }

  static var running: [Option<Self>] {
    [
      .flag("json", \.json, help: "The result as JSON on standard output."),
      .flag("markdown", \.markdown, help: "The result in Markdown."),
      .value(
        "on-error", \.onError, help: "What to do with a line that is no readable record."),
      .value(
        "threads", short: "j", \.threads,
        parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
        valueName: "N", help: "Threads to work with; the result is the same for any number."
      ).showingDefault("all cores"),
      .flag("quiet", \.quiet, help: "No progress."),
      .flag(
        "timing", \.timing,
        help: "Show what each stage took and how busy the threads were, on standard error."),
    ]
  }

  /// Checks what can be checked before anything is read.
  func validate(inputs: [String]) throws(CommandLineError) {
    guard !(inputs + pool).contains("") else {
      throw .invalidValue("", target: "X", problem: .expected("the name of a file"))
    }
    if json, markdown { throw .conflictingOptions("--json", "--markdown") }
    if pool.contains("-") {
      throw .refused("the pool is read twice; name a file with --pool, and let '-' be a set")
    }
    if let target, target == "" || target == "-" {
      throw .invalidValue(target, target: "--target", problem: .expected("a file, or uniform"))
    }
    for path in embeddings where path == "" || path == "-" {
      throw .invalidValue(path, target: "--embeddings", problem: .expected("the name of a file"))
    }
    _ = try chosenMetrics()
    if recipe.recipeFile == "" {
      throw .invalidValue("", target: "--recipe", problem: .expected("the name of a file"))
    }
    // With a file, the recipe is known and checked when that is read.
    if recipe.recipeFile == nil { _ = try ownRecipe(recipe) }
  }

  /// What the command line alone says of the recipe.
  private func ownRecipe(_ options: RecipeOptions) throws(CommandLineError) -> Recipe {
    var options = options
    options.budget = "1"
    var made = try options.recipe()
    made.missingQuality = missingQuality
    return made
  }

  /// The recipe of command line and file together; of the file what tells how samples are measured.
  private func wholeRecipe<Root: CommandSyntax>(for command: Root.Type) throws -> Recipe {
    guard recipe.recipeFile != nil else { return try ownRecipe(recipe) }
    let (found, settings) = try recipe.withFile(for: command)
    var options = RecipeOptions()
    options.quality = found.quality
    options.normalize = found.normalize
    options.debiasLength = found.debiasLength
    options.agreement = found.agreement
    options.vectorShare = found.vectorShare
    options.axes = found.axes
    options.topics = found.topics
    options.seed = found.seed
    options.text = found.text
    options.tokenizer = found.tokenizer
    options.chatTemplate = found.chatTemplate
    do throws(CommandLineError) {
      return try ownRecipe(options)
    } catch {
      throw settings.locating(error, unlessIn: recipe.given ?? GivenOptions())
    }
  }

  private func chosenMetrics() throws(CommandLineError) -> Set<SetMetric> {
    if metrics.isEmpty { return Set(SetMetric.all) }
    var chosen: Set<SetMetric> = []
    for list in metrics {
      let names = list.split(separator: ",").map(String.init)
      if names.isEmpty {
        throw .invalidValue(list, target: "--metrics", problem: .expected("names of metrics"))
      }
      for name in names {
        if name == "all" {
          chosen.formUnion(SetMetric.all)
        } else {
          chosen.insert(try Self.metric(name, target: "--metrics"))
        }
      }
    }
    return chosen
  }

  static func metric(_ name: String, target: String) throws(CommandLineError) -> SetMetric {
    guard let metric = SetMetric(name: name) else {
      throw .invalidValue(
        name, target: target, problem: .expectedOneOf(SetMetric.all.map(\.name) + ["all"]))
    }
    return metric
  }

  /// The request that these options make.
  func request<Root: CommandSyntax>(
    inputs: [String], for command: Root.Type
  ) throws -> SetsRequest {
    // What is not given comes from the archive that leads, if one does.
    let lead = pool.isEmpty ? inputs : pool
    var made = try recipe.completed(try wholeRecipe(for: command), from: lead)
    // Vectors are never the file's, so its share of them says nothing where there are none.
    if recipe.recipeFile != nil, !recipe.isGiven("vector-share"), embeddings.isEmpty,
      try !(inputs + pool).contains(where: { try ArchiveDefaults(of: $0) != nil })
    {
      made.vectorShare = nil
    }
    var request = SetsRequest(
      inputs: inputs, recipe: made, threads: threads ?? Machine.coreCount)
    request.pool = pool
    request.target = target.map { $0 == "uniform" ? .uniform : .file($0) }
    request.embeddings = embeddings
    request.metrics = try chosenMetrics()
    request.sequenceLength = sequenceLength
    request.onUnreadable = onError
    request.temporaryFolder = Machine.temporaryFolder
    return request
  }

  /// Works with progress shown.
  func run<Result>(_ work: ((Event) -> Void) throws -> Result) throws -> Result {
    let progress = Progress(isShown: Terminal.showsProgress && !quiet)
    defer { progress.clear() }
    return try work { progress.handle($0) }
  }

  /// The metrics that were not asked for, in a sentence; `nil` for none.
  static func leftOut(_ metrics: Set<SetMetric>) -> String? {
    let missing = SetMetric.all.filter { !metrics.contains($0) }
    guard !missing.isEmpty, missing.count <= 12 else {
      return missing.isEmpty ? nil : "\(missing.count) metrics were not asked for"
    }
    return "not asked for: \(missing.map(\.name).joined(separator: ", "))"
  }
}
