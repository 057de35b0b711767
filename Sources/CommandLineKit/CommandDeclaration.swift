/// A command's lists, checked and ready for look-up.
struct CommandDeclaration<Root: CommandSyntax> {
  /// The sections of the help page in its order, the untitled list first.
  let sections: [OptionSection<Root>]

  /// All options in the order of the help page.
  let options: [Option<Root>]

  /// The positional arguments.
  let arguments: [Argument<Root>]

  /// Collects the lists.
  ///
  /// Stops the program when they contradict each other.
  init() {
    var sections: [OptionSection<Root>] = []
    if !Root.options.isEmpty { sections.append(OptionSection("Options", Root.options)) }
    sections += Root.optionSections
    self.sections = sections
    options = sections.flatMap(\.options)
    arguments = Root.arguments
    checkOptions()
    checkArguments()
  }

  /// The option of a long name without dashes, and whether the name is its `no-` form.
  func option(long name: String) -> (index: Int, isInverted: Bool)? {
    if let index = options.firstIndex(where: { $0.facts.name == name }) { return (index, false) }
    let index = options.firstIndex { $0.facts.kind.isInvertible && "no-\($0.facts.name)" == name }
    return index.map { ($0, true) }
  }

  /// The option of a one-dash letter.
  func option(short letter: Unicode.Scalar) -> Int? {
    options.firstIndex { $0.facts.short == Character(letter) }
  }

  /// The long spellings that a typing mistake may be offered, help included.
  var visibleLongSpellings: [String] {
    options.filter { !$0.facts.isHidden }.flatMap(\.facts.longSpellings) + ["--help"]
  }

  private func checkOptions() {
    var taken: Set = ["--help", "-h"]
    for option in options {
      let facts = option.facts
      precondition(
        facts.name.isOptionName,
        "An option's name is lowercase letters, digits and inner dashes, not '\(facts.name)'")
      if let short = facts.short {
        precondition(
          short.isASCII && (short.isLetter || short.isNumber),
          "An option's short name is an ASCII letter or digit, not '\(short)'")
      }
      for spelling in facts.spellings {
        precondition(
          taken.insert(spelling).inserted, "\(Root.name) declares '\(spelling)' twice")
      }
      if case .unless(let other) = facts.requirement {
        precondition(
          options.contains { $0.facts.name == other },
          "\(facts.long) is required unless --\(other), which \(Root.name) does not declare")
      }
    }
  }

  private func checkArguments() {
    for (argument, next) in zip(arguments, arguments.dropFirst()) {
      precondition(
        !argument.facts.isRepeated,
        "Only the last argument may be repeated, but \(argument.facts.name) is not the last")
      precondition(
        argument.facts.isRequired || !next.facts.isRequired,
        "\(next.facts.name) must be given, but follows the optional \(argument.facts.name)")
    }
  }
}

extension String {
  /// Whether the text is lowercase letters and digits, parted by single dashes.
  var isOptionName: Bool {
    let parts = utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty
        && part.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
  }
}
