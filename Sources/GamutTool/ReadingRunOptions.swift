import CommandLineKit
import Gamut
import JSON
import Reporting

/// What a run tells, for commands that make archives.
struct ReportingOptions: Sendable {
  var quiet = false
  var json = false
  var timing = false

  static var options: [Option<Self>] {
    [
      .flag("quiet", \.quiet, help: "No progress and no summary."),
      .flag("json", \.json, help: "The summary as JSON on standard error."),
      .flag(
        "timing", \.timing,
        help: "Show what each stage took and how busy the threads were."),
    ]
  }

  /// Does the work and tells what came of it.
  func report(
    on console: Console, threads: Int? = nil,
    _ work: ((Event) -> Void) throws -> ArchiveReport
  ) throws -> ExitCode {
    let progress = Progress(isShown: Terminal.showsProgress && !quiet && !json)
    let report: ArchiveReport
    do {
      report = try work { progress.handle($0) }
    } catch {
      progress.clear()
      throw error
    }
    progress.clear()
    if json {
      console.writeError(report.json.pretty)
    } else if !quiet {
      console.writeError(report.text)
    }
    if timing && !json { console.writeTiming(report.timing, threads: threads) }
    return .success
  }
}

/// How files are read, and what the run tells, for commands that read into archives.
struct ReadingRunOptions: Sendable {
  var onError = SelectRequest.UnreadablePolicy.fail
  var rejects: String?
  var force = false
  var threads: Int?
  var reporting = ReportingOptions()

  static var options: [Option<Self>] {
    [
      .flag("force", short: "f", \.force, help: "Replace outputs that exist."),
      .value("on-error", \.onError, help: "What to do with a line that is no readable record."),
      .value(
        "rejects", \.rejects, valueName: "FILE",
        help: "Keep the lines that were skipped, as they came."
      ).completed(with: .file).showingDefault("none"),
      .value(
        "threads", short: "j", \.threads,
        parse: { text throws(ArgumentProblem) in try (1...1024).parse(argument: text) },
        valueName: "N", help: "Threads to work with; the archive is the same for any number."
      ).showingDefault("all cores"),
      .flag("quiet", \.reporting.quiet, help: "No progress and no summary."),
      .flag("json", \.reporting.json, help: "The summary as JSON on standard error."),
      .flag(
        "timing", \.reporting.timing,
        help: "Show what each stage took and how busy the threads were."),
    ]
  }

  var threadCount: Int { threads ?? Machine.coreCount }

  func validate(inputs: [String]) throws(CommandLineError) {
    if rejects != nil, onError != .skip {
      throw .refused("--rejects keeps what --on-error skip skips; give both")
    }
    if let rejects, rejects == "" || rejects == "-" {
      throw .invalidValue(rejects, target: "--rejects", problem: .expected("the name of a file"))
    }
    guard !inputs.contains("") else {
      throw .invalidValue("", target: "INPUT", problem: .expected("the name of a file"))
    }
  }

  func apply(to request: inout FitRequest) {
    request.onUnreadable = onError
    request.rejects = rejects
    request.replacesOutputs = force
  }

  func report(
    on console: Console, _ work: ((Event) -> Void) throws -> ArchiveReport
  ) throws -> ExitCode {
    try reporting.report(on: console, threads: threads, work)
  }
}

extension ArchiveReport {
  /// The report as lines of text, each with its line end.
  var text: String {
    var lines: [String]
    switch content {
    case .samples:
      lines = [
        "\(path): \(grouped(samples)) samples of \(counted(sources, "source")) in"
          + " \(counted(segments, "segment")), \(decimal(bytesPerSample, places: 1)) bytes a sample"
      ]
    case .moments(let sources):
      lines = [
        "\(path): moments of \(counted(sources, "source")); merge them with those of all parts"
      ]
    case .model:
      lines = ["\(path): a model without samples; read each part with gamut fit --model \(path)"]
    }
    if newSamples < samples || rejected > 0 {
      lines.append(
        "\(grouped(newSamples)) of them new"
          + (rejected > 0 ? ", \(grouped(rejected)) lines skipped" : ""))
    }
    for drift in drift {
      lines.append(
        "axis \(drift.axis): \(percent(drift.clippedShare)) of the new samples beyond its range"
          + " (\(percent(drift.fittedClippedShare)) when it was cut), median"
          + " \(decimal(drift.median)) (\(decimal(drift.fittedMedian))), distance"
          + " \(decimal(drift.distance))")
    }
    let far = drift.filter(\.exceedsLimit).map(\.axis)
    if !far.isEmpty {
      lines.append(
        "note: the new samples lie far from those that the model was fitted to, on"
          + " \(far.joined(separator: ", ")); fit again over all sources for axes that suit them")
    }
    lines += notes.map { "note: \($0)" }
    if let seconds = timing.last?.seconds { lines.append("in \(decimal(seconds, places: 2)) s") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What a user should know of the archive, as sentences.
  private var notes: [String] {
    let failure = groundworkFailure.map {
      "the archive is whole, but what choices from it start with is not kept: \($0.message); each works it out again"
        + " until the next gamut add or gamut merge"
    }
    return warnings.map(\.message) + [failure].compactMap(\.self)
  }

  /// The report as JSON.
  var json: JSONValue {
    .members([
      "archive": .string(path), "content": .string(content.name), "samples": .integer(samples),
      "new_samples": .integer(newSamples),
      "rejected": .integer(rejected), "sources": .integer(sources),
      "segments": .integer(segments), "bytes_per_sample": .number(bytesPerSample),
      "drift": .array(
        drift.map {
          .members([
            "axis": .string($0.axis), "clipped_share": .number($0.clippedShare),
            "fitted_clipped_share": .number($0.fittedClippedShare),
            "median": .number($0.median), "fitted_median": .number($0.fittedMedian),
            "distance": .number($0.distance), "refit_advised": .bool($0.exceedsLimit),
          ])
        }),
      "warnings": .array(notes.map { .string($0) }),
      "timing": .object(timing.map { .init(key: $0.stage, value: .number($0.seconds)) }),
    ])
  }
}

extension ArchiveReport.Content {
  /// The content as the summary tells it.
  fileprivate var name: String {
    switch self {
    case .samples: "samples"
    case .model: "model"
    case .moments: "moments"
    }
  }
}

private func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

private func percent(_ share: Double) -> String { "\(decimal(share * 100, places: 1)) %" }
