import CommandLineKit
import Synchronization

/// How far a fruit has come: the enumeration of the tests.
enum Ripeness: String, CaseIterable, ExpressibleByArgument {
  case green
  case ripe
  case soft
}

/// Grams, typed as `500g` or `2kg`: the value of the tests with a parser of its own.
struct Weight: Equatable, Sendable, CustomStringConvertible {
  var grams: Int
  var description: String { "\(grams)g" }

  static func parse(_ text: String) throws(ArgumentProblem) -> Weight {
    let unit = text.hasSuffix("kg") ? 2 : text.hasSuffix("g") ? 1 : 0
    guard unit > 0, let number = Int(text.dropLast(unit)) else {
      throw .expected("a weight such as 500g or 2kg")
    }
    guard number > 0 else { throw .because("a basket of nothing cannot be picked") }
    return Weight(grams: unit == 2 ? 1000 * number : number)
  }
}

/// Options that several commands share.
struct Weather: Equatable, Sendable {
  var rain = 0.5
  var wind: Int?

  static var options: [Option<Weather>] {
    [
      .value(
        "rain", \.rain, parse: (0.0...1.0).parse(argument:), valueName: "P", help: "Chance of rain."
      ),
      .value("wind", \.wind, valueName: "KMH", help: "Speed of the wind."),
    ]
  }
}

/// A command with one option of every kind.
struct Pick: Command, Equatable {
  static let name = "pick"
  static let abstract = "Fill a basket with the best fruit of some trees."
  static let discussion = """
    Trees are visited in the order given. A tree may be named twice; its fruit is then looked at \
    twice, which changes nothing.

    The order of work:
      1. look
      2. pick

    Fallen fruit is left where it lies.
    """
  static let examples = [
    Example("orchard pick --weight 2kg oak-3", "Fill two kilograms from one tree."),
    Example("orchard pick -w 500g -k apple -k quince row-*", "Pick a few of two kinds."),
  ]

  var trees: [String] = []
  var weight: Weight?
  var count = 8
  var ripeness = Ripeness.ripe
  var kinds = ["apple", "pear"]
  var output: String?
  var place: String?
  var isForced = false
  var showsProgress = true
  var verbosity = 0
  var seed: UInt64 = 0
  var isTrial = false
  var weather = Weather()
  var given = GivenOptions()

  static var options: [Option<Self>] {
    [
      .value(
        "weight", short: "w", \.weight, parse: Weight.parse, valueName: "W",
        help: "How much to pick."
      )
      .required()
      .detail("Grams or kilograms: a whole number with its unit.\n\nNever exceeded.")
      .example("--weight 2kg"),
      .value("count", short: "c", \.count, valueName: "N", help: "Most fruits from one tree."),
      .value("ripeness", short: "r", \.ripeness, help: "How ripe a fruit must be."),
      .repeated("kind", short: "k", \.kinds, valueName: "NAME", help: "A kind to pick."),
      .value("seed", \.seed, valueName: "N", help: "Seed of everything random."),
      .flag("trial", \.isTrial, help: "Pick nothing.").hidden(),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("Weather", in: \.weather, Weather.options),
      OptionSection(
        "Output",
        [
          .value("output", short: "o", \.output, valueName: "FILE", help: "Where the list goes.")
            .completed(with: .file).showingDefault("standard output"),
          .value("a-very-long-name-of-an-option", \.place, valueName: "DIR", help: "Where to go.")
            .completed(with: .directory),
          .flag("force", short: "f", \.isForced, help: "Replace an existing list."),
          .flag("progress", \.showsProgress, isInvertible: true, help: "Show what is being done."),
          .count("verbose", short: "v", \.verbosity, help: "Say more."),
        ]),
    ]
  }

  static var arguments: [Argument<Self>] {
    [
      .repeated("TREE", \.trees, help: "Trees to visit, or '-' for a list on standard input.")
        .completed(with: .file)
    ]
  }

  mutating func parsed(_ given: GivenOptions) { self.given = given }

  mutating func validate() throws(CommandLineError) {
    if isForced, output == nil { throw .optionNeedsOption("--force", needed: "--output") }
  }

  func run(on console: Console) throws -> ExitCode {
    console.writeOutput("picked \(weight?.description ?? "nothing")\n")
    return isTrial ? ExitCode(rawValue: 3) : .success
  }
}

/// A command of positional arguments only.
struct Move: Command, Equatable {
  static let name = "move"
  static let abstract = "Bring a basket elsewhere."

  var basket = 0
  var ripeness = Ripeness.ripe
  var place: String?

  static var arguments: [Argument<Self>] {
    [
      .value("BASKET", \.basket, parse: (1...).parse(argument:), help: "The basket's number."),
      .value("RIPENESS", \.ripeness, help: "Where fruit of this ripeness goes.").optional(),
      .value("PLACE", \.place, help: "The place.").optional().completed(with: .directory),
    ]
  }

  func run(on console: Console) throws -> ExitCode { throw Stumble(basket: basket) }
}

/// A command with an option that another one can stand for.
struct Plan: Command, Equatable {
  static let name = "plan"
  static let abstract = "Plan a day."

  var hours = 0
  var recipe: String?

  static var options: [Option<Self>] {
    [
      .value("hours", \.hours, valueName: "N", help: "Length of the day.").required(
        unless: "recipe"),
      .value("recipe", \.recipe, valueName: "FILE", help: "A plan to follow.").completed(
        with: .file),
    ]
  }

  func run(on console: Console) throws -> ExitCode {
    if recipe != nil { throw CommandLineError.missingOption("--hours", valueName: "N") }
    return .success
  }
}

/// An error that is not the kit's.
struct Stumble: Error {
  var basket: Int
}

/// The tool of the tests.
let orchard = CommandLineTool(
  name: "orchard", version: "1.2.0", abstract: "Look after fruit trees.",
  discussion: "Everything is done by hand.",
  examples: [Example("orchard move 3", "Bring the third basket away.")],
  exitCodes: [
    ExitCodeMeaning(.success, "Done."),
    ExitCodeMeaning(.failure, "The work cannot be done; a message says why."),
    ExitCodeMeaning(.usage, "The command line is wrong."),
  ],
  commands: [Pick.self, Move.self, Plan.self])

/// What a tool wrote and returned.
struct Outcome: Equatable {
  var output = ""
  var error = ""
  var status: Int32 = 0
}

extension CommandLineTool {
  /// Runs a command line and keeps what it writes.
  func outcome(_ arguments: [String], width: Int = 80) -> Outcome {
    let kept = Kept()
    let console = Console(
      terminalWidth: width,
      writeOutput: { text in kept.outcome.withLock { $0.output += text } },
      writeError: { text in kept.outcome.withLock { $0.error += text } })
    let status = run(arguments: arguments, on: console) { error in
      guard let stumble = error as? Stumble else { return Failure("\(error)") }
      return stumble.basket == 99
        ? Failure("", status: ExitCode(rawValue: 130))
        : Failure("stumbled over basket \(stumble.basket)")
    }
    return kept.outcome.withLock { outcome in
      outcome.status = status
      return outcome
    }
  }
}

/// Text shared with a console's closures.
private final class Kept: Sendable {
  let outcome = Mutex(Outcome())
}
