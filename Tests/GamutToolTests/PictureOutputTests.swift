import Reporting
import TestSupport
import Testing

/// The pictures of `gamut describe` as a user sees them.
@Suite struct PictureOutputTests {
  let folder = TemporaryFolder()

  /// The output of a run with variables of the environment.
  private func output(_ variables: [String], _ arguments: [String]) -> String {
    let outcome = Program(path: "/usr/bin/env").run(
      variables + [Tool.program.path, "describe"] + arguments + ["--quiet", "--metrics", "cells"])
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  private func widest(_ text: String) -> Int {
    // Notes are sentences, which terminals fold; the table above the pictures is as wide as it must be.
    let lines = text.split(separator: "\n")
    let start = lines.firstIndex { $0.contains("samples by") } ?? 0
    return lines[start...].joined(separator: "\n").split(separator: "\n").filter {
      !$0.hasPrefix("note: ")
    }
    .map { displayWidth(String($0)) }.max() ?? 0
  }

  @Test func `cells, quality and complexity are drawn below the table, with their numbers`() throws
  {
    let text = output(
      ["COLUMNS=80"],
      [Tool.pool, "-q", "quality", "--axis", "column:topic", "--axis", "complexity:4"])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(
      lines.firstIndex { $0.hasSuffix("samples by column:topic (down) and complexity (across)") })
    let rows = lines[(start + 2)...].prefix { !$0.hasPrefix("columns, complexity: ") }
    let sums = rows.compactMap { row in
      row.split(separator: " ").last.flatMap { Int($0.filter { $0 != "," }) }
    }
    #expect(sums.count > 5 && sums.reduce(0, +) == 3000, "\(rows)")
    #expect(text.contains("pool.jsonl: samples by quality\n"))
    #expect(text.contains("pool.jsonl: samples by complexity\n"))
    #expect(widest(text) <= 80)
    // The side with names runs down, wherever it stands in the recipe.
    let turned = output(
      ["COLUMNS=80"],
      [Tool.pool, "-q", "quality", "--axis", "complexity:4", "--axis", "column:topic"])
    #expect(turned.contains(lines[start..<(start + 2 + rows.count)].joined(separator: "\n")))
  }

  @Test func `the width is that of the terminal, and 80 in a file`() {
    let axes = ["--axis", "complexity:8", "--axis", "tokens:8"]
    let file = output(["-u", "COLUMNS"], [Tool.pool] + axes)
    #expect(output(["COLUMNS=80"], [Tool.pool] + axes) == file)
    #expect(output(["COLUMNS=wide"], [Tool.pool] + axes) == file)
    let narrow = output(["COLUMNS=44"], [Tool.pool] + axes)
    #expect(narrow != file && widest(narrow) <= 44)
    #expect(output(["COLUMNS=120"], [Tool.pool] + axes + ["--threads", "1"]) != file)
  }

  @Test func `nothing is coloured in a file, and plain is ASCII`() {
    let axes = ["--axis", "complexity:8", "--axis", "tokens:8"]
    for variables in [["-u", "NO_COLOR", "TERM=xterm-256color"], ["NO_COLOR=1"]] {
      #expect(!output(variables, [Tool.pool] + axes).contains("\u{1B}"))
    }
    let plain = output([], [Tool.pool, "--plain"] + axes)
    #expect(plain.utf8.allSatisfy { $0 < 0x80 })
    #expect(plain.contains("#") && plain.contains("samples by complexity (down)"))
  }

  @Test func `programs and pages get no pictures`() {
    for form in ["--json", "--markdown"] {
      let text = output([], [Tool.pool, form, "--axis", "complexity:3"])
      #expect(!text.contains("samples by"))
    }
  }

  @Test func `of many sets the first are drawn, and it is said`() {
    let paths = (0..<7).map { folder.make("s\($0).jsonl", "{\"text\":\"a b c \($0)\"}\n") }
    let text = output([], paths + ["--axis", "tokens:2", "--missing-quality", "lowest"])
    #expect(text.contains("s4.jsonl: samples by tokens\n"))
    #expect(!text.contains("s5.jsonl: samples by tokens\n"))
    #expect(text.contains("of 7 sets the first 5 are drawn"))
  }

  @Test func `one sample, many cells, and labels that would drive the terminal are drawn`() {
    let one = folder.make("one.jsonl", #"{"text":"a b c"}"# + "\n")
    #expect(
      output([], [one] + Tool.threeAxes).contains(
        "one.jsonl: samples by complexity (down) and topic1 (across)"))
    let records = (0..<400).map {
      #"{"text":"\#(String(repeating: "w\($0 * $0 % 31) ", count: $0 % 100 + 1))","l":"l\u001b[2J日本\#($0 % 300)"}"#
    }
    let many = folder.make("many.jsonl", records.joined(separator: "\n"))
    let text = output([], [many, "--axis", "column:l", "--axis", "tokens:100@quantile"])
    #expect(text.contains("drawn together as") && !text.contains("\u{1B}"))
    #expect(text.contains("others") && widest(text) <= 80)
    let cells = output([], [many, "--axis", "topic:64@cvt"])
    #expect(cells.contains("centroid ") && widest(cells) <= 80)
    let parts = output([], [many, "--axis", "tokens:4", "--axis", "complexity:3@nested"])
    #expect(parts.contains("part 1 of "))
  }
}
