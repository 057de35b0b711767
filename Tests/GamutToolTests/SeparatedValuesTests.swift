import TestSupport
import Testing

/// CSV and TSV as pools and as subsets.
@Suite struct SeparatedValuesTests {
  let folder = TemporaryFolder()

  private func select(_ source: String, _ more: [String] = []) -> Program.Outcome {
    Tool.run(["select", source, "--budget", "100", "--quiet"] + Tool.plainAxes + more)
  }

  @Test(arguments: [
    (
      "a.csv", "text,n\n007,1\n\"a, \"\"b\"\"\",\n",
      "{\"text\":\"007\",\"n\":\"1\"}\n{\"text\":\"a, \\\"b\\\"\",\"n\":\"\"}\n"
    ),
    (
      "a.csv", "\u{FEFF}text,n\r\nx,\"two\r\nlines\"\r\n\r\n",
      "{\"text\":\"x\",\"n\":\"two\\r\\nlines\"}\n"
    ),
    ("a.csv", "text;n\na,b;2", "{\"text\":\"a,b\",\"n\":\"2\"}\n"),
    ("A.TSV", "text\tn\na,b\t\"2\"\n", "{\"text\":\"a,b\",\"n\":\"2\"}\n"),
    ("a.csv", "text\na\\b\tc\n", "{\"text\":\"a\\\\b\\tc\"}\n"),
    (
      "a.csv", "text,\"k\"\"y\"\nit 5\" wide,\u{1}\n",
      "{\"text\":\"it 5\\\" wide\",\"k\\\"y\":\"\\u0001\"}\n"
    ),
  ])
  func `rows become records whose values are texts as they stand`(
    name: String, table: String, records: String
  ) {
    let outcome = select(folder.make(name, table), ["--text", "text"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(String(decoding: outcome.output, as: UTF8.self) == records)
  }

  @Test(arguments: [
    ("", "is empty"), ("\n\n", "is empty"),
    ("a,b\n1,2\n3\n", ":3: row 2 has 1 field, and the header has 2"),
    ("a,b\n\"x\ny\",2\n1,2,3\n", ":4: row 2 has 3 fields"),
    ("a,a\n1,2\n", "has two columns 'a'"),
    ("a,b\n1,\"x\n2,3\n", ":2: a quote is opened in row 1"),
    ("a,b\n1,\"x\"y\n", ":2: something stands behind a closing quote in row 1"),
  ])
  func `a table that does not hold together is told with its line`(table: String, message: String) {
    let path = folder.make("t.csv", table)
    let outcome = select(path, ["-o", folder.file("s.jsonl")])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(message), "\(outcome.error)")
    #expect(folder.names == ["t.csv"])
  }

  @Test func `UTF-16 is told`() {
    let path = folder.make("t.csv", [0xFF, 0xFE, 0x61, 0x00])
    #expect(select(path).error.contains("is UTF-16"))
  }

  @Test(arguments: 0..<6)
  func `a pool of any texts goes to CSV and back, packed or not`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let letters = Array("ab ,;\t\"\n\r\\{}é😀'")
    var lines = ""
    for _ in 0..<60 {
      func text() -> String {
        String(
          (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            letters[Int.random(in: 0..<letters.count, using: &generator)]
          })
      }
      let pair = ["q \(text())", "a \(text())"].map { text in
        var written = ""
        for scalar in text.unicodeScalars {
          switch scalar {
          case "\"": written += "\\\""
          case "\\": written += "\\\\"
          case "\n": written += "\\n"
          case "\r": written += "\\r"
          case "\t": written += "\\t"
          default: written.unicodeScalars.append(scalar)
          }
        }
        return written
      }
      lines += "{\"prompt\":\"\(pair[0])\",\"completion\":\"\(pair[1])\"}\n"
    }
    let pool = folder.make("pool.jsonl", lines)
    for ending in ["csv", "tsv"] {
      let table = folder.file("t-\(ending).\(ending)")
      #expect(select(pool, ["-o", table]).status == 0)
      let first = select(pool).output
      #expect(select(table).output == first)
      let packed = folder.make(
        "p.\(ending).gz", Program(path: "/usr/bin/gzip").run(["-c", table]).output)
      #expect(select(packed).output == first)
      #expect(Tool.run(["verify", table]).status == 0)
      let again = folder.file("u-\(ending).\(ending)")
      #expect(select(table, ["-o", again]).status == 0)
      #expect(folder.bytes("u-\(ending).\(ending)") == folder.bytes("t-\(ending).\(ending)"))
    }
  }

  @Test func `a changed row of a subset is found`() throws {
    let pool = folder.make(
      "pool.csv", "prompt,completion,q\none,\"x\ny\",3\ntwo,b,1\nthree,c,2\n")
    let table = folder.file("s.csv")
    #expect(select(pool, ["--quality", "q", "-o", table]).status == 0)
    #expect(folder.text("s.csv") == "prompt,completion,q\none,\"x\ny\",3\ntwo,b,1\nthree,c,2\n")
    writeFile(table, Array("prompt,completion,q\none,\"x\ny\",3\ntwo,B,1\nthree,c,2\n".utf8))
    let outcome = Tool.run(["verify", table])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("line 2 is changed"), "\(outcome.error)")
  }

  @Test func `a key that the header has not ends the run, and nothing is written`() {
    let pool = folder.make("p.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\",\"more\":[1]}\n")
    let outcome = select(pool, ["-o", folder.file("s.csv")])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("record 2 of the subset has a key 'more'"), "\(outcome.error)")
    #expect(folder.names == ["p.jsonl"])
  }

  @Test func `an archive of a table gives what the table gives`() {
    var table = "instruction,output,quality\n"
    for index in 0..<200 {
      table += "\"say \(index),\n\(index * 7 % 13)\",word \(index),\(index % 17)\n"
    }
    let source = folder.make("pool.csv", table)
    let archive = folder.file("pool.gamut")
    #expect(
      Tool.run(["fit", source, "--quality", "quality", "-o", archive, "--quiet"]).status == 0)
    let direct = Tool.run(["select", source, "--budget", "20", "--quality", "quality", "--quiet"])
    let chosen = Tool.run(["select", archive, "--budget", "20", "--quality", "quality", "--quiet"])
    #expect(direct.status == 0 && chosen.output == direct.output)
  }
}
