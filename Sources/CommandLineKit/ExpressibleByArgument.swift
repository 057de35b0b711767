/// A type that one word of the command line can stand for.
///
/// `String`, `Int`, `UInt64`, `Double` and `Bool` conform, and so does, with an empty conformance,
/// every enumeration that is `CaseIterable` and has `String` raw values.
public protocol ExpressibleByArgument: Sendable {
  /// Reads the value.
  ///
  /// - Parameter argument: The text as typed; may be empty, as in `--name=`.
  /// - Throws: `ArgumentProblem` that says what would have been valid.
  init(argument: String) throws(ArgumentProblem)

  /// The value as a user would type it; empty where a help page should show no default.
  var defaultValueDescription: String { get }

  /// All valid texts in the order of the help page; empty when they cannot be listed.
  static var allValueStrings: [String] { get }
}

extension ExpressibleByArgument {
  /// The value as Swift describes it.
  public var defaultValueDescription: String { String(describing: self) }

  /// No list: any text may be valid.
  public static var allValueStrings: [String] { [] }
}

extension ExpressibleByArgument
where Self: CaseIterable & RawRepresentable, RawValue == String {
  /// Reads a case by its raw value, in the same letter case.
  ///
  /// - Parameter argument: The raw value of a case.
  /// - Throws: `ArgumentProblem.expectedOneOf` with all raw values.
  public init(argument: String) throws(ArgumentProblem) {
    guard let value = Self(rawValue: argument) else {
      throw .expectedOneOf(Self.allValueStrings)
    }
    self = value
  }

  /// The raw value.
  public var defaultValueDescription: String { rawValue }

  /// The raw values in declared order.
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

extension String: ExpressibleByArgument {
  /// Takes the text as it is, the empty text included.
  ///
  /// - Parameter argument: Any text.
  public init(argument: String) { self = argument }

  /// The text itself.
  public var defaultValueDescription: String { self }
}

extension Bool: ExpressibleByArgument {
  /// Reads `true` or `false`.
  ///
  /// - Parameter argument: One of the two words.
  /// - Throws: `ArgumentProblem.expectedOneOf` for any other text.
  public init(argument: String) throws(ArgumentProblem) {
    switch argument {
    case "true": self = true
    case "false": self = false
    default: throw .expectedOneOf(Self.allValueStrings)
    }
  }

  /// `true` and `false`.
  public static var allValueStrings: [String] { ["true", "false"] }
}

extension Int: ExpressibleByArgument {
  /// Reads plain decimal digits after an optional sign: no separators, no exponent, no spaces.
  ///
  /// - Parameter argument: The digits.
  /// - Throws: `ArgumentProblem.expected` for text that is no whole number, and
  ///   `ArgumentProblem.outOfRange` for one that does not fit 64 bits.
  public init(argument: String) throws(ArgumentProblem) {
    self = try wholeNumber(argument)
  }
}

extension UInt64: ExpressibleByArgument {
  /// Reads plain decimal digits; a negative number is out of range, but `-0` is 0.
  ///
  /// - Parameter argument: The digits.
  /// - Throws: `ArgumentProblem.expected` for text that is no whole number, and
  ///   `ArgumentProblem.outOfRange` for one that does not fit 64 bits.
  public init(argument: String) throws(ArgumentProblem) {
    self = try wholeNumber(argument)
  }
}

extension Double: ExpressibleByArgument {
  /// Reads a decimal number with an optional sign, fraction and exponent: `2`, `-0.5`, `1e-3`.
  ///
  /// Hexadecimal numbers, infinities and NaN are refused. A number too small to be told from
  /// zero is zero.
  ///
  /// - Parameter argument: The number.
  /// - Throws: `ArgumentProblem.expected` for text that is no number, and
  ///   `ArgumentProblem.outOfRange` for one whose magnitude exceeds the greatest finite `Double`.
  public init(argument: String) throws(ArgumentProblem) {
    let isPlain = argument.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default:
        false
      }
    }
    guard isPlain, let value = Double(argument), !value.isNaN else { throw .expected("a number") }
    guard value.isFinite else {
      let limit = Double.greatestFiniteMagnitude
      throw .outOfRange(minimum: "\(-limit)", maximum: "\(limit)")
    }
    self = value
  }

  /// The shortest decimal that reads back as the same number, without a trailing `.0`.
  public var defaultValueDescription: String {
    let text = description
    return text.utf8.suffix(2).elementsEqual(".0".utf8) ? String(text.dropLast(2)) : text
  }
}

/// Reads a decimal whole number, telling text that is none from one that does not fit.
private func wholeNumber<Number: FixedWidthInteger>(
  _ text: String
) throws(ArgumentProblem) -> Number {
  if let value = Number(text) { return value }
  let digits =
    text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true
    ? text.utf8.dropFirst() : text.utf8[...]
  let isWhole =
    !digits.isEmpty
    && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  guard isWhole else { throw .expected("a whole number") }
  throw .outOfRange(minimum: "\(Number.min)", maximum: "\(Number.max)")
}

extension ClosedRange where Bound: ExpressibleByArgument {
  /// Reads a value and checks that it lies in this range: `parse: (0.0...1.0).parse(argument:)`.
  ///
  /// - Parameter argument: The text as typed.
  /// - Returns: A value within the range, bounds included.
  /// - Throws: What `Bound` throws, and `ArgumentProblem.outOfRange` with the bounds.
  public func parse(argument: String) throws(ArgumentProblem) -> Bound {
    let value = try Bound(argument: argument)
    guard contains(value) else {
      throw .outOfRange(
        minimum: lowerBound.defaultValueDescription, maximum: upperBound.defaultValueDescription)
    }
    return value
  }
}

extension PartialRangeFrom where Bound: ExpressibleByArgument {
  /// Reads a value and checks that it is at least the bound: `parse: (1...).parse(argument:)`.
  ///
  /// - Parameter argument: The text as typed.
  /// - Returns: A value not below the bound.
  /// - Throws: What `Bound` throws, and `ArgumentProblem.outOfRange` with the bound.
  public func parse(argument: String) throws(ArgumentProblem) -> Bound {
    let value = try Bound(argument: argument)
    guard contains(value) else {
      throw .outOfRange(minimum: lowerBound.defaultValueDescription, maximum: nil)
    }
    return value
  }
}
