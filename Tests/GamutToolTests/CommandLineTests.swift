import TestSupport
import Testing

/// What a user meets before any work is done: help pages, the version, mistakes on the command line.
@Suite struct CommandLineTests {
  /// The pages by the command line that shows them.
  ///
  /// After a change that is meant, write them anew:
  /// `.build/debug/gamut select --help > Tests/GamutToolTests/HelpPages/select.txt`, and so on.
  static let pages = [
    "gamut": ["--help"], "gamut-short": ["-h"], "select": ["select", "--help"],
    "select-short": ["select", "-h"], "fit": ["fit", "--help"], "fit-short": ["fit", "-h"],
    "add": ["add", "--help"], "add-short": ["add", "-h"], "merge": ["merge", "--help"],
    "merge-short": ["merge", "-h"], "explain": ["explain", "--help"],
    "explain-short": ["explain", "-h"], "describe": ["describe", "--help"],
    "describe-short": ["describe", "-h"], "compare": ["compare", "--help"],
    "compare-short": ["compare", "-h"], "tune": ["tune", "--help"],
    "tune-short": ["tune", "-h"], "report": ["report", "--help"],
    "report-short": ["report", "-h"], "export": ["export", "--help"],
    "export-short": ["export", "-h"], "verify": ["verify", "--help"],
    "verify-short": ["verify", "-h"], "take": ["take", "--help"], "take-short": ["take", "-h"],
  ]

  @Test(arguments: pages.keys.sorted())
  func `a help page stands as it was agreed, on standard output`(name: String) throws {
    let outcome = Tool.run(Self.pages[name] ?? [])
    let path = Tool.repository + "/Tests/GamutToolTests/HelpPages/\(name).txt"
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    let expected = try #require(wholeFile(path))
    #expect(
      String(decoding: outcome.output, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
  }

  @Test func `help pages fit a terminal of 80 columns, but for examples`() {
    for arguments in Self.pages.values {
      let page = String(decoding: Tool.run(arguments).output, as: UTF8.self)
      for line in page.split(separator: "\n") where !line.hasPrefix("    gamut") {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }

  @Test func `the version is one line`() {
    let outcome = Tool.run(["--version"])
    #expect(outcome.status == 0)
    #expect(String(decoding: outcome.output, as: UTF8.self) == "gamut 0.1.0\n")
  }

  @Test(arguments: [
    ([], "Choose balanced training data"),
    (["selct"], "gamut: unknown command 'selct'; did you mean 'select'?"),
    (["select"], "missing argument 'INPUT'"),
    (["select", "p"], "missing option '--budget <B>'"),
    (["select", "p", "-b"], "missing value for '-b'"),
    (
      ["select", "p", "-b", "5", "--bugdet", "3"],
      "unknown option '--bugdet'; did you mean '--budget'?"
    ),
    (["select", "p", "-b", "-5"], "'-5' is not valid for '--budget': it is out of range"),
    (["select", "p", "-b", "5x"], "'x' is no unit"),
    (["select", "p", "-b", "101%"], "a share is at most 100%"),
    (["select", "p", "-b", "1.5"], "it is no whole number"),
    (["select", "p", "-b", "five"], "it does not start with a number"),
    (["select", "p", "-b", "5", "--evenness", "1.01"], "expected a number from 0 to 1"),
    (["select", "p", "-b", "5", "--evenness", "nan"], "expected a number"),
    (["select", "p", "-b", "5", "--greed", "-0.1"], "expected a number from 0 to 1"),
    (["select", "p", "-b", "5", "--per-cell", "0"], "expected a number of at least 1"),
    (["select", "p", "-b", "5", "--seed", "-1"], "'-1' is not valid for '--seed'"),
    (["select", "p", "-b", "5", "--method", "best"], "expected one of archive, random"),
    (
      ["select", "p", "-b", "5", "--axis", "foo"], "there is no measure 'foo'; known are complexity"
    ),
    (["select", "p", "-b", "5", "--axis", "topic0"], "there is no measure 'topic0'"),
    (["select", "p", "-b", "5", "--axis", ""], "the axis has no name"),
    (["select", "p", "-b", "5", "--axis", "column:"], "the axis has no name"),
    (["select", "p", "-b", "5", "--axis", "tokens:0"], "'0' is no number of bins"),
    (["select", "p", "-b", "5", "--axis", "tokens@zigzag"], "'zigzag' is no binning"),
    (
      ["select", "p", "-b", "5", "--axis", "tokens@5,2"], "edges must be finite and ascend strictly"
    ),
    (["select", "p", "-b", "5", "--axis", "tokens:2@1,2"], "2 inner edges make 3 bins, not 2"),
    (["select", "p", "-b", "5", "--axis", "tokens@category"], "only a column can be a category"),
    (
      ["select", "p", "-b", "5", "--axis", "complexity:8@cvt"],
      "only all topics together are cut into Voronoi cells, not 'complexity'; write topic:256@cvt"
    ),
    (
      ["select", "p", "-b", "5", "--axis", "topic:8@quantile"],
      "all topics together are cut into Voronoi cells only; write topic:256@cvt, or name one topic"
    ),
    (["select", "p", "-b", "5", "--axis", "topic"], "write topic:256@cvt, or name one topic"),
    (["select", "p", "-b", "5", "--axis", "topic:20000@cvt"], "at most 16384 Voronoi cells"),
    (
      ["select", "p", "-b", "5", "--axis", "tokens:3@nested", "--axis", "complexity"],
      "a nested axis is cut anew in each cell of the axes before it, and none stands there"
    ),
    (
      ["select", "p", "-b", "5", "--axis", "complexity", "--topics", "8"],
      "--topics tells how much a cvt axis looks at"
    ),
    (["select", "p", "-b", "5", "--axis", "topic@cvt", "--topics", "0"], "from 1 to 1024"),
    (["select", "p", "-b", "5", "--axis", "topic@cvt", "--topics", "1025"], "from 1 to 1024"),
    (
      ["select", "p", "-b", "5", "--axis", "topic1", "--axis", "topic1:4"],
      "the axis 'topic1' is given twice"
    ),
    (["select", "p", "-b", "5", "--min-quality", "120%"], "expected a number from 0% to 100%"),
    (["select", "p", "-b", "5", "--min-quality", "nan"], "expected a number, or a percentile"),
    (["select", "p", "-b", "5", "--quality", "x:0"], "a weight is a number other than 0"),
    (["select", "p", "-b", "5", "--quality", ":1"], "expected a field's name"),
    (["select", "p", "-b", "5", "--missing-quality", "x"], "expected one of fail, drop, lowest"),
    (["select", "p", "-b", "5", "--exclude", ""], "expected the name of a file"),
    (["select", "p", "-b", "5", "--exclude", "-"], "'-' is not valid for '--exclude'"),
    (["select", "p", "-b", "5", "--include-ids", "-"], "'-' is not valid for '--include-ids'"),
    (["select", "p", "-b", "5", "--exclude-words", "5"], "'--exclude-words' needs '--exclude'"),
    (
      ["select", "p", "-b", "5", "--exclude", "e", "--exclude-words", "0"],
      "expected a number from 1 to 1000"
    ),
    (["select", "p", "-b", "5", "--near-duplicates", "0"], "a similarity above 0 and at most 1"),
    (["select", "p", "-b", "5", "--near-duplicates", "nan"], "a similarity above 0"),
    (["select", "p", "-b", "5", "--redundancy", "-1"], "a cosine above -1 and at most 1"),
    (["select", "p", "-b", "5", "--redundancy", "1.01"], "a cosine above -1 and at most 1"),
    (["select", "p", "-b", "5", "--text", ","], "',' is not valid for '--text'"),
    (["select", "p", "-b", "5", "-o", ""], "expected the name of a file"),
    (["select", "p", "-b", "5", "--embeddings", ""], "expected the name of a file"),
    (["select", "", "-b", "5"], "expected the name of a file"),
    (["select", "p", "-b", "5", "--receipts"], "'--receipts' needs '--output'"),
    (["select", "p", "-b", "5", "--rejects", "x"], "give both"),
    (
      ["select", "p", "-b", "5", "--on-error", "skip", "--rejects", "-"],
      "'-' is not valid for '--rejects': expected the name of a file"
    ),
    (["select", "p", "-b", "5", "--embeddings", "-"], "expected the name of a file"),
    (["select", "p", "-b", "5", "--threads", "0"], "expected a number from 1 to 1024"),
    (["select", "p", "-b", "5", "--order", "best"], "expected one of pool, rank, shuffle"),
    (
      ["select", "p", "-b", "5", "--format", "xml"],
      "expected one of jsonl, json, parquet, csv, tsv"
    ),
    (["select", "p", "-b", "5", "--embeddings", "column:"], "expected the name of a file"),
  ])
  func `a mistake on the command line ends with 2 and says what is wrong`(
    arguments: [String], message: String
  ) {
    let outcome = Tool.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test func `a name that is not UTF-8 is refused rather than mistaken`() {
    let outcome = Program(path: "/bin/bash").run([
      "-c", "\"$0\" select $'caf\\xe9.jsonl' --budget 5", Tool.program.path,
    ])
    #expect(outcome.status == 2)
    #expect(
      outcome.error == "gamut: argument 2 is not UTF-8; rename the file, or pipe it into '-'\n")
  }
}
