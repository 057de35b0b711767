/// What a shell offers for a value of an option or for a positional argument.
public enum Completion: Equatable, Sendable {
  /// The value's listed texts, or nothing where there is no list.
  case automatic

  /// Names of files and, to reach them, of directories.
  case file

  /// Names of directories.
  case directory
}
