/// A shell that completion scripts can be written for.
public enum Shell: String, CaseIterable, ExpressibleByArgument {
  /// GNU Bash, from 3.2 on; no helper package is needed.
  case bash

  /// The Z shell with its completion system loaded.
  case zsh

  /// fish, from 3.0 on.
  case fish
}

extension CommandLineTool {
  /// The script that lets a shell complete this tool's command lines.
  ///
  /// It offers commands, options, listed values and names of files or directories. A listed value
  /// with a character other than an ASCII letter or digit or one of `._:@%+,/=-` is left out.
  ///
  /// - Parameter shell: The shell to write for.
  /// - Returns: The script, a newline at its end; the same text for the same declarations.
  public func completionScript(for shell: Shell) -> String {
    description.completionScript(for: shell)
  }
}

extension ToolDescription {
  /// The script that lets a shell complete this tool's command lines.
  func completionScript(for shell: Shell) -> String {
    switch shell {
    case .bash: BashCompletion(tool: self).script
    case .zsh: ZshCompletion(tool: self).script
    case .fish: FishCompletion(tool: self).script
    }
  }

  /// The tool's name as part of a shell function's name.
  var functionName: String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { $0.isFunctionPart ? $0 : "_" }))
  }

  /// The options to complete for a command: in a tool of one command, the version among them.
  func completedOptions(of command: CommandDescription) -> [OptionFacts] {
    command.options + (isSingleCommand ? [.version] : [])
  }
}

extension Unicode.Scalar {
  /// Whether a shell function's name may hold the scalar.
  fileprivate var isFunctionPart: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  /// Whether the scalar needs no quoting in any of the shells.
  fileprivate var isPlain: Bool {
    isFunctionPart || ".:@%+,/=-".unicodeScalars.contains(self)
  }
}

extension [String] {
  /// The words that no shell reads as anything but themselves.
  var plainWords: [String] {
    filter { !$0.isEmpty && $0.unicodeScalars.allSatisfy(\.isPlain) }
  }
}

extension OptionFacts {
  /// The sentence that a shell shows beside the option: the help without its full stop.
  var completionHelp: String { help.completionHelp }
}

extension String {
  /// The text on one line without its full stop.
  var completionHelp: String {
    let line = split(separator: "\n").joined(separator: " ")
    return line.utf8.last == UInt8(ascii: ".") ? String(line.dropLast()) : line
  }

  /// The text with some scalars written otherwise.
  func replacing(_ replacements: [Unicode.Scalar: String]) -> String {
    var result = ""
    for scalar in unicodeScalars {
      if let replacement = replacements[scalar] {
        result += replacement
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
