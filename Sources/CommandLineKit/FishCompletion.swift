/// Writes the completion script for fish.
struct FishCompletion {
  /// The tool to complete.
  let tool: ToolDescription

  /// The whole script.
  var script: String {
    var lines = ["# Completions of \(tool.name) for fish."]
    lines.append("complete -c \(tool.name) -f")
    if tool.isSingleCommand {
      lines += self.lines(of: tool.commands[0], condition: "")
      return lines.map { "\($0)\n" }.joined()
    }
    let function = "__\(tool.functionName)_command"
    lines += [
      "function \(function)",
      "  set -l words (commandline -opc)",
      "  if test (count $argv) -eq 0",
      "    test (count $words) -eq 1",
      "  else",
      "    test (count $words) -ge 2; and test \"$words[2]\" = \"$argv[1]\"",
      "  end",
      "end",
    ]
    for command in tool.allCommands {
      let meaning = quoted(command.abstract.completionHelp)
      lines.append("complete -c \(tool.name) -n \(function) -a \(command.name) -d \(meaning)")
    }
    for option in [OptionFacts.help, .version] {
      lines += self.lines(of: option, condition: " -n \(function)")
    }
    for command in tool.allCommands {
      lines += self.lines(of: command, condition: " -n '\(function) \(command.name)'")
    }
    return lines.map { "\($0)\n" }.joined()
  }

  /// The lines that complete one command's words.
  private func lines(of command: CommandDescription, condition: String) -> [String] {
    let options = tool.completedOptions(of: command)
    let words = command.arguments.compactMap { argument -> String? in
      guard let offer = offer(argument.completion, argument.possibleValues) else { return nil }
      return "complete -c \(tool.name)\(condition) \(offer)"
    }
    // Which argument the word belongs to is not counted: every kind of them is offered.
    var seen: [String] = []
    for line in words where !seen.contains(line) { seen.append(line) }
    return seen + options.flatMap { lines(of: $0, condition: condition) }
  }

  /// The lines of one option, one for each long spelling.
  private func lines(of option: OptionFacts, condition: String) -> [String] {
    let meaning = quoted(option.completionHelp)
    return option.longSpellings.enumerated().map { index, long in
      var line = "complete -c \(tool.name)\(condition)"
      if index == 0, let short = option.short { line += " -s \(short)" }
      line += " -l \(long.dropFirst(2))"
      if option.kind.takesValue {
        // `-x` asks for a value and offers no file names but those of the offer itself.
        let files = option.completion == .file ? "-r" : "-x"
        line += " \(files)"
        if let offer = offer(option.completion, option.possibleValues) { line += " \(offer)" }
      }
      return line + " -d \(meaning)"
    }
  }

  /// What is offered for a value.
  private func offer(_ completion: Completion, _ values: [String]) -> String? {
    switch completion {
    case .file: "-F"
    case .directory: "-a '(__fish_complete_directories)'"
    case .automatic where values.plainWords.isEmpty: nil
    case .automatic: "-a '\(values.plainWords.joined(separator: " "))'"
    }
  }

  /// A text as one word of the shell.
  private func quoted(_ text: String) -> String {
    "'\(text.replacing(["\\": "\\\\", "'": "\\'"]))'"
  }
}
