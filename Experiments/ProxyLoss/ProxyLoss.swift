import Glibc
import JSON
import LanguageModel
import Storage

/// `gamut-proxy-loss EXAMPLES FIRST < SETS`: the proxy of `gamut tune`, trained on sets that others chose.
///
/// EXAMPLES has a JSON array of prompt and answer a line; those from number FIRST on are held out. Each line of
/// standard input names the examples of a set by number, counted from 0, with blanks between. For each set a line of
/// numbers comes out: what a model that was trained on it loses on each example held out, in nats. The first line
/// tells how many pieces each example's answer has, so that sets can be cut to equal size.
@main
struct ProxyLoss {
  static func main() throws {
    guard CommandLine.arguments.count == 3, let first = Int32(CommandLine.arguments[2]) else {
      print("usage: gamut-proxy-loss EXAMPLES FIRST < SETS")
      exit(2)
    }
    var corpus = LanguageCorpus()
    let lines = try InputFile(path: CommandLine.arguments[1]).readWhole()
    for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let parts = JSONValue(parsing: line.span)?.items?.map(\.text), parts.count == 2,
        let prompt = parts[0], let answer = parts[1]
      else {
        print("line \(number + 1) is not an array of a prompt and an answer")
        exit(1)
      }
      corpus.add(prompt: Array(prompt.utf8).span, answer: Array(answer.utf8).span)
    }
    let count = Int32(corpus.count)
    show((0..<count).map { corpus.pieceCount(of: Int($0)) })
    let heldOut = Array(min(first, count)..<count)
    while let line = readLine() {
      let set = line.split(separator: " ").compactMap { Int32($0) }
      guard set.allSatisfy({ $0 >= 0 && $0 < count }) else {
        print("a set names an example that is not there")
        exit(1)
      }
      let model = LanguageModel(training: set, of: corpus)
      show(model.losses(of: heldOut, in: corpus, threads: 2).map(\.nats))
    }
  }

  private static func show(_ numbers: [some Any]) {
    print(numbers.map { "\($0)" }.joined(separator: " "))
    fflush(nil)
  }
}
