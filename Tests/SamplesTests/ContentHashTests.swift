import Samples
import Testing

@Suite struct ContentHashTests {
  private func hash(_ line: String) throws -> ContentHash { try read(line)[0].hash }

  private func hashes(_ lines: [String]) throws -> [ContentHash] {
    try read(lines.joined(separator: "\n")).map(\.hash)
  }

  @Test func `the hash is the same on every machine and in every version`() throws {
    let found = try hashes([
      #"{"text":""}"#, #"{"text":"a"}"#, #"{"instruction":"i","input":"n","output":"o"}"#,
      #"{"text":"\#(String(repeating: "0123456789abcdef", count: 9))"}"#,
    ])
    #expect(
      found.map { "\(String($0.high, radix: 16)) \(String($0.low, radix: 16))" } == [
        "2d47533ffcd9042f e59ea95582a8a7e9", "357b069aacc62c90 4e84cdac1a7663a1",
        "7b35a6f77a426d8d d8df614a1e95f42c", "2b79fc1e1e27e533 c7c8caf727bed986",
      ])
  }

  @Test func `only roles and texts count`() throws {
    let base = try hash(#"{"instruction":"i","output":"é"}"#)
    #expect(try hash(#"{"id":3,"output":"\u00e9","instruction":"i","input":""}"#) == base)
    #expect(try hash(#"{"prompt":"i","completion":"é"}"#) == base)
    #expect(
      try hash(#"{"messages":[{"role":"user","content":"i"},{"role":"assistant","content":"é"}]}"#)
        == base)
    #expect(try hash(#"{"instruction":"é","output":"i"}"#) != base)
    #expect(try hash(#"{"instruction":"ié","output":""}"#) != base)
    #expect(try hash(#"{"prompt":"i","chosen":"é","rejected":"é"}"#) != base)
    #expect(try hash(#"{"text":"ié"}"#) != base)
  }

  @Test func `what is no text tells samples apart`() throws {
    func image(_ name: String) throws -> ContentHash {
      try hash(#"{"messages":[{"role":"user","content":["a",{"image": "\#(name)"}]}]}"#)
    }
    #expect(try image("x") != image("y"))
    #expect(try image("x") == image("x"))
  }

  @Test func `texts that differ anywhere, also in zeros at the end, hash apart`() throws {
    var lines: [String] = []
    for length in 0...200 {
      lines.append(#"{"text":"\#(String(repeating: "a", count: length))"}"#)
      lines.append(#"{"text":"\#(String(repeating: #"\u0000"#, count: length))"}"#)
      for place in 0..<length where length < 140 {
        lines.append(
          #"{"text":"\#(String(repeating: "a", count: place))b"#
            + #"\#(String(repeating: "a", count: length - place - 1))"}"#)
      }
    }
    // The two empty texts are one.
    let found = try hashes(lines)
    #expect(Set(found).count == lines.count - 1)
    // Either half alone tells them apart, too, and so does half of a half.
    #expect(Set(found.map(\.high)).count == lines.count - 1)
    #expect(Set(found.map(\.low)).count == lines.count - 1)
    let quarters = Set(found.map { $0.high >> 32 }).count
    #expect(quarters > lines.count - 30)
  }

  @Test func `one changed bit changes half of the hash`() throws {
    for length in [1, 8, 31, 32, 33, 64, 65, 127, 200] {
      let letters = (0..<length).map { UInt8(65 + $0 * 7 % 26) }
      var lines: [String] = [String(decoding: letters, as: UTF8.self)]
      for place in 0..<length {
        for bit: UInt8 in [0, 1, 2, 3, 4] {
          var changed = letters
          changed[place] ^= 1 << bit
          if changed[place] == UInt8(ascii: "\\") || changed[place] == 0x7F { continue }
          lines.append(String(decoding: changed, as: UTF8.self))
        }
      }
      let found = try hashes(lines.map { #"{"text":"\#($0)"}"# })
      var total = 0
      for hash in found.dropFirst() {
        let distance =
          (hash.high ^ found[0].high).nonzeroBitCount + (hash.low ^ found[0].low).nonzeroBitCount
        #expect((30...98).contains(distance))
        total += distance
      }
      let mean = Double(total) / Double(found.count - 1)
      #expect((58...70).contains(mean))
    }
  }

  @Test func `hashes are ordered as numbers`() {
    let small = ContentHash(high: 1, low: .max)
    let large = ContentHash(high: 2, low: 0)
    #expect(small < large)
    #expect(!(large < small))
    #expect(!(small < small))
    #expect(ContentHash(high: 1, low: 0) < small)
  }
}
