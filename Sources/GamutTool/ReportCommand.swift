import CommandLineKit
import Gamut
import Glibc
import Reporting
import Selection
import Storage

/// `gamut report`: an archive, a subset or a tuning run to look at.
struct ReportCommand: Command {
  static let name = "report"
  static let abstract = "Show an archive, a subset or a tuning run as one page."
  static let discussion = """
    X is an archive, a subset with its manifest beside it, or the JSON of a tuning run. The page is one HTML \
    file for any browser that loads nothing from anywhere: the cells as a map over any two axes, with the \
    samples of each and what became of them; telling words of the axes; how quality, complexity and length are \
    spread; the proof against random; what the pool lacks; the recipe and the manifest. Of a tuning run it \
    shows the front.

    A subset is made again from its manifest first, and shown only if it is the same, byte for byte. Of an \
    archive --budget and the other options of 'gamut select' decide what counts as chosen; without a budget \
    nothing does. Its sources are read for the texts. The page has at most 2 MB, so of large pools some samples \
    can be read, and it says how many. The same input gives the same bytes.
    """
  static let examples = [
    Example("gamut report pool.gamut -o report.html", "Look at an archive."),
    Example(
      "gamut report pool.gamut --budget 5000 --evenness 0.5 -o report.html",
      "See what a choice would take, before it is made."),
    Example(
      "gamut report subset.jsonl -o report.html --figures figures",
      "Show a subset, and keep the figures as SVG."),
  ]

  var input = ""
  var recipe = RecipeOptions()
  var output: String?
  var figures: String?
  var force = false
  var threads: Int?
  var quiet = false
  var timing = false

  static var arguments: [Argument<Self>] {
    [
      .value("X", \.input, help: "An archive, a subset, or the JSON of a tuning run.")
        .completed(with: .file)
    ]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "output", short: "o", \.output, valueName: "FILE.html",
        help: "Where the page goes; '-' is standard output."
      )
      .showingDefault("standard output").completed(with: .file),
      .value(
        "figures", \.figures, valueName: "DIR",
        help: "Also write the figures as SVG files into a folder, which is made if it is not there."
      )
      .showingDefault("none").completed(with: .file)
      .detail(
        """
        heatmap.svg, quality.svg, complexity.svg and tokens.svg; of a tuning run front.svg. Each stands \
        alone.
        """
      )
      .example("--figures figures"),
      .flag("force", short: "f", \.force, help: "Replace files that exist."),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("What counts as chosen in an archive", in: \.recipe, recipeOptions),
      OptionSection(
        "Running",
        [
          .value(
            "threads", short: "j", \.threads,
            parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
            valueName: "N", help: "Threads to work with; the page is the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress."),
          .flag(
            "timing", \.timing,
            help: "Show what each stage took and how busy the threads were, on standard error."),
        ]),
    ]
  }

  /// Those of a recipe, of which the budget may be left out; none decides what was read already, or what is
  /// written at all.
  private static var recipeOptions: [Option<RecipeOptions>] {
    RecipeOptions.options.compactMap { option in
      switch option.name {
      case "budget":
        .value(
          "budget", short: "b", \.budget, valueName: "B",
          help: "How much is chosen: samples, a share, tokens or bytes."
        )
        .showingDefault("nothing is chosen")
        .example("--budget 2Mtok")
      case "embeddings", "vector-share", "text", "require": nil
      default: option
      }
    }
  }

  private var given = GivenOptions()

  mutating func parsed(_ given: GivenOptions) {
    recipe.given = given
    self.given = given
  }

  mutating func validate() throws(CommandLineError) {
    for (target, value) in [("X", input), ("--output", output), ("--figures", figures)] {
      if value == "" {
        throw .invalidValue("", target: target, problem: .expected("the name of a file"))
      }
    }
    if input == "-" {
      throw .refused("standard input is no archive and no subset; name one")
    }
    if let figures, figures == "-" {
      throw .invalidValue(figures, target: "--figures", problem: .expected("the name of a folder"))
    }
    guard recipe.budget != nil || recipe.recipeFile != nil else {
      _ = try looking().recipe()
      return
    }
    try recipe.validate()
    if let budget = recipe.budget, try RecipeOptions.budgets(budget).count > 1 {
      throw .refused("a page shows one choice; give one budget of \(budget)")
    }
  }

  /// The options of a recipe that chooses nothing.
  private func looking() -> RecipeOptions {
    var options = recipe
    options.budget = "1"
    return options
  }

  private func resolved() throws -> (recipe: Recipe, chooses: Bool) {
    guard recipe.budget == nil, recipe.recipeFile == nil else {
      let recipe = try recipe.resolved(for: Self.self, choosingFrom: [input])
      if recipe.budgets.count > 1 {
        throw CommandLineError.refused(
          "a page shows one choice; give one of the budgets \(recipe.budgetText) with --budget")
      }
      return (recipe, true)
    }
    let options = looking()
    var recipe = try options.completed(try options.recipe(), from: [input])
    recipe.budgets = [.init(.samples(0), text: "0")]
    // What has no quality can be looked at all the same.
    if !given.contains("missing-quality") { recipe.missingQuality = .lowest }
    return (recipe, false)
  }

  func run(on console: Console) throws -> ExitCode {
    let subject = ReportRequest.subject(of: input)
    if subject == .subset || subject == .tuning,
      let option = Self.recipeOptions.first(where: { given.contains($0.name) })
    {
      throw CommandLineError.refused(
        subject == .subset
          ? "--\(option.name) chooses from an archive, and \(input) was chosen by its manifest"
          : "--\(option.name) chooses from an archive, and \(input) is a tuning run")
    }
    let made: (recipe: Recipe, chooses: Bool) =
      subject == .archive ? try resolved() : (SetsRequest.measuringRecipe, false)
    var request = ReportRequest(
      path: input, recipe: made.recipe, chooses: made.chooses,
      threads: threads ?? Machine.coreCount, readRecipe: VerifyCommand.recipe)
    request.temporaryFolder = Machine.temporaryFolder
    let outputs = StagedOutputs()
    let page = try staged { try stage(output, in: outputs) }
    if let figures, Machine.exists(figures), !Machine.isFolder(figures) {
      throw CommandLineError.refused("\(figures) is no folder; name another one with --figures")
    }
    let progress = Progress(isShown: Terminal.showsProgress && !quiet)
    defer { progress.clear() }
    let content = try report(request) { progress.handle($0) }
    progress.clear()
    let html = ReportPage(content).html
    try staged {
      for source in content.archive?.manifest.sources ?? [] {
        if let output, InputFile.isSameFile(output, source.path) {
          throw StorageError.sameFileTwice(path: output)
        }
      }
      try page.write(html.span)
      if let figures {
        try Machine.makeFolder(figures)
        for figure in ReportFigure.all(of: content) {
          let file = try outputs.add(path: "\(figures)/\(figure.name).svg", replacing: force)
          try file.write(figure.svg.span)
        }
      }
      if page.isDirect { try page.commit() }
      try outputs.commit()
    }
    if timing {
      console.writeTiming(content.timing, threads: threads)
    }
    return .success
  }

  /// The page's file, which replaces nothing that the page is made of.
  private func stage(_ output: String?, in outputs: StagedOutputs) throws -> StagedOutput {
    guard let output, output != "-" else {
      return try StagedOutput(descriptor: STDOUT_FILENO, name: "standard output")
    }
    let beside = OutputPaths(subset: input)
    for path in [input, beside.manifest, beside.receipts, beside.indices]
    where InputFile.isSameFile(output, path) {
      throw StorageError.sameFileTwice(path: output)
    }
    return try outputs.add(path: output, replacing: force)
  }

  /// Errors of files are those of the whole.
  private func staged<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let error as StorageError { throw GamutError.storage(error) }
  }
}
