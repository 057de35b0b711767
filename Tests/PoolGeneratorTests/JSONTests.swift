import Testing

@testable import PoolGenerator

@Suite struct JSONTests {
  private func value(_ text: String) throws(JSONError) -> JSONValue {
    try JSONReader.value(of: Array(text.utf8))
  }

  @Test func `reads what RFC 8259 allows`() throws {
    #expect(try value(" null ") == .null)
    #expect(try value("[true,false]") == .array([.bool(true), .bool(false)]))
    #expect(try value("-0.5e+3") == .number("-0.5e+3"))
    #expect(try value("{}") == .object([]))
    #expect(try value(#"{"a":{"b":[]}}"#)["a"]?["b"] == .array([]))
    #expect(try value(#""\u0041\n\/\ud83d\ude00é""#) == .string("A\n/😀é"))
  }

  @Test(arguments: [
    "", " ", "nul", "NaN", "01", "1.", ".5", "-", "1e", "+1", "'a'", "[1,]", "{\"a\":1,}", "{a:1}",
    "{\"a\" 1}", "\"a", "\"\t\"", #""\x""#, #""\u12g4""#, #""\ud83d""#, #""\ude00""#,
    #""\ud83dA""#, "1 2", "[1}", "{\"a\":1]", "/**/1",
  ])
  func `refuses what RFC 8259 does not allow`(text: String) {
    #expect(throws: JSONError.self) { try value(text) }
  }

  @Test func `refuses bytes that are not UTF-8 and bottomless nesting`() {
    #expect(throws: JSONError.self) { try JSONReader.value(of: [0x22, 0xFF, 0x22]) }
    #expect(throws: JSONError.self) { try JSONReader.value(of: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: JSONError.self) { try JSONReader.value(of: deep) }
  }

  @Test func `writes text that reads back the same`() throws {
    for text in ["", "a\"b\\c\n\r\t\0\u{1F}\u{7F}", "\u{2028}😀é한", "e\u{301}"] {
      var bytes: [UInt8] = []
      JSONWriter.append(text, to: &bytes)
      let read = try #require(try JSONReader.value(of: bytes).text)
      #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
    }
  }

  @Test(arguments: [(0, "0.0000"), (7, "0.0007"), (8123, "0.8123"), (10_000, "1.0000")])
  func `writes scores with four decimals`(score: Int, decimal: String) {
    #expect(JSONWriter.decimal(score) == decimal)
  }

  @Test func `every ugly record reads back with all fields`() throws {
    let pool = Pool(seed: 11)
    var kinds: Set<Ugliness> = []
    for turn in Ugliness.allCases.indices {
      let row = pool.row(137 + 150 * turn)
      kinds.insert(try #require(row.ugliness))
      var bytes: [UInt8] = []
      JSONWriter.appendPool(row, to: &bytes)
      #expect(bytes.last == 0x0A)
      #expect(bytes.count { $0 == 0x0A } == 1)
      let read = try JSONReader.value(of: bytes)
      #expect(read["instruction"]?.text == row.instruction)
      #expect(read["input"]?.text == row.input)
      #expect(read["output"]?.text == row.output)
      #expect(read["id"]?.text == Row.id(row.index))
      if case .number(let digits)? = read["quality"] {
        let quality = try #require(Double(digits))
        #expect(abs(quality * 10_000 - Double(row.quality)) < 1e-6)
      } else {
        Issue.record("no score")
      }
    }
    #expect(kinds.count == Ugliness.allCases.count)
  }

  @Test func `malformed lines are what they claim to be`() {
    for line in Malformed.lines {
      let value = try? JSONReader.value(of: line.bytes)
      switch line.verdict {
      case .readable:
        #expect(value?["instruction"]?.text != nil && value?["output"]?.text != nil)
      case .blank: #expect(line.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 })
      case .notRecord:
        #expect(value != nil, "\(line.reason)")
        #expect(value?["instruction"]?.text == nil || value?["output"]?.text == nil)
      case .notJSON: #expect(value == nil, "\(line.reason)")
      }
    }
    #expect(Malformed.lines.count == 25)
  }
}
