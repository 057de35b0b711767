import Reporting
import Testing

@Suite struct ReceiptTests {
  static func line(_ receipt: Receipt) -> String {
    var bytes: [UInt8] = []
    receipt.write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `statuses go by the names of the contract`() {
    #expect(
      ReceiptStatus.allCases.map(\.name) == [
        "selected", "outranked", "capped", "duplicate", "redundant", "below-floor", "excluded",
        "unscored", "rejected",
      ])
  }

  @Test func `a selected sample has everything`() {
    var receipt = Receipt(source: "data/pool.jsonl", line: 17, status: .selected)
    receipt.idText = Array("\"a-1\"".utf8)
    receipt.quality = .number(4.5)
    receipt.descriptor = [
      ("complexity", .single(0.7)), ("topic1", .single(-3)), ("tokens", .number(1234)),
      ("column:score", .number(0.7)), ("column:kind", .label("say \"hi\"")),
      ("column:none", .missing),
    ]
    receipt.cell = [7, 0, 3, 2, 1, 4]
    receipt.rank = 1
    receipt.order = 12
    #expect(
      Self.line(receipt)
        == #"{"source":"data/pool.jsonl","line":17,"id":"a-1","status":"selected","quality":4.5,"#
        + #""descriptor":{"complexity":0.7,"topic1":-3,"tokens":1234,"column:score":0.7,"#
        + #""column:kind":"say \"hi\"","column:none":null},"cell":[7,0,3,2,1,4],"rank":1,"order":12}"#
        + "\n")
  }

  @Test func `a rejected line has a reason and no place`() {
    var receipt = Receipt(source: "-", line: 3, status: .rejected)
    receipt.reason = "not JSON: \"{\""
    #expect(
      Self.line(receipt)
        == #"{"source":"-","line":3,"id":null,"status":"rejected","quality":null,"descriptor":{},"#
        + #""cell":null,"rank":null,"order":null,"reason":"not JSON: \"{\""}"# + "\n")
  }

  @Test func `a duplicate names its better twin`() {
    var receipt = Receipt(source: "b.jsonl", line: 2, status: .duplicate)
    receipt.idText = Array("7".utf8)
    receipt.quality = .number(0)
    receipt.cell = []
    receipt.because = ("a \\ \"b\".jsonl", 9)
    #expect(
      Self.line(receipt)
        == #"{"source":"b.jsonl","line":2,"id":7,"status":"duplicate","quality":0,"descriptor":{},"#
        + #""cell":[],"rank":null,"order":null,"#
        + #""because":{"source":"a \\ \"b\".jsonl","line":9}}"# + "\n")
  }

  @Test func `names of sources are escaped`() {
    let receipt = Receipt(source: "C:\\x\n\"ü\"\u{1}.jsonl", line: 1, status: .excluded)
    #expect(
      Self.line(receipt).hasPrefix(#"{"source":"C:\\x\n\"ü\"\u0001.jsonl","line":1,"#))
  }

  @Test func `an id is written as it is given`() {
    var receipt = Receipt(source: "a.json", line: 1, status: .outranked)
    receipt.idText = Array(#"{"k":[1,"a\n "]}"#.utf8)
    #expect(Self.line(receipt).contains(#""id":{"k":[1,"a\n "]},"status""#))
  }

  @Test(
    arguments: [
      (.number(0.7), "0.7"), (.number(Double(Float(0.7))), "0.699999988079071"),
      (.single(0.7), "0.7"), (.single(-0.0), "0"), (.number(.nan), "null"), (.missing, "null"),
    ] as [(Receipt.AxisValue, String)])
  func `quality is printed in its own precision`(quality: Receipt.AxisValue, text: String) {
    var receipt = Receipt(source: "a", line: 1, status: .outranked)
    receipt.quality = quality
    #expect(Self.line(receipt).contains(#","quality":\#(text),"descriptor""#))
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (-0.0, "0"), (3, "3"), (16_777_216, "16777216"), (1e10, "1e+10"),
      (1e-7, "1e-07"), (.nan, "null"), (.infinity, "null"),
    ] as [(Float, String)])
  func `floats are printed in as few digits as tell them apart`(value: Float, text: String) {
    var receipt = Receipt(source: "a", line: 1, status: .selected)
    receipt.descriptor = [("x", .single(value))]
    #expect(Self.line(receipt).contains(#""descriptor":{"x":\#(text)},"#))
  }

  @Test func `a float is not printed as the double it becomes`() {
    var receipt = Receipt(source: "a", line: 1, status: .selected)
    receipt.descriptor = [("x", .single(0.1)), ("y", .number(Double(Float(0.1))))]
    #expect(Self.line(receipt).contains(#"{"x":0.1,"y":0.10000000149011612}"#))
  }

  @Test func `lines are appended to what stands there`() {
    var bytes = Array("before\n".utf8)
    Receipt(source: "a", line: 1, status: .capped).write(to: &bytes)
    Receipt(source: "a", line: 2, status: .unscored).write(to: &bytes)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first == "before")
    #expect(lines.last?.contains(#""line":2,"id":null,"status":"unscored""#) == true)
  }
}
