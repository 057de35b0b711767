import Testing

@testable import CommandLineKit

/// Options set from elsewhere than the command line.
@Suite struct OptionSettingsTests {
  /// A part with an option of every kind.
  struct Part: Equatable {
    var size = 3
    var share: Double?
    var names = ["default"]
    var steps = ""
    var isOn = false
    var level = 0

    static let options: [Option<Part>] = [
      .value("size", \.size, help: "Size."),
      .value("share", \.share, parse: (0.0...1.0).parse(argument:), help: "Share."),
      .repeated("name", \.names, help: "Names."),
      .value("steps", \.steps, help: "Steps.").joinable(by: ","),
      .flag("on", \.isOn, help: "On."),
      .count("level", \.level, help: "Level."),
      .flag("secret", \.isOn, help: "Secret.").hidden(),
    ]
  }

  private func word(_ text: String, _ column: Int = 9) -> OptionSettings.Word {
    .init(text, origin: "f:1:\(column)")
  }

  private func apply(
    _ settings: [(String, OptionSettings.Value)], given: [String] = [], to part: Part = Part()
  ) throws(CommandLineError) -> Part {
    var part = part
    var names = GivenOptions()
    for name in given { names.insert(name) }
    try OptionSettings(settings.map { .init(word($0.0, 1), $0.1) })
      .apply(to: &part, Part.options, unlessIn: names) { name in
        name == "level" ? "no level here" : nil
      }
    return part
  }

  private func message(_ name: String, _ value: OptionSettings.Value) -> String {
    do {
      _ = try apply([(name, value)])
      return ""
    } catch {
      return error.message
    }
  }

  @Test func `values of every kind are read by the options' own parsers`() throws {
    let part = try apply([
      ("size", .word(word("12"))), ("share", .word(word("1e-1"))),
      ("name", .list([word("a"), word(""), word("a")])),
      ("steps", .list([word("1k"), word("5k")])),
      ("on", .word(word("true"))),
    ])
    #expect(
      part
        == Part(size: 12, share: 0.1, names: ["a", "", "a"], steps: "1k,5k", isOn: true, level: 0))
    #expect(try apply([("name", .word(word("a")))]).names == ["a"])
    #expect(try apply([("steps", .word(word("a,b")))]).steps == "a,b")
    #expect(try !apply([("on", .word(word("false")))], to: Part(isOn: true)).isOn)
  }

  @Test(arguments: ["size", "share", "name", "steps", "on"])
  func `nothing and an empty list leave an option as it is`(name: String) throws {
    #expect(try apply([(name, .absent)]) == Part())
    #expect(try apply([(name, .list([]))]) == Part())
  }

  @Test func `the command line wins, and replaces lists whole`() throws {
    let typed = Part(size: 7, names: ["typed"])
    let part = try apply(
      [
        ("size", .word(word("12"))), ("name", .list([word("a"), word("b")])),
        ("share", .word(word("1"))),
      ],
      given: ["size", "name"], to: typed)
    #expect(part == Part(size: 7, share: 1, names: ["typed"]))
    // A value that is replaced is read all the same.
    #expect(throws: CommandLineError.self) {
      try apply([("size", .word(word("many")))], given: ["size"], to: typed)
    }
  }

  @Test func `what cannot be used is told with its place and the option's own words`() {
    #expect(
      message("size", .word(word("many")))
        == "f:1:9: 'many' is not valid for 'size': expected a whole number")
    #expect(
      message("share", .word(word("2")))
        == "f:1:9: '2' is not valid for 'share': expected a number from 0 to 1")
    #expect(
      message("on", .word(word("yes")))
        == "f:1:9: 'yes' is not valid for 'on': expected one of true, false")
    #expect(
      message("siz", .word(word("1"))) == "f:1:1: no option is named 'siz'; did you mean 'size'?")
    #expect(message("levels", .word(word("1"))) == "f:1:1: no option is named 'levels'")
    #expect(message("secre", .word(word("1"))) == "f:1:1: no option is named 'secre'")
    #expect(message("x\u{1B}", .absent) == "f:1:1: no option is named 'x\\u{1B}'")
    #expect(message("level", .word(word("1"))) == "f:1:1: no level here")
    #expect(message("size", .list([word("1")])) == "f:1:1: 'size' takes one value, not a list")
    #expect(message("size", .other) == "f:1:1: 'size' takes a value, not a mapping")
    #expect(message("name", .other) == "f:1:1: 'name' takes values, not a mapping")
    #expect(
      message("name", .list([word("1"), nil]))
        == "f:1:1: 'name' takes a list of values, and no other")
  }

  @Test func `an error of a later check gets the place of its value, unless that was typed`() {
    let settings = OptionSettings([
      .init(word("name", 1), .list([word("a", 5), word("b", 8)])),
      .init(word("steps", 2), .list([word("1", 6), word("2", 7)])), .init(word("on", 3), .absent),
    ])
    func located(_ target: String, _ text: String, given: String? = nil) -> String {
      var names = GivenOptions()
      if let given { names.insert(given) }
      let error = CommandLineError.invalidValue(text, target: target, problem: .because("so"))
      return settings.locating(error, unlessIn: names).message
    }
    #expect(located("--name", "b") == "f:1:8: 'b' is not valid for 'name': so")
    #expect(located("--name", "b", given: "name") == "'b' is not valid for '--name': so")
    #expect(located("--steps", "1,2") == "f:1:6: '1,2' is not valid for 'steps': so")
    #expect(located("--on", "x") == "f:1:3: 'x' is not valid for 'on': so")
    #expect(located("--size", "x") == "'x' is not valid for '--size': so")
    #expect(
      settings.locating(.missingArgument("A"), unlessIn: GivenOptions()) == .missingArgument("A"))
    let placed = CommandLineError.refused("so").at("a").at("b")
    #expect(placed == .at("a", .refused("so")))
  }

  @Test func `a command tells the names of its options`() {
    #expect(Plan.optionNames == ["hours", "recipe"])
    #expect(Pick.optionNames.contains("wind"))
  }
}
