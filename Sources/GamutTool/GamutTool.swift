import CommandLineKit
import DuckDB
import Gamut
import Glibc

@main
struct GamutTool {
  static func main() {
    ProcessTime.begin()
    // A reader that goes away (`gamut … | head`) is an error code of write, not the end.
    signal(SIGPIPE, SIG_IGN)
    Interruption.watch()
    Machine.keepFreedMemory()
    Machine.allowManyFiles()
    DuckDB.setShared(Machine.duckdb)
    let console = Console(
      terminalWidth: Terminal.width, writeOutput: { Terminal.write($0, to: STDOUT_FILENO) },
      writeError: { Terminal.write($0, to: STDERR_FILENO) })
    if let place = CommandLine.firstArgumentNotUTF8 {
      // Text here is Unicode: such a name would reach the system in other bytes.
      console.writeError(
        "gamut: argument \(place) is not UTF-8; rename the file, or pipe it into '-'\n")
      exit(ExitCode.usage.rawValue)
    }
    let status = tool.run(
      arguments: Array(CommandLine.arguments.dropFirst()), on: console, explaining: explain)
    exit(status)
  }

  static let tool = CommandLineTool(
    name: "gamut",
    version: gamutVersion,
    abstract: "Choose balanced training data: quality-diversity selection for fine-tuning.",
    discussion: """
      Gamut places every sample of a pool in a cell of an archive by what it is about and how complex \
      it is, ranks each cell by quality, and spends a budget evenly over the cells. Every choice has a \
      receipt.
      """,
    examples: [
      Example(
        "gamut select pool.jsonl --budget 5000 -o subset.jsonl", "Choose 5,000 samples.")
    ],
    exitCodes: [
      ExitCodeMeaning(.success, "Done."),
      ExitCodeMeaning(.failure, "The data or the request cannot be served; the message says why."),
      ExitCodeMeaning(.usage, "The command line is wrong."),
      ExitCodeMeaning(.unmet, "A --require was not met; nothing was written."),
      ExitCodeMeaning(.interrupted, "Interrupted (143 if terminated, 129 if hung up)."),
    ],
    commands: [
      SelectCommand.self, FitCommand.self, AddCommand.self, MergeCommand.self, ExplainCommand.self,
      DescribeCommand.self, CompareCommand.self, TuneCommand.self, ReportCommand.self,
      ExportCommand.self, TakeCommand.self, VerifyCommand.self,
    ])
}

extension CommandLine {
  /// The place, from 1, of the first argument whose bytes are no UTF-8; `nil` when all are.
  fileprivate static var firstArgumentNotUTF8: Int? {
    for place in 1..<max(1, Int(argc)) {
      // The system keeps the arguments as long as the process lives.
      guard let argument = unsafe unsafeArgv[place] else { continue }
      if unsafe String(validatingCString: argument) == nil { return place }
    }
    return nil
  }
}

extension ExitCode {
  /// The subset is not what was required: 3.
  static let unmet = ExitCode(rawValue: 3)

  /// Ended by Ctrl-C: 130.
  static let interrupted = ExitCode(rawValue: 130)
}
