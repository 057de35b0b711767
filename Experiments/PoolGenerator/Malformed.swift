/// Lines with one thing wrong each, to test readers with.
enum Malformed {
  /// What a reader should make of a line.
  enum Verdict: String {
    /// A record like any other.
    case readable
    /// Not a record; to be skipped without a word.
    case blank
    /// JSON, but not a record.
    case notRecord = "not a record"
    /// Not JSON.
    case notJSON = "not JSON"
  }

  /// One line.
  struct Line {
    var verdict: Verdict
    var reason: String
    var bytes: [UInt8]

    init(_ verdict: Verdict, _ reason: String, _ text: String) {
      self.init(verdict, reason, Array(text.utf8))
    }

    init(_ verdict: Verdict, _ reason: String, _ bytes: [UInt8]) {
      self.verdict = verdict
      self.reason = reason
      self.bytes = bytes
    }
  }

  private static let start = #"{"id":"m","instruction":"What is 2 + 3?","input":"","output":"#

  /// All lines, in order; the line break after each is not part of it, and the last has none.
  static let lines: [Line] = [
    Line(.readable, "a sound record", start + #""Answer: 5","quality":0.9}"#),
    Line(.notJSON, "cut off inside a string", start + #""Answ"#),
    Line(.notJSON, "text after the object", start + #""Answer: 5","quality":0.9} trailing"#),
    Line(.notJSON, "two objects on a line", start + #""Answer: 5"}{"id":"m2"}"#),
    Line(
      .notJSON, "a byte that is not UTF-8 (0xFF)",
      Array(start.utf8) + Array(#""Answer: "#.utf8) + [0xFF] + Array(#"","quality":0.9}"#.utf8)),
    Line(
      .notJSON, "a surrogate encoded in UTF-8 (ED A0 80)",
      Array(start.utf8) + [0x22, 0xED, 0xA0, 0x80, 0x22] + Array(#","quality":0.9}"#.utf8)),
    Line(.notJSON, "NaN as the score", start + #""Answer: 5","quality":NaN}"#),
    Line(.notJSON, "Infinity as the score", start + #""Answer: 5","quality":Infinity}"#),
    Line(.notJSON, "a number with a leading zero", start + #""Answer: 5","quality":00.9}"#),
    Line(
      .notJSON, "single quotes", "{'id':'m','instruction':'What is 2 + 3?','output':'Answer: 5'}"),
    Line(.notJSON, "a comma before the closing brace", start + #""Answer: 5","quality":0.9,}"#),
    Line(.notJSON, "a key without quotes", start + #""Answer: 5",quality:0.9}"#),
    Line(.notJSON, "a comment", start + #""Answer: 5"/* checked */,"quality":0.9}"#),
    Line(.notJSON, "a raw tab inside a string", start + "\"Answer:\t5\",\"quality\":0.9}"),
    Line(.notJSON, "an unknown escape", start + #""Answer: \x35","quality":0.9}"#),
    Line(.notJSON, "a lone high surrogate escape", start + #""\ud83d Answer: 5","quality":0.9}"#),
    Line(.notRecord, "null", "null"),
    Line(.notRecord, "an array", #"["What is 2 + 3?","Answer: 5"]"#),
    Line(.notRecord, "an unknown shape", #"{"foo":1,"bar":{"baz":[]}}"#),
    Line(
      .notRecord, "a number where text belongs", #"{"id":"m","instruction":5,"output":"Answer: 5"}"#
    ),
    Line(.notRecord, "no output", #"{"id":"m","instruction":"What is 2 + 3?","quality":0.9}"#),
    Line(.blank, "nothing", ""),
    Line(.blank, "spaces and a tab", "  \t "),
    Line(
      .readable, "a sound record that ends in CR LF",
      start + #""Answer: 5","quality":0.9}"# + "\r"),
    Line(.notJSON, "the file ends inside the record, with no line break", start + #""Answer"#),
  ]

  /// The whole file.
  static var file: [UInt8] { Array(lines.map(\.bytes).joined(separator: [0x0A])) }
}
