import TestSupport
import Testing

/// Pools in all their forms, and what is said of those that cannot be read.
@Suite struct InputTests {
  let folder = TemporaryFolder()

  private func select(_ sources: [String], _ more: [String] = []) -> Program.Outcome {
    Tool.run(["select"] + sources + ["--budget", "5", "--axis", "tokens:3", "--quiet"] + more)
  }

  @Test(arguments: ["gzip", "zstd"])
  func `packed files are read by content, as files and on standard input`(packer: String) throws {
    let pool = RandomPool(count: 80, seed: 51).file()
    let plain = folder.make("plain.jsonl", pool)
    let expected = select([plain]).output
    #expect(expected.split(separator: 0x0A).count == 5)
    let packed = Program(path: "/usr/bin/\(packer)").run(["-c", plain])
    try #require(packed.status == 0)
    // The name says nothing, and two members in a row are one stream.
    let source = folder.make("misnamed.jsonl", packed.output)
    #expect(select([source]).output == expected)
    #expect(select(["-"], []).status == 1)
    let input = Tool.run(
      ["select", "-", "--budget", "5", "--axis", "tokens:3", "--quiet"], input: .file(source))
    #expect(input.output == expected)
    let half = folder.make("half", Array(packed.output.prefix(packed.output.count / 2)))
    let damaged = select([half])
    #expect(damaged.status == 1)
    #expect(damaged.error.hasPrefix("gamut select: \(half): the "))
    #expect(damaged.error.contains("data ends too early, at byte"))
  }

  @Test func `an array of records gives its elements as they stand`() {
    let array = folder.make(
      "a.json", "[{\"text\": \"one\"},\n  {\"text\":\"two\"} , {\"text\":\"three\"}]\n")
    let outcome = select([array])
    #expect(outcome.status == 0)
    #expect(
      String(decoding: outcome.output, as: UTF8.self)
        == "{\"text\": \"one\"}\n{\"text\":\"two\"}\n{\"text\":\"three\"}\n")
  }

  @Test(arguments: ["", "\n\n", " \n\t\r\n"])
  func `a pool without a record is refused`(text: String) {
    let source = folder.make("pool.jsonl", text)
    for more in [[], ["--axis", "topic1"], ["--on-error", "skip"]] {
      let outcome = select([source], more)
      #expect(outcome.status == 1)
      #expect(outcome.error == "gamut select: no record in \(source); is it the right file?\n")
    }
  }

  @Test func `records of no known shape are refused with their keys`() {
    let source = folder.make("pool.jsonl", "{\"foo\":1,\"bar\":\"x\"}\n{\"foo\":2}\n")
    let problem = "gamut select: \(source):1: its keys fit no known shape: 'foo', 'bar'"
    for more in [[], ["--axis", "topic1"]] {
      let outcome = select([source], more)
      #expect(outcome.status == 1)
      #expect(
        outcome.error == problem + " (byte 0); name its fields with --text FIELD,..., or go on"
          + " without such lines with --on-error skip --rejects FILE\n")
      let skipping = select([source], more + ["--on-error", "skip"])
      #expect(skipping.status == 1)
      #expect(
        skipping.error == problem + "; no other of the 2 lines is a readable record either; is it"
          + " the right file? --text FIELD,... names the fields of other records\n")
    }
    #expect(select([source], ["--text", "bar", "--on-error", "skip"]).status == 0)
  }

  @Test func `however long a key or a role is, what is said of it is short`() throws {
    let long = String(repeating: "x", count: 300_000)
    let keys = (0..<8).map { "\"\($0)\(long)\":1" }.joined(separator: ",")
    for line in ["{\(keys)}", #"{"messages":[{"role":"\#(long)","content":"a"}]}"#] {
      let source = folder.make("pool.jsonl", line + "\n{\"text\":\"a\"}\n")
      let outcome = select([source])
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("xxx…'"))
      #expect(outcome.error.utf8.count < 1000)
      let skipping = select(
        [source], ["--on-error", "skip", "-o", folder.file("s.jsonl"), "--receipts", "--force"])
      #expect(skipping.status == 0, "\(skipping.error)")
      #expect(try #require(folder.bytes("s.receipts.jsonl")).count < 2000)
    }
  }

  @Test func `records without the fields that --text names are refused with their keys`() throws {
    let source = folder.make(
      "pool.jsonl", "{\"text\":\"a\",\"n\":1}\n{}\n{\"nope\":\"b\"}\n")
    let problem =
      "gamut select: \(source):1: it has no text in 'nope' or 'no.pe'; its keys are 'text'"
      + " and 'n'; name the fields that hold the text with --text FIELD,..."
    for more in [[], ["--axis", "topic1"]] {
      let outcome = select([source], ["--text", "nope,no.pe"] + more)
      #expect(outcome.status == 1)
      #expect(
        outcome.error == problem
          + ", or go on without such lines with --on-error skip --rejects FILE\n")
    }
    let skipping = ["--text", "nope,no.pe", "--on-error", "skip"]
    let outcome = select([source], skipping + ["-o", folder.file("s.jsonl"), "--receipts"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let reasons = try ReceiptLine.all(#require(folder.bytes("s.receipts.jsonl"))).map(\.reason)
    #expect(
      reasons == [
        "it has no text in 'nope' or 'no.pe'; its keys are 'text' and 'n'",
        "it has no text in 'nope' or 'no.pe', nor any other key", nil,
      ])
    let none = select([source], ["--text", "no", "--on-error", "skip"])
    #expect(none.status == 1)
    #expect(
      none.error
        == "gamut select: \(source):1: it has no text in 'no'; its keys are 'text' and 'n';"
        + " no other of the 3 lines is a readable record either; name the fields that hold the text"
        + " with --text FIELD,...\n")
  }

  /// Files that are no records, each with its name and what is to be said of it.
  static let foreignFiles: [(name: String, bytes: [UInt8], seems: String, remedy: String)] = [
    (
      "x.txt", Array("prompt,completion\nWhat?,This.\n".utf8), "seems to be CSV or TSV",
      "let it end with .csv or .tsv"
    ),
    (
      "x.json", Array("{\n  \"prompt\": \"a\",\n  \"completion\": \"b\"\n}\n".utf8),
      "seems to hold JSON that is spread over many lines", "jq -c . PATH.json > PATH.jsonl"
    ),
    ("x.arrow", Array("ARROW1\0\0".utf8), "seems to be an Arrow or Feather file", "read_feather"),
    (
      "x.arrow", [0xFF, 0xFF, 0xFF, 0xFF, 0x78, 0], "seems to be an Arrow stream",
      "datasets.Dataset.from_file('PATH.arrow')"
    ),
    ("x.zip", [0x50, 0x4B, 3, 4, 20, 0], "is a ZIP archive", "unzip -p PATH.zip | gamut"),
    ("x.bz2", Array("BZh91AY&SY".utf8), "is packed with bzip2", "bzip2 -dc PATH.bz2 | gamut"),
    (
      "x.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "is packed with xz", "xz -dc PATH.xz | gamut"
    ),
    (
      "x.jsonl", [0xFF, 0xFE] + Array("{\0\"\0".utf8), "seems to be UTF-16",
      "iconv -f UTF-16 -t UTF-8 PATH.jsonl > PATH.lines.jsonl"
    ),
  ]

  @Test(arguments: Array(foreignFiles.indices))
  func `a file of another format is told by its first bytes`(index: Int) {
    let (name, bytes, seems, remedy) = Self.foreignFiles[index]
    let source = folder.make(name, bytes)
    let good = folder.make("good.jsonl", "{\"text\":\"a\"}\n")
    let stem = folder.file("x")
    for (sources, more) in [
      ([source], []), ([good, source], []), ([source], ["--axis", "topic1"]),
      ([source], ["--on-error", "skip"]),
    ] {
      let outcome = select(sources, more)
      #expect(outcome.status == 1)
      #expect(outcome.error.hasPrefix("gamut select: \(source) \(seems)"), "\(outcome.error)")
      let command = remedy.split(separator: "PATH", omittingEmptySubsequences: false)
        .joined(separator: stem)
      #expect(outcome.error.contains(command), "\(outcome.error)")
    }
    #expect(folder.names == ["good.jsonl", name].sorted())
  }

  @Test func `other formats are told on standard input and in packed files, too`() {
    let table = folder.make("odd name.txt", "prompt,completion\nWhat?,This.\n")
    let piped = Tool.run(["select", "-", "--budget", "5"], input: .file(table))
    #expect(piped.status == 1)
    #expect(
      piped.error
        == "gamut select: standard input seems to be CSV or TSV, which is told by the name: let it end with"
        + " .csv or .tsv, or convert it, for example with duckdb -c \"COPY (FROM read_csv('FILE')) TO 'FILE.jsonl' (FORMAT json)\"\n"
    )
    let packed = folder.make("t.gz", Program(path: "/usr/bin/gzip").run(["-c", table]).output)
    let outcome = select([packed])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("read_csv('\(packed)')) TO '\(folder.file("t")).jsonl'"))
    // A name that a shell would take apart is not put into a command.
    #expect(select([table]).error.contains("read_csv('FILE')"))
  }

  @Test func `a broken first line of records is not taken for another format`() {
    for line in ["{\"text\":\"a, b\"", "Hello, world", "{\"text\":1,\"b\":2}", "oops"] {
      let source = folder.make("pool.jsonl", line + "\n{\"text\":\"a\"}\n")
      let outcome = select([source])
      #expect(outcome.status == 1)
      #expect(outcome.error.hasPrefix("gamut select: \(source):1: "), "\(outcome.error)")
    }
    let source = folder.make("pool.jsonl", "{\"text\":\"a\"}\nprompt,completion\n")
    #expect(select([source]).error.hasPrefix("gamut select: \(source):2: 'p' cannot stand there"))
  }

  @Test func `there may be more sources than a process may have files open`() {
    let sources = (0..<80).map { folder.make("s\($0).jsonl", "{\"text\":\"sample \($0)\"}\n") }
    let outcome = Program(path: "/bin/sh").run(
      ["-c", "ulimit -n 32; exec \"$@\"", "sh", Tool.program.path, "select"] + sources
        + ["--budget", "100%", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.count { $0 == 0x0A } == 80)
  }

  @Test func `the first unreadable line is named with its place`() {
    let good = folder.make("good.jsonl", "{\"text\":\"a\"}\n")
    let bad = folder.make("bad.jsonl", "\n{\"text\":\"b\"}\n{\"text\":\"c\" \"d\"}\noops\n")
    let outcome = select([good, bad])
    #expect(outcome.status == 1)
    #expect(
      outcome.error
        == "gamut select: \(bad):3: '\"' cannot stand there (byte 26); mend the line, or"
        + " go on without such lines with --on-error skip --rejects FILE\n")
  }

  @Test func `every line of the malformed file is judged as its verdicts say`() throws {
    let source = Tool.repository + "/Data/malformed.jsonl"
    let selection = try #require(
      try Selection(
        [source], ["--budget", "9", "--on-error", "skip"] + Tool.plainAxes, in: folder))
    selection.checkAll()
    // Line 21 has no output, and a prompt alone is a record; 22 and 23 are blank.
    let readable = [1, 21, 24]
    #expect(selection.receipts.map(\.line) == Array(1...21) + [24, 25])
    for receipt in selection.receipts {
      #expect((receipt.status != "rejected") == readable.contains(receipt.line))
    }
    #expect(selection.receipts.first { $0.line == 24 }?.status == "duplicate")
  }

  @Test func `the repository's pool is accounted for to the last sample`() throws {
    let selection = try #require(
      try Selection([Tool.pool], ["--quality", "quality", "--budget", "500"], in: folder))
    selection.checkAll()
    selection.checkPriorities(evenness: 0.5)
    #expect(selection.samples.count == 3000)
    // Its card counts 62 exact repetitions; near ones may be equal to one another.
    #expect(selection.places("duplicate").count >= 62)
    #expect(selection.places("selected").count == 500)
  }

  @Test func `what cannot be opened is told with the reason`() {
    let missing = folder.file("none.jsonl")
    let outcome = select([missing])
    #expect(outcome.status == 1)
    #expect(
      outcome.error == "gamut select: cannot open \(missing): no such file or folder\n")
    // A folder is taken for an archive.
    let noArchive = select([folder.path])
    #expect(noArchive.status == 1)
    #expect(
      noArchive.error
        == "gamut select: \(folder.path) is no archive: it has no archive.json that Gamut wrote;"
        + " make one with gamut fit\n")
    let twice = select(["-", "-"])
    #expect(twice.status == 1)
    #expect(twice.error == "gamut select: standard input ('-') can be given once only\n")
  }

  @Test func `a source that is named twice holds nothing but twins the second time`() throws {
    let source = folder.make("pool.jsonl", "{\"text\":\"a b c\"}\n{\"text\":\"d\"}\n")
    let outcome = select([source, source], ["-o", folder.file("s.jsonl"), "--receipts"])
    #expect(outcome.status == 0)
    let receipts = try ReceiptLine.all(#require(folder.bytes("s.receipts.jsonl")))
    #expect(receipts.map(\.status) == ["selected", "selected", "duplicate", "duplicate"])
  }

  @Test func `a record's own id stands in its receipt as it is`() throws {
    let source = folder.make(
      "pool.jsonl",
      """
      {"id":7,"text":"a"}
      {"id":"\\u00e9\\n","text":"b"}
      {"text":"c"}
      {"id":null,"text":"d"}
      {"id":12345678901234567890,"text":"e"}
      {"id":{"part": [1, "x"]},"text":"f"}
      {"id":false,"text":"g"}

      """)
    let outcome = select([source], ["-o", folder.file("s.jsonl"), "--receipts"])
    #expect(outcome.status == 0)
    let receipts = try #require(folder.text("s.receipts.jsonl"))
    #expect(receipts.contains("\"line\":5,\"id\":12345678901234567890,"))
    let ids = try ReceiptLine.all(Array(receipts.utf8)).map(\.id)
    #expect(ids[0] == .number(7) && ids[1] == .string("\u{E9}\n") && ids[2] == nil && ids[3] == nil)
    #expect(receipts.contains("\"line\":6,\"id\":{\"part\":[1,\"x\"]},"))
    #expect(receipts.contains("\"line\":7,\"id\":false,"))
  }

  @Test func `equal words with another verdict, image or turn are no duplicates`() throws {
    let source = folder.make(
      "pool.jsonl",
      """
      {"prompt":"p","completion":"c","label":true}
      {"prompt":"p","completion":"c","label":false}
      {"label": true, "prompt":"p","completion":"c"}
      {"instruction":"i","output":"o","images":["1.png"]}
      {"instruction":"i","output":"o","images":["2.png"]}
      {"instruction":"i","output":"o","images":["\\u0031.png"],"id":9}
      {"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}
      {"messages":[{"role":"user","content":["a","b"]}]}
      {"conversations":[{"from":"human","value":"a"},{"from":"human","value":"b"}]}

      """)
    let outcome = Tool.run([
      "select", source, "--budget", "9", "--axis", "tokens:3", "--quiet", "--receipts", "-o",
      folder.file("s.jsonl"),
    ])
    #expect(outcome.status == 0)
    let receipts = try ReceiptLine.all(#require(folder.bytes("s.receipts.jsonl")))
    #expect(receipts.filter { $0.status == "duplicate" }.map(\.line) == [3, 6, 9])
  }
}
