import Testing

@testable import Tokenizers

/// A model of a few pieces, written as the library reads it.
enum SmallSentencePiece {
  /// A piece with its score and its kind: 1 for a plain one, 2 for the unknown one, 3 for a mark.
  static func piece(_ text: String, _ score: Float, _ kind: UInt8 = 1) -> [UInt8] {
    var bytes = [0x0A, UInt8(text.utf8.count)] + Array(text.utf8) + [0x15]
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: score.bitPattern >> UInt32(shift)))
    }
    bytes += [0x18, kind]
    return [0x0A, UInt8(bytes.count)] + bytes
  }

  static let model =
    piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) + piece("\u{2581}", -3)
    + piece("a", -3) + piece("b", -3) + piece("ab", -2) + piece("\u{2581}ab", -1)

  static var hasLibrary: Bool {
    do throws(TokenizersError) {
      _ = try SentencePieceModel(parsing: model.span)
    } catch {
      if case .sentencePieceMissing = error { return false }
    }
    return true
  }
}

@Suite(.enabled(if: SmallSentencePiece.hasLibrary, "the library of SentencePiece is not here"))
struct SentencePieceTests {
  @Test func `tokens are those of the library, without beginning and end`() throws {
    let model = try TokenModel(parsing: SmallSentencePiece.model.span)
    guard case .sentencePiece = model else {
      Issue.record("a model of SentencePiece was taken for another")
      return
    }
    var counter = TokenCounter(model)
    for (text, expected) in [("", 0), ("ab", 1), ("ab ab", 2), ("ba", 3), ("aab", 3), ("é", 2)] {
      let bytes = Array(text.utf8)
      let count = counter.count(bytes.span)
      #expect(count == expected, "\(text)")
    }
    #expect(counter.failedCount == 0)
  }

  @Test func `many threads count by one model`() async throws {
    let model = try TokenModel(parsing: SmallSentencePiece.model.span)
    let counts = await withTaskGroup(of: Int.self) { group in
      for length in 1...50 {
        group.addTask {
          var counter = TokenCounter(model)
          let bytes = Array(String(repeating: "ab ", count: length).utf8)
          return counter.count(bytes.span) - length
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == Array(repeating: 0, count: 50))
  }

  @Test func `what is no model is refused`() {
    for bytes: [UInt8] in [[], [0xFF, 0xFE], Array("no model".utf8)] {
      #expect {
        _ = try TokenModel(parsing: bytes.span)
      } throws: { error in
        if case .notSentencePiece = error as? TokenizersError { true } else { false }
      }
    }
  }
}
