import Glibc
import TestSupport
import Testing

/// Parquet as pools and as subsets, by way of the duckdb command.
@Suite(
  .enabled(if: DuckDBCommand.isThere, "the duckdb command is not here; see Tests/run.sh"),
  .serialized)
struct ParquetTests {
  let folder = TemporaryFolder()

  private func gamut(_ arguments: [String], input: Program.Input = .none) -> Program.Outcome {
    Program(path: "/usr/bin/env").run(
      ["GAMUT_DUCKDB=\(DuckDBCommand.path ?? "")", Tool.program.path] + arguments, input: input)
  }

  /// Runs a statement of SQL.
  @discardableResult
  private func sql(_ statement: String) -> String {
    let outcome = Program(path: DuckDBCommand.path ?? "")
      .run(["-init", "/dev/null", "-batch", "-bail", "-jsonlines", "-c", statement])
    #expect(outcome.status == 0, "\(outcome.error)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  /// Makes a Parquet file of `count` rows with messages, a score and a vector.
  private func makePool(_ name: String, count: Int, groups: Int = 500) -> String {
    let path = folder.file(name)
    sql(
      """
      COPY (SELECT 'r' || i AS id, [{'role': 'user', 'content': 'what is ' || i || E'?\\n"' || hash(i)}, \
      {'role': 'assistant', 'content': repeat('word ' || (i % 7) || ' ', 1 + i % 11)}] AS messages, \
      (hash(i) % 1000)::DOUBLE / 1000 AS quality, (i * 1.10)::DECIMAL(12, 2) AS price, \
      9007199254740993 + i AS big, TIMESTAMPTZ '2026-01-01 00:00:00+02' AS made, NULL::VARCHAR AS nothing, \
      [sin(i)::FLOAT, cos(i)::FLOAT, (i % 5)::FLOAT] AS vector FROM range(\(count)) t(i)) \
      TO '\(path)' (FORMAT parquet, ROW_GROUP_SIZE \(groups))
      """)
    return path
  }

  private let options =
    ["--budget", "200", "--quality", "quality", "--quiet"] + Tool.plainAxes

  @Test func `rows are records, in their order, whatever the number of threads`() throws {
    let pool = makePool("pool.parquet", count: 5000)
    let lines = folder.file("pool.jsonl")
    sql(
      "COPY (SELECT * REPLACE (price::VARCHAR::JSON AS price, made AT TIME ZONE 'UTC' AS made) FROM '\(pool)') TO '\(lines)' (FORMAT json)"
    )
    let one = gamut(["select", pool, "--threads", "1"] + options)
    #expect(one.status == 0, "\(one.error)")
    #expect(gamut(["select", pool, "--threads", "3"] + options).output == one.output)
    let text = String(decoding: one.output, as: UTF8.self)
    let first = try #require(text.split(separator: "\n").first)
    #expect(first.contains("\"big\":90071992547"))
    #expect(first.contains("\"made\":\"2025-12-31 22:00:00+00\",\"nothing\":null"))
    func ids(_ bytes: [UInt8]) -> [Substring] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
        $0.split(separator: ",").first
      }
    }
    #expect(ids(one.output) == ids(gamut(["select", lines] + options).output))
  }

  @Test func `chosen rows go back with all columns and types`() throws {
    let pool = makePool("pool.parquet", count: 3000)
    let subset = folder.file("s.parquet")
    let outcome = gamut(["select", pool, "-o", subset, "--order", "rank"] + options)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(folder.names == ["pool.parquet", "s.manifest.json", "s.parquet"])
    let columns = "SELECT column_name, column_type FROM (DESCRIBE FROM "
    #expect(sql(columns + "'\(subset)')") == sql(columns + "'\(pool)')"))
    #expect(
      sql("SELECT count(*) AS n FROM (FROM '\(subset)' EXCEPT FROM '\(pool)')") == "{\"n\":0}\n")
    let ids = String(
      decoding: gamut(["select", pool, "--order", "rank"] + options).output, as: UTF8.self
    ).split(separator: "\n").compactMap { $0.split(separator: "\"").dropFirst(2).first }
    #expect(
      sql("SELECT id FROM '\(subset)'").split(separator: "\n").compactMap {
        $0.split(separator: "\"").dropFirst(2).first
      } == ids && ids.count == 200)
    #expect(gamut(["verify", subset]).status == 0)
    let manifest = try #require(folder.text("s.manifest.json"))
    #expect(manifest.contains("\"duckdb\": \""))
    // Other rows under the same manifest.
    sql("COPY (FROM '\(subset)' ORDER BY id) TO '\(folder.file("t.parquet"))' (FORMAT parquet)")
    unsafe _ = rename(folder.file("t.parquet"), subset)
    #expect(gamut(["verify", subset]).status == 1)
  }

  @Test func `several files, an archive and standard input give what one file gives`() {
    let pool = makePool("pool.parquet", count: 4000)
    let whole = gamut(["select", pool] + options).output
    let parts = [folder.file("part 1.parquet"), folder.file("part'2;[x]*?.parquet")]
    sql("COPY (FROM '\(pool)' LIMIT 1700) TO '\(parts[0])' (FORMAT parquet)")
    sql("COPY (FROM '\(pool)' OFFSET 1700) TO '\(folder.file("rest.parquet"))' (FORMAT parquet)")
    unsafe _ = rename(folder.file("rest.parquet"), parts[1])
    #expect(gamut(["select"] + parts + options).output == whole)
    #expect(gamut(["select", "-"] + options, input: .file(pool)).output == whole)
    let table = folder.file("s.parquet")
    #expect(gamut(["select"] + parts + ["-o", table] + options).status == 0)
    #expect(
      gamut(
        ["select", table, "--budget", "100%", "--quality", "quality", "--quiet"]
          + Tool.plainAxes
      ).output == whole)
    let archive = folder.file("a.gamut")
    let fit = gamut(
      ["fit", pool, "--quality", "quality", "-o", archive, "--quiet"] + Tool.plainAxes)
    #expect(fit.status == 0, "\(fit.error)")
    let chosen = gamut(["select", archive, "--budget", "200", "--quality", "quality", "--quiet"])
    #expect(chosen.output == whole, "\(chosen.error)")
    #expect(gamut(["verify", archive, "--sources"]).status == 0)
  }

  @Test func `a column of vectors is worth a file of them`() {
    let pool = makePool("pool.parquet", count: 2000, groups: 300)
    let lines = folder.file("pool.jsonl")
    sql("COPY (FROM '\(pool)') TO '\(lines)' (FORMAT json)")
    let rows = sql("SELECT vector FROM '\(pool)'").split(separator: "\n").map { line in
      line.split(separator: "[")[1].split(separator: "]")[0].split(separator: ",").map {
        Float($0) ?? .nan
      }
    }
    let file = folder.make("v.npy", NumPyFile.bytes(rows))
    let more = ["--budget", "150", "--quality", "quality", "--quiet", "--redundancy", "0.999"]
    func ids(_ arguments: [String]) -> [Substring] {
      let outcome = gamut(["select"] + arguments + more)
      #expect(outcome.status == 0, "\(outcome.error)")
      return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").compactMap {
        $0.split(separator: ",").first
      }
    }
    let given = ids([pool, "--embeddings", file])
    #expect(given.count > 20)
    #expect(ids([pool, "--embeddings", "column:vector"]) == given)
    #expect(ids([lines, "--embeddings", "column:vector"]) == given)
    let archive = folder.file("a.gamut")
    #expect(
      gamut([
        "fit", pool, "--embeddings", "column:vector", "--quality", "quality", "-o", archive,
        "--quiet",
      ]).status == 0)
    #expect(ids([archive]) == given)
  }

  @Test(arguments: [
    (
      "[1.0::FLOAT] || CASE WHEN i = 2 THEN [2.0::FLOAT] ELSE [] END",
      ":3: the vector in 'v' has 2 numbers"
    ),
    ("CASE WHEN i < 4 THEN [i::FLOAT] END", ":5: there is no vector in 'v'"),
    (
      "[1.0::FLOAT, CASE WHEN i = 3 THEN NULL ELSE 2.0 END]",
      ":4: the vector in 'v' holds a null, a NaN"
    ),
    ("[1.0::FLOAT, CASE WHEN i = 1 THEN 'inf'::FLOAT ELSE 2.0 END]", ":2: the vector in 'v' holds"),
    ("i", "is BIGINT, and no list of floats or whole numbers"),
  ])
  func `vectors that are none are told with their row, alike in both formats`(
    vector: String, message: String
  ) {
    let (table, lines) = (folder.file("p.parquet"), folder.file("p.jsonl"))
    let rows = "SELECT 'text ' || i AS text, \(vector) AS v FROM range(6) t(i)"
    sql("COPY (\(rows)) TO '\(table)' (FORMAT parquet)")
    let outcome = gamut([
      "select", table, "--embeddings", "column:v", "-o", folder.file("s.jsonl"), "--budget", "3",
    ])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(message), "\(outcome.error)")
    if message.hasPrefix(":"), !vector.contains("inf") {
      sql("COPY (\(rows)) TO '\(lines)' (FORMAT json)")
      let other = gamut(["select", lines, "--embeddings", "column:v", "--budget", "3"])
      #expect(other.error.contains(message), "\(other.error)")
    }
    #expect(folder.names.allSatisfy { !$0.hasPrefix("s.") })
  }

  @Test func `what cannot be read ends in one message, and nothing is written`() throws {
    _ = makePool("pool.parquet", count: 3000)
    let bytes = try #require(folder.bytes("pool.parquet"))
    folder.make("cut.parquet", Array(bytes[..<(bytes.count / 2)]))
    // Damaged in the middle, with a whole footer.
    var damaged = bytes
    for index in bytes.count / 3..<bytes.count / 3 + 400 { damaged[index] ^= 0x5A }
    folder.make("damaged.parquet", damaged)
    sql(
      "COPY (SELECT 'a' AS text, {'bytes': 'x'::BLOB, 'path': 'p'} AS image) TO '\(folder.file("image.parquet"))' (FORMAT parquet)"
    )
    sql("COPY (SELECT 'a' AS text LIMIT 0) TO '\(folder.file("empty.parquet"))' (FORMAT parquet)")
    for (name, message) in [
      ("cut.parquet", "cannot read PATH: "), ("damaged.parquet", "PATH"),
      ("image.parquet", "PATH: column 'image' holds bytes"),
      ("empty.parquet", "no record in PATH"),
    ] {
      let path = folder.file(name)
      let outcome = gamut(["select", path, "--budget", "3", "-o", folder.file("s.jsonl")])
      #expect(outcome.status == 1)
      let expected = message.split(separator: "PATH", omittingEmptySubsequences: false)
        .joined(separator: path)
      #expect(outcome.error.contains(expected), "\(outcome.error)")
      #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
    }
    #expect(folder.names.allSatisfy { $0.hasSuffix(".parquet") })
  }

  @Test func `two columns of one name are refused`() throws {
    // Names of one length, so that one can be made the other.
    sql("COPY (SELECT 'a' AS aaaa, 'b' AS bbbb) TO '\(folder.file("p.parquet"))' (FORMAT parquet)")
    var bytes = try #require(folder.bytes("p.parquet"))
    for index in bytes.indices.dropLast(4) where bytes[index..<index + 4] == Array("bbbb".utf8)[...]
    {
      for place in index..<index + 4 { bytes[place] = UInt8(ascii: "A") }
    }
    let path = folder.make("p.parquet", bytes)
    let outcome = gamut(["select", path, "--budget", "1"])
    #expect(outcome.error.contains("has the columns 'aaaa' and 'AAAA'"), "\(outcome.error)")
  }

  @Test func `tables of other columns do not go into one file`() {
    sql("COPY (SELECT 'a' AS text, 1 AS n) TO '\(folder.file("a.parquet"))' (FORMAT parquet)")
    sql("COPY (SELECT 'b' AS text, 'x' AS n) TO '\(folder.file("b.parquet"))' (FORMAT parquet)")
    let both = [folder.file("a.parquet"), folder.file("b.parquet")]
    let outcome = gamut(
      ["select"] + both + ["--budget", "2", "-o", folder.file("s.parquet"), "--quiet"]
        + Tool.plainAxes)
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("(they differ in 'n'"), "\(outcome.error)")
    #expect(folder.names == ["a.parquet", "b.parquet"])
  }

  @Test func `records of JSONL get types that hold all of them, and text stays text`() {
    var lines = ""
    for index in 0..<21_000 {
      lines +=
        "{\"text\":\"say \(index)\",\"code\":\"00\(index % 10)\",\"day\":\"2026-01-01\",\"n\":"
        + (index == 20_990 ? "0.5" : "\(index)") + ",\"none\":null,\"tags\":[\"a\"]}\n"
    }
    let pool = folder.make("p.jsonl", lines)
    let table = folder.file("s.parquet")
    let outcome = gamut(
      ["select", pool, "--budget", "100%", "-o", table, "--quiet"] + Tool.plainAxes)
    #expect(outcome.status == 0, "\(outcome.error)")
    let types = sql("SELECT column_type AS t FROM (DESCRIBE FROM '\(table)')")
    #expect(
      types.split(separator: "\n")
        == [
          "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR", "VARCHAR[]",
        ].map { "{\"t\":\"\($0)\"}" })
    #expect(sql("SELECT count(*) AS n FROM '\(table)' WHERE code = '007'") == "{\"n\":2100}\n")
    #expect(gamut(["verify", table]).status == 0)
  }

  @Test func `the command is missing, another, or too old`() {
    let pool = makePool("p.parquet", count: 3)
    let old = folder.make("old", "#!/bin/sh\necho 'v1.1.3 19864453f7'\n")
    let other = folder.make("other", "#!/bin/sh\necho 'hello'\n")
    let failing = folder.make(
      "failing",
      "#!/bin/sh\n[ \"$1\" = --version ] && echo v1.5.6 && exit\necho 'Out of luck' >&2\nexit 1\n")
    for path in [old, other, failing] { unsafe _ = chmod(path, 0o755) }
    for (variables, message) in [
      (
        ["GAMUT_DUCKDB=\(folder.file("no"))"],
        "names \(folder.file("no")), and there is no such command"
      ),
      (["-u", "GAMUT_DUCKDB", "PATH=/nowhere"], "not on the search path; install it"),
      (["GAMUT_DUCKDB=\(old)"], "is duckdb 1.1.3, and 1.4.0 is the oldest that will do"),
      (["GAMUT_DUCKDB=\(other)"], "is not duckdb (it says \"hello\")"),
      (["GAMUT_DUCKDB=\(failing)"], "cannot read \(pool): Out of luck"),
    ] {
      let outcome = Program(path: "/usr/bin/env").run(
        variables + [
          Tool.program.path, "select", pool, "--budget", "1", "-o", folder.file("s.jsonl"),
        ])
      #expect(outcome.status == 1)
      #expect(outcome.error.contains(message), "\(outcome.error)")
    }
    #expect(!folder.names.contains("s.jsonl"))
    // Nothing else asks for it.
    let lines = folder.make("p.jsonl", "{\"text\":\"a\"}\n")
    let outcome = Program(path: "/usr/bin/env").run(
      ["GAMUT_DUCKDB=/nowhere", Tool.program.path, "select", lines, "--budget", "1", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test(arguments: [SIGTERM, SIGKILL])
  func `a run that is ended leaves no command running and no file`(signal: Int32) throws {
    let pool = makePool("p.parquet", count: 10)
    let pids = folder.file("pids")
    // Answers what is asked first, and then goes on for ever.
    let slow = folder.make(
      "slow",
      """
      #!/bin/sh
      case "$*" in
      *FORMAT\\ json*) echo $$ > \(pids); while :; do echo '{"text":"a"}'; done ;;
      esac
      exec \(DuckDBCommand.path ?? "") "$@"

      """)
    unsafe _ = chmod(slow, 0o755)
    let running = Program(path: "/usr/bin/env").start([
      "GAMUT_DUCKDB=\(slow)", Tool.program.path, "select", pool, "--budget", "1", "-o",
      folder.file("s.jsonl"), "--quiet",
    ])
    var patience = 20_000
    while folder.text("pids")?.hasSuffix("\n") != true, patience > 0 {
      usleep(1000)
      patience -= 1
    }
    let pid = try #require(pid_t(folder.text("pids")?.dropLast() ?? ""))
    running.signal(signal)
    #expect([143, 137].contains(running.wait()))
    while kill(pid, 0) == 0, patience > 0 {
      usleep(1000)
      patience -= 1
    }
    #expect(kill(pid, 0) != 0)
    #expect(folder.names == ["p.parquet", "pids", "slow"])
  }
}
