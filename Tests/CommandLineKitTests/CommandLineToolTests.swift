import CommandLineKit
import Testing

@Suite struct CommandLineToolTests {
  /// A tool of one command that takes words.
  private struct Sing: Command {
    static let name = "sing"
    static let abstract = "Sing a song."
    var songs: [String] = []
    var isLoud = false
    static var options: [Option<Self>] { [.flag("loud", short: "l", \.isLoud, help: "Be loud.")] }
    static var arguments: [Argument<Self>] {
      [.repeated("SONG", \.songs, help: "Songs.").optional()]
    }
    func run(on console: Console) throws -> ExitCode {
      console.writeOutput("\(songs.joined(separator: "+"))\(isLoud ? "!" : "")\n")
      return .success
    }
  }

  private let sing = CommandLineTool(single: Sing.self, version: "7")

  @Test func `without a command the short help goes to standard error`() {
    let outcome = orchard.outcome([])
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error == orchard.outcome(["-h"]).output)
  }

  @Test(arguments: [["-V"], ["--version"], ["--version", "--nonsense"]])
  func `the version is a line`(line: [String]) {
    #expect(orchard.outcome(line) == Outcome(output: "orchard 1.2.0\n"))
    #expect(sing.outcome(line) == Outcome(output: "sing 7\n"))
  }

  @Test(arguments: ["pick", "move", "plan", "help", "completions", "man"])
  func `help is reached in every way, and ends well`(command: String) {
    let long = orchard.outcome(["help", command])
    #expect(long.status == 0 && long.error.isEmpty && long.output.contains("Usage: orchard"))
    #expect(orchard.outcome([command, "--help"]) == long)
    #expect(orchard.outcome([command, "--nonsense", "x", "--help"]) == long)
    let short = orchard.outcome([command, "-h"])
    #expect(short.status == 0 && short.error.isEmpty && short.output != long.output)
    #expect(orchard.outcome([command, "-h", "--help"]) == short)
  }

  @Test func `help of the tool is reached in every way`() {
    #expect(orchard.outcome(["help"]) == orchard.outcome(["--help"]))
    #expect(orchard.outcome(["--help"]).status == 0)
    #expect(orchard.outcome(["-h"]).status == 0)
  }

  @Test func `after two dashes help is a word like any other`() {
    #expect(sing.outcome(["--", "--help", "-V"]) == Outcome(output: "--help+-V\n"))
  }

  @Test(arguments: [
    (
      ["pcik"],
      "orchard: unknown command 'pcik'; did you mean 'pick'?\nSee 'orchard --help'.\n"
    ),
    (["x"], "orchard: unknown command 'x'\nSee 'orchard --help'.\n"),
    ([""], "orchard: unknown command ''\nSee 'orchard --help'.\n"),
    (["-"], "orchard: unknown command '-'\nSee 'orchard --help'.\n"),
    (["--"], "orchard: unknown option '--'\nSee 'orchard --help'.\n"),
    (
      ["--hlep"],
      "orchard: unknown option '--hlep'; did you mean '--help'?\nSee 'orchard --help'.\n"
    ),
    (
      ["--verison=1"],
      "orchard: unknown option '--verison'; did you mean '--version'?\nSee 'orchard --help'.\n"
    ),
    (
      ["pick", "--wieght", "1g"],
      """
      orchard pick: unknown option '--wieght'; did you mean '--weight'?
      See 'orchard pick --help'.

      """
    ),
    (["pick", "oak"], "orchard pick: missing option '--weight <W>'\nSee 'orchard pick --help'.\n"),
    (
      ["help", "mvoe"],
      "orchard help: unknown command 'mvoe'; did you mean 'move'?\nSee 'orchard help --help'.\n"
    ),
    (
      ["man", "mna"],
      "orchard man: unknown command 'mna'; did you mean 'man'?\nSee 'orchard man --help'.\n"
    ),
    (
      ["completions"],
      "orchard completions: missing argument 'SHELL'\nSee 'orchard completions --help'.\n"
    ),
    (
      ["completions", "tcsh"],
      """
      orchard completions: 'tcsh' is not valid for 'SHELL': expected one of bash, zsh, fish
      See 'orchard completions --help'.

      """
    ),
    (
      ["plan", "--recipe", "r"],
      "orchard plan: missing option '--hours <N>'\nSee 'orchard plan --help'.\n"
    ),
  ])
  func `a wrong command line is explained on standard error`(line: [String], error: String) {
    #expect(orchard.outcome(line) == Outcome(error: error, status: 2))
  }

  @Test func `a command writes to the console and returns its status`() {
    #expect(orchard.outcome(["pick", "-w2kg", "oak"]) == Outcome(output: "picked 2000g\n"))
    #expect(
      orchard.outcome(["pick", "-w2kg", "--trial", "oak"])
        == Outcome(output: "picked 2000g\n", status: 3))
  }

  @Test func `what a command throws is explained by the caller`() {
    #expect(
      orchard.outcome(["move", "7"])
        == Outcome(error: "orchard move: stumbled over basket 7\n", status: 1))
    #expect(orchard.outcome(["move", "99"]) == Outcome(status: 130))
  }

  @Test func `a caller without words for an error gets Swift's`() {
    let console = Console(writeOutput: { _ in }, writeError: { _ in })
    #expect(orchard.run(arguments: ["move", "7"], on: console) == 1)
  }

  @Test func `a tool of one command takes its words at once`() {
    #expect(sing.outcome([]) == Outcome(output: "\n"))
    #expect(sing.outcome(["help", "man", "-l"]) == Outcome(output: "help+man!\n"))
    #expect(
      sing.outcome(["--load"])
        == Outcome(
          error: "sing: unknown option '--load'; did you mean '--loud'?\nSee 'sing --help'.\n",
          status: 2))
    #expect(sing.outcome(["--help", "--version"]).output.hasPrefix("Sing a song."))
    #expect(sing.outcome(["--version", "--help"]).output == "sing 7\n")
  }
}
