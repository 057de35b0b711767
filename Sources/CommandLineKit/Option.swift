/// One option of a command: its names, its help, and the stored property it sets.
///
/// Made by `flag`, `count`, `value` and `repeated`, and refined by the functions below:
///
///     .value("threads", short: "j", \.threads, valueName: "N", help: "Threads to use.")
///       .showingDefault("all cores")
public struct Option<Root>: Sendable {
  /// Everything but the binding.
  var facts: OptionFacts

  /// Sets the property; called once for each appearance of the option.
  let assign: @Sendable (inout Root, OptionOccurrence) throws(ArgumentProblem) -> Void

  /// The property's value as a user would type it, or `nil` where a help page shows none.
  let currentText: @Sendable (Root) -> String?

  /// The long name without dashes.
  public var name: String { facts.name }

  /// Declares that the option must be given; its property's first value is then never read.
  public func required() -> Self {
    precondition(facts.kind.takesValue, "A flag cannot be required: --\(facts.name)")
    return with { $0.requirement = .always }
  }

  /// Declares that the option must be given unless another one is, as a recipe may stand for it.
  ///
  /// - Parameter other: The other option's long name without dashes, declared by the same command.
  /// - Returns: The option, so refined.
  public func required(unless other: String) -> Self {
    precondition(facts.kind.takesValue, "A flag cannot be required: --\(facts.name)")
    return with { $0.requirement = .unless(other) }
  }

  /// Keeps the option out of help pages, manual pages, completions and suggestions.
  public func hidden() -> Self { with { $0.isHidden = true } }

  /// Adds paragraphs that only the long help and the manual page show.
  ///
  /// - Parameter text: Paragraphs, an empty line between two of them; a line that begins with a
  ///   space is kept as it is.
  /// - Returns: The option, so refined.
  public func detail(_ text: String) -> Self { with { $0.detail = text } }

  /// Adds an example of use, shown by the long help and the manual page.
  ///
  /// - Parameter text: The option as typed: `--budget 10%`.
  /// - Returns: The option, so refined.
  public func example(_ text: String) -> Self { with { $0.example = text } }

  /// Says what a shell offers for the value.
  public func completed(with completion: Completion) -> Self { with { $0.completion = completion } }

  /// Shows a text in place of the property's first value.
  ///
  /// - Parameter text: The text; empty to show no default at all.
  /// - Returns: The option, so refined.
  public func showingDefault(_ text: String) -> Self { with { $0.shownDefault = text } }

  /// Lists the valid texts of a value that has its own parser.
  ///
  /// - Parameter values: The texts in the order of the help page.
  /// - Returns: The option, so refined.
  public func possibleValues(_ values: [String]) -> Self { with { $0.possibleValues = values } }

  /// Declares that a list of values in a file stands for one value with a separator between them.
  ///
  /// - Parameter separator: What the option's own notation has between values, as in `1k,5k`.
  /// - Returns: The option, so refined.
  public func joinable(by separator: String) -> Self { with { $0.separator = separator } }

  /// A copy with changed facts.
  private func with(_ change: (inout OptionFacts) -> Void) -> Self {
    var copy = self
    change(&copy.facts)
    return copy
  }

  /// The same option for a type of which `Root` is a part.
  func lifted<Whole>(through path: any WritableKeyPath<Whole, Root> & Sendable) -> Option<Whole> {
    Option<Whole>(
      facts: facts,
      assign: { [assign] (whole: inout Whole, occurrence) throws(ArgumentProblem) in
        try assign(&whole[keyPath: path], occurrence)
      },
      currentText: { [currentText] whole in currentText(whole[keyPath: path]) })
  }
}

/// Options that stand under one title on the help page.
public struct OptionSection<Root>: Sendable {
  /// The title without a colon.
  let title: String

  /// The options in the order of the help page.
  let options: [Option<Root>]

  /// A section of a command's own options.
  ///
  /// - Parameters:
  ///   - title: The title without a colon.
  ///   - options: The options in the order of the help page.
  public init(_ title: String, _ options: [Option<Root>]) {
    self.title = title
    self.options = options
  }

  /// A section of options that several commands share: they are declared for a part, and each
  /// command stores that part in a property.
  ///
  /// - Parameters:
  ///   - title: The title without a colon.
  ///   - path: Where the command stores the part.
  ///   - options: The part's options in the order of the help page.
  public init<Part>(
    _ title: String, in path: any WritableKeyPath<Root, Part> & Sendable, _ options: [Option<Part>]
  ) {
    self.title = title
    self.options = options.map { $0.lifted(through: path) }
  }
}

/// One appearance of an option on the command line.
enum OptionOccurrence {
  /// A flag, set or, by its `--no-` form, unset.
  case flag(Bool)

  /// A value; the first one of a repeated option replaces the default, later ones are appended.
  case value(String, isFirst: Bool)
}

/// Everything about an option but the property that it sets.
struct OptionFacts: Sendable {
  /// What the option takes and how often it may be given.
  enum Kind: Equatable, Sendable {
    case flag(isInvertible: Bool)
    case count
    case value
    case repeated

    var takesValue: Bool { self == .value || self == .repeated }
    var isRepeatable: Bool { self == .count || self == .repeated }
    var isInvertible: Bool { self == .flag(isInvertible: true) }
    var isList: Bool { self == .repeated }
  }

  /// Whether the option must be given.
  enum Requirement: Equatable, Sendable {
    case never
    case always
    case unless(String)
  }

  var name: String
  var short: Character?
  var kind: Kind
  var help: String
  var declaredValueName: String?
  var possibleValues: [String] = []
  var requirement = Requirement.never
  var isHidden = false
  var detail = ""
  var example = ""
  var completion = Completion.automatic
  /// What joins a list from a file to one value; `nil` where a list is none.
  var separator: String?
  /// What the help page shows as the default; `nil` until it is taken from the property.
  var shownDefault: String?

  /// The long spelling.
  var long: String { "--\(name)" }

  /// All spellings on the command line, the short one first.
  var spellings: [String] {
    (short.map { ["-\($0)"] } ?? []) + longSpellings
  }

  /// The long spellings.
  var longSpellings: [String] { kind.isInvertible ? [long, "--no-\(name)"] : [long] }

  /// What stands between angle brackets; empty for an option without a value.
  ///
  /// That is the declared name, else a short list of the possible values, else the option's name.
  var valueName: String {
    guard kind.takesValue else { return "" }
    if let declaredValueName { return declaredValueName }
    let list = possibleValues.joined(separator: "|")
    return list.isEmpty || list.unicodeScalars.count > 24 ? name : list
  }
}
