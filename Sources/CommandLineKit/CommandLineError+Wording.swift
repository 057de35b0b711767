extension CommandLineError {
  /// One line for the user, without the tool's name and without a full stop.
  ///
  /// Control characters in what the user typed are written as escapes.
  public var message: String {
    switch self {
    case .unknownCommand(let name, let suggestion):
      "unknown command \(quoted(name))" + Self.question(suggestion)
    case .unknownOption(let name, let suggestion):
      "unknown option \(quoted(name))" + Self.question(suggestion)
    case .missingValue(let option, let following):
      "missing value for \(quoted(option))"
        + (following.map { following in
          "; a value that begins with '-' is written \(quoted("\(option)=\(following)"))"
        } ?? "")
    case .unexpectedValue(let option, let value):
      "\(quoted(option)) takes no value, but was given \(quoted(value))"
    case .invalidValue("", let target, let problem):
      "an empty value is not valid for \(quoted(target)): \(problem.message)"
    case .invalidValue(let value, let target, let problem):
      "\(quoted(value)) is not valid for \(quoted(target)): \(problem.message)"
    case .repeatedOption(let first, let second):
      first == second
        ? "\(quoted(first)) is given twice, but may be given only once"
        : "\(quoted(first)) and \(quoted(second)) are one option, which may be given only once"
    case .missingOption(let option, let valueName):
      "missing option " + quoted(valueName.isEmpty ? option : "\(option) <\(valueName)>")
    case .missingArgument(let name):
      "missing argument \(quoted(name))"
    case .unexpectedArgument(let text):
      "unexpected argument \(quoted(text))"
    case .conflictingOptions(let first, let second):
      "\(quoted(first)) and \(quoted(second)) exclude each other"
    case .optionNeedsOption(let option, let needed):
      "\(quoted(option)) needs \(quoted(needed))"
    case .unknownSetting(let name, let suggestion):
      "no option is named \(quoted(name))" + Self.question(suggestion)
    case .at(let origin, let error):
      "\(escaped(origin)): \(error.message)"
    case .refused(let reason):
      escaped(reason)
    }
  }

  /// The end of a message that offers the name the user may have meant.
  private static func question(_ suggestion: String?) -> String {
    suggestion.map { "; did you mean \(quoted($0))?" } ?? ""
  }
}

extension ArgumentProblem {
  /// The clause that stands after the colon of a refused value, without a full stop.
  public var message: String {
    switch self {
    case .expected(let what): "expected \(escaped(what))"
    case .expectedOneOf(let words): "expected one of \(escaped(words.joined(separator: ", ")))"
    case .outOfRange(let minimum?, let maximum?): "expected a number from \(minimum) to \(maximum)"
    case .outOfRange(let minimum?, nil): "expected a number of at least \(minimum)"
    case .outOfRange(nil, let maximum?): "expected a number of at most \(maximum)"
    case .outOfRange(nil, nil): "expected another number"
    case .because(let reason): escaped(reason)
    }
  }
}

/// The text between single quotes, its control characters escaped.
private func quoted(_ text: String) -> String { "'\(escaped(text))'" }

/// The text with control characters written as `\u{1B}`, so that what a user typed can neither
/// break a message's line nor reach the terminal as a control sequence.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator:
      result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
