import CommandLineKit
import Gamut
import JSON
import Reporting

/// `gamut verify`: whether a subset is what its manifest says, and an archive whole.
struct VerifyCommand: Command {
  static let name = "verify"
  static let abstract = "Re-derive a subset from its manifest, or check an archive whole."
  static let discussion = """
    A subset is held against its manifest, and so are the sources or the archive that it was chosen from; \
    then it is chosen again by the manifest's recipe and compared byte for byte, as are receipts that stand \
    beside it. Nothing is written. Of what differs the first line is told, with the line of the pool that \
    should stand there. The status is 0 when all is well, and 1 when anything is not.

    Of an archive every file is held against its size and SHA-256, the index against itself, and what is \
    kept for choices against what the columns give; --sources \
    also reads the sources. Files that no index names are mentioned. Of a subset chosen from an archive \
    only the chosen lines are fetched, each held against what was read, unless --sources is given. An \
    archive that grew gives the same subset, for the segments of then are taken.

    Sources, the archive and files that the recipe names are looked for where the manifest says, relative to \
    the current folder, and then beside the manifest. Where standard input was chosen from, only the \
    subset's own digest can be checked, and the status is 1.
    """
  static let examples = [
    Example("gamut verify subset.jsonl", "Is it still what its manifest says, byte for byte?"),
    Example("gamut verify pool.gamut --sources", "Is the archive whole, and the pool behind it?"),
  ]

  var inputs: [String] = []
  var manifest: String?
  var checksSources = false
  var threads: Int?
  var quiet = false
  var json = false
  var timing = false

  static var arguments: [Argument<Self>] {
    [.repeated("X", \.inputs, help: "Subsets and archives.").completed(with: .file)]
  }

  static var options: [Option<Self>] {
    [
      .value(
        "manifest", short: "m", \.manifest, valueName: "FILE", help: "The manifest of the subset."
      )
      .showingDefault("the one beside it").completed(with: .file),
      .flag(
        "sources", \.checksSources,
        help: "Also read the sources of archives whole and hold them against their digests."),
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
            valueName: "N", help: "Threads to work with; the verdict is the same for any number."
          ).showingDefault("all cores"),
          .flag("quiet", \.quiet, help: "No progress, and nothing of what is as it should be."),
          .flag("json", \.json, help: "What was found as JSON on standard output."),
          .flag(
            "timing", \.timing,
            help: "Show what each stage took and how busy the threads were."),
        ])
    ]
  }

  mutating func validate() throws(CommandLineError) {
    InputPatterns.expand(&inputs)
    guard !inputs.contains(""), manifest != "" else {
      throw .invalidValue(
        "", target: manifest == "" ? "--manifest" : "X", problem: .expected("the name of a file"))
    }
    if manifest != nil, inputs.count > 1 {
      throw .refused("--manifest is that of one subset, and \(inputs.count) are given")
    }
    if inputs.contains("-") || manifest == "-" {
      throw .refused("standard input is no file beside which a manifest stands; save it to one")
    }
  }

  func run(on console: Console) throws -> ExitCode {
    if manifest != nil, Machine.isFolder(inputs[0]) {
      throw CommandLineError.refused(
        "--manifest is that of a subset, and \(inputs[0]) is an archive")
    }
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    var reports: [VerifyReport] = []
    var isAnyWrong = false
    for input in inputs {
      var request = VerifyRequest(
        path: input, threads: threads ?? Machine.coreCount, readRecipe: Self.recipe)
      request.manifest = manifest
      request.checksSources = checksSources
      request.temporaryFolder = Machine.temporaryFolder
      let report: VerifyReport
      do {
        report = try verify(request) { progress.handle($0) }
      } catch {
        progress.clear()
        // What cannot be looked at shall not keep from looking at the rest.
        console.writeError("gamut verify: \(input): \(error.message)\n")
        isAnyWrong = true
        continue
      }
      progress.clear()
      if !report.isVerified { isAnyWrong = true }
      reports.append(report)
      if !json { tell(report, on: console) }
    }
    if json {
      let values = reports.map(\.json)
      console.writeOutput((inputs.count == 1 ? values.first ?? .null : .array(values)).pretty)
    }
    return isAnyWrong ? .failure : .success
  }

  private func tell(_ report: VerifyReport, on console: Console) {
    for finding in report.findings {
      console.writeError("gamut verify: \(finding.message(report))\n")
    }
    if !quiet {
      for note in report.notes { console.writeError("note: \(note.message)\n") }
      if report.isVerified { console.writeOutput(report.verdict + "\n") }
    }
    if timing { console.writeTiming(report.timing, threads: threads) }
  }

  /// The recipe of a manifest, read as `--recipe` reads it.
  static let recipe: VerifyRequest.RecipeReader = { manifest, inputs in
    var options = RecipeOptions()
    options.recipeFile = manifest
    options.given = GivenOptions()
    return try options.resolved(for: SelectCommand.self, choosingFrom: inputs)
  }
}
