import Testing

@testable import PoolGenerator

@Suite struct OptionsTests {
  @Test func `reads a full command line`() throws {
    let options = try Options([
      "--rows", "10", "--seed=7", "--output", "a", "--truth", "b", "--force",
    ])
    #expect(options.job == .make(output: "a", truth: "b"))
    #expect(options.rows == 10)
    #expect(options.seed == 7)
    #expect(options.force)
  }

  @Test func `has defaults`() throws {
    let options = try Options(["--output", "a"])
    #expect(options.job == .make(output: "a", truth: nil))
    #expect(options.rows == 3000)
    #expect(options.seed == 1)
    #expect(!options.force)
    #expect(try Options(["--help", "--nonsense"]).job == .help)
    #expect(try Options(["--check", "a", "--truth", "b"]).job == .check(pool: "a", truth: "b"))
    #expect(try Options(["--malformed", "a"]).job == .malformed(output: "a"))
  }

  @Test(arguments: [
    ([], Options.Problem.missing("--output")),
    (["--check", "a"], .missing("--truth")),
    (["--output"], .missingValue("--output")),
    (["--output="], .missingValue("--output")),
    (["--bogus"], .unknown("--bogus")),
    (["pool.jsonl"], .unknown("pool.jsonl")),
    (["--force=yes"], .unknown("--force=yes")),
    (["--output", "a", "--rows", "-1"], .notANumber(option: "--rows", value: "-1")),
    (["--output", "a", "--rows", "1e3"], .notANumber(option: "--rows", value: "1e3")),
    (["--output", "a", "--seed", "x"], .notANumber(option: "--seed", value: "x")),
    (["--output", "a", "--output", "b"], .twice("--output")),
    (["--output", "a", "--truth", "a"], .samePath("a")),
    (["--check", "a", "--truth", "b", "--rows", "1"], .conflict("--check", "--rows")),
    (["--malformed", "a", "--truth", "b"], .conflict("--malformed", "--truth")),
  ])
  func `says what is wrong`(arguments: [String], problem: Options.Problem) {
    #expect(throws: problem) { try Options(arguments) }
    #expect(!Wording.sentence(for: problem).isEmpty)
  }
}
