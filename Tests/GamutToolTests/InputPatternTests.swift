import TestSupport
import Testing

/// Patterns of names that no shell has expanded.
@Suite struct InputPatternTests {
  let folder = TemporaryFolder()

  private func record(_ text: String) -> String {
    #"{"instruction":"\#(text)","output":"\#(text)"}"# + "\n"
  }

  @Test func `a pattern stands for its files, as people count`() throws {
    for number in [10, 9, 1] {
      _ = folder.make("part-\(number).jsonl", record("of \(number)"))
    }
    _ = folder.make("other.jsonl", record("of another"))
    let outcome = Tool.run(["select", folder.file("part-*.jsonl"), "--budget", "3", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let lines = String(decoding: outcome.output, as: UTF8.self)
    #expect(lines == [1, 9, 10].map { record("of \($0)") }.joined())
  }

  @Test func `a file that is called like a pattern is that file`() throws {
    let odd = folder.make("part-[1].jsonl", record("odd"))
    _ = folder.make("part-1.jsonl", record("even"))
    let outcome = Tool.run(["select", odd, "--budget", "2", "--quiet"])
    #expect(String(decoding: outcome.output, as: UTF8.self) == record("odd"))
  }

  @Test func `a pattern of nothing is told as it was given`() {
    let pattern = folder.file("none-*.jsonl")
    let outcome = Tool.run(["select", pattern, "--budget", "2"])
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(pattern))
  }

  @Test func `sets, archives and samples to explain may be named by patterns`() throws {
    let pool = RandomPool(count: 30, seed: 5)
    _ = folder.make("a-1.jsonl", pool.file())
    _ = folder.make("a-2.jsonl", RandomPool(count: 30, seed: 6).file())
    let pattern = folder.file("a-?.jsonl")
    let described = Tool.run(["describe", pattern, "--quality", "score", "--json"])
    #expect(described.status == 0, "\(described.error)")
    guard case .array(let sets) = try JSON(described.output) else {
      Issue.record("two sets are an array")
      return
    }
    #expect(sets.count == 2)
    let second = folder.file("a-2.jsonl") + ":3"
    let options = ["--budget", "5", "--quality", "score"] + Tool.plainAxes
    #expect(Tool.run(["explain", pattern, second] + options).status == 0)
  }
}
