import JSON

/// Takes a record for the conversation that it is, by the rules of `RecordShape`.
package struct ConversationReader {
  private var members: [WrittenJSON.Member]
  private var consumed: Set<String> = []

  /// Reads a record.
  ///
  /// - Parameter record: An object that was found to be a readable record.
  /// - Returns: What it says; `nil` for what is no record of any shape.
  package static func conversation(of record: WrittenJSON) -> Conversation? {
    guard let members = record.members else { return nil }
    var reader = ConversationReader(members: members)
    guard var conversation = reader.read() else { return nil }
    // A key that would mean something and is null says nothing.
    conversation.extras = members.filter { member in
      !reader.consumed.contains(member.key)
        && !(member.value.kind == .null && shapeKeys.contains(member.key))
    }
    return conversation
  }

  private init(members: [WrittenJSON.Member]) { self.members = members }

  /// The keys by which records are known for what they are.
  private static let shapeKeys: Set<String> = [
    "messages", "conversations", "instruction", "input", "context", "output", "response", "answer",
    "completion", "history", "instances", "prompt", "question", "chosen", "rejected", "text",
    "system",
  ]

  private static let answerKeys = ["output", "response", "answer", "completion", "chosen"]

  /// The value under a key, which null makes absent.
  private func value(_ key: String) -> WrittenJSON? {
    guard let value = members.first(where: { $0.key == key })?.value else { return nil }
    return value.kind == .null ? nil : value
  }

  /// The value under a key, which then is no other column.
  private mutating func take(_ key: String) -> WrittenJSON? {
    consumed.insert(key)
    return value(key)
  }

  private func has(_ key: String) -> Bool { value(key) != nil }

  private mutating func read() -> Conversation? {
    var conversation = Conversation(kind: .dialogue)
    if has("chosen"), has("rejected") {
      conversation.kind = .preference
      guard readPreference(into: &conversation) else { return nil }
    } else if has("messages") {
      guard readConversation("messages", into: &conversation) else { return nil }
    } else if has("conversations") {
      guard readConversation("conversations", into: &conversation) else { return nil }
    } else if has("instruction") {
      guard readAlpaca(into: &conversation) else { return nil }
    } else if has("prompt") {
      guard readPrompt("prompt", into: &conversation) else { return nil }
    } else if has("question") {
      guard readPrompt("question", into: &conversation) else { return nil }
    } else if has("input"), Self.answerKeys.contains(where: has) {
      guard readAlpaca(into: &conversation) else { return nil }
    } else if let text = take("text")?.text {
      conversation.kind = .text
      conversation.text = text
      return conversation
    } else {
      return nil
    }
    if let system = take("system")?.text, !system.isEmpty {
      // A system text of the conversation itself says more precisely where it stands.
      conversation.system =
        conversation.system.map { .joined([system, $0], separator: "\\n") } ?? system
    }
    readTools(into: &conversation)
    if has(Conversation.lengthColumn), conversation.instructionLength == nil {
      conversation.instructionLength = take(Conversation.lengthColumn)?.wholeNumber
    } else if members.contains(where: { $0.key == Conversation.lengthColumn }) {
      consumed.insert(Conversation.lengthColumn)
    }
    if conversation.kind == .dialogue {
      for key in ["label", "kto_tag"] where value(key)?.truth != nil && conversation.label == nil {
        conversation.label = take(key)?.truth
        conversation.kind = .rated
      }
    }
    return conversation
  }

  // MARK: Shapes

  private mutating func readConversation(
    _ key: String, into conversation: inout Conversation
  ) -> Bool {
    guard let list = take(key)?.items, let messages = Self.messages(list) else { return false }
    conversation.take(messages)
    return true
  }

  private mutating func readAlpaca(into conversation: inout Conversation) -> Bool {
    for pair in take("history")?.items ?? [] {
      for (place, text) in (pair.items ?? []).enumerated() {
        guard let text = text.text else { return false }
        conversation.messages.append(
          .init(role: place.isMultiple(of: 2) ? .user : .assistant, content: text))
      }
    }
    let instruction = take("instruction")?.text ?? .empty
    let given = value("input")?.text
    // As where samples are read: an empty input leaves its place to a context with a text.
    let context = value("context")?.text ?? .empty
    let isContext = (given?.isEmpty ?? true) && !context.isEmpty
    let input = isContext ? context : given ?? .empty
    consumed.insert("input")
    if isContext || (value("context").map { $0.text?.isEmpty == true } ?? true) {
      consumed.insert("context")
    }
    let answerKey = Self.answerKeys.first(where: has)
    if answerKey == nil, let instances = take("instances")?.items {
      return readInstances(instances, instruction, into: &conversation)
    }
    conversation.appendPrompt(instruction, input)
    guard let answerKey, conversation.kind != .preference else { return true }
    return readAnswer(answerKey, into: &conversation)
  }

  private func readInstances(
    _ instances: [WrittenJSON], _ instruction: WrittenText, into conversation: inout Conversation
  ) -> Bool {
    for (place, instance) in instances.enumerated() {
      let input = instance["input"]?.text ?? .empty
      conversation.appendPrompt(place == 0 ? instruction : .empty, input)
      if place > 0 || instances.count > 1 { conversation.instructionLength = nil }
      if let output = instance["output"]?.text {
        conversation.messages.append(.init(role: .assistant, content: output))
      }
    }
    if instances.isEmpty { conversation.appendPrompt(instruction, .empty) }
    return true
  }

  private mutating func readPrompt(_ key: String, into conversation: inout Conversation) -> Bool {
    guard let prompt = take(key) else { return false }
    if let items = prompt.items {
      guard let messages = Self.messages(items) else { return false }
      conversation.take(messages)
    } else if let text = prompt.text {
      conversation.messages.append(.init(role: .user, content: text))
    } else {
      return false
    }
    guard conversation.kind != .preference, let answer = Self.answerKeys.first(where: has) else {
      return true
    }
    conversation.isPlain =
      key == "prompt" && prompt.kind == .string && value(answer)?.kind == .string
      && !has("system") && !has("tools")
    return readAnswer(answer, into: &conversation)
  }

  /// The answer: a text, a message, messages, or texts ranked from best to worst.
  private mutating func readAnswer(_ key: String, into conversation: inout Conversation) -> Bool {
    guard let answer = take(key) else { return true }
    if let items = answer.items, items.first?.kind == .string {
      let texts = items.compactMap(\.text)
      guard texts.count == items.count else { return false }
      guard texts.count > 1 else {
        conversation.messages.append(.init(role: .assistant, content: texts[0]))
        return true
      }
      conversation.kind = .preference
      conversation.chosen = [.init(role: .assistant, content: texts[0])]
      conversation.rejected = [.init(role: .assistant, content: texts[1])]
      conversation.furtherAnswerCount = texts.count - 2
      return true
    }
    guard let messages = Self.answer(answer) else { return false }
    conversation.messages += messages
    return true
  }

  private mutating func readPreference(into conversation: inout Conversation) -> Bool {
    guard let (better, worse) = preferred() else { return false }
    guard !better.contains(where: { $0.role == .user }) else {
      // Both hold the whole conversation: what they share comes before the answers.
      var shared = zip(better, worse).prefix { $0 == $1 }.count
      shared = min(shared, better.count - 1, max(worse.count - 1, 0))
      conversation.take(Array(better[..<shared]))
      conversation.chosen = Array(better[shared...])
      conversation.rejected = Array(worse[shared...])
      return true
    }
    conversation.chosen = better
    conversation.rejected = worse
    for key in ["conversations", "messages"] where has(key) {
      return readConversation(key, into: &conversation)
    }
    if has("prompt") { return readPrompt("prompt", into: &conversation) }
    if has("instruction") || has("input") { return readAlpaca(into: &conversation) }
    if has("question") { return readPrompt("question", into: &conversation) }
    return true
  }

  private mutating func preferred() -> (
    better: [Conversation.Message], worse: [Conversation.Message]
  )? {
    guard let chosen = take("chosen"), let rejected = take("rejected"),
      let better = Self.answer(chosen), let worse = Self.answer(rejected), !better.isEmpty
    else { return nil }
    return (better, worse)
  }

  private static func answer(_ value: WrittenJSON) -> [Conversation.Message]? {
    if let text = value.text { return [.init(role: .assistant, content: text)] }
    if value.kind == .object { return message(value).map { [$0] } }
    guard let items = value.items else { return nil }
    if items.first?.kind == .string {
      return items.compactMap(\.text).map { .init(role: .assistant, content: $0) }
    }
    return messages(items)
  }

  // MARK: Messages

  private static func messages(_ list: [WrittenJSON]) -> [Conversation.Message]? {
    var messages: [Conversation.Message] = []
    messages.reserveCapacity(list.count)
    for item in list {
      guard let message = message(item) else { return nil }
      messages.append(message)
    }
    return messages
  }

  private static func message(_ value: WrittenJSON) -> Conversation.Message? {
    guard let members = value.members else { return nil }
    func member(_ key: String) -> WrittenJSON? {
      members.first { $0.key == key && $0.value.kind != .null }?.value
    }
    let nameKey = member("role") == nil ? "from" : "role"
    guard let name = member(nameKey)?.text, let (role, isCall) = RoleName.role(name) else {
      return nil
    }
    var message = Conversation.Message(role: role)
    let contentKey = members.contains { $0.key == "content" } ? "content" : "value"
    if let content = member(contentKey) {
      if let text = content.text {
        message.content = text
      } else {
        guard let parts = content.items else { return nil }
        message.take(parts)
      }
    }
    if isCall { message.readCalledText() }
    if let calls = member("tool_calls") {
      message.readCalls(calls.items ?? [calls])
    } else if let call = member("function_call") {
      message.readCalls([call])
    }
    for member in members where member.value.kind != .null {
      switch member.key {
      case nameKey, contentKey, "tool_calls", "function_call": break
      case "train" where member.value.kind == .bool: message.isTrained = member.value.truth
      case "weight" where ["0", "1"].contains(String(decoding: member.value.bytes, as: UTF8.self)):
        message.isTrained = member.value.bytes.first == UInt8(ascii: "1")
      default: message.extras.append(member)
      }
    }
    return message
  }

  // MARK: Tools

  private mutating func readTools(into conversation: inout Conversation) {
    consumed.formUnion(["tools", "functions"])
    guard let tools = value("tools") ?? value("functions") else { return }
    if let text = tools.text {
      if text.isBlank { return }
      let decoded = text.decoded
      guard JSONValue(parsing: Array(decoded).span) != nil,
        let items = WrittenJSON(decoded).items
      else {
        conversation.tools = tools
        conversation.hasBrokenTools = true
        return
      }
      if !items.isEmpty { conversation.tools = WrittenJSON(decoded) }
    } else if let items = tools.items {
      if !items.isEmpty { conversation.tools = tools }
    } else {
      conversation.tools = tools
      conversation.hasBrokenTools = true
    }
  }
}

extension Conversation {
  /// Takes messages, the system text first among them for what it is.
  fileprivate mutating func take(_ list: [Message]) {
    var list = list
    var systems: [WrittenText] = []
    while let first = list.first, first.role == .system, first.opaqueCount == 0 {
      systems.append(first.content)
      list.removeFirst()
    }
    if !systems.isEmpty { system = .joined(systems, separator: "\\n") }
    hasLateSystem = systems.count > 1 || list.contains { $0.role == .system }
    messages += list
  }

  /// Adds a prompt out of an instruction and its input.
  fileprivate mutating func appendPrompt(_ instruction: WrittenText, _ input: WrittenText) {
    if !input.isEmpty { instructionLength = instruction.scalarCount }
    let parts = [instruction, input].filter { !$0.isEmpty }
    messages.append(
      .init(role: .user, content: parts.isEmpty ? .empty : .joined(parts, separator: "\\n")))
  }
}

extension Conversation.Message {
  /// Takes content in parts: texts are joined, what is no text is counted.
  fileprivate mutating func take(_ parts: [WrittenJSON]) {
    var texts: [WrittenText] = []
    for part in parts {
      if let text = part.text ?? part["text"]?.text {
        texts.append(text)
      } else {
        opaqueCount += 1
      }
    }
    textCount = texts.count
    content = texts.isEmpty ? .empty : .joined(texts, separator: "")
  }

  /// Takes the content for the call that it is as text.
  fileprivate mutating func readCalledText() {
    let decoded = content.decoded
    guard JSONValue(parsing: Array(decoded).span) != nil else {
      hasBrokenCall = true
      return
    }
    let value = WrittenJSON(decoded)
    readCalls(value.items ?? [value])
    if !hasBrokenCall { content = .empty }
  }

  /// Takes calls, whether their arguments are objects or text of one, and whether the function stands within
  /// a call or is it.
  fileprivate mutating func readCalls(_ list: [WrittenJSON]) {
    for item in list {
      let function = item["function"] ?? item
      guard let name = function["name"]?.text else {
        hasBrokenCall = true
        continue
      }
      var arguments = function["arguments"] ?? function["parameters"]
      if let text = arguments?.text {
        let decoded = text.decoded
        if text.isBlank {
          arguments = nil
        } else if JSONValue(parsing: Array(decoded).span) != nil {
          arguments = WrittenJSON(decoded)
        } else {
          hasBrokenCall = true
        }
      }
      calls.append(
        .init(
          identifier: item["id"], name: name,
          arguments: arguments ?? WrittenJSON(Array("{}".utf8)[...])))
    }
  }
}
