/// A command as its help page, manual page and completions see it: names and texts, no bindings.
struct CommandDescription: Sendable {
  /// Options under one title, hidden ones left out.
  struct Section: Sendable {
    var title: String
    var options: [OptionFacts]
  }

  var name: String
  var abstract: String
  var discussion: String
  var examples: [Example]
  var sections: [Section]
  var arguments: [ArgumentFacts]

  /// Describes a command, its defaults taken from a fresh value.
  init<Root: CommandSyntax>(_ command: Root.Type) {
    let declaration = CommandDeclaration<Root>()
    let defaults = Root()
    name = Root.name
    abstract = Root.abstract
    discussion = Root.discussion
    examples = Root.examples
    sections = declaration.sections.compactMap { section in
      let visible = section.options.filter { !$0.facts.isHidden }.map { option in
        var facts = option.facts
        if facts.shownDefault == nil, facts.requirement == .never {
          facts.shownDefault = option.currentText(defaults)
        }
        return facts
      }
      return visible.isEmpty ? nil : Section(title: section.title, options: visible)
    }
    arguments = declaration.arguments.map { argument in
      var facts = argument.facts
      if facts.shownDefault == nil, !facts.isRequired {
        facts.shownDefault = argument.currentText(defaults)
      }
      return facts
    }
    sections.append(Section(title: "Help", options: [.help]))
  }

  /// All visible options, help last.
  var options: [OptionFacts] { sections.flatMap(\.options) }

  /// What follows the command's name on the usage line, in parts that should not be broken.
  var usage: [String] {
    // Every command has the help option, which is not worth a place here.
    var parts = options.count > 1 ? ["[options]"] : []
    for option in options {
      switch option.requirement {
      case .never: continue
      case .always: parts.append("\(option.long) <\(option.valueName)>")
      case .unless(let other):
        guard let other = options.first(where: { $0.name == other }) else { continue }
        let value = other.kind.takesValue ? " <\(other.valueName)>" : ""
        parts.append("(\(option.long) <\(option.valueName)> | \(other.long)\(value))")
      }
    }
    return parts + arguments.map(\.usage)
  }
}

extension OptionFacts {
  /// The help option, which every command has.
  static let help = OptionFacts(
    name: "help", short: "h", kind: .flag(isInvertible: false),
    help: "Show this page; '-h' shows a shorter one.")

  /// The version option of a tool.
  static let version = OptionFacts(
    name: "version", short: "V", kind: .flag(isInvertible: false), help: "Show the version.")
}

/// A tool as its help page, manual page and completions see it.
///
/// Its commands are described when they are asked for, which takes longer than most command lines take to
/// read.
struct ToolDescription: Sendable {
  let name: String
  let version: String
  let abstract: String
  let discussion: String
  let examples: [Example]
  let exitCodes: [ExitCodeMeaning]
  /// The tool's own commands in declared order; one without a name of its own in a tool that is
  /// nothing but that command.
  let ownCommands: [any CommandSyntax.Type]
  /// Whether the tool is nothing but one command.
  let isSingleCommand: Bool

  /// The tool's own commands in declared order.
  var commands: [CommandDescription] { ownCommands.map { CommandDescription($0) } }

  /// `help`, `completions` and `man`; none in a tool that is nothing but one command.
  var helpCommands: [CommandDescription] {
    if isSingleCommand { return [] }
    return CommandLineTool.helpCommands.map { command in
      var described = CommandDescription(command)
      for place in described.arguments.indices
      where described.arguments[place].name == "COMMAND" {
        described.arguments[place].possibleValues = ownCommands.map { $0.name }
      }
      return described
    }
  }

  /// Every command, the helping ones last.
  var allCommands: [CommandDescription] { commands + helpCommands }

  /// The words that call a command: the tool's name, and the command's where there are several.
  func path(of command: String) -> String {
    isSingleCommand ? name : "\(name) \(command)"
  }
}
