import TestSupport
import Testing

/// Every command line that the README or a help page shows is one that the tool understands.
@Suite struct DocumentedCommandTests {
  /// The lines of the README's blocks of code, without prompts and comments.
  static let readmeLines: [String] = {
    var lines: [String] = []
    var isCode = false
    for line in text(wholeFile(Tool.repository + "/README.md")).split(separator: "\n") {
      if line.hasPrefix("```") {
        isCode = !isCode && ["```sh", "```console", "```bash"].contains(line)
      } else if isCode {
        lines.append(String(line.hasPrefix("$ ") ? line.dropFirst(2) : line))
      }
    }
    return lines
  }()

  /// The command lines of `gamut` in the README, each part of a pipe for itself.
  static let readmeCommands = readmeLines.flatMap { $0.split(separator: "|") }
    .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("gamut ") }.map(String.init)

  /// The examples of the help pages: whole command lines, and options in the place where they belong.
  static let helpCommands: [String] = {
    var commands: [String] = []
    for arguments in CommandLineTests.pages.values {
      var option: String?
      for line in text(Tool.run(arguments).output).split(separator: "\n") {
        let words = line.drop { $0 == " " }
        if let start = option {
          // An example goes on as long as lines are indented as it is.
          if line.hasPrefix(String(repeating: " ", count: 30)) {
            option = start + " " + words
            continue
          }
          let budget = start.hasPrefix("--budget ") ? "" : "--budget 5 "
          commands.append("gamut select pool.jsonl \(budget)\(start)")
          option = nil
        }
        if words.hasPrefix("gamut ") { commands.append(String(words)) }
        if words.hasPrefix("Example: ") { option = String(words.dropFirst("Example: ".count)) }
      }
    }
    return commands.sorted()
  }()

  private static func text(_ bytes: [UInt8]?) -> String {
    String(decoding: bytes ?? [], as: UTF8.self)
  }

  /// Runs a line in an empty folder, where no file is that it names.
  private func check(_ line: String) {
    let folder = TemporaryFolder()
    let tools = Tool.program.path.split(separator: "/").dropLast().joined(separator: "/")
    let outcome = Program(path: "/bin/bash").run([
      "-c", "cd '\(folder.path)' && PATH='/\(tools)':\"$PATH\" && \(line)",
    ])
    #expect([0, 1].contains(outcome.status), "\(line)\n\(outcome.error)")
  }

  @Test func `there are command lines to check`() {
    #expect(Self.readmeCommands.count >= 5)
    #expect(Self.helpCommands.count >= 8)
    #expect(Self.helpCommands.contains { $0.contains("--quality perplexity:-0.5") })
  }

  @Test(arguments: readmeCommands)
  func `a command line of the README is understood`(line: String) { check(line) }

  @Test(arguments: helpCommands)
  func `an example of a help page is understood`(line: String) { check(line) }
}
