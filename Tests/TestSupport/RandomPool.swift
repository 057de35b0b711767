/// A small pool with what real ones have: twins, ties, gaps, labels that look alike, broken lines.
///
/// Records are of the Alpaca shape with the columns `score` (few different numbers, so that ties are
/// common), `meta.topic` (a label) and `level` (a whole number); each column may be missing, and `id` is
/// a number, a text, null or missing. Twins have one text, written in different ways.
public struct RandomPool: Sendable {
  /// One line of the pool.
  public struct Line: Sendable {
    /// What stands in the line, without its end.
    public var bytes: [UInt8]
    /// What kind of line it is.
    public var kind: Kind
  }

  /// What kind of line it is.
  public enum Kind: Sendable, Equatable {
    /// A readable record; those of one number have the same text.
    case sample(text: Int, score: Double?, topic: String?, level: Int?)
    /// Not a readable record.
    case rejected
    /// Nothing but white space.
    case blank
  }

  /// How often something happens, as a chance in a thousand.
  public struct Chances: Sendable {
    /// That a record repeats the text of an earlier one.
    public var twin = 150
    /// That a score is missing.
    public var missingScore = 0
    /// That a label or level is missing.
    public var missingColumn = 100
    /// That a line is no readable record.
    public var rejected = 0
    /// That a line is blank.
    public var blank = 50

    /// The usual chances: twins, gaps and blank lines, but no missing score and no broken line.
    public init() {}
  }

  /// The lines in order.
  public var lines: [Line]

  /// Makes a pool.
  ///
  /// - Parameters:
  ///   - count: How many lines, blank ones included.
  ///   - chances: How often something happens.
  ///   - seed: The same seed gives the same pool.
  public init(count: Int, chances: Chances = Chances(), seed: Int) {
    var random = SeededGenerator(seed: seed)
    var texts: [(prompt: String, answer: String)] = []
    lines = (0..<count).map { _ in
      func happens(_ chance: Int) -> Bool { Int.random(in: 0..<1000, using: &random) < chance }
      if happens(chances.blank) {
        return Line(
          bytes: Array(Self.blanks[Int.random(in: 0..<3, using: &random)].utf8), kind: .blank)
      }
      if happens(chances.rejected) {
        let broken = Self.broken[Int.random(in: 0..<Self.broken.count, using: &random)]
        return Line(bytes: broken, kind: .rejected)
      }
      var text = texts.count
      if text > 0, happens(chances.twin) {
        text = Int.random(in: 0..<texts.count, using: &random)
      } else {
        // The number makes the text unlike every other.
        let prompt = "\(text) " + Self.words(Int.random(in: 0..<12, using: &random), &random)
        let answer = Self.words(Int.random(in: 1..<40, using: &random), &random)
        texts.append((prompt, answer))
      }
      let score = happens(chances.missingScore) ? nil : random.coarse(levels: 8) * 4 - 1
      let topic =
        happens(chances.missingColumn)
        ? nil : Self.topics[Int.random(in: 0..<Self.topics.count, using: &random)]
      let level = happens(chances.missingColumn) ? nil : Int.random(in: 0...6, using: &random)
      return Line(
        bytes: Array(
          Self.record(
            prompt: texts[text].prompt, answer: texts[text].answer, score: score, topic: topic,
            level: level, &random
          ).utf8),
        kind: .sample(text: text, score: score, topic: topic, level: level))
    }
  }

  /// The lines as a file.
  ///
  /// - Parameters:
  ///   - range: Which lines; all when absent.
  ///   - endsInNewline: Whether the last line has an end.
  /// - Returns: The file's bytes.
  public func file(_ range: Range<Int>? = nil, endsInNewline: Bool = true) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in lines[range ?? 0..<lines.count] { bytes += line.bytes + [0x0A] }
    if !endsInNewline, !bytes.isEmpty { bytes.removeLast() }
    return bytes
  }

  /// How many readable records there are.
  public var sampleCount: Int {
    lines.count { if case .sample = $0.kind { true } else { false } }
  }

  private static let blanks = ["", "  ", "\t \r"]

  /// Lines that are no readable record, each for another reason.
  private static let broken: [[UInt8]] = [
    Array("{\"instruction\":\"cut o".utf8), Array("null".utf8), Array("[1]".utf8),
    Array("{\"foo\":1}".utf8), Array("{\"instruction\":3,\"output\":\"x\"}".utf8),
    Array("{\"instruction\":\"".utf8) + [0xFF] + Array("\",\"output\":\"x\"}".utf8),
  ]

  /// Two of them look the same and are canonically equivalent; they are different labels all the same.
  private static let topics = [
    "maths", "caf\u{E9}", "cafe\u{301}", "", "Maths", "\u{1F30D} \"x\"\n",
  ]

  private static let vocabulary = [
    "apple", "river", "compute", "because", "Ünïcödé", "数字", "42", "3.5", "please", "\n",
    "\u{1F600}",
    "step", "x", "extraordinarily", "if", "then", "\"", "\\", "list:",
  ]

  private static func words(_ count: Int, _ random: inout SeededGenerator) -> String {
    (0..<count).map { _ in vocabulary[Int.random(in: 0..<vocabulary.count, using: &random)] }
      .joined(separator: " ")
  }

  private static func record(
    prompt: String, answer: String, score: Double?, topic: String?, level: Int?,
    _ random: inout SeededGenerator
  ) -> String {
    var members = [
      "\"instruction\":" + literal(prompt, &random), "\"output\": " + literal(answer, &random),
    ]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: members.append("\"id\":\(Int.random(in: 0..<1000, using: &random))")
    case 1: members.append("\"id\" : " + literal("né-\(prompt.utf8.count)", &random))
    case 2: members.append("\"id\":null")
    default: break
    }
    if let score {
      members.append(
        Bool.random(using: &random) ? "\"score\":\(score)" : "\"score\":\"\(score)\"")
    }
    if let topic { members.append("\"meta\":{\"topic\":\(literal(topic, &random))}") }
    if let level { members.append("\"level\":\(level)") }
    members.shuffle(using: &random)
    let separator = Bool.random(using: &random) ? "," : " , "
    return "{" + members.joined(separator: separator) + "}"
  }

  /// A JSON string of a text: some characters escaped, whether they need it or not.
  private static func literal(_ text: String, _ random: inout SeededGenerator) -> String {
    let escapesAll = Int.random(in: 0..<6, using: &random) == 0
    var json = "\""
    for unit in text.unicodeScalars {
      if unit == "\"" || unit == "\\" {
        json += "\\\(unit)"
      } else if unit.value < 0x20 || escapesAll {
        for half in String(unit).utf16 {
          let digits = String(half, radix: 16)
          json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        json.unicodeScalars.append(unit)
      }
    }
    return json + "\""
  }
}
