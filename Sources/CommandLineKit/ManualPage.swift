/// Writes manual pages in roff, with the `man` macros.
///
/// They carry no date, so that the same declarations always give the same text.
struct ManualPage {
  /// The page, a newline at its end.
  let text: String

  /// The page of a whole tool: what it is, and all commands with all options.
  init(_ tool: ToolDescription) {
    var page = Roff()
    page.start(tool.name, version: "\(tool.name) \(tool.version)", abstract: tool.abstract)
    page.section("SYNOPSIS")
    if tool.isSingleCommand {
      page.synopsis(tool.name, tool.commands[0].usage)
    } else {
      page.synopsis(tool.name, ["COMMAND", "[options]"])
    }
    page.section("DESCRIPTION")
    page.paragraphs(tool.discussion.isEmpty ? tool.abstract : tool.discussion)
    if tool.isSingleCommand {
      page.parameters(of: tool.commands[0], additional: [.version], nested: false)
    } else {
      page.section("OPTIONS")
      for option in [OptionFacts.help, .version] { page.item(option) }
      page.section("COMMANDS")
      for command in tool.allCommands {
        page.macro("SS", "\(tool.name) \(command.name)")
        page.paragraphs(command.abstract)
        page.macro("PP")
        page.synopsis(tool.path(of: command.name), command.usage)
        if !command.discussion.isEmpty {
          page.macro("PP")
          page.paragraphs(command.discussion)
        }
        page.parameters(of: command, nested: true)
        page.examples(command.examples, nested: true)
      }
    }
    page.examples(tool.examples, nested: false)
    page.exitCodes(tool.exitCodes)
    text = page.text
  }

  /// The page of one command of a tool.
  init(_ command: CommandDescription, of tool: ToolDescription) {
    var page = Roff()
    page.start(
      "\(tool.name)-\(command.name)", version: "\(tool.name) \(tool.version)",
      abstract: command.abstract)
    page.section("SYNOPSIS")
    page.synopsis(tool.path(of: command.name), command.usage)
    page.section("DESCRIPTION")
    page.paragraphs(command.discussion.isEmpty ? command.abstract : command.discussion)
    page.parameters(of: command, nested: false)
    page.examples(command.examples, nested: false)
    page.exitCodes(tool.exitCodes)
    text = page.text
  }
}

extension CommandLineTool {
  /// The manual page of the tool in roff: what it is, and all commands with all options.
  ///
  /// - Returns: The page, a newline at its end; the same text for the same declarations.
  public func manualPage() -> String { ManualPage(description).text }
}

/// Roff in the making.
private struct Roff {
  private(set) var text = ""

  /// The title line and the name.
  mutating func start(_ name: String, version: String, abstract: String) {
    line(".TH \(argument(name.uppercased())) 1 \"\" \(argument(version)) \"User Commands\"")
    // Neither hyphenated nor justified: option names stay whole.
    line(".nh")
    line(".ad l")
    section("NAME")
    line("\(escaped(name)) \\- \(escaped(abstract.completionHelp))")
  }

  mutating func section(_ title: String) { macro("SH", title) }

  mutating func macro(_ name: String, _ title: String? = nil) {
    line(".\(name)" + (title.map { " \(argument($0))" } ?? ""))
  }

  mutating func synopsis(_ path: String, _ usage: [String]) {
    line("\\fB\(escaped(path))\\fR \(escaped(usage.joined(separator: " ")))")
  }

  /// Paragraphs, their lines joined; lines that begin with a space are kept as they are.
  mutating func paragraphs(_ source: String, macro between: String = "PP") {
    var isKept = false
    var isSeparated = false
    var isFirst = true
    for row in source.split(separator: "\n", omittingEmptySubsequences: false) {
      if row.allSatisfy({ $0 == " " }) {
        isSeparated = true
        continue
      }
      if isKept, row.first != " " || isSeparated {
        line(".EE")
        isKept = false
      }
      if isSeparated, !isFirst { macro(between) }
      if row.first == " ", !isKept {
        line(".EX")
        isKept = true
      }
      line(escaped(String(row)))
      isSeparated = false
      isFirst = false
    }
    if isKept { line(".EE") }
  }

  /// The arguments and options of a command, in sections or, nested, in paragraphs of one.
  mutating func parameters(
    of command: CommandDescription, additional: [OptionFacts] = [], nested: Bool
  ) {
    if !command.arguments.isEmpty {
      heading("Arguments", nested: nested)
      for argument in command.arguments { item(argument) }
    }
    for (index, section) in command.sections.enumerated() {
      heading(section.title, nested: nested)
      for option in section.options { item(option) }
      if index == command.sections.count - 1 {
        for option in additional { item(option) }
      }
    }
  }

  mutating func heading(_ title: String, nested: Bool) {
    if nested {
      macro("PP")
      line("\\fB\(escaped(title))\\fR")
    } else {
      section(title.uppercased())
    }
  }

  mutating func item(_ option: OptionFacts) {
    macro("TP")
    let names = option.spellings.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
    let value = option.kind.takesValue ? " <\\fI\(escaped(option.valueName))\\fR>" : ""
    line(names + value)
    line(escaped(([option.help] + option.tags.map { "(\($0))" }).joined(separator: " ")))
    more(option.detail)
    if !option.example.isEmpty { more("Example: \(option.example)") }
  }

  mutating func item(_ argument: ArgumentFacts) {
    macro("TP")
    line("\\fI\(escaped(argument.name))\\fR" + (argument.isRepeated ? "..." : ""))
    line(escaped(([argument.help] + argument.tags.map { "(\($0))" }).joined(separator: " ")))
    more(argument.detail)
  }

  /// Further paragraphs of an item, at its indent.
  private mutating func more(_ text: String) {
    guard !text.isEmpty else { return }
    macro("IP")
    paragraphs(text, macro: "IP")
  }

  mutating func examples(_ examples: [Example], nested: Bool) {
    guard !examples.isEmpty else { return }
    heading("Examples", nested: nested)
    for example in examples {
      macro("PP")
      line(escaped(example.meaning))
      macro("PP")
      line(".RS 4")
      line(".EX")
      line(escaped(example.commandLine))
      line(".EE")
      line(".RE")
    }
  }

  mutating func exitCodes(_ statuses: [ExitCodeMeaning]) {
    guard !statuses.isEmpty else { return }
    section("EXIT STATUS")
    for status in statuses {
      macro("TP")
      line("\(status.status.rawValue)")
      line(escaped(status.meaning))
    }
  }

  private mutating func line(_ line: String) { text += line + "\n" }

  /// A text as one argument of a macro.
  private func argument(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// A text that roff prints as it is.
  private func escaped(_ text: String) -> String {
    var result = text.utf8.first == UInt8(ascii: ".") ? "\\&" : ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      case "\n": result += " "
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))\(digits)]"
      }
    }
    return result
  }
}
