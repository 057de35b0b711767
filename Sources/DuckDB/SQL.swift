/// Names and texts as SQL writes them.
public enum SQL {
  /// A text between single quotes, whatever stands in it.
  ///
  /// - Parameter text: Any text without NUL, which no argument of a command can hold.
  /// - Returns: The literal.
  public static func literal(_ text: String) -> String { quoted(text, by: "'") }

  /// The name of a column between double quotes, whatever stands in it.
  ///
  /// - Parameter name: Any text without NUL.
  /// - Returns: The identifier.
  public static func identifier(_ name: String) -> String { quoted(name, by: "\"") }

  private static func quoted(_ text: String, by quote: Unicode.Scalar) -> String {
    precondition(!text.utf8.contains(0), "SQL on a command line holds no NUL")
    var result = String.UnicodeScalarView([quote])
    for scalar in text.unicodeScalars {
      if scalar == quote { result.append(quote) }
      result.append(scalar)
    }
    result.append(quote)
    return String(result)
  }
}
