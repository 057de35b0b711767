/// Writes the completion script for zsh.
struct ZshCompletion {
  /// The tool to complete.
  let tool: ToolDescription

  /// The whole script, a file for a directory of `$fpath`.
  var script: String {
    let function = "_\(tool.functionName)"
    return """
      #compdef \(tool.name)
      # Completions of \(tool.name) for zsh.
      \(function)() {
        local context state state_descr line
        typeset -A opt_args
      \(tool.isSingleCommand ? arguments(of: tool.commands[0], indent: "  ") : commandsBody)
      }

      if [[ "$funcstack[1]" == "\(function)" ]]; then
        \(function) "$@"
      else
        compdef \(function) \(tool.name)
      fi

      """
  }

  /// The choice among the commands.
  private var commandsBody: String {
    let names = tool.allCommands.map { command in
      "    \(quoted("\(command.name):\(command.abstract.completionHelp.replacing(["\\": "\\\\"]))"))\n"
    }
    let cases = tool.allCommands.map { command in
      "        \(command.name))\n\(arguments(of: command, indent: "          "))\n          ;;\n"
    }
    let options = [OptionFacts.help, .version].map { "    \(specification(of: $0)) \\\n" }
    return """
        local -a commands=(
      \(names.joined())  )
        _arguments -C \\
      \(options.joined())    '1:command:->command' \\
          '*::argument:->argument'
        case "$state" in
          command) _describe -t commands command commands ;;
          argument)
            case "$words[1]" in
      \(cases.joined())      esac
            ;;
        esac
      """
  }

  /// The `_arguments` call of one command.
  private func arguments(of command: CommandDescription, indent: String) -> String {
    let options = tool.completedOptions(of: command).map { specification(of: $0) }
    let words = command.arguments.map { argument in
      let action = action(argument.completion, argument.possibleValues)
      let message = escaped(argument.name)
      let place = argument.isRepeated ? "*:" : argument.isRequired ? ":" : "::"
      return quoted("\(place)\(message):\(action)")
    }
    return (["\(indent)_arguments -s -S"] + (options + words).map { "\(indent)  \($0)" })
      .joined(separator: " \\\n")
  }

  /// One option as `_arguments` reads it.
  private func specification(of option: OptionFacts) -> String {
    let all = option.spellings.joined(separator: " ")
    let prefix = option.kind.isRepeatable ? "'*'" : option.spellings.count > 1 ? "'(\(all))'" : ""
    var end = "[\(escaped(option.completionHelp))]"
    var forms = option.spellings
    if option.kind.takesValue {
      end += ":\(escaped(option.valueName)):"
      end += action(option.completion, option.possibleValues)
      forms = (option.short.map { ["-\($0)+"] } ?? []) + option.longSpellings.map { "\($0)=" }
    }
    let spelled = forms.count > 1 ? "{\(forms.joined(separator: ","))}" : forms[0]
    return prefix + spelled + quoted(end)
  }

  /// What `_arguments` does for a value.
  private func action(_ completion: Completion, _ values: [String]) -> String {
    switch completion {
    case .file: "_files"
    case .directory: "_files -/"
    case .automatic where values.plainWords.isEmpty: " "
    case .automatic: "(\(values.plainWords.joined(separator: " ")))"
    }
  }

  /// A text within a specification.
  private func escaped(_ text: String) -> String {
    text.replacing(["\\": "\\\\", "[": "\\[", "]": "\\]", ":": "\\:"])
  }

  /// A text as one word of the shell.
  private func quoted(_ text: String) -> String { "'\(text.replacing(["'": "'\\''"]))'" }
}
