import TestSupport
import Testing

@testable import Measures

@Suite struct EightBytesTests {
  @Test func `finds letters as one would byte by byte`() {
    for byte in UInt8.min...UInt8.max {
      let expected = (65...90).contains(byte) || (97...122).contains(byte)
      #expect((EightBytes(of: [byte].span, at: 0).letterCount == 1) == expected, "\(byte)")
      #expect(CharacterClasses.isLetter(byte) == expected, "\(byte)")
      // Behind seven letters and before one, where sums could carry.
      let framed: [UInt8] = [97, 122, 65, 90, 97, 97, 97, byte, 97]
      #expect(
        EightBytes(of: framed.span, at: 0).letterCount == (expected ? 8 : 7), "\(byte)")
      #expect(EightBytes(of: [byte, 97].span, at: 0).letterCount == (expected ? 2 : 0), "\(byte)")
    }
  }

  @Test func `agrees with a plain loop at every offset and end`() {
    for seed in 0..<100 {
      var generator = SeededGenerator(seed: seed)
      let bytes = (0..<20).map { _ in
        let any = UInt8.random(in: 0...255, using: &generator)
        return Bool.random(using: &generator) ? any : UInt8.random(in: 65...122, using: &generator)
      }
      for index in 0...bytes.count {
        let taken = EightBytes(of: bytes.span, at: index)
        let letters = bytes[index...].prefix(8).prefix { CharacterClasses.isLetter($0) }
        #expect(taken.letterCount == letters.count)
        guard !letters.isEmpty else { continue }
        var expected: UInt64 = 0
        for letter in letters.reversed() { expected = expected << 8 | UInt64(letter | 0x20) }
        #expect(taken.lowercased(first: letters.count) == expected)
      }
    }
  }
}
