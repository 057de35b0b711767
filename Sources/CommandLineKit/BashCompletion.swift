/// Writes the completion script for bash.
struct BashCompletion {
  /// The tool to complete.
  let tool: ToolDescription

  /// The whole script.
  var script: String {
    let function = "_\(tool.functionName)"
    return """
      # Completions of \(tool.name) for bash.
      \(function)() {
        local IFS=$' \\t\\n'
        local current="${COMP_WORDS[COMP_CWORD]}"
        local previous="${COMP_WORDS[COMP_CWORD - 1]}"
        # Bash parts --name=value at the equals sign.
        if [[ "$current" == "=" ]]; then
          current=""
        elif [[ "$previous" == "=" ]] && ((COMP_CWORD >= 2)); then
          previous="${COMP_WORDS[COMP_CWORD - 2]}"
        fi
        COMPREPLY=()
      \(tool.isSingleCommand ? singleBody : commandsBody)
      }

      \(function)_files() {
        local name
        compopt -o filenames 2>/dev/null
        while IFS= read -r name; do
          COMPREPLY+=("$name")
        done < <(compgen "$1" -- "$current")
      }

      complete -F \(function) \(tool.name)

      """
  }

  /// The choice among the commands.
  private var commandsBody: String {
    let names = tool.allCommands.map(\.name) + ["-h", "--help", "-V", "--version"]
    let cases = tool.allCommands.map { command in
      "    \(command.name))\n\(body(of: command, indent: "      "))      ;;\n"
    }
    return """
        if ((COMP_CWORD == 1)); then
          COMPREPLY=($(compgen -W '\(names.joined(separator: " "))' -- "$current"))
          return
        fi
        case "${COMP_WORDS[1]}" in
      \(cases.joined())  esac
      """
  }

  /// The body of a tool of one command.
  private var singleBody: String {
    String(body(of: tool.commands[0], indent: "  ").dropLast())
  }

  /// The lines that complete one command's words.
  private func body(of command: CommandDescription, indent: String) -> String {
    let options = tool.completedOptions(of: command)
    var lines: [String] = []
    var branches: [(spellings: [String], replies: [String])] = []
    for option in options where option.kind.takesValue {
      let replies = reply(option.completion, option.possibleValues)
      if let index = branches.firstIndex(where: { $0.replies == replies }) {
        branches[index].spellings += option.spellings
      } else {
        branches.append((option.spellings, replies))
      }
    }
    if !branches.isEmpty {
      lines.append("case \"$previous\" in")
      for branch in branches {
        lines.append("  \(branch.spellings.joined(separator: "|")))")
        lines += (branch.replies + ["return", ";;"]).map { "    \($0)" }
      }
      lines.append("esac")
    }
    lines.append("if [[ \"$current\" == -* ]]; then")
    lines.append(
      "  COMPREPLY=($(compgen -W '\(options.flatMap(\.spellings).joined(separator: " "))'"
        + " -- \"$current\"))")
    lines.append("  return")
    lines.append("fi")
    // Which argument the word belongs to is not counted: every kind of them is offered.
    var seen: [String] = []
    for reply in command.arguments.flatMap({ reply($0.completion, $0.possibleValues) })
    where !seen.contains(reply) {
      seen.append(reply)
    }
    return (lines + seen).map { "\(indent)\($0)\n" }.joined()
  }

  /// The lines that offer a value.
  private func reply(_ completion: Completion, _ values: [String]) -> [String] {
    switch completion {
    case .file: ["_\(tool.functionName)_files -f"]
    case .directory: ["_\(tool.functionName)_files -d"]
    case .automatic where values.plainWords.isEmpty: []
    case .automatic:
      [
        "COMPREPLY+=($(compgen -W '\(values.plainWords.joined(separator: " "))' -- \"$current\"))"
      ]
    }
  }
}
