import Selection
import Testing

@Suite struct BudgetTests {
  @Test(
    arguments: [
      ("5", "1k", true), ("1k", "1000", false), ("1k", "5", false), ("1%", "1.5%", true),
      ("5%", "5%", false), ("2ktok", "2Mtok", true), ("2MB", "1MB", false), ("5", "10%", nil),
      ("10%", "5", nil), ("5", "5tok", nil), ("5tok", "6B", nil), ("1B", "10%", nil),
    ] as [(String, String, Bool?)])
  func `budgets compare where they are counted alike`(
    one: String, other: String, isSmaller: Bool?
  ) throws {
    #expect(try Budget(parsing: one).isSmaller(than: Budget(parsing: other)) == isSmaller)
  }

  @Test(
    arguments: [
      ("6000", .samples(6000)), ("0", .samples(0)), ("007", .samples(7)), ("1.0", .samples(1)),
      ("5.", .samples(5)), ("1k", .samples(1000)), ("1K", .samples(1000)),
      ("1.5k", .samples(1500)), (".5k", .samples(500)), ("1.001k", .samples(1001)),
      ("1.005k", .samples(1005)), ("2.3M", .samples(2_300_000)), ("1G", .samples(1_000_000_000)),
      ("2Mtok", .tokens(2_000_000)), ("300ktok", .tokens(300_000)), ("12tok", .tokens(12)),
      ("1.10Gtok", .tokens(1_100_000_000)), ("40MB", .bytes(40_000_000)), ("40B", .bytes(40)),
      ("0.0000010GB", .bytes(1000)), ("999999999999999", .samples(999_999_999_999_999)),
      ("10%", .share(percent: 10)), ("0.1%", .share(percent: 0.1)),
      ("100%", .share(percent: 100)), ("0%", .share(percent: 0)),
    ] as [(String, Budget)])
  func `reads every notation`(text: String, budget: Budget) throws {
    #expect(try Budget(parsing: text) == budget)
  }

  @Test(
    arguments: [
      ("", .noNumber(text: "")), ("k", .noNumber(text: "k")), (".", .noNumber(text: ".")),
      ("%", .noNumber(text: "%")), ("1.2.3", .noNumber(text: "1.2.3")),
      ("many", .noNumber(text: "many")), ("+5", .noNumber(text: "+5")),
      (" 5", .noNumber(text: " 5")), ("-", .noNumber(text: "-")), ("--5", .noNumber(text: "--5")),
      ("٣", .noNumber(text: "٣")), ("nan", .noNumber(text: "nan")), ("inf", .noNumber(text: "inf")),
      ("-3", .outOfRange(text: "-3")), ("-10%", .outOfRange(text: "-10%")),
      ("1000000000000000", .outOfRange(text: "1000000000000000")),
      ("1000000G", .outOfRange(text: "1000000G")),
      ("99999999999999999999999", .outOfRange(text: "99999999999999999999999")),
      ("1e3", .unknownUnit(text: "1e3", unit: "e3")),
      ("0x10", .unknownUnit(text: "0x10", unit: "x10")),
      ("5m", .unknownUnit(text: "5m", unit: "m")), ("5T", .unknownUnit(text: "5T", unit: "T")),
      ("5 k", .unknownUnit(text: "5 k", unit: " k")),
      ("5kk", .unknownUnit(text: "5kk", unit: "kk")),
      ("5Mtokens", .unknownUnit(text: "5Mtokens", unit: "Mtokens")),
      ("5MiB", .unknownUnit(text: "5MiB", unit: "MiB")),
      ("5k%", .unknownUnit(text: "5k%", unit: "k%")),
      ("10%%", .unknownUnit(text: "10%%", unit: "%%")),
      ("1.5x", .unknownUnit(text: "1.5x", unit: "x")),
      ("1k,5k", .unknownUnit(text: "1k,5k", unit: "k,5k")),
      ("1.5", .notWhole(text: "1.5")), ("0.0001k", .notWhole(text: "0.0001k")),
      ("1.5tok", .notWhole(text: "1.5tok")), ("1.0000001MB", .notWhole(text: "1.0000001MB")),
      ("101%", .moreThanAll(text: "101%")), ("100.5%", .moreThanAll(text: "100.5%")),
    ] as [(String, Budget.ParsingError)])
  func `says of every malformed notation what is wrong with it`(
    text: String, error: Budget.ParsingError
  ) {
    #expect(throws: error) { try Budget(parsing: text) }
  }

  @Test func `every thousandth is read exactly`() throws {
    for number in stride(from: 1, through: 9999, by: 7) {
      let digits = String(number % 1000)
      let fraction = String(repeating: "0", count: 3 - digits.count) + digits
      #expect(try Budget(parsing: "\(number / 1000).\(fraction)k") == .samples(number))
    }
  }

  @Test func `a share rounds down, by the decimal that was written`() throws {
    for pool in [0, 1, 7, 100, 1000, 10_000, 52_002, 1_234_500] {
      for hundredths in stride(from: 0, through: 10_000, by: 3) {
        let digits = String(hundredths % 100)
        let fraction = String(repeating: "0", count: 2 - digits.count) + digits
        let budget = try Budget(parsing: "\(hundredths / 100).\(fraction)%")
        let limit = budget.limit(poolSampleCount: pool)
        if limit != pool * hundredths / 10_000 {
          Issue.record("\(hundredths) hundredths of a percent of \(pool) are not \(limit)")
        }
      }
    }
    #expect(Budget.share(percent: 32.3).limit(poolSampleCount: 1000) == 323)
    #expect(Budget.share(percent: 99.999).limit(poolSampleCount: 1000) == 999)
    #expect(Budget.share(percent: 100).limit(poolSampleCount: 12_345_677) == 12_345_677)
    #expect(Budget.share(percent: 33.333333).limit(poolSampleCount: 3) == 0)
  }

  @Test func `other budgets do not depend on the pool`() {
    #expect(Budget.samples(9).limit(poolSampleCount: 3) == 9)
    #expect(Budget.tokens(9).limit(poolSampleCount: 3) == 9)
    #expect(Budget.bytes(9).limit(poolSampleCount: 3) == 9)
  }

  @Test func `a share is spent in samples, the others in their own unit`() {
    #expect(Budget.share(percent: 5).unit == .samples)
    #expect(Budget.samples(5).unit == .samples)
    #expect(Budget.tokens(5).unit == .tokens)
    #expect(Budget.bytes(5).unit == .bytes)
  }
}
