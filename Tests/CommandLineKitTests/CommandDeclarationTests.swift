import Testing

@testable import CommandLineKit

/// Declarations that contradict themselves are mistakes of the programmer and stop the program.
@Suite struct CommandDeclarationTests {
  private struct Twice: CommandSyntax {
    static let name = "twice"
    static let abstract = "Declare one name twice."
    var first = 0
    static var options: [Option<Self>] {
      [.value("size", \.first, help: "One."), .value("size", \.first, help: "Two.")]
    }
  }

  private struct TakenByInversion: CommandSyntax {
    static let name = "taken"
    static let abstract = "Declare the inversion of a flag again."
    var isOn = false
    static var options: [Option<Self>] {
      [
        .flag("sun", \.isOn, isInvertible: true, help: "One."),
        .flag("no-sun", \.isOn, help: "Two."),
      ]
    }
  }

  private struct OwnHelp: CommandSyntax {
    static let name = "own"
    static let abstract = "Declare the letter of help."
    var isOn = false
    static var options: [Option<Self>] { [.flag("hot", short: "h", \.isOn, help: "Hot.")] }
  }

  private struct BadName: CommandSyntax {
    static let name = "bad"
    static let abstract = "Declare a name that no option can have."
    var isOn = false
    static var options: [Option<Self>] { [.flag("--loud", \.isOn, help: "Loud.")] }
  }

  private struct UnknownStandIn: CommandSyntax {
    static let name = "unknown"
    static let abstract = "Name an option that is not there."
    var size = 0
    static var options: [Option<Self>] {
      [.value("size", \.size, help: "Size.").required(unless: "recipe")]
    }
  }

  private struct RepeatedFirst: CommandSyntax {
    static let name = "first"
    static let abstract = "Put words after the repeated ones."
    var words: [String] = []
    var last = ""
    static var arguments: [Argument<Self>] {
      [.repeated("WORD", \.words, help: "Words."), .value("LAST", \.last, help: "The last.")]
    }
  }

  private struct OptionalFirst: CommandSyntax {
    static let name = "optional"
    static let abstract = "Put a required word after an optional one."
    var first = ""
    var last = ""
    static var arguments: [Argument<Self>] {
      [
        .value("FIRST", \.first, help: "The first.").optional(),
        .value("LAST", \.last, help: "The last."),
      ]
    }
  }

  @Test func `an option's name stands once`() async {
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<Twice>() }
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<TakenByInversion>() }
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<OwnHelp>() }
  }

  @Test func `an option's name is one that can be typed`() async {
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<BadName>() }
  }

  @Test func `an option can be required only unless another that is there`() async {
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<UnknownStandIn>() }
  }

  @Test func `a flag cannot be required`() async {
    await #expect(processExitsWith: .failure) {
      _ = Option<Pick>.flag("force", \.isForced, help: "Force.").required()
    }
  }

  @Test func `every word can be given to one argument`() async {
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<RepeatedFirst>() }
    await #expect(processExitsWith: .failure) { _ = CommandDeclaration<OptionalFirst>() }
  }

  @Test func `a command's name stands once and is none of the tool's own`() async {
    await #expect(processExitsWith: .failure) {
      _ = CommandLineTool(
        name: "t", version: "1", abstract: "T.", commands: [Pick.self, Pick.self])
    }
    await #expect(processExitsWith: .failure) {
      _ = CommandLineTool(name: "a tool", version: "1", abstract: "T.", commands: [Pick.self])
    }
  }

  @Test(arguments: [
    ("a", true), ("a-b", true), ("top1", true), ("2d", true), ("", false), ("-a", false),
    ("a-", false), ("a--b", false), ("A", false), ("a_b", false), ("é", false),
  ])
  func `names are lowercase words joined by dashes`(name: String, isName: Bool) {
    #expect(name.isOptionName == isName)
  }
}
