public import CommandLineKit
import Descriptors
public import Gamut
import JSON
import Measures
import Reporting
import Selection

/// `gamut tune`: a grid and a policy for a pool and a budget.
struct TuneCommand: Command {
  static let name = "tune"
  static let abstract = "Try grids and policies on a pool, show the trade-off, and write a recipe."
  static let discussion = """
    Chooses by hundreds of configurations from the pool without one of its folds at a time, measures what \
    is chosen by numbers that look at no cell (else a finer grid would win by being finer), shows what is \
    best in what, recommends one with its reason, and writes its recipe for 'gamut select --recipe'.

    Measured are quality, coverage of samples that were held out, the Vendi score, the spread of \
    complexity, balance over the labels of --label, and stability: the share of the subset that is chosen \
    again without a fold of the pool, axes cut anew and descriptors moved a little. Budget and pool shrink \
    alike. Intervals are those of the mean over folds.

    The recipe options below are what all configurations share; their axes, evenness and greed are the \
    default that the others are held against, and always among them. INPUT is an archive, made by \
    'gamut fit', or the pool's files as for 'gamut select'.

    Beside recipe.yaml stands recipe.tuning.json with all that was measured and, while the run goes on, \
    recipe.tuning.journal: an interrupted run leaves it, and the same command goes on from there. Budgets \
    are one, and the method is 'archive'.
    """
  static let examples = [
    Example(
      "gamut tune pool.gamut --budget 5000 -o recipe.yaml", "Try the usual grids and policies."),
    Example(
      "gamut tune pool.gamut --budget 5000 --prefer 'quality>=0.95*top' --prefer coverage -o recipe.yaml",
      "The best coverage that costs at most 5 % of the best quality."),
    Example(
      "gamut tune pool.gamut --budget 10% --try-axis complexity:4,8,16 --try-axis 'topic:64,256@cvt|none'"
        + " --try-evenness 0.5,1 --try-greed 0 -o recipe.yaml",
      "Try 12 configurations of one's own."),
    Example(
      "gamut tune pool.jsonl --budget 5000 --quality score --label source > recipe.yaml",
      "Files instead of an archive; balance over a column counts as well."),
  ]

  var inputs: [String] = []
  var recipe = RecipeOptions()
  var space = SpaceOptions()
  var label: String?
  var trainsProxies = false
  var validations: [String] = []
  var folds = 5
  var objectives: [String] = []
  var prefer: [String] = []
  var halving = TuneRequest.Halving.auto
  var output: String?
  var force = false
  var onError = SelectRequest.UnreadablePolicy.fail
  var threads: Int?
  var quiet = false
  var json = false
  var timing = false
  var isPlain = false
  private var given: GivenOptions?

  static var arguments: [Argument<Self>] {
    [
      .repeated("INPUT", \.inputs, help: "One archive, or the pool's files in order.")
        .completed(with: .file)
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("Search", in: \.space, SpaceOptions.options),
      OptionSection(
        "Judging",
        [
          .value(
            "label", \.label, valueName: "COL",
            help: "A field over whose labels balance is told; it counts in the front."
          )
          .showingDefault("none")
          .detail("Of an archive a field that was kept: --keep of 'gamut fit'."),
          .flag(
            "proxy", \.trainsProxies,
            help:
              "Also train a small language model on every subset: proxy_loss, proxy_worst_topic."
          )
          .detail(
            """
            What it loses on the answers of held-out samples, and on those of the topic where that is most, in \
            bits a byte: trigrams of words, which see phrases and no meaning. Under a budget of samples every \
            subset is learnt up to as many words as random samples would have. Whether this ranks \
            configurations as training a real model would is not known yet. The texts are read once more, \
            and the run takes several times as long.
            """
          ),
          .repeated(
            "validate", \.validations, valueName: "FILE",
            help:
              "As --proxy, and tell the loss on the answers of another file as well: loss_on_NAME."
          )
          .showingDefault("none").completed(with: .file)
          .detail(
            """
            Held-out samples show how a subset serves what it was taken from, another file how it serves \
            what it was not. NAME is the file's, in small letters, without its ending.
            """
          )
          .example("--validate what-we-serve.jsonl --prefer loss_on_what_we_serve"),
          .value(
            "folds", \.folds,
            parse: { text throws(ArgumentProblem) in try TuneRequest.foldRange.parse(argument: text)
            },
            valueName: "K", help: "Into how many parts the pool is divided, each held out once."),
          .repeated(
            "objectives", \.objectives, valueName: "NAME,...",
            help: "What makes the front and the knee."
          )
          .showingDefault("quality, coverage and stability, and balance with --label")
          .detail(
            "Of quality, coverage, vendi, complexity_sd, balance (--label), proxy_loss and proxy_worst_topic (--proxy), loss_on_NAME (--validate) and stability; all are told in any case."
          )
          .example("--objectives quality,vendi"),
          .repeated(
            "prefer", \.prefer, valueName: "EXPR",
            help: "Recommend by a rule: a bound such as 'quality>=0.95*top', or what is to be best."
          )
          .showingDefault("the knee of the front")
          .detail(
            """
            NAME OP TERM keeps those whose mean over the folds stands so: OP is >, >=, < or <=, TERM a \
            number, top (what quality alone reaches), random (the end of the interval of chance), or a \
            number times one of these. Repeated, all have to hold. NAME alone is the objective that decides \
            among these in place of the knee. Quotes keep the shell from taking > for itself.
            """
          )
          .example("--prefer 'coverage>=random' --prefer quality"),
          .value(
            "halving", \.halving,
            help: "Whether configurations that fall behind on the first folds are left there."
          )
          .detail(
            """
            All are tried on one fold, the better half on two more, the better half of these on the rest. \
            auto does so where folds, configurations and samples make more than \
            \(grouped(TuneRequest.longSweep)) looks at a sample.
            """),
        ]),
      OptionSection(
        "Recipe, which all configurations share", in: \.recipe, RecipeOptions.options),
      OptionSection(
        "Output",
        [
          .value(
            "output", short: "o", \.output, valueName: "FILE.yaml",
            help: "Where the recipe goes; '-' is standard output."
          )
          .showingDefault("standard output, without what stands beside it").completed(with: .file),
          .flag("force", short: "f", \.force, help: "Replace outputs that exist.")
            .detail("Also drops the journal of another request."),
        ]),
      OptionSection(
        "Running",
        [
          .value(
            "on-error", \.onError, help: "What to do with a line that is no readable record."),
          .value(
            "threads", short: "j", \.threads,
            parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
            valueName: "N", help: "Threads to work with; the result is the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress and no summary."),
          .flag("json", \.json, help: "The summary as JSON (the tuning) on standard error."),
          .flag(
            "timing", \.timing,
            help: "Show what each stage took and how busy the threads were."),
          .flag(
            "plain", \.isPlain,
            help: "Table and picture in ASCII alone, without colour."),
        ]),
    ]
  }

  mutating func parsed(_ given: GivenOptions) {
    recipe.given = given
    self.given = given
  }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    guard !inputs.contains("") else {
      throw .invalidValue("", target: "INPUT", problem: .expected("the name of a file"))
    }
    for path in validations where path == "" || path == "-" {
      throw .invalidValue(path, target: "--validate", problem: .expected("the name of a file"))
    }
    for (option, value) in [("--output", output), ("--space", space.file), ("--label", label)] {
      if value == "" {
        throw .invalidValue(
          "", target: option,
          problem: .expected(option == "--label" ? "a field's name" : "the name of a file"))
      }
    }
    if let output, let ending = [".gz", ".zst"].first(where: output.hasSuffix) {
      throw .refused("outputs are written plain; name the recipe without '\(ending)'")
    }
    if isPlain, json { throw .conflictingOptions("--json", "--plain") }
    for text in prefer { _ = try Self.preference(text) }
    _ = try space.space()
    try recipe.validate()
  }

  func run(on console: Console) throws -> ExitCode {
    let recipe = try recipe.resolved(for: Self.self, choosingFrom: inputs)
    guard recipe.budgets.count == 1 else {
      throw CommandLineError.refused(
        "a grid is tuned for one budget, and \(recipe.budgetText) are several; give the one that matters"
          + " most")
    }
    guard recipe.method == .archive else {
      throw CommandLineError.refused(
        "grids matter to --method archive alone, and the method is \(recipe.method.rawValue)")
    }
    var request = TuneRequest(
      inputs: inputs, recipe: recipe, space: try resolvedSpace(),
      threads: threads ?? Machine.coreCount)
    request.label = label
    request.trainsProxies = trainsProxies
    request.validations = validations
    request.folds = folds
    request.objectives = objectives.flatMap { $0.split(separator: ",").map(String.init) }
    for text in prefer { request.preferences.append(try Self.preference(text)) }
    request.halving = halving
    request.onUnreadable = onError
    request.output = output == "-" ? nil : output
    request.replacesOutputs = force
    request.temporaryFolder = Machine.temporaryFolder
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    let keepsJournal = request.output != nil
    let report: TuneReport
    do {
      report = try tune(request) { event in
        if keepsJournal, case .advanced(.tune, let done, _, _) = event, done > 1 {
          Interruption.tellOfJournal()
        }
        progress.handle(event)
      }
    } catch {
      progress.clear()
      throw error
    }
    progress.clear()
    if request.output == nil { console.writeOutput(report.yaml) }
    if json {
      console.writeError(report.tuning.json.pretty)
    } else if !quiet {
      console.writeError(
        report.text(
          PictureStyle(
            width: Terminal.width, isPlain: isPlain, usesColour: Terminal.errorColours)))
    }
    if timing && !json { console.writeTiming(report.timing, threads: threads) }
    return .success
  }

  /// What is tried, of command line and file together.
  private func resolvedSpace() throws -> TuningSpace {
    guard let file = space.file else { return try space.space() }
    guard let given else { preconditionFailure("what was given is handed on") }
    let settings = try RecipeFile.settings(path: file)
    var options = space
    try settings.apply(to: &options, SpaceOptions.options, unlessIn: given) { name in
      if name == "space" { return "a file of what is tried cannot take another one in" }
      return RecipeOptions.options.contains { $0.name == name }
        ? "what is tried stands under try-axis, try-evenness, try-greed and try-redundancy; '\(name)' belongs into a --recipe"
        : nil
    }
    do throws(CommandLineError) {
      return try options.space()
    } catch {
      throw settings.locating(error, unlessIn: given)
    }
  }

  private static func preference(_ text: String) throws(CommandLineError) -> TuningPreference {
    let problem: String
    do throws(TuningPreferenceError) {
      return try TuningPreference(parsing: text)
    } catch {
      problem =
        switch error {
        case .requirement(.noRelation), .requirement(.incomplete), .requirement(.unknownMetric):
          "write NAME, or NAME OP TERM, as in 'coverage' or 'quality>=0.95*top'"
        case .requirement(.unknownTerm(let term)):
          "'\(term)' is neither a number nor top or random"
        case .requirement(.badFactor(let factor)):
          "'\(factor)' is no number; write a number before the *, as in 0.95*top"
        case .unmeasured(let word):
          "'\(word)' is not measured here; hold it against a number, top or random"
        }
    }
    throw .invalidValue(text, target: "--prefer", problem: .because(problem))
  }
}

/// What is tried.
struct SpaceOptions: Sendable {
  var file: String?
  var axes: [String] = []
  var evenness: [String] = []
  var greed: [String] = []
  var redundancy: [String] = []

  static var options: [Option<Self>] {
    [
      .repeated(
        "try-axis", \.axes, valueName: "ALTERNATIVES",
        help: "A dimension of the grid with the ways in which it is cut; repeat it for more."
      )
      .showingDefault("complexity in 3 ways, topics in 8")
      .detail(
        """
        NAME[:BINS,...][@BINNING,...] as --axis has it, with several numbers of bins and several binnings, \
        each of which is tried with each: complexity:4,8@quantile,uniform is four alternatives. '|' stands \
        between further alternatives, '+' between axes that stand together, and none is no axis: \
        'topic1:4+topic2:4|topic:64,256@cvt|none'. All choices of one alternative a dimension are tried.
        """
      )
      .example("--try-axis complexity:4,8,16 --try-axis 'topic:64,256@cvt|none'"),
      .repeated(
        "try-evenness", \.evenness, valueName: "E,...", help: "What --evenness is tried."
      )
      .showingDefault(list(TuningSpace.defaultEvenness)).example("--try-evenness 0.5,1"),
      .repeated("try-greed", \.greed, valueName: "G,...", help: "What --greed is tried.")
        .showingDefault(list(TuningSpace.defaultGreed)).example("--try-greed 0"),
      .repeated(
        "try-redundancy", \.redundancy, valueName: "COS|off,...",
        help: "What --redundancy is tried, off for none."
      )
      .showingDefault("that of the recipe alone")
      .detail(
        "Each choice looks at vectors then, which takes longer. It is what adds most to spread."
      )
      .example("--try-redundancy off,0.6,0.45"),
      .value(
        "space", \.file, valueName: "FILE",
        help: "Take what is tried from a file; the command line wins."
      )
      .showingDefault("none").completed(with: .file)
      .detail(
        """
        YAML with the keys try-axis, try-evenness, try-greed and try-redundancy, each with a value or a list: \
        'try-axis: ["complexity:4,8", "topic:64@cvt|none"]'.
        """),
    ]
  }

  private static func list(_ values: [Double]) -> String {
    values.map { "\($0 == $0.rounded() ? "\(Int($0))" : "\($0)")" }.joined(separator: ",")
  }

  /// The space that is tried.
  func space() throws(CommandLineError) -> TuningSpace {
    var space = TuningSpace()
    if !axes.isEmpty {
      space.dimensions = []
      for text in axes { space.dimensions.append(try Self.dimension(text)) }
      do throws(DescriptorsError) {
        _ = try space.grids()
      } catch {
        throw .refused("--try-axis: \(error.message)")
      }
    }
    if !evenness.isEmpty {
      space.evenness = try Self.shares(evenness, target: "--try-evenness")
    }
    if !greed.isEmpty { space.greed = try Self.shares(greed, target: "--try-greed") }
    if !redundancy.isEmpty { space.redundancy = try Self.cosines(redundancy) }
    return space
  }

  private static func dimension(_ text: String) throws(CommandLineError) -> [[AxisSpecification]] {
    let problem: String
    do throws(TuningSpace.ParsingError) {
      return try TuningSpace.dimension(parsing: text, measures: Measure.allCases.map(\.rawValue))
    } catch {
      problem =
        switch error {
        case .empty: "an alternative is empty; write none for no axis"
        case .badBinCount(let text): "'\(text)' is no list of numbers of bins"
        case .axis(let error): error.message
        }
    }
    throw .invalidValue(text, target: "--try-axis", problem: .because(problem))
  }

  private static func cosines(_ lists: [String]) throws(CommandLineError) -> [Double?] {
    var cosines: [Double?] = []
    for list in lists {
      for word in list.split(separator: ",", omittingEmptySubsequences: false) {
        let word = word.split(separator: " ").joined()
        let cosine = try? RecipeOptions.cosine(word)
        guard word == "off" || cosine != nil else {
          throw .invalidValue(
            list, target: "--try-redundancy",
            problem: .expected("cosines above -1 and at most 1, or off"))
        }
        cosines.append(cosine)
      }
    }
    return cosines
  }

  private static func shares(
    _ lists: [String], target: String
  ) throws(CommandLineError) -> [Double] {
    var shares: [Double] = []
    for list in lists {
      for word in list.split(separator: ",", omittingEmptySubsequences: false) {
        let word = word.split(separator: " ").joined()
        guard let share = Double(word), (0...1).contains(share) else {
          throw .invalidValue(list, target: target, problem: .expected("numbers from 0 to 1"))
        }
        shares.append(share)
      }
    }
    return shares
  }
}

extension TuneRequest.Halving: ExpressibleByArgument {}
