/// A command that tells about the tool itself.
protocol HelpingCommand: CommandSyntax {
  /// What goes to standard output.
  func text(
    about tool: ToolDescription, terminalWidth: Int
  ) throws(CommandLineError) -> String
}

/// `TOOL help [COMMAND]`.
struct HelpCommand: HelpingCommand {
  static let name = "help"
  static let abstract = "Show the help of the tool or of a command."
  static var arguments: [Argument<Self>] {
    [.value("COMMAND", \.command, help: "The command to explain.").optional()]
  }

  var command: String?

  func text(
    about tool: ToolDescription, terminalWidth: Int
  ) throws(CommandLineError) -> String {
    let page = HelpPage(.long, terminalWidth: terminalWidth)
    guard let command else { return page.text(of: tool) }
    return page.text(of: try tool.command(named: command), in: tool)
  }
}

/// `TOOL completions SHELL`.
struct CompletionsCommand: HelpingCommand {
  static let name = "completions"
  static let abstract = "Print a script that completes command lines in a shell."
  static let discussion = """
    For bash, put the script where it is read at start, such as ~/.bash_completion. For zsh, save \
    it under the tool's name with an underscore before it in a directory of $fpath. For fish, save \
    it in ~/.config/fish/completions.
    """
  static var arguments: [Argument<Self>] {
    [.value("SHELL", \.shell, help: "The shell to write for.")]
  }

  var shell = Shell.bash

  func text(
    about tool: ToolDescription, terminalWidth: Int
  ) throws(CommandLineError) -> String {
    tool.completionScript(for: shell)
  }
}

/// `TOOL man [COMMAND]`.
struct ManCommand: HelpingCommand {
  static let name = "man"
  static let abstract = "Print the manual page of the tool or of a command, in roff."
  static var arguments: [Argument<Self>] {
    [.value("COMMAND", \.command, help: "The command to explain.").optional()]
  }

  var command: String?

  func text(
    about tool: ToolDescription, terminalWidth: Int
  ) throws(CommandLineError) -> String {
    guard let command else { return ManualPage(tool).text }
    return ManualPage(try tool.command(named: command), of: tool).text
  }
}
