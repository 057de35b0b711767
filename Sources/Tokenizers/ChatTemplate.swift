public import JSON

/// How a conversation becomes one text to train on, where that is simple: fixed pieces before and after each
/// message, by who speaks.
///
/// The text is `beginning`, each message as `before + text + after` of its role, and `end`. What has no pieces is
/// not part of it.
public struct ChatTemplate: Sendable, Equatable {
  /// What stands around a text.
  public struct Pieces: Sendable, Equatable {
    /// What stands before it.
    public var before: String
    /// What stands behind it.
    public var after: String

    /// Puts two pieces around a text.
    ///
    /// - Parameters:
    ///   - before: What stands before it.
    ///   - after: What stands behind it.
    public init(_ before: String, _ after: String) {
      self.before = before
      self.after = after
    }
  }

  /// What the whole begins with.
  public var beginning = ""
  /// What the whole ends with.
  public var end = ""
  /// What stands around system messages; `nil` where these are no messages of their own.
  public var system: Pieces?
  /// What stands around a system message that leads the text of the first message of the user, within that
  /// one's pieces, where `system` is `nil`; `nil` where a system message has no place at all.
  public var systemInUser: Pieces?
  /// What stands around the user's messages.
  public var user: Pieces
  /// What stands around the model's messages.
  public var assistant: Pieces
  /// The text of the system message of a conversation that begins with another one; `nil` for none.
  public var defaultSystem: String?
  /// Whether white space at both ends of a message's text is taken off, as Python's `strip` does.
  public var trims = false
  /// What has to be one token each, or the tokenizer is not the one that the template was made for.
  public var tokens: [String] = []

  /// Makes a template of messages of user and model.
  ///
  /// - Parameters:
  ///   - user: What stands around the user's messages.
  ///   - assistant: What stands around the model's messages.
  public init(user: Pieces, assistant: Pieces) {
    self.user = user
    self.assistant = assistant
  }

  /// The templates that have names, in the order in which they are told.
  public static let named: [(name: String, template: ChatTemplate)] = {
    func marked(_ role: String) -> Pieces { Pieces("<|im_start|>\(role)\n", "<|im_end|>\n") }
    var chatML = ChatTemplate(user: marked("user"), assistant: marked("assistant"))
    chatML.system = marked("system")
    chatML.tokens = ["<|im_start|>", "<|im_end|>"]
    func headed(_ role: String) -> Pieces {
      Pieces("<|start_header_id|>\(role)<|end_header_id|>\n\n", "<|eot_id|>")
    }
    var llama3 = ChatTemplate(user: headed("user"), assistant: headed("assistant"))
    llama3.beginning = "<|begin_of_text|>"
    llama3.system = headed("system")
    llama3.trims = true
    llama3.tokens = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    func titled(_ role: String) -> Pieces { Pieces("<|\(role)|>\n", "</s>\n") }
    var zephyr = ChatTemplate(user: titled("user"), assistant: titled("assistant"))
    zephyr.system = titled("system")
    zephyr.tokens = ["</s>"]
    var mistral = ChatTemplate(
      user: Pieces("[INST] ", " [/INST]"), assistant: Pieces("", "</s>"))
    mistral.beginning = "<s>"
    mistral.systemInUser = Pieces("", "\n\n")
    mistral.tokens = ["<s>", "</s>"]
    return [("chatml", chatML), ("llama3", llama3), ("zephyr", zephyr), ("mistral", mistral)]
  }()

  /// A template by its name.
  ///
  /// - Parameter name: One of those of `named`.
  /// - Returns: `nil` for another name.
  public static func template(named name: String) -> ChatTemplate? {
    named.first { $0.name == name }?.template
  }
}

// MARK: As JSON

extension ChatTemplate {
  /// Why JSON is no template.
  public enum Problem: Error, Sendable, Equatable {
    /// The bytes are no JSON.
    case notJSON
    /// A member is missing or is not what it should be.
    case malformed(member: String)
    /// A member that nobody knows.
    case unknown(member: String)
    /// A program of Jinja that is none of those that are known.
    case unknownProgram
  }

  private static let members = [
    "begin", "end", "system", "system_in_user", "user", "assistant", "default_system", "trim",
    "tokens",
  ]

  /// Reads a template.
  ///
  /// - Parameter json: An object with `user` and `assistant`, lists of two strings each, before and behind a
  ///   message's text; and, if need be, with `system` or `system_in_user` of the same form, the strings `begin`,
  ///   `end` and `default_system`, the boolean `trim`, and the list of strings `tokens`.
  /// - Throws: `Problem.malformed` or `unknown`.
  public init(_ json: JSONValue) throws(Problem) {
    guard let members = json.members else { throw .malformed(member: "the whole") }
    for member in members where !Self.members.contains(member.key) {
      throw .unknown(member: member.key)
    }
    func pieces(_ key: String) throws(Problem) -> Pieces? {
      guard let value = json[key], value != .null else { return nil }
      guard let items = value.items, items.count == 2, let before = items[0].text,
        let after = items[1].text
      else { throw .malformed(member: key) }
      return Pieces(before, after)
    }
    func text(_ key: String) throws(Problem) -> String? {
      guard let value = json[key], value != .null else { return nil }
      guard let text = value.text else { throw .malformed(member: key) }
      return text
    }
    guard let user = try pieces("user") else { throw .malformed(member: "user") }
    guard let assistant = try pieces("assistant") else { throw .malformed(member: "assistant") }
    self.init(user: user, assistant: assistant)
    system = try pieces("system")
    systemInUser = try pieces("system_in_user")
    if system != nil, systemInUser != nil { throw .malformed(member: "system_in_user") }
    beginning = try text("begin") ?? ""
    end = try text("end") ?? ""
    defaultSystem = try text("default_system")
    if let value = json["trim"], value != .null {
      guard let truth = value.truth else { throw .malformed(member: "trim") }
      trims = truth
    }
    if let value = json["tokens"], value != .null {
      guard let items = value.items else { throw .malformed(member: "tokens") }
      for item in items {
        guard let token = item.text, !token.isEmpty else { throw .malformed(member: "tokens") }
        tokens.append(token)
      }
    }
  }

  /// The template as JSON, from which it can be read again.
  public var json: JSONValue {
    func list(_ pieces: Pieces) -> JSONValue {
      .array([.string(pieces.before), .string(pieces.after)])
    }
    return .members([
      "begin": beginning.isEmpty ? nil : .string(beginning),
      "end": end.isEmpty ? nil : .string(end), "system": system.map(list),
      "system_in_user": systemInUser.map(list), "user": list(user), "assistant": list(assistant),
      "default_system": defaultSystem.map { .string($0) }, "trim": trims ? .bool(true) : nil,
      "tokens": tokens.isEmpty ? nil : .array(tokens.map { .string($0) }),
    ])
  }
}

// MARK: White space

extension ChatTemplate {
  /// Takes white space off both ends of a text, as Python's `strip` does.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - start: Where the text begins.
  public static func trim(_ text: inout [UInt8], from start: Int) {
    let table = UnicodeTables.shared.classes
    func isSpace(_ character: DecodedCharacter) -> Bool {
      // The separators of information are space to Python, and to Unicode they are not.
      character.classes.contains(.space) || (0x1C...0x1F).contains(character.scalar)
    }
    var first = start
    while first < text.count {
      let character = DecodedCharacter(text.span, at: first, table.span)
      if !isSpace(character) { break }
      first = character.end
    }
    var last = first
    var place = first
    while place < text.count {
      let character = DecodedCharacter(text.span, at: place, table.span)
      place = character.end
      if !isSpace(character) { last = place }
    }
    text.removeSubrange(last...)
    text.removeSubrange(start..<first)
  }
}
