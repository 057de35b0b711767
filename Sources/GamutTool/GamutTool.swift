import CommandLineKit
import Gamut
import Glibc

@main
struct GamutTool {
  static func main() {
    // A reader that goes away (`gamut … | head`) is an error code of write, not the end.
    signal(SIGPIPE, SIG_IGN)
    Interruption.watch()
    let console = Console(
      terminalWidth: Terminal.width, writeOutput: { Terminal.write($0, to: STDOUT_FILENO) },
      writeError: { Terminal.write($0, to: STDERR_FILENO) })
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
      ExitCodeMeaning(.interrupted, "Interrupted."),
    ],
    commands: [SelectCommand.self])
}

extension ExitCode {
  /// Ended by Ctrl-C: 130.
  static let interrupted = ExitCode(rawValue: 130)
}
