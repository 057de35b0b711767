/// Values of options that come from elsewhere than the command line, such as a file, with the places
/// where they stand.
///
/// They are read by the very parsers of the options, so that a value means the same in both places and
/// is refused in the same words; a message names the place in the file instead of the command line.
public struct OptionSettings: Equatable, Sendable {
  /// A text with the place where it stands, such as `recipe.yaml:3:9`.
  public struct Word: Equatable, Sendable {
    /// The text.
    public var text: String
    /// The place, as a message is to name it.
    public var origin: String

    /// A text and its place.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - origin: The place, as a message is to name it.
    public init(_ text: String, origin: String) {
      self.text = text
      self.origin = origin
    }
  }

  /// What stands where a value should.
  public enum Value: Equatable, Sendable {
    /// Nothing: as if the option were not named.
    case absent
    /// One text.
    case word(Word)
    /// A list; `nil` for an element that is no text, with its place.
    case list([Word?])
    /// Something else, which no option takes.
    case other
  }

  /// An option's name and what was given for it.
  public struct Setting: Equatable, Sendable {
    /// The option's long name without dashes, and where it stands.
    public var name: Word
    /// What was given for it.
    public var value: Value

    /// Names an option and what is given for it.
    ///
    /// - Parameters:
    ///   - name: The option's long name without dashes, and where it stands.
    ///   - value: What is given for it.
    public init(_ name: Word, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// The settings in the order in which they stand; no name stands twice.
  public var settings: [Setting]

  /// Collects settings.
  ///
  /// - Parameter settings: The settings in the order in which they stand.
  public init(_ settings: [Setting]) { self.settings = settings }

  /// Sets the options of a part that the command line did not.
  ///
  /// A list replaces the property's first values, as those of the command line do; one word is a list
  /// of one where the option takes several, and a list is one word where the option is
  /// `joinable(by:)`. An empty list is the same as nothing. A flag takes `true` or `false`. What the
  /// command line gives, it gives whole: of a list here nothing is added to it. All settings are read, also
  /// those that the command line replaces.
  ///
  /// - Parameters:
  ///   - part: The options' properties, as the command line left them.
  ///   - options: The part's options.
  ///   - given: What the command line gave.
  ///   - refusal: Why a name may not be set here, though it may be an option: a clause without a full
  ///     stop; `nil` for one that may.
  /// - Throws: `CommandLineError.at` for the first setting that cannot be used.
  public func apply<Part>(
    to part: inout Part, _ options: [Option<Part>], unlessIn given: GivenOptions,
    refusing refusal: (String) -> String?
  ) throws(CommandLineError) {
    for setting in settings {
      let name = setting.name.text
      do throws(CommandLineError) {
        if let reason = refusal(name) { throw .refused(reason) }
        guard let option = options.first(where: { $0.facts.name == name }) else {
          let known = options.filter { !$0.facts.isHidden && refusal($0.facts.name) == nil }
          throw .unknownSetting(
            name, suggestion: suggestion(for: name, among: known.map(\.facts.name)))
        }
        // Set on a copy where the command line decides, so that a mistake shows all the same.
        var copy = part
        try Self.set(option, of: &copy, to: setting.value)
        if !given.contains(name) { part = copy }
      } catch {
        throw error.at(setting.name.origin)
      }
    }
  }

  private static func set<Part>(
    _ option: Option<Part>, of part: inout Part, to value: Value
  ) throws(CommandLineError) {
    let name = option.facts.name
    var words: [Word] = []
    switch value {
    case .absent: return
    case .other:
      throw .refused(
        option.facts.kind.isList
          ? "'\(name)' takes values, not a mapping" : "'\(name)' takes a value, not a mapping")
    case .word(let word): words = [word]
    case .list(let list):
      if list.isEmpty { return }
      for word in list {
        guard let word else { throw .refused("'\(name)' takes a list of values, and no other") }
        words.append(word)
      }
      if let separator = option.facts.separator, let first = words.first {
        words = [Word(words.map(\.text).joined(separator: separator), origin: first.origin)]
      }
      guard option.facts.kind.isList || option.facts.separator != nil else {
        throw .refused("'\(name)' takes one value, not a list")
      }
    }
    for (place, word) in words.enumerated() {
      do throws(ArgumentProblem) {
        try option.assign(&part, .value(word.text, isFirst: place == 0))
      } catch {
        throw CommandLineError.invalidValue(word.text, target: name, problem: error)
          .at(word.origin)
      }
    }
  }

  /// An error of a value, with the place where it stands if it came from here.
  ///
  /// What is checked only when all options are known speaks of `--name`; where the value of that option
  /// was set here, the place is named instead.
  ///
  /// - Parameters:
  ///   - error: What was thrown.
  ///   - given: What the command line gave.
  /// - Returns: The error, so placed; the same where the value came from the command line.
  public func locating(
    _ error: CommandLineError, unlessIn given: GivenOptions
  ) -> CommandLineError {
    guard case .invalidValue(let text, let target, let problem) = error else { return error }
    let name = target.utf8.starts(with: "--".utf8) ? String(target.dropFirst(2)) : target
    guard !given.contains(name), let setting = settings.first(where: { $0.name.text == name })
    else { return error }
    var words: [Word?] = []
    switch setting.value {
    case .word(let word): words = [word]
    case .list(let list): words = list
    case .absent, .other: break
    }
    let word = words.compactMap(\.self).first { $0.text == text }
    return .invalidValue(text, target: name, problem: problem)
      .at(word?.origin ?? words.first??.origin ?? setting.name.origin)
  }
}

extension CommandLineError {
  /// The error with the place where its cause stands; one that has a place keeps it.
  ///
  /// - Parameter origin: The place, as a message is to name it: `recipe.yaml:3:9`.
  /// - Returns: `at`.
  public func at(_ origin: String) -> CommandLineError {
    if case .at = self { return self }
    return .at(origin, self)
  }
}

extension CommandSyntax {
  /// The long names of all options, without dashes, in the order of the help page.
  public static var optionNames: [String] { CommandDeclaration<Self>().options.map(\.facts.name) }
}
