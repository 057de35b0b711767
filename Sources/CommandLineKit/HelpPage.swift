/// Lays out help pages.
struct HelpPage {
  /// How much a page says.
  enum Detail: Equatable, Sendable {
    /// `-h`: the usage, and one entry an option.
    case short

    /// `--help`: everything.
    case long
  }

  /// How much the page says.
  let detail: Detail

  /// Columns that may be used.
  let width: Int

  /// A page of a width between 40 and 100 columns.
  init(_ detail: Detail, terminalWidth: Int) {
    self.detail = detail
    width = min(max(terminalWidth, 40), 100)
  }

  /// One line of a table, or several: what is explained, and the explanation's paragraphs.
  private struct Row {
    var label: String
    var paragraphs: [String]
  }

  /// A titled table.
  private struct Table {
    var title: String
    var rows: [Row]
  }

  /// The page of one command.
  func text(of command: CommandDescription, in tool: ToolDescription) -> String {
    var tables: [Table] = []
    if !command.arguments.isEmpty {
      tables.append(Table(title: "Arguments", rows: command.arguments.map(row)))
    }
    var sections = command.sections
    if tool.isSingleCommand { sections[sections.count - 1].options.append(.version) }
    tables += sections.map { Table(title: $0.title, rows: $0.options.map(row)) }
    var blocks = detail == .long ? [wrap(command.abstract, width: width)] : []
    blocks.append(usage(tool.path(of: command.name), command.usage))
    if detail == .long { blocks.append(wrap(command.discussion, width: width)) }
    blocks += layOut(tables)
    if detail == .long { blocks.append(lines(of: command.examples)) }
    if tool.isSingleCommand, detail == .long { blocks.append(lines(of: tool.exitCodes)) }
    return joined(blocks)
  }

  /// The page of a tool with several commands.
  func text(of tool: ToolDescription) -> String {
    let tables = [
      Table(title: "Commands", rows: tool.commands.map(row)),
      Table(title: "Help", rows: tool.helpCommands.map(row)),
      Table(title: "Options", rows: [row(.help), row(.version)]),
    ]
    var blocks = [wrap(tool.abstract, width: width)]
    blocks.append(usage(tool.name, ["COMMAND", "[options]"]))
    if detail == .long { blocks.append(wrap(tool.discussion, width: width)) }
    blocks += layOut(tables.filter { !$0.rows.isEmpty })
    if detail == .long {
      blocks.append(lines(of: tool.examples))
      blocks.append(lines(of: tool.exitCodes))
    }
    blocks.append(
      wrap("See '\(tool.name) COMMAND --help' for what a command takes.", width: width))
    return joined(blocks)
  }

  private func joined(_ blocks: [[String]]) -> String {
    blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private func usage(_ path: String, _ parts: [String]) -> [String] {
    let indent = "       "
    let lines = fill([path] + parts, width: width - indent.unicodeScalars.count)
    return lines.enumerated().map { index, line in (index == 0 ? "Usage: " : indent) + line }
  }

  private func row(_ command: CommandDescription) -> Row {
    Row(label: command.name, paragraphs: [command.abstract])
  }

  private func row(_ argument: ArgumentFacts) -> Row {
    let label = argument.isRepeated ? "\(argument.name)..." : argument.name
    return Row(label: label, paragraphs: paragraphs(argument.help, argument.tags, argument.detail))
  }

  private func row(_ option: OptionFacts) -> Row {
    var paragraphs = paragraphs(option.help, option.tags, option.detail)
    if detail == .long, !option.example.isEmpty {
      paragraphs.append("Example: \(option.example)")
    }
    return Row(label: option.label, paragraphs: paragraphs)
  }

  private func paragraphs(_ help: String, _ tags: [String], _ more: String) -> [String] {
    let first = ([help] + tags.map { "(\($0))" }).joined(separator: " ")
    return detail == .long && !more.isEmpty ? [first, more] : [first]
  }

  /// Aligns all tables of a page on one column; a label too long for it stands on its own line.
  private func layOut(_ tables: [Table]) -> [[String]] {
    let limit = min(30, width / 3)
    let labelWidths = tables.flatMap(\.rows).map(\.label.unicodeScalars.count)
    let column = 2 + (labelWidths.filter { $0 <= limit }.max() ?? 0) + 2
    return tables.map { table in
      [table.title + ":"] + table.rows.flatMap { layOut($0, column: column) }
    }
  }

  private func layOut(_ row: Row, column: Int) -> [String] {
    let margin = String(repeating: " ", count: column)
    let explanation = row.paragraphs.flatMap { wrap($0, width: width - column) }
    let label = "  " + row.label
    guard let first = explanation.first else { return [label] }
    let following = explanation.dropFirst().map { $0.isEmpty ? "" : margin + $0 }
    let gap = column - label.unicodeScalars.count
    guard gap >= 2 else { return [label, margin + first] + following }
    return [label + String(repeating: " ", count: gap) + first] + following
  }

  private func lines(of examples: [Example]) -> [String] {
    examples.isEmpty
      ? []
      : ["Examples:"]
        + examples.flatMap { example in
          wrap(example.meaning, width: width - 2).map { "  " + $0 } + ["    " + example.commandLine]
        }
  }

  private func lines(of statuses: [ExitCodeMeaning]) -> [String] {
    let rows = statuses.map { Row(label: "\($0.status.rawValue)", paragraphs: [$0.meaning]) }
    return layOut(rows.isEmpty ? [] : [Table(title: "Exit status", rows: rows)]).flatMap(\.self)
  }
}

extension OptionFacts {
  /// The spellings and the value, aligned so that long names stand under each other.
  var label: String {
    let short = short.map { "-\($0), " } ?? "    "
    let long = kind.isInvertible ? "--[no-]\(name)" : long
    return short + long + (kind.takesValue ? " <\(valueName)>" : "")
  }

  /// What stands in parentheses after the help.
  var tags: [String] {
    var tags: [String] = []
    let list = possibleValues.joined(separator: "|")
    if !possibleValues.isEmpty, valueName != list {
      tags.append("one of: \(possibleValues.joined(separator: ", "))")
    }
    if let shownDefault, !shownDefault.isEmpty { tags.append("default: \(shownDefault)") }
    switch requirement {
    case .never: break
    case .always: tags.append("required")
    case .unless(let other): tags.append("required unless --\(other)")
    }
    if kind.isRepeatable { tags.append("repeatable") }
    return tags
  }
}

extension ArgumentFacts {
  /// What stands in parentheses after the help.
  var tags: [String] {
    var tags: [String] = []
    if !possibleValues.isEmpty {
      tags.append("one of: \(possibleValues.joined(separator: ", "))")
    }
    if let shownDefault, !shownDefault.isEmpty { tags.append("default: \(shownDefault)") }
    if isRequired { tags.append("required") }
    if isRepeated { tags.append("repeatable") }
    return tags
  }
}
