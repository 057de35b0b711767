import JSON
import Storage
import Tokenizers

/// `gamut-count-tokens TOKENIZER TEXTS [REPETITIONS]`: for every line of TEXTS, a JSON string each, its tokens.
///
/// The last line has the seconds that reading the tokenizer took, and those of each repetition.
@main
struct CountTokens {
  static func main() throws {
    guard CommandLine.arguments.count >= 3 else {
      print("usage: gamut-count-tokens TOKENIZER TEXTS [REPETITIONS]")
      return
    }
    let clock = ContinuousClock()
    var tokenizer: TokenModel?
    let loading = try clock.measure {
      let bytes = try InputFile(path: CommandLine.arguments[1]).readWhole()
      tokenizer = try TokenModel(parsing: bytes.span)
    }
    guard let tokenizer else { return }
    let lines = try InputFile(path: CommandLine.arguments[2]).readWhole()
    let texts = lines.split(separator: UInt8(ascii: "\n")).map { line in
      Array((JSONValue(parsing: line.span)?.text ?? "").utf8)
    }
    let repetitions = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? 1 : 1
    var counts: [Int] = []
    var timings = "\(loading / .seconds(1))"
    for _ in 0..<repetitions {
      var counter = TokenCounter(tokenizer)
      counts.removeAll(keepingCapacity: true)
      let time = clock.measure {
        for text in texts { counts.append(counter.count(text.span)) }
      }
      timings += " \(time / .seconds(1))"
    }
    print(counts.map(String.init).joined(separator: "\n"))
    print(timings)
  }
}
