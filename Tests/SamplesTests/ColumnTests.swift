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

  static let zeros = String(repeating: "0", count: 400)

  /// Numbers beyond a double's range, which is 5e-324 to 1.8e308.
  static let beyond: [(String, NumericValue)] = [
    ("1.5e-400", .number(0)),
    ("-1.5e-400", .number(-0.0)),
    ("15e-400", .number(0)),
    ("0.00015E-330", .number(0)),
    ("2e-324", .number(0)),
    ("5e-324", .number(.leastNonzeroMagnitude)),
    ("1e400", .notNumeric),
    ("-1e999", .notNumeric),
    ("0.001e400", .notNumeric),
    ("1e+99999999999999999999999", .notNumeric),
    ("1e-99999999999", .number(0)),
    ("1e-99999999999999999999999", .number(0)),
    ("0e99999999999", .number(0)),
    ("0.0e-99999999999", .number(0)),
    ("0.\(zeros)1", .number(0)),
    ("-0.\(zeros)1e9", .number(-0.0)),
    ("0.\(zeros)1e401", .number(1)),
    ("0.\(zeros)1e999", .notNumeric),
    ("1\(zeros)", .notNumeric),
    ("-1\(zeros).5", .notNumeric),
    ("1\(zeros)e-400", .number(1)),
    ("1\(zeros)e-999", .number(0)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ("1.7976931348623159e308", .notNumeric),
  ]

  @Test(arguments: beyond)
  func `a number too small for a double is zero, and one too large is none`(
    _ value: String, _ number: NumericValue
  ) throws {
    var options = ReadingOptions()
    options.numericColumns = ["a", "b", "c"]
    let records = try read(
      #"{"text":"t","a":\#(value),"b":"\#(value)","c":" \#(value)\t"}"#, options)
    for found in records[0].numbers {
      #expect(found == number)
      #expect(found.number?.sign == number.number?.sign)
    }
  }

  @Test(arguments: [(".5e-400", NumericValue.number(0)), ("000\(zeros)1e400", .notNumeric)])
  func `a string may leave out a zero or begin with many`(
    _ value: String, _ number: NumericValue
  ) throws {
    var options = ReadingOptions()
    options.numericColumns = ["a"]
    #expect(try read(#"{"text":"t","a":"+\#(value)"}"#, options)[0].numbers == [number])
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
