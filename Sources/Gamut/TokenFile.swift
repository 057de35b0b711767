import JSON
import Measures
import Samples
import Storage
import Tokenizers

/// The file that tokens are counted by.
struct TokenFile: Sendable {
  let path: String
  let sha256: String
  let model: TokenModel

  /// Reads a tokenizer.
  ///
  /// - Parameter path: The file.
  /// - Throws: `StorageError`; `GamutError.tokenizer` for one that is none, or is not supported.
  init(path: String) throws {
    let bytes = try InputFile(path: path).readWhole()
    let hasher = SHA256()
    hasher.update(bytes.span)
    self.path = path
    sha256 = hasher.finish()
    do throws(TokenizersError) {
      model = try TokenModel(parsing: bytes.span)
    } catch {
      throw GamutError.tokenizer(path: path, error)
    }
  }

  /// Checks that a tokenizer is the one that an archive's tokens were counted by.
  ///
  /// - Parameters:
  ///   - path: The tokenizer that was given; `nil` for none.
  ///   - archive: The archive.
  ///   - kept: The digest that it keeps; `nil` where its tokens are estimated.
  /// - Throws: `ArchiveError.decidedByArchive`, `otherTokenizer`; `StorageError`.
  static func check(_ path: String?, fits archive: String, kept: String?) throws {
    guard let path else { return }
    guard let kept else {
      throw ArchiveError.decidedByArchive(path: archive, option: "--tokenizer")
    }
    let found = try SHA256.digest(ofFile: path)
    guard found == kept else {
      throw ArchiveError.otherTokenizer(
        path: archive, tokenizer: path, expected: kept, found: found)
    }
  }

  /// What the manifest says of it.
  var json: JSONValue {
    let kind =
      switch model {
      case .tokenizer: "tokenizer.json"
      case .sentencePiece: "sentencepiece"
      }
    return .members([
      "path": .string(path), "sha256": .string(sha256), "kind": .string(kind),
    ])
  }
}

extension TokenCounter {
  /// Counts the texts of a record, each for itself.
  ///
  /// - Parameters:
  ///   - record: A readable record.
  ///   - block: The block it came in.
  /// - Returns: The tokens of its prompt parts, its responses and the rest.
  mutating func count(
    _ record: Record, of block: borrowing ParsedBlock
  ) -> SampleCounts.CountedTokens {
    var tokens = SampleCounts.CountedTokens()
    for index in record.parts {
      let part = block.parts[index]
      let found = block.withText(of: part) { count($0) }
      switch TextKind(part.role) {
      case .prompt: tokens.prompt += found
      case .response, .text: tokens.response += found
      case .other: tokens.other += found
      }
    }
    return tokens
  }
}
