import JSON
import TestSupport
import Testing

/// What readers of an exported folder hold on to besides the rows.
@Suite struct ExportedFolderTests {
  let folder = TemporaryFolder()

  private func export(_ records: String, to target: String, output: String) -> Program.Outcome {
    let path = folder.make("in.jsonl", records)
    return Program(path: "/usr/bin/env").run([
      "GAMUT_DUCKDB=\(DuckDBCommand.path ?? "")", Tool.program.path, "export", path, "--to", target,
      "-o", folder.file(output), "--name", "n",
    ])
  }

  @Test func `cards of other rows are other cards, so that no cache takes one for the other`()
    throws
  {
    let records = ["c", "d"].map { #"{"prompt":"p","completion":"\#($0)"}"# + "\n" }
    var headers: [String] = []
    for (place, lines) in [records[0], records[1], records[0]].enumerated() {
      #expect(export(lines, to: "trl", output: "\(place)").status == 0)
      let card = try #require(folder.text("\(place)/README.md"))
      headers.append(String(card.prefix { $0 != "#" }))
    }
    #expect(headers[0] != headers[1])
    #expect(headers[0] == headers[2])
  }

  @Test func `the card says how many rows and bytes each part has`() throws {
    let records = (0..<7).map { #"{"prompt":"p\#($0)","completion":"c"}"# + "\n" }.joined()
    #expect(export(records, to: "trl", output: "out").status == 0)
    let card = try #require(folder.text("out/README.md"))
    let bytes = try #require(folder.bytes("out/train.jsonl")).count
    #expect(card.contains("name: train\n      num_bytes: \(bytes)\n      num_examples: 7\n"))
  }

  @Test func `Axolotl's configuration of verdicts keeps their column`() throws {
    let verdict = #"{"prompt":"p","completion":"c","label":true}"# + "\n"
    #expect(export(verdict, to: "axolotl", output: "out").status == 0)
    let configuration = try #require(folder.text("out/axolotl.yaml"))
    #expect(configuration.hasPrefix("rl: kto\nremove_unused_columns: false\n"))
  }

  @Test(.enabled(if: DuckDBCommand.isThere, "the duckdb command is not here; see Tests/run.sh"))
  func `a column without a name gets one in Parquet, and the run says so`() {
    let outcome = export(
      #"{"prompt":"p","completion":"c","":"x"}"# + "\n", to: "parquet", output: "out")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("the column without a name is written as 'source_'"))
  }
}
