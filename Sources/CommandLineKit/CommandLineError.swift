/// What is wrong with a command line.
///
/// Options stand in the cases with their dashes, as `--budget` or `-b`; positional arguments with
/// their declared name, as `INPUT`. `message` puts the facts into words.
public indirect enum CommandLineError: Error, Equatable, Sendable {
  /// No command has this name; the suggestion is the nearest one, if any is near.
  case unknownCommand(String, suggestion: String?)

  /// No option has this name; the suggestion is the nearest one, if any is near.
  case unknownOption(String, suggestion: String?)

  /// An option that takes a value stands without one; `following` is the option that stood in the
  /// value's place, or `nil` at the end of the line.
  case missingValue(option: String, following: String?)

  /// A flag was given a value, as in `--force=yes`.
  case unexpectedValue(option: String, value: String)

  /// A value could not be read; `target` is the option or the argument it was meant for.
  case invalidValue(String, target: String, problem: ArgumentProblem)

  /// An option that may be given once was given again; the two spellings may differ.
  case repeatedOption(first: String, second: String)

  /// An option that must be given was not; `valueName` is empty when it takes no value.
  case missingOption(String, valueName: String)

  /// A positional argument that must be given was not.
  case missingArgument(String)

  /// More positional arguments were given than the command takes; this is the first of them.
  case unexpectedArgument(String)

  /// Two options exclude each other.
  case conflictingOptions(String, String)

  /// The first option has no meaning without the second.
  case optionNeedsOption(String, needed: String)

  /// No option has this name, which stands among the settings of a file; the suggestion is the nearest
  /// one, if any is near.
  case unknownSetting(String, suggestion: String?)

  /// Something wrong at a place of a file that stands for a part of the command line.
  case at(String, CommandLineError)

  /// Another reason, in the words of the command: a clause without a full stop.
  case refused(String)
}
