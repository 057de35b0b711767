import CommandLineKit
import Gamut
import Glibc
import JSON
import Reporting
import Storage

/// `gamut take`: places in, records out.
struct TakeCommand: Command {
  static let name = "take"
  static let abstract = "Write the records that stand at given places of a pool."
  static let discussion = """
    The places are a NumPy array of whole numbers, as 'gamut select' writes with --indices or --format npy, and as \
    any other program may: each the place of a record among all lines of the pool that are not blank, from 0, over \
    all inputs in order. The records leave byte for byte, in the order of the places.

    So choosing and fetching can be done in different places: an archive chooses without its sources, and each file \
    is taken from where it lies. Of an archive only the sources are needed that hold a record, and each line is held \
    against what was kept of it. There is no manifest: nothing is chosen here.
    """
  static let examples = [
    Example(
      "gamut take pool.jsonl --places chosen.npy -o subset.jsonl",
      "Fetch the records that were chosen elsewhere."),
    Example(
      "gamut select pool.gamut --budget 5000 -o chosen.npy",
      "What makes such places, without reading the pool."),
  ]

  var inputs: [String] = []
  var places: String?
  var output: String?
  var format: SelectRequest.Format?
  var text: [String] = []
  var onError = SelectRequest.UnreadablePolicy.fail
  var force = false
  var threads: Int?
  var quiet = false
  var json = false
  var timing = false

  static var arguments: [Argument<Self>] {
    [
      .repeated("INPUT", \.inputs, help: "The pool's files, '-' for standard input, or an archive.")
        .completed(with: .file)
    ]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "places", short: "p", \.places, valueName: "FILE.npy",
        help: "Where the records stand in the pool."
      )
      .required().completed(with: .file),
      .value(
        "output", short: "o", \.output, valueName: "FILE",
        help: "Where the records go; '-' is standard output."
      )
      .showingDefault("standard output").completed(with: .file),
      .value(
        "format", \.format, help: "How they are written, as by 'gamut select'; not npy."
      )
      .showingDefault("by the ending of --output, else jsonl"),
      .repeated(
        "text", \.text, valueName: "FIELD,...",
        help: "The fields that hold the text, as the pool was read; an archive knows."
      )
      .showingDefault("recognised by keys"),
      .value("on-error", \.onError, help: "What to do with a line that is no readable record."),
      .flag("force", short: "f", \.force, help: "Replace an output that exists."),
    ]
  }

  static var optionSections: [OptionSection<Self>] {
    [
      OptionSection(
        "Running",
        [
          .value(
            "threads", short: "j", \.threads,
            parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
            valueName: "N", help: "Threads to work with; the output is the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress and no summary."),
          .flag("json", \.json, help: "The summary as JSON on standard error."),
          .flag(
            "timing", \.timing,
            help: "Show what each stage took and how busy the threads were."),
        ])
    ]
  }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    for (target, value) in [("--places", places), ("--output", output)] where value == "" {
      throw .invalidValue("", target: target, problem: .expected("the name of a file"))
    }
    guard !inputs.contains("") else {
      throw .invalidValue("", target: "INPUT", problem: .expected("the name of a file"))
    }
    if chosenFormat == .npy {
      throw .refused("places are taken to records; choose another format than npy")
    }
    if let output, let ending = [".gz", ".zst"].first(where: output.hasSuffix) {
      throw .refused("outputs are written plain; name the records' file without '\(ending)'")
    }
  }

  private var chosenFormat: SelectRequest.Format {
    format ?? output.flatMap { SelectRequest.Format(endingOf: $0) } ?? .jsonl
  }

  func run(on console: Console) throws -> ExitCode {
    var request = TakeRequest(
      inputs: inputs, places: places ?? "", output: output == "-" ? nil : output,
      threads: threads ?? Machine.coreCount)
    var recipe = RecipeOptions()
    recipe.budget = "1"
    recipe.text = text
    request.textFields = try recipe.recipe().textFields
    request.format = chosenFormat
    request.onUnreadable = onError
    request.replacesOutputs = force
    request.temporaryFolder = Machine.temporaryFolder
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    let report: TakeReport
    do {
      report = try take(request) { progress.handle($0) }
    } catch {
      progress.clear()
      // The reader has what it wanted (`gamut … | head`).
      if case .storage(.cannotWrite(_, EPIPE)) = error, request.output == nil { return .success }
      throw error
    }
    progress.clear()
    if json {
      console.writeError(report.json(output: request.output).pretty)
    } else if !quiet {
      let seconds = decimal(report.timing.last?.seconds ?? 0, places: 2)
      console.writeError(
        "wrote \(request.output ?? "standard output"): \(grouped(report.samples)) samples,"
          + " \(grouped(report.bytes)) bytes in \(seconds) s\n")
    }
    if timing && !json { console.writeTiming(report.timing, threads: threads) }
    return .success
  }
}

extension TakeReport {
  fileprivate func json(output: String?) -> JSONValue {
    .members([
      "output": output.map { .string($0) }, "samples": .integer(samples), "bytes": .integer(bytes),
      "timing": .object(timing.map { .init(key: $0.stage, value: .number($0.seconds)) }),
    ])
  }
}
