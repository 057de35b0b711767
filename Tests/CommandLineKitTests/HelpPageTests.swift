import Testing

@testable import CommandLineKit

@Suite struct HelpPageTests {
  /// A tool of one command.
  private struct Dig: Command {
    static let name = "dig"
    static let abstract = "Dig a hole."
    var depth = 1
    static var options: [Option<Self>] {
      [.value("depth", short: "d", \.depth, valueName: "M", help: "How deep.")]
    }
    func run(on console: Console) throws -> ExitCode { .success }
  }

  private let dig = CommandLineTool(
    single: Dig.self, version: "0.1", exitCodes: [ExitCodeMeaning(.success, "Dug.")])

  @Test func `the long page of a command at 80 columns, whole`() {
    #expect(
      orchard.outcome(["pick", "--help"]).output == """
        Fill a basket with the best fruit of some trees.

        Usage: orchard pick [options] --weight <W> TREE...

        Trees are visited in the order given. A tree may be named twice; its fruit is
        then looked at twice, which changes nothing.

        The order of work:
          1. look
          2. pick

        Fallen fruit is left where it lies.

        Arguments:
          TREE...              Trees to visit, or '-' for a list on standard input.
                               (required) (repeatable)

        Options:
          -w, --weight <W>     How much to pick. (required)
                               Grams or kilograms: a whole number with its unit.

                               Never exceeded.
                               Example: --weight 2kg
          -c, --count <N>      Most fruits from one tree. (default: 8)
          -r, --ripeness <green|ripe|soft>
                               How ripe a fruit must be. (default: ripe)
          -k, --kind <NAME>    A kind to pick. (default: apple, pear) (repeatable)
              --seed <N>       Seed of everything random. (default: 0)

        Weather:
              --rain <P>       Chance of rain. (default: 0.5)
              --wind <KMH>     Speed of the wind.

        Output:
          -o, --output <FILE>  Where the list goes. (default: standard output)
              --a-very-long-name-of-an-option <DIR>
                               Where to go.
          -f, --force          Replace an existing list.
              --[no-]progress  Show what is being done. (default: --progress)
          -v, --verbose        Say more. (repeatable)

        Help:
          -h, --help           Show this page; '-h' shows a shorter one.

        Examples:
          Fill two kilograms from one tree.
            orchard pick --weight 2kg oak-3
          Pick a few of two kinds.
            orchard pick -w 500g -k apple -k quince row-*

        """)
  }

  @Test func `the short page of a command at 80 columns, whole`() {
    #expect(
      orchard.outcome(["pick", "-h"]).output == """
        Usage: orchard pick [options] --weight <W> TREE...

        Arguments:
          TREE...              Trees to visit, or '-' for a list on standard input.
                               (required) (repeatable)

        Options:
          -w, --weight <W>     How much to pick. (required)
          -c, --count <N>      Most fruits from one tree. (default: 8)
          -r, --ripeness <green|ripe|soft>
                               How ripe a fruit must be. (default: ripe)
          -k, --kind <NAME>    A kind to pick. (default: apple, pear) (repeatable)
              --seed <N>       Seed of everything random. (default: 0)

        Weather:
              --rain <P>       Chance of rain. (default: 0.5)
              --wind <KMH>     Speed of the wind.

        Output:
          -o, --output <FILE>  Where the list goes. (default: standard output)
              --a-very-long-name-of-an-option <DIR>
                               Where to go.
          -f, --force          Replace an existing list.
              --[no-]progress  Show what is being done. (default: --progress)
          -v, --verbose        Say more. (repeatable)

        Help:
          -h, --help           Show this page; '-h' shows a shorter one.

        """)
  }

  @Test func `the short page of a command at 40 columns, whole`() {
    #expect(
      orchard.outcome(["pick", "-h"], width: 40).output == """
        Usage: orchard pick [options]
               --weight <W> TREE...

        Arguments:
          TREE...        Trees to visit, or '-'
                         for a list on standard
                         input. (required)
                         (repeatable)

        Options:
          -w, --weight <W>
                         How much to pick.
                         (required)
          -c, --count <N>
                         Most fruits from one
                         tree. (default: 8)
          -r, --ripeness <green|ripe|soft>
                         How ripe a fruit must
                         be. (default: ripe)
          -k, --kind <NAME>
                         A kind to pick.
                         (default: apple, pear)
                         (repeatable)
              --seed <N>
                         Seed of everything
                         random. (default: 0)

        Weather:
              --rain <P>
                         Chance of rain.
                         (default: 0.5)
              --wind <KMH>
                         Speed of the wind.

        Output:
          -o, --output <FILE>
                         Where the list goes.
                         (default: standard
                         output)
              --a-very-long-name-of-an-option <DIR>
                         Where to go.
          -f, --force    Replace an existing
                         list.
              --[no-]progress
                         Show what is being
                         done. (default:
                         --progress)
          -v, --verbose  Say more. (repeatable)

        Help:
          -h, --help     Show this page; '-h'
                         shows a shorter one.

        """)
  }

  @Test func `the long page of the tool at 80 columns, whole`() {
    #expect(
      orchard.outcome(["--help"]).output == """
        Look after fruit trees.

        Usage: orchard COMMAND [options]

        Everything is done by hand.

        Commands:
          pick           Fill a basket with the best fruit of some trees.
          move           Bring a basket elsewhere.
          plan           Plan a day.

        Help:
          help           Show the help of the tool or of a command.
          completions    Print a script that completes command lines in a shell.
          man            Print the manual page of the tool or of a command, in roff.

        Options:
          -h, --help     Show this page; '-h' shows a shorter one.
          -V, --version  Show the version.

        Examples:
          Bring the third basket away.
            orchard move 3

        Exit status:
          0  Done.
          1  The work cannot be done; a message says why.
          2  The command line is wrong.

        See 'orchard COMMAND --help' for what a command takes.

        """)
  }

  @Test func `the short page of the tool at 40 columns, whole`() {
    #expect(
      orchard.outcome(["-h"], width: 40).output == """
        Look after fruit trees.

        Usage: orchard COMMAND [options]

        Commands:
          pick           Fill a basket with the
                         best fruit of some
                         trees.
          move           Bring a basket
                         elsewhere.
          plan           Plan a day.

        Help:
          help           Show the help of the
                         tool or of a command.
          completions    Print a script that
                         completes command lines
                         in a shell.
          man            Print the manual page
                         of the tool or of a
                         command, in roff.

        Options:
          -h, --help     Show this page; '-h'
                         shows a shorter one.
          -V, --version  Show the version.

        See 'orchard COMMAND --help' for what a
        command takes.

        """)
  }

  @Test func `the page of a command with arguments only, whole`() {
    #expect(
      orchard.outcome(["help", "move"]).output == """
        Bring a basket elsewhere.

        Usage: orchard move BASKET [RIPENESS] [PLACE]

        Arguments:
          BASKET      The basket's number. (required)
          RIPENESS    Where fruit of this ripeness goes. (one of: green, ripe, soft)
                      (default: ripe)
          PLACE       The place.

        Help:
          -h, --help  Show this page; '-h' shows a shorter one.

        """)
  }

  @Test func `the page of a tool of one command, whole`() {
    #expect(
      dig.outcome(["--help"]).output == """
        Dig a hole.

        Usage: dig [options]

        Options:
          -d, --depth <M>  How deep. (default: 1)

        Help:
          -h, --help       Show this page; '-h' shows a shorter one.
          -V, --version    Show the version.

        Exit status:
          0  Dug.

        """)
  }

  @Test(arguments: [-1, 0, 1, 39, 40, 41, 60, 79, 80, 99, 100, 101, 1000])
  func `a page uses 40 to 100 columns`(width: Int) {
    let lines = orchard.outcome(["pick", "--help"], width: width).output
      .split(separator: "\n", omittingEmptySubsequences: false)
    let limit = min(max(width, 40), 100)
    // What is copied as it stands may be longer: lines of code, and names.
    let tooLong = lines.filter { $0.count > limit && !$0.contains("orchard pick -") }
    #expect(tooLong.isEmpty || tooLong == ["      --a-very-long-name-of-an-option <DIR>"])
    #expect(lines.allSatisfy { $0.last != " " })
    let same = orchard.outcome(["pick", "--help"], width: limit).output
    #expect(lines.joined(separator: "\n") == same)
  }

  @Test func `required unless, empty defaults, defaults told, and listed values`() {
    struct Odd: Command {
      static let name = "odd"
      static let abstract = "Show odd options."
      var text = ""
      var kind = "a"
      var many = [1.0, 2.5]
      var isOn = false
      var level = 2
      var place = "here"
      static var options: [Option<Self>] {
        [
          .value("text", \.text, help: "Text.").required(unless: "kind"),
          .value("kind", \.kind, parse: String.init(argument:), help: "Kind.")
            .possibleValues(["alpha", "beta", "gamma", "delta", "epsilon"]),
          .repeated("many", \.many, parse: (0.0...9.0).parse(argument:), help: "Numbers."),
          .flag("on", \.isOn, isInvertible: true, help: "On."),
          .count("level", \.level, help: "Level."),
          .value("place", \.place, valueName: "P", help: "Place.").showingDefault(""),
        ]
      }
      func run(on console: Console) throws -> ExitCode { .success }
    }
    let tool = CommandLineTool(single: Odd.self, version: "1")
    #expect(
      tool.outcome(["-h"], width: 100).output == """
        Usage: odd [options] (--text <text> | --kind <kind>)

        Options:
              --text <text>  Text. (required unless --kind)
              --kind <kind>  Kind. (one of: alpha, beta, gamma, delta, epsilon) (default: a)
              --many <many>  Numbers. (default: 1, 2.5) (repeatable)
              --[no-]on      On. (default: --no-on)
              --level        Level. (default: 2) (repeatable)
              --place <P>    Place.

        Help:
          -h, --help         Show this page; '-h' shows a shorter one.
          -V, --version      Show the version.

        """)
  }

  @Test(arguments: [(80, 26), (100, 30), (60, 20), (40, 13)])
  func `a label longer than a third of the page, or 30, stands on its own line`(
    width: Int, longest: Int
  ) {
    func page(_ name: String) -> String {
      let argument = Argument<Dig>.value(name, \.depth, help: "Help.")
        .optional().showingDefault("")
      var command = CommandDescription(Dig.self)
      command.arguments = [argument.facts]
      return HelpPage(.short, terminalWidth: width).text(of: command, in: dig.description)
    }
    let fitting = String(repeating: "A", count: longest)
    #expect(page(fitting).contains("\n  \(fitting)  Help.\n"))
    #expect(page(fitting + "A").contains("\n  \(fitting)A\n"))
  }
}
