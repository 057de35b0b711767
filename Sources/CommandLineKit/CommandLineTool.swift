/// A tool: its name, its texts and its commands.
///
/// Besides the commands given, a tool of several has `help [COMMAND]`, `completions SHELL` and
/// `man [COMMAND]`, and the options `-h`, `--help`, `-V` and `--version`. A tool that is nothing
/// but one command has the options alone. It neither prints nor ends the process: text goes to a
/// `Console`, and the status is returned.
public struct CommandLineTool: Sendable {
  /// The texts.
  let description: ToolDescription

  /// The commands in declared order; exactly one in a tool that is nothing but that command.
  let commands: [any Command.Type]

  /// The commands that every tool of several has.
  static let helpCommands: [any CommandSyntax.Type] = [
    HelpCommand.self, CompletionsCommand.self, ManCommand.self,
  ]

  /// A tool of several commands.
  ///
  /// - Parameters:
  ///   - name: What the user types.
  ///   - version: What `--version` prints after the name.
  ///   - abstract: One sentence.
  ///   - discussion: Paragraphs for the long help.
  ///   - examples: Command lines worth copying.
  ///   - exitCodes: What the statuses mean, for the long help and the manual page.
  ///   - commands: The commands in the order of the help page. Their names must differ from each
  ///     other and from `help`, `completions` and `man`.
  public init(
    name: String, version: String, abstract: String, discussion: String = "",
    examples: [Example] = [], exitCodes: [ExitCodeMeaning] = [], commands: [any Command.Type]
  ) {
    let names = commands.map { $0.name } + Self.helpCommands.map { $0.name }
    for (index, name) in names.enumerated() {
      precondition(
        name.isOptionName,
        "A command's name is lowercase letters, digits and inner dashes, not '\(name)'")
      precondition(!names[..<index].contains(name), "Two commands are named '\(name)'")
    }
    precondition([name].plainWords == [name], "A tool's name needs no quoting, unlike '\(name)'")
    description = ToolDescription(
      name: name, version: version, abstract: abstract, discussion: discussion,
      examples: examples, exitCodes: exitCodes, ownCommands: commands, isSingleCommand: false)
    self.commands = commands
  }

  /// A tool that is nothing but one command, whose name and texts are the tool's.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - version: What `--version` prints after the name.
  ///   - exitCodes: What the statuses mean, for the long help and the manual page.
  public init<Root: Command>(
    single command: Root.Type, version: String, exitCodes: [ExitCodeMeaning] = []
  ) {
    precondition(
      [Root.name].plainWords == [Root.name], "A tool's name needs no quoting, unlike '\(Root.name)'"
    )
    precondition(
      CommandDeclaration<Root>().options.allSatisfy {
        !$0.facts.spellings.contains("--version") && $0.facts.short != "V"
      }, "A tool of one command has '-V' and '--version' already")
    description = ToolDescription(
      name: Root.name, version: version, abstract: Root.abstract, discussion: Root.discussion,
      examples: Root.examples, exitCodes: exitCodes, ownCommands: [command], isSingleCommand: true)
    commands = [command]
  }

  /// Does what a command line says.
  ///
  /// Help and the version go to standard output with status 0, usage errors to standard error with
  /// status 2, as does the short help of a tool called without a command.
  ///
  /// - Parameters:
  ///   - arguments: The command line without the program's name.
  ///   - console: Where text goes.
  ///   - explain: Puts an error that a command threw into words and a status.
  /// - Returns: The status that the process should end with.
  public func run(
    arguments: [String], on console: Console,
    explaining explain: (any Error) -> Failure = { Failure(String(describing: $0)) }
  ) -> Int32 {
    if description.isSingleCommand {
      if let word = arguments.prefix(while: { $0 != "--" }).first(where: { word in
        ["-h", "--help", "-V", "--version"].contains(word)
      }), word == "-V" || word == "--version" {
        return printVersion(on: console)
      }
      return run(commands[0], arguments, on: console, explain)
    }
    guard let first = arguments.first else {
      let page = HelpPage(.short, terminalWidth: console.terminalWidth)
      console.writeError(page.text(of: description))
      return ExitCode.usage.rawValue
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "-h", "--help":
      let page = HelpPage(first == "-h" ? .short : .long, terminalWidth: console.terminalWidth)
      console.writeOutput(page.text(of: description))
      return ExitCode.success.rawValue
    case "-V", "--version":
      return printVersion(on: console)
    case HelpCommand.name:
      return answer(HelpCommand.self, rest, on: console)
    case CompletionsCommand.name:
      return answer(CompletionsCommand.self, rest, on: console)
    case ManCommand.name:
      return answer(ManCommand.self, rest, on: console)
    default:
      guard let command = commands.first(where: { $0.name == first }) else {
        return report(misuse(of: first), of: description.name, on: console)
      }
      return run(command, rest, on: console, explain)
    }
  }

  /// What is wrong with a first word that is no command.
  private func misuse(of word: String) -> CommandLineError {
    guard word.utf8.starts(with: "-".utf8), word != "-" else {
      return description.unknownCommand(word)
    }
    let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
    return .unknownOption(name, suggestion: suggestion(for: name, among: ["--help", "--version"]))
  }

  private func run<Root: Command>(
    _ command: Root.Type, _ line: [String], on console: Console,
    _ explain: (any Error) -> Failure
  ) -> Int32 {
    if let detail = CommandParser<Root>.helpDetail(in: line) {
      let page = HelpPage(detail, terminalWidth: console.terminalWidth)
      console.writeOutput(page.text(of: CommandDescription(command), in: description))
      return ExitCode.success.rawValue
    }
    let path = description.path(of: Root.name)
    do {
      return try Root.parse(line).run(on: console).rawValue
    } catch let error as CommandLineError {
      return report(error, of: path, on: console)
    } catch {
      let failure = explain(error)
      if !failure.message.isEmpty { console.writeError("\(path): \(failure.message)\n") }
      return failure.status.rawValue
    }
  }

  /// Runs one of the commands that every tool of several has.
  private func answer<Root: HelpingCommand>(
    _ command: Root.Type, _ line: [String], on console: Console
  ) -> Int32 {
    let path = description.path(of: Root.name)
    if let detail = CommandParser<Root>.helpDetail(in: line) {
      let page = HelpPage(detail, terminalWidth: console.terminalWidth)
      for described in description.helpCommands where described.name == Root.name {
        console.writeOutput(page.text(of: described, in: description))
      }
      return ExitCode.success.rawValue
    }
    do throws(CommandLineError) {
      let width = console.terminalWidth
      console.writeOutput(try Root.parse(line).text(about: description, terminalWidth: width))
      return ExitCode.success.rawValue
    } catch {
      return report(error, of: path, on: console)
    }
  }

  private func printVersion(on console: Console) -> Int32 {
    console.writeOutput("\(description.name) \(description.version)\n")
    return ExitCode.success.rawValue
  }

  private func report(
    _ error: CommandLineError, of path: String, on console: Console
  ) -> Int32 {
    console.writeError("\(path): \(error.message)\nSee '\(path) --help'.\n")
    return ExitCode.usage.rawValue
  }
}

extension ToolDescription {
  /// The error of a command name that is none, with the nearest one.
  func unknownCommand(_ name: String) -> CommandLineError {
    .unknownCommand(name, suggestion: suggestion(for: name, among: allCommands.map(\.name)))
  }

  /// The command of a name, the helping ones included.
  func command(named name: String) throws(CommandLineError) -> CommandDescription {
    guard let command = allCommands.first(where: { $0.name == name }) else {
      throw unknownCommand(name)
    }
    return command
  }
}

/// What a tool's exit status means.
public struct ExitCodeMeaning: Equatable, Sendable {
  /// The status.
  public let status: ExitCode

  /// One sentence.
  public let meaning: String

  /// A line for the long help and the manual page.
  ///
  /// - Parameters:
  ///   - status: The status.
  ///   - meaning: One sentence.
  public init(_ status: ExitCode, _ meaning: String) {
    self.status = status
    self.meaning = meaning
  }
}
