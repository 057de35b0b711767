import Testing

@testable import Tokenizers

struct PrecompiledNormalizationTests {
  /// A map of strings, as SentencePiece writes it: a double array, and what stands for each string.
  static func map(_ rules: [(String, String)]) -> [UInt8] {
    var units: [UInt32] = [0]
    var taken: Set<Int> = [0]
    var bases: Set<Int> = []
    var text: [UInt8] = []
    func place(_ node: Int, _ rules: [(key: ArraySlice<UInt8>, value: Int)]) {
      let labels = Set(rules.map { $0.key.first ?? 0 })
      // A base is one node's alone: a unit tells its label, and not whose child it is.
      var base = 256
      while bases.contains(base) || labels.contains(where: { taken.contains(base ^ Int($0)) }) {
        base += 256
      }
      bases.insert(base)
      for label in labels {
        taken.insert(base ^ Int(label))
        while units.count <= base ^ Int(label) { units.append(0) }
      }
      units[node] |= UInt32(node ^ base) << 10
      for label in labels.sorted() {
        let own = rules.filter { ($0.key.first ?? 0) == label }
        if label == 0 {
          units[node] |= 1 << 8
          units[base] = 1 << 31 | UInt32(own[0].value)
        } else {
          units[base ^ Int(label)] |= UInt32(label)
          place(base ^ Int(label), own.map { ($0.key.dropFirst(), $0.value) })
        }
      }
    }
    var keys: [(key: ArraySlice<UInt8>, value: Int)] = []
    for (key, value) in rules {
      keys.append((Array(key.utf8)[...], text.count))
      text += Array(value.utf8) + [0]
    }
    place(0, keys)
    let count = UInt32(units.count * 4)
    return ([count] + units).flatMap { unit in
      (0..<4).map { UInt8(truncatingIfNeeded: unit >> UInt32(8 * $0)) }
    } + text
  }

  static let rules = [
    ("\t", " "), ("ﬁ", "fi"), ("e\u{301}", "é"), ("\u{200B}", ""), ("Ａ", "A"), ("\r\n", "!"),
  ]

  private func normalized(_ text: String) throws -> String {
    let map = try #require(PrecompiledNormalization(Self.map(Self.rules)))
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    if map.leavesAlone(bytes.span) { return text }
    map.apply(to: bytes.span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  @Test func `characters and clusters become what stands for them`() throws {
    for (text, expected) in [
      ("", ""), ("plain", "plain"), ("a\tb", "a b"), ("ﬁＡx", "fiAx"), ("e\u{301}", "é"),
      ("a\u{200B}b", "ab"), ("x\r\ny", "x!y"), ("你好", "你好"), ("e\u{301}e", "ée"),
    ] {
      #expect(
        try Array(normalized(text).unicodeScalars) == Array(expected.unicodeScalars), "\(text)")
    }
  }

  @Test
  func `of a cluster that begins with a string of the map the rest is lost, as in tokenizers`()
    throws
  {
    #expect(try Array(normalized("ﬁ\u{301}").unicodeScalars) == Array("fi".unicodeScalars))
    // Of six bytes and more each character counts for itself.
    #expect(
      try Array(normalized("ﬁ\u{301}\u{301}").unicodeScalars)
        == Array("fi\u{301}\u{301}".unicodeScalars))
  }

  @Test func `what is no map is refused, and a broken one is safe`() {
    #expect(PrecompiledNormalization([]) == nil)
    #expect(PrecompiledNormalization([0, 0, 0, 0]) == nil)
    #expect(PrecompiledNormalization([8, 0, 0, 0, 1, 2, 3]) == nil)
    #expect(PrecompiledNormalization([4, 0, 0, 0, 1, 2, 3, 4, 0xFF]) == nil)
    let whole = Self.map(Self.rules)
    let text = Array("a\tﬁＡe\u{301}\r\n".utf8)
    for place in stride(from: 4, to: whole.count, by: 3) {
      var broken = whole
      broken[place] ^= 0x55
      guard let map = PrecompiledNormalization(broken) else { continue }
      var out: [UInt8] = []
      map.apply(to: text.span, into: &out)
      #expect(out.count <= 10 * whole.count)
    }
  }

  @Test func `base 64 is read as it is written`() {
    #expect(bytesOfBase64("") == [])
    #expect(bytesOfBase64("AAEC") == [0, 1, 2])
    #expect(bytesOfBase64("/+8=") == [0xFF, 0xEF])
    #expect(bytesOfBase64("/w==") == [0xFF])
    for text in ["A", "AA", "AA=", "A===", "AA=A", "AA E", "=AAA"] {
      #expect(bytesOfBase64(text) == nil, "\(text)")
    }
  }
}
