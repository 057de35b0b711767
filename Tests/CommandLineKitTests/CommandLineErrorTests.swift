import CommandLineKit
import Testing

@Suite struct CommandLineErrorTests {
  @Test(arguments: [
    (
      CommandLineError.unknownCommand("selct", suggestion: "select"),
      "unknown command 'selct'; did you mean 'select'?"
    ),
    (.unknownCommand("x", suggestion: nil), "unknown command 'x'"),
    (
      .unknownOption("--bugdet", suggestion: "--budget"),
      "unknown option '--bugdet'; did you mean '--budget'?"
    ),
    (.unknownOption("-x", suggestion: nil), "unknown option '-x'"),
    (.missingValue(option: "--budget", following: nil), "missing value for '--budget'"),
    (
      .missingValue(option: "-o", following: "--force"),
      "missing value for '-o'; a value that begins with '-' is written '-o=--force'"
    ),
    (
      .unexpectedValue(option: "--force", value: "yes"),
      "'--force' takes no value, but was given 'yes'"
    ),
    (
      .invalidValue("xml", target: "--format", problem: .expectedOneOf(["jsonl", "json"])),
      "'xml' is not valid for '--format': expected one of jsonl, json"
    ),
    (
      .invalidValue("", target: "--seed", problem: .expected("a whole number")),
      "an empty value is not valid for '--seed': expected a whole number"
    ),
    (
      .invalidValue("9", target: "N", problem: .outOfRange(minimum: "1", maximum: "8")),
      "'9' is not valid for 'N': expected a number from 1 to 8"
    ),
    (
      .invalidValue("0", target: "-j", problem: .outOfRange(minimum: "1", maximum: nil)),
      "'0' is not valid for '-j': expected a number of at least 1"
    ),
    (
      .invalidValue("9", target: "-j", problem: .outOfRange(minimum: nil, maximum: "8")),
      "'9' is not valid for '-j': expected a number of at most 8"
    ),
    (
      .invalidValue("9", target: "-j", problem: .outOfRange(minimum: nil, maximum: nil)),
      "'9' is not valid for '-j': expected another number"
    ),
    (
      .invalidValue("a,a", target: "--axis", problem: .because("'a' stands twice")),
      "'a,a' is not valid for '--axis': 'a' stands twice"
    ),
    (
      .repeatedOption(first: "--seed", second: "--seed"),
      "'--seed' is given twice, but may be given only once"
    ),
    (
      .repeatedOption(first: "-b", second: "--budget"),
      "'-b' and '--budget' are one option, which may be given only once"
    ),
    (.missingOption("--budget", valueName: "B"), "missing option '--budget <B>'"),
    (.missingOption("--budget", valueName: ""), "missing option '--budget'"),
    (.missingArgument("INPUT"), "missing argument 'INPUT'"),
    (.unexpectedArgument("x"), "unexpected argument 'x'"),
    (.conflictingOptions("--a", "--b"), "'--a' and '--b' exclude each other"),
    (.optionNeedsOption("--a", needed: "--b"), "'--a' needs '--b'"),
    (.refused("nothing is left to do"), "nothing is left to do"),
  ])
  func `every error has its words`(error: CommandLineError, message: String) {
    #expect(error.message == message)
  }

  @Test func `control characters are written as escapes`() {
    #expect(
      CommandLineError.unexpectedArgument("a\n\u{1B}[31m\u{7F}\u{9B}\u{2028}é").message
        == "unexpected argument 'a\\u{A}\\u{1B}[31m\\u{7F}\\u{9B}\\u{2028}é'")
  }
}
