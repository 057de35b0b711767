/// Why a text is no YAML, or none that is read here: facts only.
public enum YAMLError: Error, Equatable, Sendable {
  /// The text breaks the rules of its format; the problem is a clause in libyaml's words, or in those of
  /// the reader of JSON.
  case malformed(YAMLPlace, problem: String)
  /// The text is too long.
  case tooLarge(byteCount: Int, limit: Int)
  /// Lists and mappings stand too deep in each other.
  case tooDeep(YAMLPlace, limit: Int)
  /// A mapping has a key twice.
  case duplicateKey(String, YAMLPlace, first: YAMLPlace)
  /// A key is a list or a mapping.
  case keyIsNoText(YAMLPlace)
  /// An anchor (`&name`) or an alias (`*name`).
  case anchorOrAlias(YAMLPlace)
  /// A tag (`!name`).
  case tag(YAMLPlace)
  /// A text with a NUL character, which no option can take.
  case nulCharacter(YAMLPlace)
  /// A second document.
  case severalDocuments(YAMLPlace)
  /// There is no memory for a parser.
  case outOfMemory
}
