import CommandLineKit
import Testing

@Suite struct CommandParserTests {
  /// A line that lacks nothing, with more words before its tree.
  private func pick(_ words: String...) throws(CommandLineError) -> Pick {
    try Pick.parse(["--weight", "1g"] + words + ["oak"])
  }

  // MARK: Nothing, and the least

  @Test func `an empty line leaves every default when nothing is required`() throws {
    struct Rest: CommandSyntax, Equatable {
      static let name = "rest"
      static let abstract = "Do nothing."
      var minutes = 5
      static var options: [Option<Self>] {
        [.value("minutes", \.minutes, valueName: "N", help: "How long.")]
      }
    }
    #expect(try Rest.parse([]) == Rest())
    #expect(throws: CommandLineError.unexpectedArgument("")) { try Rest.parse([""]) }
  }

  @Test func `what is not given keeps its default`() throws {
    var expected = Pick()
    expected.weight = Weight(grams: 1)
    expected.trees = ["oak"]
    var parsed = try pick()
    #expect(parsed.given.names == ["weight"])
    parsed.given = GivenOptions()
    #expect(parsed == expected)
  }

  // MARK: Spellings

  @Test(arguments: [
    ["--count", "3"], ["--count=3"], ["-c", "3"], ["-c3"], ["-c=3"], ["-fc3", "-o", "x"],
    ["-fvc=3", "-ox"], ["-vfo", "x", "-c", "3"],
  ])
  func `a value may stand in every place that getopt gives it`(words: [String]) throws {
    let parsed = try Pick.parse(words + ["-w1g", "oak"])
    #expect(parsed.count == 3)
    #expect(parsed.trees == ["oak"])
    #expect(parsed.isForced == words.contains { $0.contains("f") })
  }

  @Test(arguments: [
    (["-o", "a=b"], "a=b"), (["--output=a=b"], "a=b"), (["-oa=b"], "a=b"), (["-o==b"], "=b"),
    (["--output==b"], "=b"), (["--output="], ""), (["-o="], ""), (["-o", ""], ""),
    (["-o", "-"], "-"), (["--output=-x"], "-x"), (["-o-x"], "-x"), (["--output=--"], "--"),
    (["-o", "-5"], "-5"), (["-o", " "], " "), (["-o", "a b"], "a b"), (["-o", "é漢"], "é漢"),
    (["--output=\u{301}x"], "\u{301}x"), (["-o\u{301}x"], "\u{301}x"),
  ])
  func `a text arrives as it was typed`(words: [String], value: String) throws {
    let output = try Pick.parse(words + ["-w1g", "oak"]).output
    #expect(output.map { Array($0.utf8) } == Array(value.utf8))
  }

  @Test(arguments: ["-5", "-0.5", "-.5", "-1e3"])
  func `a negative number is a value`(number: String) throws {
    struct Shift: CommandSyntax {
      static let name = "shift"
      static let abstract = "Move the sun."
      var hours = 0.0
      static var options: [Option<Self>] {
        [.value("hours", short: "H", \.hours, valueName: "N", help: "How far.")]
      }
    }
    let value = try #require(Double(number))
    #expect(try Shift.parse(["--hours", number]).hours == value)
    #expect(try Shift.parse(["-H", number]).hours == value)
    #expect(try Shift.parse(["-H\(number)"]).hours == value)
  }

  @Test func `flags, their inversion and counts`() throws {
    #expect(try pick().showsProgress)
    #expect(try pick("--progress").showsProgress)
    #expect(try !pick("--no-progress").showsProgress)
    #expect(try pick("--no-progress").given.names == ["weight", "progress"])
    #expect(try pick("-vvv", "--verbose").verbosity == 4)
    #expect(throws: CommandLineError.unknownOption("--no-force", suggestion: nil)) {
      try pick("--no-force")
    }
  }

  @Test func `the first of repeated values replaces the default ones`() throws {
    #expect(try pick().kinds == ["apple", "pear"])
    #expect(try pick("-k", "fig").kinds == ["fig"])
    #expect(try pick("-k", "fig", "--kind=plum", "-kfig").kinds == ["fig", "plum", "fig"])
  }

  @Test func `a hidden option works`() throws {
    #expect(try pick("--trial").isTrial)
  }

  @Test func `shared options arrive in their part`() throws {
    let parsed = try pick("--rain=0.25", "--wind", "-3")
    #expect(parsed.weather == Weather(rain: 0.25, wind: -3))
    #expect(
      throws: CommandLineError.invalidValue(
        "2", target: "--rain", problem: .outOfRange(minimum: "0", maximum: "1"))
    ) {
      try pick("--rain", "2")
    }
  }

  // MARK: Positional arguments

  @Test(arguments: [
    (["a", "b"], ["a", "b"]), (["-"], ["-"]), (["--", "-v", "--help"], ["-v", "--help"]),
    (["--", "--", "a"], ["--", "a"]), (["a", "-v", "b"], ["a", "b"]), ([""], [""]),
    (["a", "--"], ["a"]), (["a", "--", "-w"], ["a", "-w"]),
  ])
  func `words that are no options are arguments`(words: [String], trees: [String]) throws {
    #expect(try Pick.parse(["-w1g"] + words).trees == trees)
  }

  @Test func `optional arguments fill from the left`() throws {
    #expect(try Move.parse(["1"]) == Move(basket: 1))
    #expect(try Move.parse(["1", "soft"]) == Move(basket: 1, ripeness: .soft))
    #expect(try Move.parse(["1", "soft", "x"]) == Move(basket: 1, ripeness: .soft, place: "x"))
  }

  // MARK: Errors

  @Test(arguments: [
    (["--bugdet"], CommandLineError.unknownOption("--bugdet", suggestion: nil)),
    (["--wieght", "1g"], .unknownOption("--wieght", suggestion: "--weight")),
    (["--wieght=1g"], .unknownOption("--wieght", suggestion: "--weight")),
    (["--trail"], .unknownOption("--trail", suggestion: nil)),
    (["--no-progres"], .unknownOption("--no-progres", suggestion: "--no-progress")),
    (["--ripe"], .unknownOption("--ripe", suggestion: "--ripeness")),
    (["---"], .unknownOption("---", suggestion: nil)),
    (["--=x"], .unknownOption("--", suggestion: nil)),
    (["-x"], .unknownOption("-x", suggestion: nil)),
    (["-vx"], .unknownOption("-x", suggestion: nil)),
    (["-5"], .unknownOption("-5", suggestion: nil)),
    (["-help"], .unknownOption("-help", suggestion: "--help")),
    (["-seed", "4"], .unknownOption("-seed", suggestion: "--seed")),
    (["--count"], .missingValue(option: "--count", following: nil)),
    (["-vc"], .missingValue(option: "-c", following: nil)),
    (["-c", "--force"], .missingValue(option: "-c", following: "--force")),
    (["-c", "--"], .missingValue(option: "-c", following: "--")),
    (["-c", "-x5"], .missingValue(option: "-c", following: "-x5")),
    (["--force=yes"], .unexpectedValue(option: "--force", value: "yes")),
    (["--no-progress="], .unexpectedValue(option: "--no-progress", value: "")),
    (["-v=2"], .unexpectedValue(option: "-v", value: "2")),
    (["-c1", "-c", "1"], .repeatedOption(first: "-c", second: "-c")),
    (["-c1", "--count=2"], .repeatedOption(first: "-c", second: "--count")),
    (["-ff"], .repeatedOption(first: "-f", second: "-f")),
    (
      ["--progress", "--no-progress"],
      .repeatedOption(first: "--progress", second: "--no-progress")
    ),
    (
      ["-c", "many"],
      .invalidValue("many", target: "-c", problem: .expected("a whole number"))
    ),
    (["--count="], .invalidValue("", target: "--count", problem: .expected("a whole number"))),
    (
      ["-rraw"],
      .invalidValue("raw", target: "-r", problem: .expectedOneOf(["green", "ripe", "soft"]))
    ),
    (
      ["-w5"], .invalidValue("5", target: "-w", problem: .expected("a weight such as 500g or 2kg"))
    ),
    (
      ["-w0g"],
      .invalidValue("0g", target: "-w", problem: .because("a basket of nothing cannot be picked"))
    ),
  ])
  func `says what is wrong with an option`(words: [String], error: CommandLineError) {
    #expect(throws: error) { try Pick.parse(words) }
  }

  @Test func `says what is missing or too much`() {
    #expect(throws: CommandLineError.missingArgument("TREE")) { try Pick.parse([]) }
    #expect(throws: CommandLineError.missingArgument("TREE")) { try Pick.parse(["-w1g", "--"]) }
    #expect(throws: CommandLineError.missingOption("--weight", valueName: "W")) {
      try Pick.parse(["oak"])
    }
    #expect(throws: CommandLineError.missingArgument("BASKET")) { try Move.parse([]) }
    #expect(throws: CommandLineError.unexpectedArgument("d")) {
      try Move.parse(["1", "soft", "c", "d", "e"])
    }
    #expect(
      throws: CommandLineError.invalidValue(
        "0", target: "BASKET", problem: .outOfRange(minimum: "1", maximum: nil))
    ) {
      try Move.parse(["0"])
    }
  }

  @Test func `one option may stand for another that is required`() throws {
    #expect(throws: CommandLineError.missingOption("--hours", valueName: "N")) {
      try Plan.parse([])
    }
    #expect(try Plan.parse(["--hours", "3"]) == Plan(hours: 3))
    #expect(try Plan.parse(["--recipe", "r"]) == Plan(recipe: "r"))
  }

  @Test func `a command checks what no single value shows`() throws {
    #expect(throws: CommandLineError.optionNeedsOption("--force", needed: "--output")) {
      try pick("-f")
    }
    #expect(try pick("-f", "-o", "x").isForced)
  }

  // MARK: What was given

  @Test func `the options given are known, each once and in order`() throws {
    let given = try pick("-v", "-k", "a", "--seed=0", "-v", "-kb").given
    #expect(given.names == ["weight", "verbose", "kind", "seed"])
    #expect(given.contains("seed"))
    #expect(!given.contains("count"))
    #expect(!given.contains("--seed"))
    #expect(!GivenOptions().contains(""))
  }
}
