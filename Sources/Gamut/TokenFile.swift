import JSON
import Storage
import Tokenizers

/// The file that tokens are counted by.
struct TokenFile: Sendable {
  let path: String
  let sha256: String
  let model: TokenModel
  /// How conversations are rendered first; `nil` where each text counts for itself.
  private(set) var template: ConversationTemplate?

  /// Reads a tokenizer.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - template: The template as a recipe names it; `nil` for none.
  ///   - kept: The template that an archive keeps, which then is not named.
  /// - Throws: `StorageError`; `GamutError.tokenizer` for one that is none, or is not supported; what finding
  ///   a template throws.
  init(path: String, template: String?, kept: ChatTemplate? = nil) throws {
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
    self.template =
      try kept.map { ConversationTemplate(kept: $0) }
      ?? template.map { try ConversationTemplate($0, tokenizer: path) }
    try self.template?.check(fits: model, path: path)
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

  /// Checks that a template is the one that an archive's tokens were counted by.
  ///
  /// - Parameters:
  ///   - template: The template that was given; `nil` for none.
  ///   - tokenizer: The tokenizer that was given.
  ///   - archive: The archive.
  ///   - kept: The template that it keeps; `nil` for none.
  /// - Throws: `ArchiveError.decidedByArchive`, `otherTemplate`; what finding a template throws.
  static func check(
    template: String?, tokenizer: String?, fits archive: String, kept: JSONValue?
  ) throws {
    guard let template else { return }
    guard let kept else {
      throw ArchiveError.decidedByArchive(path: archive, option: "--chat-template")
    }
    let found = try ConversationTemplate(template, tokenizer: tokenizer ?? "")
    if found.template.json.compact != kept.compact {
      throw ArchiveError.otherTemplate(path: archive, template: template)
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
      "chat_template": template?.json,
    ])
  }
}
