import Glibc
import TestSupport
import Testing

@testable import DuckDB

@Suite(.enabled(if: DuckDBCommand.isThere, "the duckdb command is not here; see Tests/run.sh"))
struct DuckDBTests {
  private func duckdb(threads: Int = 2) -> DuckDB {
    var settings = DuckDBSettings(command: DuckDBCommand.path)
    settings.threads = threads
    return DuckDB(settings: settings)
  }

  @Test func `it is found once, and its version is told`() throws {
    let duckdb = duckdb()
    #expect(duckdb.versionUsed == nil)
    #expect(try duckdb.version() >= .oldest)
    #expect(try duckdb.versionUsed == duckdb.version())
  }

  @Test func `a statement answers in lines of JSON`() throws {
    let answer = try duckdb().run("SELECT 1 AS a, 'it''s' AS b")
    #expect(String(decoding: answer, as: UTF8.self) == "{\"a\":1,\"b\":\"it's\"}\n")
  }

  @Test func `names are safe, whatever they hold`() throws {
    for name in ["a'b", "a\"b", "a;SELECT 2", "two\nlines", "-c", "*?[x]", "é", ".help"] {
      let sql =
        "COPY (SELECT \(SQL.literal(name)) AS \(SQL.identifier(name))) TO '/dev/stdout' (FORMAT json)"
      let text = String(decoding: try duckdb().run(sql), as: UTF8.self)
      let written = name.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\\\"").split(separator: "\n").joined(separator: "\\n")
      #expect(text == "{\"\(written)\":\"\(written)\"}\n")
    }
  }

  @Test func `a large output comes whole, and the same for any number of threads`() throws {
    let sql =
      "COPY (SELECT i, repeat('x', 50) AS t FROM range(300000) r(i)) TO '/dev/stdout' (FORMAT json)"
    let one = try duckdb(threads: 1).run(sql)
    #expect(one.count(where: { $0 == 0x0A }) == 300_000)
    #expect(try duckdb(threads: 4).run(sql) == one)
  }

  @Test func `a statement that fails throws what duckdb says, after what came before`() throws {
    let output = try duckdb().start("SELECT 1 AS a; SELECT error('no such luck'); SELECT 2 AS b")
    var error: DuckDBError?
    var bytes: [UInt8] = []
    do throws(DuckDBError) {
      var piece = [UInt8](repeating: 0, count: 100)
      while true {
        var span = piece.mutableSpan
        let count = try output.read(into: &span)
        if count == 0 { break }
        bytes += piece[..<count]
      }
    } catch let thrown {
      error = thrown
    }
    #expect(error == .failed(message: "Invalid Input Error: no such luck"))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("\"b\""))
  }

  @Test func `an output that nobody reads to its end ends the command`() throws {
    let pid: pid_t
    do {
      let child = try ChildProcess(
        path: "/bin/sh", arguments: ["-c", "echo $$; while :; do :; done"], output: nil)
      var piece = [UInt8](repeating: 0, count: 20)
      var span = piece.mutableSpan
      let count = try child.read(into: &span)
      pid = try #require(pid_t(String(decoding: piece[..<(count - 1)], as: UTF8.self)))
      #expect(kill(pid, 0) == 0)
    }
    #expect(kill(pid, 0) != 0)
  }

  @Test func `what stands on standard error does not stop the output`() throws {
    let script =
      "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789 >&2;"
      + " i=$((i+1)); done; echo done; exit 3"
    let child = try ChildProcess(path: "/bin/sh", arguments: ["-c", script], output: nil)
    let output = DuckDBOutput(child: child)
    #expect(throws: DuckDBError.self) { try output.readToEnd() }
  }

  @Test func `a killed command is told as that`() throws {
    let child = try ChildProcess(path: "/bin/sh", arguments: ["-c", "kill -9 $$"], output: nil)
    #expect(throws: DuckDBError.killed(signal: 9)) { try DuckDBOutput(child: child).readToEnd() }
  }

  @Test func `a file is read through its descriptor, whatever its name`() throws {
    let path = "/tmp/gamut-duckdb-\(getpid())-'; [a]*.csv"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    unsafe unlink(path)
    #expect(unsafe write(descriptor, "a\n1\n", 4) == 4)
    let name = SQL.literal(DuckDB.path(ofDescriptor: descriptor))
    let answer = try duckdb().run("SELECT a FROM read_csv(\(name))")
    #expect(String(decoding: answer, as: UTF8.self) == "{\"a\":1}\n")
  }

  @Test func `statements run side by side`() async throws {
    let duckdb = duckdb()
    let sums = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<6 {
        group.addTask { String(decoding: try duckdb.run("SELECT \(index) AS a"), as: UTF8.self) }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(sums == Set((0..<6).map { "{\"a\":\($0)}\n" }))
  }
}

@Suite struct DuckDBSearchTests {
  @Test func `no command of that name is told with the name`() {
    let named = DuckDB(settings: DuckDBSettings(command: "/nowhere/duckdb"))
    #expect(throws: DuckDBError.notFound(command: "/nowhere/duckdb")) { try named.version() }
    let searched = DuckDB(settings: DuckDBSettings(searchPath: "/nowhere::/also/nowhere"))
    #expect(throws: DuckDBError.notFound(command: nil)) { try searched.run("SELECT 1") }
  }

  @Test func `another program under its name is refused`() {
    let other = DuckDB(settings: DuckDBSettings(command: "/bin/echo"))
    #expect(throws: DuckDBError.notDuckDB(command: "/bin/echo", answer: "--version")) {
      try other.version()
    }
    let silent = DuckDB(settings: DuckDBSettings(command: "false", searchPath: "/usr/bin:/bin"))
    #expect(throws: DuckDBError.self) { try silent.version() }
  }
}
