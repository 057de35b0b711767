import CommandLineKit
import Testing

@Suite struct ManualPageTests {
  /// A tool whose texts hold what roff reads as more than itself.
  private struct Awkward: Command {
    static let name = "awkward"
    static let abstract = ".Begins with a dot, and 'quotes'."
    static let discussion = """
      .SH NOT A HEADING
      'nor this
      \\fBnot bold\\fR, ~home, ^caret, `tick`, "double", é漢🍐

        kept \\ as -- it is
      joined again
        kept

        kept apart
      """
    static let examples = [Example(".hidden \\ --x '*'", "Do 'it'.")]
    var word = ""
    static var arguments: [Argument<Self>] {
      [.value("WORD", \.word, help: "'A word'.").detail(".One more.\n\n  kept")]
    }
    func run(on console: Console) throws -> ExitCode { .success }
  }

  private static let awkward = CommandLineTool(single: Awkward.self, version: "1")
  private static let pages = [
    orchard.manualPage(), orchard.outcome(["man", "pick"]).output,
    orchard.outcome(["man", "man"]).output, awkward.manualPage(),
  ]

  @Test(.enabled(if: RunningShell.isInstalled("groff"), "groff is not installed"), arguments: 0..<4)
  func `groff has nothing to warn of`(page: Int) {
    let command = "test -z \"$(groff -man -ww -Tutf8 -z - 2>&1)\""
    #expect(RunningShell.run(command, input: Self.pages[page]) == 0)
    #expect(RunningShell.run(command, input: Self.pages[page] + ".nosuchmacro\n") != 0)
  }

  @Test(
    .enabled(if: RunningShell.isInstalled("groff"), "groff is not installed"),
    arguments: [
      "'nor this \\\\fBnot bold\\\\fR, ~home, ^caret, `tick`, \"double\", é漢🍐",
      ".SH NOT A HEADING", "  kept \\\\ as -- it is", ".hidden \\\\ --x '\\*'",
    ])
  func `texts are printed as they are`(text: String) {
    let command = """
      groff -man -Tutf8 -P-cbou -rLL=200n - | sed 's/\\x1b\\[[0-9;]*m//g' | grep -q -- "$TEXT"
      """
    let quoted = text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''")
    #expect(RunningShell.run("TEXT='\(quoted)'; \(command)", input: Self.awkward.manualPage()) == 0)
  }

  @Test func `the lines of a page are macros or text, and every list is closed`() {
    let macros = ["TH", "SH", "SS", "PP", "TP", "IP", "EX", "EE", "RS", "RE", "nh", "ad"]
    for page in Self.pages {
      var depth = 0
      for line in page.split(separator: "\n") {
        if line.first == "." {
          let name = line.dropFirst().prefix { $0 != " " }
          #expect(macros.contains(String(name)), "\(line)")
          depth += name == "EX" ? 1 : name == "EE" ? -1 : 0
          #expect(depth == 0 || depth == 1, "\(line)")
        }
        #expect(line.first != "'" && line.unicodeScalars.allSatisfy(\.isASCII), "\(line)")
      }
      #expect(depth == 0)
    }
  }

  @Test func `the page of a small command, whole`() {
    let expected = #"""
      .TH "ORCHARD\-MOVE" 1 "" "orchard 1.2.0" "User Commands"
      .nh
      .ad l
      .SH "NAME"
      orchard\-move \- Bring a basket elsewhere
      .SH "SYNOPSIS"
      \fBorchard move\fR BASKET [RIPENESS] [PLACE]
      .SH "DESCRIPTION"
      Bring a basket elsewhere.
      .SH "ARGUMENTS"
      .TP
      \fIBASKET\fR
      The basket\(aqs number. (required)
      .TP
      \fIRIPENESS\fR
      Where fruit of this ripeness goes. (one of: green, ripe, soft) (default: ripe)
      .TP
      \fIPLACE\fR
      The place.
      .SH "HELP"
      .TP
      \fB\-h\fR, \fB\-\-help\fR
      Show this page; \(aq\-h\(aq shows a shorter one.
      .SH "EXIT STATUS"
      .TP
      0
      Done.
      .TP
      1
      The work cannot be done; a message says why.
      .TP
      2
      The command line is wrong.

      """#
    #expect(orchard.outcome(["man", "move"]).output == expected)
  }

  @Test func `what groff would print as another character is escaped`() {
    let page = Self.awkward.manualPage()
    #expect(page.contains(#"\(tihome, \(hacaret, \(gatick\(ga, \(dqdouble\(dq, \[u00E9]\[u6F22]"#))
    #expect(page.contains(#"\[u1F350]"#))
    #expect(page.contains("\n\\&.SH NOT A HEADING\n\\(aqnor this\n"))
  }

  @Test func `the page of the tool names every command and visible option`() {
    let page = orchard.manualPage()
    for text in [
      ".SS \"orchard pick\"", ".SS \"orchard man\"", "\\fB\\-\\-ripeness\\fR <\\fIgreen|ripe|soft",
      "Example: \\-\\-weight 2kg", "orchard move 3",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("trial"))
    #expect(page == orchard.outcome(["man"]).output)
  }
}
