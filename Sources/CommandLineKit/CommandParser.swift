/// Reads a command line into a command.
///
/// Options and positional arguments may be mixed. `--` ends the options; a lone `-` is positional.
/// The word after an option that takes a value is its value unless it begins with a dash; a lone
/// `-` and a negative number are values all the same. Short flags may be bundled, and a short
/// option's value may follow it directly: `-ovalue`, `-o=value`.
struct CommandParser<Root: CommandSyntax> {
  private let declaration = CommandDeclaration<Root>()
  private var command = Root()
  private var given = GivenOptions()
  private var words: [String] = []
  /// The spelling under which each option was last given, by its place in the declaration.
  private var spellings: [Int: String] = [:]

  /// The help that a line asks for, if it does.
  ///
  /// `-h` asks for the short page and `--help` for the long one, wherever they stand before `--`;
  /// the first of them decides.
  static func helpDetail(in line: [String]) -> HelpPage.Detail? {
    for word in line.prefix(while: { $0 != "--" }) {
      if word == "--help" { return .long }
      if word == "-h" { return .short }
    }
    return nil
  }

  /// Reads a line, checks it, and lets the command check itself.
  ///
  /// - Parameter line: The words after the command's name.
  /// - Returns: The command.
  /// - Throws: `CommandLineError`, in the order that `CommandSyntax.parse` states.
  static func parse(_ line: [String]) throws(CommandLineError) -> Root {
    var parser = Self()
    try parser.read(line)
    try parser.assignArguments()
    try parser.checkRequirements()
    parser.command.parsed(parser.given)
    try parser.command.validate()
    return parser.command
  }

  private mutating func read(_ line: [String]) throws(CommandLineError) {
    var rest = line[...]
    while let word = rest.popFirst() {
      let text = word.utf8
      if text.elementsEqual("--".utf8) {
        words += rest
        return
      } else if text.starts(with: "--".utf8) {
        try readLong(word, &rest)
      } else if text.starts(with: "-".utf8), text.count > 1 {
        try readShort(word, &rest)
      } else {
        words.append(word)
      }
    }
  }

  /// Reads `--name`, `--no-name` or `--name=value`.
  private mutating func readLong(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandLineError) {
    let end = word.utf8.firstIndex(of: UInt8(ascii: "="))
    let spelling = String(word[..<(end ?? word.endIndex)])
    let value = end.map { String(word[word.utf8.index(after: $0)...]) }
    guard let (index, isInverted) = declaration.option(long: String(spelling.dropFirst(2))) else {
      throw .unknownOption(
        spelling, suggestion: suggestion(for: spelling, among: declaration.visibleLongSpellings))
    }
    guard declaration.options[index].facts.kind.takesValue else {
      if let value { throw .unexpectedValue(option: spelling, value: value) }
      return try assign(index, nil, isOn: !isInverted, spelling)
    }
    if let value {
      try assign(index, value, isOn: true, spelling)
    } else {
      try assign(index, try nextValue(for: spelling, &rest), isOn: true, spelling)
    }
  }

  /// Reads `-f`, `-fgh`, `-o value`, `-ovalue` or `-o=value`.
  private mutating func readShort(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandLineError) {
    var letters = word.unicodeScalars.dropFirst()
    while let letter = letters.popFirst() {
      let spelling = "-\(letter)"
      guard let index = declaration.option(short: letter) else {
        // A long name behind one dash is the likeliest slip: offer it with two.
        let long = "-\(word)"
        let isLong = declaration.visibleLongSpellings.contains(long)
        throw .unknownOption(isLong ? word : spelling, suggestion: isLong ? long : nil)
      }
      if declaration.options[index].facts.kind.takesValue {
        if letters.isEmpty {
          try assign(index, try nextValue(for: spelling, &rest), isOn: true, spelling)
        } else {
          if letters.first == "=" { letters.removeFirst() }
          try assign(index, String(letters), isOn: true, spelling)
        }
        return
      }
      if letters.first == "=" {
        throw .unexpectedValue(option: spelling, value: String(letters.dropFirst()))
      }
      try assign(index, nil, isOn: true, spelling)
    }
  }

  /// Takes the word after an option as its value.
  private func nextValue(
    for spelling: String, _ rest: inout ArraySlice<String>
  ) throws(CommandLineError) -> String {
    guard let next = rest.first else { throw .missingValue(option: spelling, following: nil) }
    guard !next.utf8.starts(with: "-".utf8) || next == "-" || next.isNegativeNumber else {
      throw .missingValue(option: spelling, following: next)
    }
    rest.removeFirst()
    return next
  }

  /// Sets an option's property; `value` is `nil` for a flag.
  private mutating func assign(
    _ index: Int, _ value: String?, isOn: Bool, _ spelling: String
  ) throws(CommandLineError) {
    let option = declaration.options[index]
    if let first = spellings[index], !option.facts.kind.isRepeatable {
      throw .repeatedOption(first: first, second: spelling)
    }
    let isFirst = spellings[index] == nil
    do throws(ArgumentProblem) {
      try option.assign(
        &command, value.map { .value($0, isFirst: isFirst) } ?? .flag(isOn))
    } catch {
      throw .invalidValue(value ?? "", target: spelling, problem: error)
    }
    spellings[index] = spelling
    given.insert(option.facts.name)
  }

  /// Hands the positional words to the arguments in declared order.
  private mutating func assignArguments() throws(CommandLineError) {
    var rest = words[...]
    for argument in declaration.arguments {
      guard !rest.isEmpty else {
        if argument.facts.isRequired { throw .missingArgument(argument.facts.name) }
        break
      }
      var isFirst = true
      repeat {
        let word = rest.removeFirst()
        do throws(ArgumentProblem) {
          try argument.assign(&command, word, isFirst)
        } catch {
          throw .invalidValue(word, target: argument.facts.name, problem: error)
        }
        isFirst = false
      } while argument.facts.isRepeated && !rest.isEmpty
    }
    if let extra = rest.first { throw .unexpectedArgument(extra) }
  }

  private func checkRequirements() throws(CommandLineError) {
    for (index, option) in declaration.options.enumerated() where spellings[index] == nil {
      let isMissing =
        switch option.facts.requirement {
        case .never: false
        case .always: true
        case .unless(let other): !given.contains(other)
        }
      if isMissing { throw .missingOption(option.facts.long, valueName: option.facts.valueName) }
    }
  }
}

extension String {
  /// Whether the text is a dash and a decimal number: `-5`, `-.5`, `-1e-3`.
  fileprivate var isNegativeNumber: Bool {
    guard let second = utf8.dropFirst().first else { return false }
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(second)
    return (isDigit || second == UInt8(ascii: ".")) && (try? Double(argument: self)) != nil
  }
}

extension CommandSyntax {
  /// Reads a command from a command line.
  ///
  /// - Parameter line: The words after the command's name; `-h` and `--help` are not among the
  ///   options here.
  /// - Returns: The command, its `validate` passed.
  /// - Throws: `CommandLineError` for the first thing wrong from left to right, then for missing
  ///   arguments, then for missing options, then what `validate` throws.
  /// - Complexity: O(*n* · *m*) for *n* words and *m* declared options.
  public static func parse(_ line: [String]) throws(CommandLineError) -> Self {
    try CommandParser<Self>.parse(line)
  }
}
