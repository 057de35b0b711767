import Testing

@testable import DuckDB

@Suite struct SQLTests {
  @Test(arguments: [
    ("", "''"), ("plain", "'plain'"), ("it's", "'it''s'"),
    ("a; DROP TABLE x --", "'a; DROP TABLE x --'"),
    ("two\nlines", "'two\nlines'"), ("\\", "'\\'"), ("'", "''''"), ("é\u{301}'", "'é\u{301}'''"),
  ])
  func `a literal holds any text`(text: String, literal: String) {
    #expect(Array(SQL.literal(text).utf8) == Array(literal.utf8))
  }

  @Test func `an identifier doubles its own quotes and no others`() {
    #expect(SQL.identifier("a\"b'c") == "\"a\"\"b'c\"")
  }

  @Test(arguments: [
    ("v1.5.6 (Variegata) 069cc9f9b5", DuckDBVersion(major: 1, minor: 5, patch: 6)),
    ("v1.10.0", DuckDBVersion(major: 1, minor: 10, patch: 0)),
    ("v2.0.1-dev33 abc", DuckDBVersion(major: 2, minor: 0, patch: 1)),
  ])
  func `a version is read out of what the command says`(line: String, version: DuckDBVersion) {
    #expect(DuckDBVersion(line: line) == version)
  }

  @Test(arguments: ["", "1.5.6", "v1.5", "vx.y.z", "DuckDB v1.5.6", "v1.5."])
  func `anything else is no version`(line: String) { #expect(DuckDBVersion(line: line) == nil) }

  @Test func `versions are ordered by number, not by text`() {
    let versions = ["v1.1.3", "v1.4.0", "v1.5.6", "v1.10.0", "v2.0.0"].compactMap(
      DuckDBVersion.init)
    #expect(versions.count == 5 && versions == versions.sorted())
    #expect(versions[0] < .oldest && versions[1] == .oldest)
  }

  @Test(arguments: [
    ("Error: it broke\n", "it broke"),
    ("IO Error: No files\n\nLINE 1: COPY\n   ^\n", "IO Error: No files"),
    ("Invalid Input Error:\nNo magic bytes\nLINE 1: x", "Invalid Input Error: No magic bytes"),
    ("\u{1B}[1m\u{1B}[31mred\u{1B}[0m text\r\n", "red text"), ("", ""), ("\n\n", ""),
  ])
  func `an error's first message becomes one line`(said: String, message: String) {
    #expect(ErrorText.firstMessage(of: Array(said.utf8)) == message)
  }
}
