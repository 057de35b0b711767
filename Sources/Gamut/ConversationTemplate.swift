import JSON
import Storage
import Tokenizers

/// How conversations are rendered before their tokens are counted, and where that is from.
struct ConversationTemplate: Sendable {
  /// What a recipe says for the template beside the tokenizer.
  static let beside = "auto"

  /// The template as it was asked for: a name, `auto`, or a file.
  let text: String
  let template: ChatTemplate
  /// The file that it was read from; `nil` for one with a name.
  let file: (path: String, sha256: String)?

  /// The file that is named by what a recipe says; `nil` for a template's name, and for the one beside the tokenizer.
  static func file(namedBy text: String) -> String? {
    text == beside || ChatTemplate.template(named: text) != nil ? nil : text
  }

  /// One that an archive keeps.
  init(kept template: ChatTemplate) {
    text = ""
    self.template = template
    file = nil
  }

  /// Finds a template.
  ///
  /// - Parameters:
  ///   - text: A name, `auto`, or a file: a template in JSON, a `tokenizer_config.json`, or a program of Jinja.
  ///   - tokenizer: The path of the tokenizer, beside which `auto` looks.
  /// - Throws: `GamutError.chatTemplate`, `noChatTemplate`; `StorageError`.
  init(_ text: String, tokenizer: String) throws {
    self.text = text
    if let template = ChatTemplate.template(named: text) {
      self.template = template
      file = nil
      return
    }
    var paths = [text]
    if text == Self.beside {
      let folder = Self.folder(of: tokenizer)
      paths = ["chat_template.jinja", "tokenizer_config.json"].map { folder + $0 }
        .filter { regularFileSize($0) != nil }
    }
    for path in paths {
      let bytes = try InputFile(path: path).readWhole()
      // A configuration may say nothing of conversations.
      guard let template = try Self.template(of: bytes, path: path) else {
        continue
      }
      let hasher = SHA256()
      hasher.update(bytes.span)
      self.template = template
      file = (path, hasher.finish())
      return
    }
    throw GamutError.noChatTemplate(tokenizer: tokenizer, path: text == Self.beside ? nil : text)
  }

  /// The folder that a file lies in, with its slash; empty for the current one.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func template(
    of bytes: [UInt8], path: String
  ) throws -> ChatTemplate? {
    do {
      if path.hasSuffix(".jinja") {
        let folder = folder(of: path)
        let beside = folder + "tokenizer_config.json"
        var settings: JSONValue?
        if regularFileSize(beside) != nil {
          let text = try InputFile(path: beside).readWhole()
          settings = JSONValue(parsing: text.span)
        }
        return try ChatTemplate(
          program: String(decoding: bytes, as: UTF8.self), settings: settings)
      }
      guard let json = JSONValue(parsing: bytes.span) else { throw ChatTemplate.Problem.notJSON }
      if json["user"] != nil || json["assistant"] != nil { return try ChatTemplate(json) }
      var program = json["chat_template"]?.text
      if let items = json["chat_template"]?.items {
        program = items.first { $0["name"]?.text == "default" }?["template"]?.text
      }
      guard let program else {
        if json["tokenizer_class"] != nil || json["added_tokens_decoder"] != nil { return nil }
        return try ChatTemplate(json)
      }
      return try ChatTemplate(program: program, settings: json)
    } catch let problem as ChatTemplate.Problem {
      throw GamutError.chatTemplate(path: path, problem)
    }
  }

  /// Checks that a tokenizer has the tokens of the template.
  ///
  /// - Throws: `GamutError.templateNeedsTokens`, `templateTokenMissing`.
  func check(fits model: TokenModel, path: String) throws(GamutError) {
    guard case .tokenizer = model else { throw .templateNeedsTokens(path: path) }
    var counter = TokenCounter(model)
    for token in template.tokens {
      let bytes = Array(token.utf8)
      guard counter.count(bytes.span) == 1 else {
        throw .templateTokenMissing(path: path, template: text, token: token)
      }
    }
  }

  /// What the manifest says of it.
  var json: JSONValue {
    .members([
      "name": .string(text), "path": file.map { .string($0.path) },
      "sha256": file.map { .string($0.sha256) }, "template": template.json,
    ])
  }
}

extension ChatTemplate {
  /// Reads a program with the tokens that a configuration names.
  fileprivate init(program: String, settings: JSONValue?) throws(Problem) {
    func token(_ key: String) -> String? {
      settings?[key]?.text ?? settings?[key]?["content"]?.text
    }
    try self.init(
      program: program, beginToken: token("bos_token"), endToken: token("eos_token"))
  }
}
