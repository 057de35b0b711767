internal import CommandLineKit
internal import Glibc

/// The command `gamut-benchmarks`.
@main
struct Benchmarks {
  static func main() {
    let console = Console(
      terminalWidth: 100, writeOutput: { write($0, to: STDOUT_FILENO) },
      writeError: { write($0, to: STDERR_FILENO) })
    exit(tool.run(arguments: Array(CommandLine.arguments.dropFirst()), on: console))
  }

  static let tool = CommandLineTool(
    name: "gamut-benchmarks", version: "1",
    abstract: "Measure gamut beside what any solution has to do.",
    commands: [
      RunCommand.self, EmbedCommand.self, VectorsCommand.self, LengthenCommand.self,
    ])

  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // The bytes are lent for the length of the call.
      let written = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
