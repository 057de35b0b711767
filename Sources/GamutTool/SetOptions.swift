import CommandLineKit
import Gamut
import JSON
import Metrics
import Reporting

/// How sets are measured and told, for commands that do so.
struct SetOptions: Sendable {
  var pool: [String] = []
  var recipe = RecipeOptions()
  var missingQuality = Recipe.MissingQuality.lowest
  var embeddings: [String] = []
  var metrics: [String] = []
  var json = false
  var markdown = false
  var onError = SelectRequest.UnreadablePolicy.fail
  var threads: Int?
  var quiet = false
  var timing = false

  /// The options of a recipe that decide how samples are measured.
  private static let shared = [
    "quality", "normalize", "debias-length", "agreement", "axis", "topics", "seed", "text",
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
      .repeated(
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy",
        help: "Vectors of one set, row-aligned; repeat it, in the order of the sets."
      )
      .showingDefault("the built-in text embedding, one for all sets").completed(with: .file)
      .detail(
        "Where --pool names files, those of the pool come last. All need one number of dimensions."),
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
    ]
  }

  static var recipeOptions: [Option<RecipeOptions>] {
    RecipeOptions.options.filter { shared.contains($0.name) }
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
      .flag("timing", \.timing, help: "Show seconds by stage on standard error."),
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
    for path in embeddings where path == "" || path == "-" {
      throw .invalidValue(path, target: "--embeddings", problem: .expected("the name of a file"))
    }
    _ = try chosenMetrics()
    _ = try ownRecipe()
  }

  private func ownRecipe() throws(CommandLineError) -> Recipe {
    var options = recipe
    options.budget = "1"
    var made = try options.recipe()
    made.missingQuality = missingQuality
    return made
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
  func request(inputs: [String]) throws -> SetsRequest {
    // What is not given comes from the archive that leads, if one does.
    let lead = pool.isEmpty ? inputs : pool
    let made = try recipe.completed(try ownRecipe(), from: lead)
    var request = SetsRequest(
      inputs: inputs, recipe: made, threads: threads ?? Machine.coreCount)
    request.pool = pool
    request.embeddings = embeddings
    request.metrics = try chosenMetrics()
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
