import CommandLineKit
import TestSupport
import Testing

@Suite struct ExpressibleByArgumentTests {
  @Test(arguments: [
    ("0", 0), ("-0", 0), ("+5", 5), ("-5", -5), ("007", 7), ("9223372036854775807", .max),
    ("-9223372036854775808", .min),
  ])
  func `reads a whole number`(text: String, value: Int) throws {
    #expect(try Int(argument: text) == value)
  }

  @Test(arguments: ["", "-", "+", "--5", "1 ", " 1", "1_000", "1e3", "1.0", "0x10", "٣", "nan"])
  func `refuses what is no plain whole number`(text: String) {
    #expect(throws: ArgumentProblem.expected("a whole number")) { try Int(argument: text) }
    #expect(throws: ArgumentProblem.expected("a whole number")) { try UInt64(argument: text) }
  }

  @Test(arguments: ["9223372036854775808", "-9223372036854775809", "100000000000000000000"])
  func `says the bounds of a whole number that does not fit`(text: String) {
    let bounds = ArgumentProblem.outOfRange(
      minimum: "-9223372036854775808", maximum: "9223372036854775807")
    #expect(throws: bounds) { try Int(argument: text) }
  }

  @Test func `a number without a sign may be as large as 64 bits hold`() throws {
    #expect(try UInt64(argument: "18446744073709551615") == .max)
    #expect(try UInt64(argument: "-0") == 0)
    let bounds = ArgumentProblem.outOfRange(minimum: "0", maximum: "18446744073709551615")
    #expect(throws: bounds) { try UInt64(argument: "18446744073709551616") }
    #expect(throws: bounds) { try UInt64(argument: "-1") }
  }

  @Test(arguments: [
    ("0", 0.0), ("-0.5", -0.5), ("1.", 1), (".5", 0.5), ("1e-3", 0.001), ("2E2", 200), ("+1", 1),
    ("1e-400", 0),
  ])
  func `reads a decimal number`(text: String, value: Double) throws {
    #expect(try Double(argument: text) == value)
  }

  @Test(arguments: ["", "-", ".", "e", "nan", "inf", "-infinity", "0x1p3", "1,5", "1 ", "1e", "5%"])
  func `refuses what is no plain decimal number`(text: String) {
    #expect(throws: ArgumentProblem.expected("a number")) { try Double(argument: text) }
  }

  @Test(arguments: ["1e309", "-1e309"])
  func `says the bounds of a decimal number that overflows`(text: String) {
    let bounds = ArgumentProblem.outOfRange(
      minimum: "-1.7976931348623157e+308", maximum: "1.7976931348623157e+308")
    #expect(throws: bounds) { try Double(argument: text) }
  }

  @Test func `a text is taken as it is`() {
    #expect(String(argument: "") == "")
    #expect(String(argument: " a=b ") == " a=b ")
  }

  @Test func `a truth value is one of two words`() throws {
    #expect(try Bool(argument: "true"))
    #expect(try !Bool(argument: "false"))
    #expect(throws: ArgumentProblem.expectedOneOf(["true", "false"])) { try Bool(argument: "TRUE") }
    #expect(throws: ArgumentProblem.expectedOneOf(["true", "false"])) { try Bool(argument: "") }
  }

  @Test func `an enumeration is read by its raw values`() throws {
    #expect(try Ripeness(argument: "soft") == .soft)
    #expect(throws: ArgumentProblem.expectedOneOf(["green", "ripe", "soft"])) {
      try Ripeness(argument: "Soft")
    }
  }

  @Test func `a range includes both bounds and nothing beyond`() throws {
    let share = 0.0...1.0
    #expect(try share.parse(argument: "0") == 0)
    #expect(try share.parse(argument: "1") == 1)
    #expect(throws: ArgumentProblem.outOfRange(minimum: "0", maximum: "1")) {
      try share.parse(argument: "1.0000001")
    }
    #expect(throws: ArgumentProblem.expected("a number")) { try share.parse(argument: "x") }
    #expect(try (1...).parse(argument: "1") == 1)
    #expect(throws: ArgumentProblem.outOfRange(minimum: "1", maximum: nil)) {
      try (1...).parse(argument: "0")
    }
  }

  @Test(arguments: [(1.0, "1"), (0.5, "0.5"), (-2.0, "-2"), (1e300, "1e+300"), (0.1, "0.1")])
  func `a default number is shown without needless digits`(value: Double, text: String) throws {
    #expect(value.defaultValueDescription == text)
    #expect(try Double(argument: text) == value)
  }

  @Test func `every number reads back from what is shown of it`() throws {
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: seed)
      let whole = Int(truncatingIfNeeded: generator.next())
      #expect(try Int(argument: whole.defaultValueDescription) == whole)
      let natural = generator.next()
      #expect(try UInt64(argument: natural.defaultValueDescription) == natural)
      let decimal = Double(bitPattern: generator.next())
      guard decimal.isFinite else { continue }
      #expect(try Double(argument: decimal.defaultValueDescription) == decimal)
    }
  }
}
