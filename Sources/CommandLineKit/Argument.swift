/// One positional argument of a command, or the list of them that ends the line.
///
/// Must be given unless declared `optional()`.
public struct Argument<Root>: Sendable {
  /// Everything but the binding.
  var facts: ArgumentFacts

  /// Sets the property from one word; the first word of a repeated argument replaces the default.
  let assign: @Sendable (inout Root, String, _ isFirst: Bool) throws(ArgumentProblem) -> Void

  /// The property's value as a user would type it, or `nil` where a help page shows none.
  let currentText: @Sendable (Root) -> String?

  /// Declares that the argument may be absent, its property then keeping its first value.
  public func optional() -> Self { with { $0.isRequired = false } }

  /// Adds paragraphs that only the long help and the manual page show.
  ///
  /// - Parameter text: Paragraphs, an empty line between two of them; a line that begins with a
  ///   space is kept as it is.
  /// - Returns: The argument, so refined.
  public func detail(_ text: String) -> Self { with { $0.detail = text } }

  /// Says what a shell offers for the argument.
  public func completed(with completion: Completion) -> Self { with { $0.completion = completion } }

  /// Shows a text in place of the property's first value.
  ///
  /// - Parameter text: The text; empty to show no default at all.
  /// - Returns: The argument, so refined.
  public func showingDefault(_ text: String) -> Self { with { $0.shownDefault = text } }

  /// Lists the valid texts of an argument that has its own parser.
  ///
  /// - Parameter values: The texts in the order of the help page.
  /// - Returns: The argument, so refined.
  public func possibleValues(_ values: [String]) -> Self { with { $0.possibleValues = values } }

  /// A copy with changed facts.
  private func with(_ change: (inout ArgumentFacts) -> Void) -> Self {
    var copy = self
    change(&copy.facts)
    return copy
  }
}

/// Everything about a positional argument but the property that it sets.
struct ArgumentFacts: Sendable {
  var name: String
  var isRepeated: Bool
  var help: String
  var isRequired = true
  var detail = ""
  var possibleValues: [String] = []
  var completion = Completion.automatic
  /// What the help page shows as the default; `nil` until it is taken from the property.
  var shownDefault: String?

  /// The argument on the usage line: `INPUT...`, `[POOL]`.
  var usage: String {
    let text = isRepeated ? "\(name)..." : name
    return isRequired ? text : "[\(text)]"
  }
}

extension Argument {
  /// One word; with `optional()` the property's first value is the default.
  ///
  /// - Parameters:
  ///   - name: The name on the help page, in capitals.
  ///   - path: The property.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value: ExpressibleByArgument>(
    _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable, help: String
  ) -> Self {
    value(name, path, parse: Value.parse(argument:), help: help)
      .possibleValues(Value.allValueStrings)
  }

  /// One word; with `optional()` the property is `nil` when the argument is not given.
  ///
  /// - Parameters:
  ///   - name: The name on the help page, in capitals.
  ///   - path: The property.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value: ExpressibleByArgument>(
    _ name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable, help: String
  ) -> Self {
    value(name, path, parse: Value.parse(argument:), help: help)
      .possibleValues(Value.allValueStrings)
  }

  /// One word that has its own parser.
  ///
  /// - Parameters:
  ///   - name: The name on the help page, in capitals.
  ///   - path: The property; with `optional()` its first value is the default.
  ///   - parse: Reads the text, or says why it cannot.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value>(
    _ name: String, _ path: any WritableKeyPath<Root, Value> & Sendable,
    parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value, help: String
  ) -> Self {
    Self(
      facts: ArgumentFacts(name: name, isRepeated: false, help: help),
      assign: { (root: inout Root, word, _) throws(ArgumentProblem) in
        root[keyPath: path] = try parse(word)
      },
      currentText: { root in text(of: root[keyPath: path]) })
  }

  /// One word that has its own parser and no default.
  ///
  /// - Parameters:
  ///   - name: The name on the help page, in capitals.
  ///   - path: The property; with `optional()` it is `nil` when the argument is not given.
  ///   - parse: Reads the text, or says why it cannot.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value>(
    _ name: String, _ path: any WritableKeyPath<Root, Value?> & Sendable,
    parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value, help: String
  ) -> Self {
    Self(
      facts: ArgumentFacts(name: name, isRepeated: false, help: help),
      assign: { (root: inout Root, word, _) throws(ArgumentProblem) in
        root[keyPath: path] = try parse(word)
      },
      currentText: { root in root[keyPath: path].flatMap { text(of: $0) } })
  }

  /// All remaining words, at least one of them unless `optional()`.
  ///
  /// - Parameters:
  ///   - name: The name on the help page, in capitals.
  ///   - path: The property; the words given replace the values it holds first.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func repeated<Value: ExpressibleByArgument>(
    _ name: String, _ path: any WritableKeyPath<Root, [Value]> & Sendable, help: String
  ) -> Self {
    repeated(name, path, parse: Value.parse(argument:), help: help)
      .possibleValues(Value.allValueStrings)
  }

  /// All remaining words, each read by its own parser, at least one unless `optional()`.
  ///
  /// - Parameters:
  ///   - name: The name on the help page, in capitals.
  ///   - path: The property; the words given replace the values it holds first.
  ///   - parse: Reads the text of one word, or says why it cannot.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func repeated<Value>(
    _ name: String, _ path: any WritableKeyPath<Root, [Value]> & Sendable,
    parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value, help: String
  ) -> Self {
    Self(
      facts: ArgumentFacts(name: name, isRepeated: true, help: help),
      assign: { (root: inout Root, word, isFirst) throws(ArgumentProblem) in
        let value = try parse(word)
        if isFirst { root[keyPath: path] = [] }
        root[keyPath: path].append(value)
      },
      currentText: { root in
        let texts = root[keyPath: path].compactMap { text(of: $0) }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
      })
  }
}
