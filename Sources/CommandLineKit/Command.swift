/// What a command is called, what it takes and what its help page says.
///
/// A conforming struct's stored properties are the defaults; `options`, `optionSections` and
/// `arguments` bind the command line to them. The parser, the help pages, the completion scripts,
/// the manual pages and the suggestions all read these lists. They must not change between calls.
public protocol CommandSyntax: Sendable {
  /// The command with every property at its default.
  init()

  /// The word that chooses the command; of a tool with one command, the tool's name.
  static var name: String { get }

  /// One sentence.
  static var abstract: String { get }

  /// Paragraphs for the long help, an empty line between two of them; a line that begins with a
  /// space is kept as it is. Empty unless declared.
  static var discussion: String { get }

  /// Command lines worth copying, for the end of the long help. None unless declared.
  static var examples: [Example] { get }

  /// Options under the title `Options`. None unless declared.
  static var options: [Option<Self>] { get }

  /// Options under titles of their own, shown after `options`. None unless declared.
  static var optionSections: [OptionSection<Self>] { get }

  /// Positional arguments in the order of the line. None unless declared.
  ///
  /// Only the last may be repeated, and none that must be given may follow an optional one.
  static var arguments: [Argument<Self>] { get }

  /// Called once the line is read, before `validate`, with the options that stood on it.
  ///
  /// Does nothing unless declared.
  mutating func parsed(_ given: GivenOptions)

  /// Checks what no single value shows, such as options that exclude each other.
  ///
  /// Does nothing unless declared.
  ///
  /// - Throws: `CommandLineError`, which the tool reports as a usage error.
  mutating func validate() throws(CommandLineError)
}

extension CommandSyntax {
  /// No discussion.
  public static var discussion: String { "" }

  /// No examples.
  public static var examples: [Example] { [] }

  /// No options.
  public static var options: [Option<Self>] { [] }

  /// No sections.
  public static var optionSections: [OptionSection<Self>] { [] }

  /// No arguments.
  public static var arguments: [Argument<Self>] { [] }

  /// Nothing to note.
  public mutating func parsed(_ given: GivenOptions) {}

  /// Nothing to check.
  public mutating func validate() throws(CommandLineError) {}
}

/// A command that a tool can run.
public protocol Command: CommandSyntax {
  /// Does the work.
  ///
  /// - Parameter console: Where text goes, and how wide it may be.
  /// - Returns: The status that the process should end with.
  /// - Throws: `CommandLineError` for what turns out to be a usage error only now; any other
  ///   error is put into words by the tool's caller.
  func run(on console: Console) throws -> ExitCode
}

/// A command line and what it does.
public struct Example: Equatable, Sendable {
  /// The line as typed, the tool's name included.
  public let commandLine: String

  /// What it does: one clause or sentence.
  public let meaning: String

  /// An example for a help page.
  ///
  /// - Parameters:
  ///   - commandLine: The line as typed, the tool's name included.
  ///   - meaning: What it does.
  public init(_ commandLine: String, _ meaning: String) {
    self.commandLine = commandLine
    self.meaning = meaning
  }
}
