import Samples
import TestSupport
import Testing

/// A random generator with a seed (SplitMix64).
private struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// A JSON value that can be written down in many ways.
private indirect enum Value {
  case string(String)
  case plain(String)
  case list([Value])
  case object([(String, Value)])

  /// Writes the value with random escapes, and white space where JSON allows it.
  func write(_ random: inout Random, space: [String], escapes: Bool) -> String {
    func gap() -> String { space.randomElement(using: &random) ?? "" }
    switch self {
    case .plain(let token): return token
    case .string(let text): return Value.quote(text, &random, escapes: escapes)
    case .list(let items):
      let written = items.map { gap() + $0.write(&random, space: space, escapes: escapes) + gap() }
      return "[" + written.joined(separator: ",") + gap() + "]"
    case .object(let fields):
      let written = fields.map { key, value in
        gap() + Value.quote(key, &random, escapes: escapes) + gap() + ":" + gap()
          + value.write(&random, space: space, escapes: escapes) + gap()
      }
      return "{" + written.joined(separator: ",") + gap() + "}"
    }
  }

  private static func quote(_ text: String, _ random: inout Random, escapes: Bool) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
      if mustEscape || (escapes && Int.random(in: 0..<6, using: &random) == 0) {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

@Suite struct ReadingPropertyTests {
  private func text(_ random: inout Random) -> String {
    let alphabet = Array("ab ,:{}[]\"\\\n\t\u{0}éß中👍\u{7F}\u{FEFF}".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<80, using: &random) {
      text.append(alphabet.randomElement(using: &random) ?? "x")
    }
    return String(text)
  }

  private func record(_ random: inout Random, _ index: Int) -> Value {
    var fields: [(String, Value)] = []
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      fields = [
        ("instruction", .string(text(&random))), ("input", .string(text(&random))),
        ("output", .string(text(&random))),
      ]
    case 1:
      fields = [
        (
          "messages",
          .list(
            (0..<Int.random(in: 1..<5, using: &random)).map { turn in
              .object([
                ("role", .string(turn.isMultiple(of: 2) ? "user" : "assistant")),
                ("content", .string(text(&random))),
              ])
            })
        )
      ]
    case 2:
      fields = [("prompt", .string(text(&random))), ("completion", .string(text(&random)))]
    default: fields = [("text", .string(text(&random)))]
    }
    let scores = ["1", "-2.5e3", "true", "null", "\"7\"", "1e999", "123456789012345678901"]
    fields.append(("score", .plain(scores.randomElement(using: &random) ?? "0")))
    fields.append(("kind", .string(text(&random))))
    let ids: [Value] = [
      .plain("\(index)"), .plain("true"), .list([.plain("\(index)"), .object([])]),
    ]
    fields.append(("id", ids.randomElement(using: &random) ?? .plain("0")))
    fields.append(("images", .list([.string(text(&random)), .object([("é", .plain("1.0"))])])))
    fields.append(("other", .list([.plain("false"), .object([]), .list([]), .string("]}")])))
    return .object(fields)
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `a record reads the same however it is written, packed, cut and divided`(
    seed: UInt64
  ) throws {
    var random = Random(state: seed)
    let values = (0..<40).map { record(&random, $0) }
    let plain = values.map { $0.write(&random, space: [""], escapes: false) }
    let spaced = values.map { $0.write(&random, space: ["", " ", "\t"], escapes: true) }
    let broken = values.map { $0.write(&random, space: ["", "\n  ", " \r\n", " "], escapes: true) }
    let lines = Array(plain.joined(separator: "\n").utf8)
    let ways: [[UInt8]] = [
      lines, lines + [0x0A],
      Array(("\u{FEFF}" + spaced.joined(separator: "\r\n") + "\r\n").utf8),
      Array(spaced.joined(separator: "\n\n \n").utf8),
      Array(("[" + broken.joined(separator: ",\n") + "\n]\n").utf8),
      Array(("\n[ " + plain.joined(separator: " , ") + "]").utf8),
    ]
    var options = ReadingOptions()
    options.numericColumns = ["score"]
    options.categoryColumns = ["kind"]
    let expected = try read(lines, options).map(\.content)
    #expect(expected.count == 40)
    for way in ways {
      for packed in [way, gzip(way), zstandard(way)] {
        let folder = TemporaryFolder()
        let path = folder.make("pool", packed)
        for (blockByteCount, threads) in [(1, 1), (97, 2), (4096, 3), (1 << 20, 2)] {
          options.blockByteCount = blockByteCount
          let reader = try SampleReader(sources: [Source(path: path)], options: options)
          let records = try readAll(reader, threads: threads).records
          #expect(records.map(\.content) == expected)
          var copied: [[UInt8]] = []
          try reader.copyLines(of: 0, at: records.map(\.location)) {
            copied.append(SamplesTests.bytes($1))
          }
          #expect(copied == records.map(\.bytes))
          #expect(!copied.contains { $0.contains(0x0A) })
        }
      }
    }
  }

  @Test func `lines leave byte for byte`() throws {
    var random = Random(state: 99)
    let lines = (0..<60).map {
      record(&random, $0).write(&random, space: ["", " ", "\t"], escapes: true)
    }
    let records = try read(lines.joined(separator: "\n"))
    #expect(records.map(\.bytes) == lines.map { Array($0.utf8) })
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `a damaged line hurts no other line`(seed: UInt64) throws {
    var random = Random(state: seed)
    var lines = (0..<20).map {
      Array(record(&random, $0).write(&random, space: ["", " "], escapes: true).utf8)
    }
    let expected = try read(Array(lines.joined(separator: [0x0A])), delivering())
    let hurt = Int.random(in: 0..<20, using: &random)
    for _ in 0..<3 {
      let place = Int.random(in: 0..<lines[hurt].count, using: &random)
      let byte = UInt8.random(in: 0...255, using: &random)
      if byte != 0x0A { lines[hurt][place] = byte }
    }
    let found = try read(Array(lines.joined(separator: [0x0A])), delivering())
    #expect(found.count == 20)
    for index in 0..<20 where index != hurt {
      #expect(found[index].content == expected[index].content)
    }
    #expect(found[hurt].bytes == lines[hurt])
    // Whether it is still a sample does not depend on its neighbours.
    let alone = try read(lines[hurt], delivering())
    #expect(alone.map(\.problem) == [found[hurt].problem])
    #expect(alone.map(\.problemOffset) == [found[hurt].problemOffset])
  }
}
