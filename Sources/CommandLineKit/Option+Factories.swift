extension Option {
  /// An option without a value that sets a property to true.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property.
  ///   - isInvertible: Whether `--no-NAME` sets the property to false.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func flag(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, Bool> & Sendable,
    isInvertible: Bool = false, help: String
  ) -> Self {
    Self(
      facts: OptionFacts(
        name: name, short: short, kind: .flag(isInvertible: isInvertible), help: help),
      assign: { (root: inout Root, occurrence) throws(ArgumentProblem) in
        switch occurrence {
        case .flag(let isOn): root[keyPath: path] = isOn
        case .value(let text, _): root[keyPath: path] = try Bool(argument: text)
        }
      },
      currentText: { root in
        guard isInvertible else { return nil }
        return root[keyPath: path] ? "--\(name)" : "--no-\(name)"
      })
  }

  /// An option without a value that adds one to a property each time it is given: `-vv`.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property; counting starts from its first value.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func count(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, Int> & Sendable,
    help: String
  ) -> Self {
    Self(
      facts: OptionFacts(name: name, short: short, kind: .count, help: help),
      assign: { (root: inout Root, occurrence) throws(ArgumentProblem) in
        switch occurrence {
        case .flag: root[keyPath: path] += 1
        case .value(let text, _): root[keyPath: path] = try Int(argument: text)
        }
      },
      currentText: { root in root[keyPath: path] == 0 ? nil : "\(root[keyPath: path])" })
  }

  /// An option with a value; the property's first value is the default.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property.
  ///   - valueName: What the help page writes between angle brackets; without it the possible
  ///     values if they are few, else the option's name.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value: ExpressibleByArgument>(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, Value> & Sendable,
    valueName: String? = nil, help: String
  ) -> Self {
    value(
      name, short: short, path, parse: Value.parse(argument:), valueName: valueName, help: help
    ).possibleValues(Value.allValueStrings)
  }

  /// An option with a value and no default: its property is `nil` when it is not given.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property.
  ///   - valueName: What the help page writes between angle brackets; without it the possible
  ///     values if they are few, else the option's name.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value: ExpressibleByArgument>(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, Value?> & Sendable,
    valueName: String? = nil, help: String
  ) -> Self {
    value(
      name, short: short, path, parse: Value.parse(argument:), valueName: valueName, help: help
    ).possibleValues(Value.allValueStrings)
  }

  /// An option whose value has its own parser.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property; its first value is the default.
  ///   - parse: Reads the text, or says why it cannot.
  ///   - valueName: What the help page writes between angle brackets; without it the option's name.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value>(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, Value> & Sendable,
    parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value,
    valueName: String? = nil, help: String
  ) -> Self {
    Self(
      facts: OptionFacts(
        name: name, short: short, kind: .value, help: help, declaredValueName: valueName),
      assign: { (root: inout Root, occurrence) throws(ArgumentProblem) in
        if case .value(let text, _) = occurrence { root[keyPath: path] = try parse(text) }
      },
      currentText: { root in text(of: root[keyPath: path]) })
  }

  /// An option whose value has its own parser and no default.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property, `nil` when the option is not given.
  ///   - parse: Reads the text, or says why it cannot.
  ///   - valueName: What the help page writes between angle brackets; without it the option's name.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func value<Value>(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, Value?> & Sendable,
    parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value,
    valueName: String? = nil, help: String
  ) -> Self {
    Self(
      facts: OptionFacts(
        name: name, short: short, kind: .value, help: help, declaredValueName: valueName),
      assign: { (root: inout Root, occurrence) throws(ArgumentProblem) in
        if case .value(let text, _) = occurrence { root[keyPath: path] = try parse(text) }
      },
      currentText: { root in root[keyPath: path].flatMap { text(of: $0) } })
  }

  /// An option that may be given any number of times; the values given replace the default ones.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property.
  ///   - valueName: What the help page writes between angle brackets; without it the possible
  ///     values if they are few, else the option's name.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func repeated<Value: ExpressibleByArgument>(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, [Value]> & Sendable,
    valueName: String? = nil, help: String
  ) -> Self {
    repeated(
      name, short: short, path, parse: Value.parse(argument:), valueName: valueName, help: help
    ).possibleValues(Value.allValueStrings)
  }

  /// An option that may be given any number of times, whose values have their own parser.
  ///
  /// - Parameters:
  ///   - name: The long name without dashes: lowercase letters, digits and inner dashes.
  ///   - short: A letter or digit for the one-dash form.
  ///   - path: The property; the values given replace those it holds first.
  ///   - parse: Reads the text of one value, or says why it cannot.
  ///   - valueName: What the help page writes between angle brackets; without it the option's name.
  ///   - help: One sentence.
  /// - Returns: The declaration, for a command's list.
  public static func repeated<Value>(
    _ name: String, short: Character? = nil, _ path: any WritableKeyPath<Root, [Value]> & Sendable,
    parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value,
    valueName: String? = nil, help: String
  ) -> Self {
    Self(
      facts: OptionFacts(
        name: name, short: short, kind: .repeated, help: help, declaredValueName: valueName),
      assign: { (root: inout Root, occurrence) throws(ArgumentProblem) in
        guard case .value(let text, let isFirst) = occurrence else { return }
        let value = try parse(text)
        if isFirst { root[keyPath: path] = [] }
        root[keyPath: path].append(value)
      },
      currentText: { root in
        let texts = root[keyPath: path].compactMap { text(of: $0) }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
      })
  }
}

extension ExpressibleByArgument {
  /// The initializer as a function, to be handed on as a parser.
  static func parse(argument: String) throws(ArgumentProblem) -> Self {
    try Self(argument: argument)
  }
}

/// A value as a user would type it, or `nil` when that is empty.
func text<Value>(of value: Value) -> String? {
  let text =
    if let value = value as? any ExpressibleByArgument {
      value.defaultValueDescription
    } else {
      String(describing: value)
    }
  return text.isEmpty ? nil : text
}
