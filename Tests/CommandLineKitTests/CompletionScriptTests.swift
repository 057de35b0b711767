import CommandLineKit
import Testing

@Suite struct CompletionScriptTests {
  /// A tool of one command whose texts and values hold what shells read as more than themselves.
  private struct Awkward: Command {
    static let name = "awk-ward.sh"
    static let abstract = "Say 'it' [all]: $(touch x) `y` \\ \"z\"."
    var kind = ""
    var word = ""
    static var options: [Option<Self>] {
      [
        .value(
          "kind", short: "k", \.kind, parse: String.init(argument:), valueName: "A:B[c]",
          help: "One 'of' [these]: $HOME `pwd` \\ \"q\"."
        )
        .possibleValues(["a", "b c", "$(d)", "e'f", "g_h.i", ""])
      ]
    }
    static var arguments: [Argument<Self>] { [.value("WORD:[x]", \.word, help: "It's.")] }
    func run(on console: Console) throws -> ExitCode { .success }
  }

  private static let tools = [orchard, CommandLineTool(single: Awkward.self, version: "1")]

  @Test(arguments: 0..<2)
  func `bash reads the script`(tool: Int) {
    let script = Self.tools[tool].completionScript(for: .bash)
    #expect(RunningShell.run("bash -n", input: script) == 0)
    #expect(RunningShell.run("bash -n 2>/dev/null", input: script + "if") != 0)
  }

  @Test(.enabled(if: RunningShell.isInstalled("zsh"), "zsh is not installed"), arguments: 0..<2)
  func `zsh reads the script`(tool: Int) {
    let script = Self.tools[tool].completionScript(for: .zsh)
    #expect(RunningShell.run("zsh -n", input: script) == 0)
    #expect(RunningShell.run("zsh -n 2>/dev/null", input: script + "if") != 0)
  }

  @Test(.enabled(if: RunningShell.isInstalled("fish"), "fish is not installed"), arguments: 0..<2)
  func `fish reads the script`(tool: Int) {
    let script = Self.tools[tool].completionScript(for: .fish)
    #expect(RunningShell.run("fish --no-execute", input: script) == 0)
    #expect(RunningShell.run("fish --no-execute 2>/dev/null", input: script + "end") != 0)
  }

  @Test(
    .enabled(if: RunningShell.isInstalled("fish"), "fish is not installed"),
    arguments: [
      ("pi", "pick"), ("m", "man move"), ("--v", "--version"), ("pick --ri", "--ripeness"),
      ("pick --tri", ""), ("pick --ripeness ", "green ripe soft"), ("pick -rs", "-rsoft"),
      ("pick --ripeness=s", "--ripeness=soft"), ("pick --count ", ""), ("help p", "pick plan"),
      ("completions ", "bash fish zsh"), ("plan ", ""), ("pick no-such-fi", ""),
    ])
  func `fish offers what fits`(line: String, offered: String) {
    let driver = """
      \(orchard.completionScript(for: .fish))
      set -l got (complete -C 'orchard \(line)' | string replace -r '\\t.*' '' | string join ' ')
      test "$got" = "\(offered)"; or begin; echo "offered: $got" >&2; exit 1; end
      """
    #expect(RunningShell.run("fish --no-config", input: driver) == 0)
  }

  @Test(arguments: [
    (["pi"], "pick"),
    (["m"], "move man"),
    (["--v"], "--version"),
    (["nothing", ""], ""),
    (["pick", "--ri"], "--ripeness"),
    (["pick", "--tri"], ""),
    (["pick", "--ripeness", ""], "green ripe soft"),
    (["pick", "--ripeness", "="], "green ripe soft"),
    (["pick", "--ripeness", "=", "s"], "soft"),
    (["pick", "-r", "r"], "ripe"),
    (["pick", "--count", ""], ""),
    (["pick", "--n"], "--no-progress"),
    (["pick", "a"], "a b.txt|adir"),
    (["pick", "-o", "a"], "a b.txt|adir"),
    (["pick", "--a-very-long-name-of-an-option", "a"], "adir"),
    (["plan", ""], ""),
    (["move", "3", "r"], "ripe"),
    (["help", "p"], "pick plan"),
    (["completions", ""], "bash zsh fish"),
    (["completions", "--help", "z"], "zsh"),
  ])
  func `bash offers what fits`(words: [String], offered: String) {
    let line = (["orchard"] + words).map { "'\($0)'" }.joined(separator: " ")
    // Names of files come in the order of the directory, so both sides are sorted.
    let separator = offered.contains("|") ? "|" : " "
    let expected = offered.split(separator: separator).map { "'\($0)'" }.joined(separator: " ")
    let driver = """
      \(orchard.completionScript(for: .bash))
      place=$(mktemp -d) && cd "$place" || exit 2
      mkdir adir; touch 'a b.txt' c
      COMP_WORDS=(\(line)); COMP_CWORD=\(words.count)
      _orchard
      cd / && rm -r "$place"
      sorted() { [ $# -eq 0 ] || printf '%s\\n' "$@" | LC_ALL=C sort; }
      got=$(sorted "${COMPREPLY[@]}")
      want=$(sorted \(expected))
      [[ "$got" == "$want" ]] || { echo "offered: $got" >&2; exit 1; }
      """
    #expect(RunningShell.run("bash", input: driver) == 0)
  }

  @Test func `only plain values are offered, and texts are quoted`() {
    let tool = Self.tools[1]
    let bash = tool.completionScript(for: .bash)
    #expect(bash.contains("compgen -W 'a g_h.i' --"))
    #expect(bash.contains("complete -F _awk_ward_sh awk-ward.sh\n"))
    let zsh = tool.completionScript(for: .zsh)
    #expect(
      zsh.contains(
        #"""
        '(-k --kind)'{-k+,--kind=}'[One '\''of'\'' \[these\]\: $HOME `pwd` \\ "q"]:A\:B\[c\]:(a g_h.i)' \
        """#))
    let fish = tool.completionScript(for: .fish)
    #expect(
      fish.contains(
        #"""
        complete -c awk-ward.sh -s k -l kind -x -a 'a g_h.i' -d 'One \'of\' [these]: $HOME `pwd` \\ "q"'
        """#))
  }

  @Test func `a script is the same every time and names no hidden option`() {
    for shell in Shell.allCases {
      let script = orchard.completionScript(for: shell)
      #expect(script == orchard.completionScript(for: shell))
      #expect(script == orchard.outcome(["completions", shell.rawValue]).output)
      #expect(!script.contains("trial"))
      #expect(script.contains("no-progress"))
      #expect(script.hasSuffix("\n"))
    }
  }

  @Test func `the zsh script of a small tool, whole`() {
    struct Dig: Command {
      static let name = "dig"
      static let abstract = "Dig a hole."
      var depth = 1
      static var options: [Option<Self>] {
        [.value("depth", short: "d", \.depth, valueName: "M", help: "How deep.")]
      }
      func run(on console: Console) throws -> ExitCode { .success }
    }
    let expected = #"""
      #compdef dig
      # Completions of dig for zsh.
      _dig() {
        local context state state_descr line
        typeset -A opt_args
        _arguments -s -S \
          '(-d --depth)'{-d+,--depth=}'[How deep]:M: ' \
          '(-h --help)'{-h,--help}'[Show this page; '\''-h'\'' shows a shorter one]' \
          '(-V --version)'{-V,--version}'[Show the version]'
      }

      if [[ "$funcstack[1]" == "_dig" ]]; then
        _dig "$@"
      else
        compdef _dig dig
      fi

      """#
    let tool = CommandLineTool(single: Dig.self, version: "1")
    #expect(tool.completionScript(for: .zsh) == expected)
  }
}
