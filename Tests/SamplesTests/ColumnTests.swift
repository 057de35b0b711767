import Samples
import Testing

@Suite struct ColumnTests {
  /// What a value of a column reads as: a number, a label.
  static let values: [(String, NumericValue, String?)] = [
    ("4.5", .number(4.5), "4.5"),
    ("-0.0", .number(-0.0), "-0.0"),
    ("7", .number(7), "7"),
    ("1e-400", .number(0), "1e-400"),
    ("1e999", .notNumeric, "1e999"),
    ("12345678901234567890123", .number(1.2345678901234568e22), "12345678901234567890123"),
    ("true", .number(1), "true"),
    ("false", .number(0), "false"),
    ("null", .absent, nil),
    (#""4.5""#, .number(4.5), "4.5"),
    (#""-1e3""#, .number(-1000), "-1e3"),
    (#""""#, .notNumeric, ""),
    (#"" 4""#, .number(4), " 4"),
    (#""\t4.5\r\n""#, .number(4.5), "\t4.5\r\n"),
    (#"" -.5 ""#, .number(-0.5), " -.5 "),
    (#""+3""#, .number(3), "+3"),
    (#""+1e-2""#, .number(0.01), "+1e-2"),
    (#"" +0 ""#, .number(0), " +0 "),
    (#""1E3""#, .number(1000), "1E3"),
    (#""+""#, .notNumeric, "+"),
    (#""++3""#, .notNumeric, "++3"),
    (#""+-3""#, .notNumeric, "+-3"),
    (#""-+3""#, .notNumeric, "-+3"),
    (#""+ 3""#, .notNumeric, "+ 3"),
    (#""3 4""#, .notNumeric, "3 4"),
    (#""1,000""#, .notNumeric, "1,000"),
    (#"" ""#, .notNumeric, " "),
    (#""\u00a04""#, .notNumeric, "\u{A0}4"),
    (#""+nan""#, .notNumeric, "+nan"),
    (#"" infinity ""#, .notNumeric, " infinity "),
    (#""4 stars""#, .notNumeric, "4 stars"),
    (#""nan""#, .notNumeric, "nan"),
    (#""inf""#, .notNumeric, "inf"),
    (#""0x10""#, .notNumeric, "0x10"),
    (#""+0x1p3""#, .notNumeric, "+0x1p3"),
    (#""1e999""#, .notNumeric, "1e999"),
    (#""caf\u00e9""#, .notNumeric, "café"),
    ("[1]", .notNumeric, nil),
    (#"{"a":1}"#, .notNumeric, nil),
  ]

  @Test(arguments: values)
  func `a column holds a number, something else, or nothing`(
    _ value: String, _ number: NumericValue, _ label: String?
  ) throws {
    var options = ReadingOptions()
    options.numericColumns = ["score"]
    options.categoryColumns = ["score"]
    let records = try read(#"{"text":"t","score": \#(value) }"#, options)
    #expect(records[0].numbers == [number])
    #expect(records[0].labels == [label])
  }

  @Test func `dotted paths lead inwards, a literal key wins, numbers pick elements`() throws {
    var options = ReadingOptions()
    options.numericColumns = ["a", "a.b", "a.b.c", "list.1", "list.9", "list.x", "none.b"]
    options.categoryColumns = ["a.b"]
    let records = try read(
      [
        #"{"text":"t","a.b":1,"a":{"b":2,"b.c":3}}"#,
        #"{"text":"t","a":{"b":{"c":4}},"list":[5,6]}"#,
        #"{"text":"t","a":7,"a.b":null}"#,
      ].joined(separator: "\n"), options)
    let none = NumericValue.absent
    #expect(records[0].numbers == [.notNumeric, .number(1), .number(3), none, none, none, none])
    #expect(
      records[1].numbers == [.notNumeric, .notNumeric, .number(4), .number(6), none, none, none])
    #expect(records[2].numbers == [.number(7), none, none, none, none, none, none])
    #expect(records.map(\.labels) == [["1"], [nil], [nil]])
  }

  @Test func `an unreadable record has no column`() throws {
    let options = delivering {
      $0.numericColumns = ["x"]
      $0.categoryColumns = ["x"]
    }
    let records = try read("{\"x\":1}\n{\"text\":\"t\",\"x\":2}\n{\"x\":", options)
    #expect(records.map(\.numbers) == [[.absent], [.number(2)], [.absent]])
    #expect(records.map(\.labels) == [[nil], ["2"], [nil]])
  }
}
