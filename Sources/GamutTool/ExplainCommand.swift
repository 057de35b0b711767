import CommandLineKit
import Gamut
import JSON
import Reporting

/// `gamut explain`: why one sample was or was not chosen.
struct ExplainCommand: Command {
  static let name = "explain"
  static let abstract = "Say why one sample was or was not chosen, and what would flip that."
  static let discussion = """
    Makes the choice that 'gamut select' would make, and tells where one sample stands in it: its cell with \
    the ranges that make it, its rank there, its place in the order, and what was chosen in its place. Then \
    looks for the smallest change of the budget, of its quality and of the evenness that would flip the \
    decision, each checked by making the choice again. Of several budgets the largest is explained.

    INPUT is an archive, or the pool's files as for 'gamut select'. The last argument names the sample.
    """
  static let examples = [
    Example("gamut explain pool.gamut p000002 --budget 500", "Look a sample up in an archive."),
    Example(
      "gamut explain pool.jsonl p000002 --recipe subset.manifest.json",
      "Explain the choice that an earlier run made."),
    Example(
      "gamut explain a.jsonl b.jsonl b.jsonl:17 --budget 10% --json",
      "Name a sample by its line; as JSON."),
  ]

  var input = ""
  var words: [String] = []
  var recipe = RecipeOptions()
  var onError = SelectRequest.UnreadablePolicy.fail
  var threads: Int?
  var quiet = false
  var json = false

  static var arguments: [Argument<Self>] {
    [
      .value("INPUT", \.input, help: "An archive, or the pool's first file.").completed(
        with: .file),
      .repeated("ID", \.words, help: "The sample; before it stand the pool's other files, if any.")
        .detail(
          """
          The record's own 'id', bare or as JSON text; else its place, PATH:LINE, or LINE alone where \
          there is one source. Of several samples of one id the first 10 are explained.
          """
        ).completed(with: .file),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection("Recipe, which decides the subset", in: \.recipe, RecipeOptions.options),
      OptionSection(
        "Running",
        [
          .value(
            "on-error", \.onError, help: "What to do with a line that is no readable record."),
          .value(
            "threads", short: "j", \.threads,
            parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
            valueName: "N", help: "Threads to work with; the answer is the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress."),
          .flag("json", \.json, help: "The explanations as a JSON array on standard output."),
        ]),
    ]
  }

  mutating func parsed(_ given: GivenOptions) { recipe.given = given }

  /// The pool's files.
  private var inputs: [String] {
    var inputs = [input] + words.dropLast()
    InputPatterns.expand(&inputs)
    return inputs
  }

  mutating func validate() throws(CommandLineError) {
    guard !inputs.contains("") else {
      throw .invalidValue("", target: "INPUT", problem: .expected("the name of a file"))
    }
    guard words.last.map({ $0.contains { !$0.isWhitespace } }) ?? true else {
      throw .invalidValue("", target: "ID", problem: .expected("an id, or PATH:LINE"))
    }
    try recipe.validate()
  }

  func run(on console: Console) throws -> ExitCode {
    var request = ExplainRequest(
      inputs: inputs, recipe: try recipe.resolved(for: Self.self, choosingFrom: inputs),
      id: words.last ?? "", threads: threads ?? Machine.coreCount)
    request.onUnreadable = onError
    request.temporaryFolder = Machine.temporaryFolder
    let progress = Progress(isShown: Terminal.showsProgress && !quiet)
    let explanations: [Explanation]
    do {
      explanations = try explain(request) { progress.handle($0) }
    } catch {
      progress.clear()
      throw error
    }
    progress.clear()
    if json {
      console.writeOutput(JSONValue.array(explanations.map(\.json)).pretty)
    } else {
      var text = explanations.map(\.text).joined(separator: "\n")
      if let first = explanations.first, first.matchCount > explanations.count {
        text +=
          "\n\(grouped(first.matchCount - explanations.count)) more samples have this id; name one"
          + " with PATH:LINE\n"
      }
      console.writeOutput(text)
    }
    return .success
  }
}
