/// Writes conversations as records of one layout, a line each.
package struct ConversationWriter: Sendable {
  /// How records are written.
  package let layout: ConversationLayout
  private let columns: [ConversationLayout.ExtraColumn]
  private let messageKeys: [ColumnFacts]
  private let columnNames: Set<String>

  /// Makes a writer.
  ///
  /// - Parameter layout: How records are written.
  package init(_ layout: ConversationLayout) {
    self.layout = layout
    columns = layout.extraColumns
    messageKeys = layout.extraMessageKeys
    columnNames = Set(layout.ownColumns.map(\.name))
  }

  /// Appends a record without a line end.
  ///
  /// - Parameters:
  ///   - conversation: What it says. What the layout does not hold is left out.
  ///   - weight: What its mistakes weigh.
  ///   - bytes: Takes the record.
  package func append(_ conversation: Conversation, weight: Double = 1, to bytes: inout [UInt8]) {
    var object = ObjectText(&bytes)
    if layout.kind == .text {
      object.key("text", &bytes)
      bytes.append(text: conversation.text ?? .empty)
    } else {
      switch layout.format {
      case .messages, .promptCompletionMessages: appendLists(conversation, &object, &bytes)
      case .shareGPT: appendShareGPT(conversation, &object, &bytes)
      case .alpaca: appendAlpaca(conversation, &object, &bytes)
      case .promptCompletion: appendTexts(conversation, &object, &bytes)
      }
    }
    if layout.kind == .rated {
      object.key(layout.labelColumn, &bytes)
      bytes.append(raw: conversation.label == false ? "false" : "true")
    }
    if layout.keepsInstructionLength {
      object.key(Conversation.lengthColumn, &bytes)
      if let length = conversation.instructionLength {
        bytes += Array(String(length).utf8)
      } else {
        bytes.append(raw: "null")
      }
    }
    if layout.hasWeight {
      object.key(ConversationLayout.weightColumn, &bytes)
      bytes += Array(weight.description.utf8)
    }
    for column in columns {
      object.key(column.name, &bytes)
      let value = conversation.extras.first { $0.key == column.facts.key }?.value
      bytes.append(value: value, as: column.facts.type)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  // MARK: Lists of messages

  private func appendLists(
    _ conversation: Conversation, _ object: inout ObjectText, _ bytes: inout [UInt8]
  ) {
    let isPair = layout.kind == .preference
    if layout.format == .messages, !isPair {
      object.key("messages", &bytes)
      append(system: conversation.system, conversation.trainedMessages(for: layout.kind), &bytes)
    } else if layout.hasSingleAnswers {
      object.key("messages", &bytes)
      append(system: conversation.system, conversation.messages, &bytes)
      for (key, answers) in [("chosen", conversation.chosen), ("rejected", conversation.rejected)] {
        object.key(key, &bytes)
        append(answers.last ?? .init(role: .assistant), &bytes)
      }
    } else {
      let messages = conversation.trainedMessages(for: layout.kind)
      // A prompt is what stands before the answer at the end.
      let cut = isPair || messages.last?.role != .assistant ? messages.count : messages.count - 1
      object.key("prompt", &bytes)
      append(system: conversation.system, Array(messages[..<cut]), &bytes)
      let answers =
        isPair
        ? [("chosen", conversation.chosen), ("rejected", conversation.rejected)]
        : [("completion", Array(messages[cut...]))]
      for (key, answer) in answers {
        object.key(key, &bytes)
        append(system: nil, answer, &bytes)
      }
    }
    appendTools(conversation, &object, &bytes)
  }

  private func append(
    system: WrittenText?, _ messages: [Conversation.Message], _ bytes: inout [UInt8]
  ) {
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    func separate() {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
    }
    if let system {
      separate()
      append(.init(role: .system, content: system), &bytes)
    }
    for message in messages {
      separate()
      append(message, &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private func append(_ message: Conversation.Message, _ bytes: inout [UInt8]) {
    bytes.append(raw: "{\"role\":\"")
    bytes.append(raw: message.role.name)
    bytes.append(raw: "\",\"content\":")
    bytes.append(text: message.content)
    if layout.facts.hasCalls {
      bytes.append(raw: ",\"tool_calls\":")
      if message.calls.isEmpty {
        bytes.append(raw: "null")
      } else {
        for (place, call) in message.calls.enumerated() {
          bytes.append(UInt8(ascii: place == 0 ? "[" : ","))
          bytes.append(UInt8(ascii: "{"))
          if layout.facts.hasCallIdentifiers {
            bytes.append(raw: "\"id\":")
            bytes.append(value: call.identifier, as: .string)
            bytes.append(UInt8(ascii: ","))
          }
          bytes.append(raw: "\"type\":\"function\",\"function\":{\"name\":")
          bytes.append(text: call.name)
          bytes.append(raw: ",\"arguments\":")
          bytes.append(asText: call.arguments.bytes)
          bytes.append(raw: "}}")
        }
        bytes.append(UInt8(ascii: "]"))
      }
    }
    if layout.hasMask {
      bytes.append(raw: layout.maskKey == "train" ? ",\"train\":" : ",\"weight\":")
      switch (message.isTrained, layout.maskKey == "train") {
      case (nil, _): bytes.append(raw: "null")
      case (let isTrained?, true): bytes.append(raw: isTrained ? "true" : "false")
      case (let isTrained?, false): bytes.append(raw: isTrained ? "1" : "0")
      }
    }
    for key in messageKeys {
      bytes.append(UInt8(ascii: ","))
      bytes.append(text: WrittenText(key.key))
      bytes.append(UInt8(ascii: ":"))
      bytes.append(value: message.extras.first { $0.key == key.key }?.value, as: key.type)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  // MARK: ShareGPT

  private func appendShareGPT(
    _ conversation: Conversation, _ object: inout ObjectText, _ bytes: inout [UInt8]
  ) {
    object.key("conversations", &bytes)
    var turns: [(from: StaticString, value: WrittenText, isTrained: Bool?)] = []
    for message in conversation.trainedMessages(for: layout.kind) {
      let turn = message.shareGPTTurn
      if message.role == .tool, let last = turns.indices.last, turns[last].from == "observation" {
        turns[last].value = .joined([turns[last].value, turn.value], separator: "\\n")
      } else {
        turns.append((turn.from, turn.value, message.isTrained))
      }
    }
    for (place, turn) in turns.enumerated() {
      bytes.append(UInt8(ascii: place == 0 ? "[" : ","))
      append(turn.from, turn.value, turn.isTrained, &bytes)
    }
    if turns.isEmpty { bytes.append(UInt8(ascii: "[")) }
    bytes.append(UInt8(ascii: "]"))
    if layout.kind == .preference {
      for (key, answers) in [("chosen", conversation.chosen), ("rejected", conversation.rejected)] {
        object.key(key, &bytes)
        let answer = answers.last ?? .init(role: .assistant)
        let turn = answer.shareGPTTurn
        append(turn.from, turn.value, answer.isTrained, &bytes)
      }
    }
    if layout.facts.hasSystem {
      object.key("system", &bytes)
      bytes.append(text: conversation.system ?? .empty)
    }
    appendTools(conversation, &object, &bytes)
  }

  private func append(
    _ from: StaticString, _ value: WrittenText, _ isTrained: Bool?, _ bytes: inout [UInt8]
  ) {
    bytes.append(raw: "{\"from\":\"")
    bytes.append(raw: from)
    bytes.append(raw: "\",\"value\":")
    bytes.append(text: value)
    if layout.hasMask {
      bytes.append(raw: ",\"weight\":")
      bytes.append(raw: isTrained.map { $0 ? "1" : "0" } ?? "null")
    }
    bytes.append(UInt8(ascii: "}"))
  }

  // MARK: Texts

  private func appendAlpaca(
    _ conversation: Conversation, _ object: inout ObjectText, _ bytes: inout [UInt8]
  ) {
    let (history, prompt, answer) = conversation.turns(for: layout.kind)
    let parts =
      conversation.instructionLength.flatMap { prompt.divided(afterScalars: $0) } ?? (
        prompt, .empty
      )
    var columns: [(String, WrittenText)] = [("instruction", parts.head), ("input", parts.tail)]
    if layout.kind == .preference {
      columns.append(("chosen", conversation.chosen.last?.content ?? .empty))
      columns.append(("rejected", conversation.rejected.last?.content ?? .empty))
    } else {
      columns.append(("output", answer))
    }
    if layout.facts.hasSystem { columns.append(("system", conversation.system ?? .empty)) }
    for (key, text) in columns {
      object.key(key, &bytes)
      bytes.append(text: text)
    }
    guard layout.facts.hasHistory else { return }
    object.key("history", &bytes)
    bytes.append(UInt8(ascii: "["))
    for (place, pair) in history.enumerated() {
      bytes.append(raw: place == 0 ? "[" : ",[")
      bytes.append(text: pair.prompt)
      bytes.append(UInt8(ascii: ","))
      bytes.append(text: pair.answer)
      bytes.append(UInt8(ascii: "]"))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private func appendTexts(
    _ conversation: Conversation, _ object: inout ObjectText, _ bytes: inout [UInt8]
  ) {
    let (_, prompt, answer) = conversation.turns(for: layout.kind)
    object.key("prompt", &bytes)
    bytes.append(text: prompt)
    let answers =
      (layout.kind == .preference
        ? [
          ("chosen", conversation.chosen.last?.content ?? .empty),
          ("rejected", conversation.rejected.last?.content ?? .empty),
        ] : [("completion", answer)])
      + (layout.hasSystemBesideTexts ? [("system", conversation.system ?? .empty)] : [])
    for (key, text) in answers {
      object.key(key, &bytes)
      bytes.append(text: text)
    }
  }

  // MARK: Tools

  private func appendTools(
    _ conversation: Conversation, _ object: inout ObjectText, _ bytes: inout [UInt8]
  ) {
    guard layout.hasTools else { return }
    object.key("tools", &bytes)
    guard let tools = conversation.tools?.items else {
      // Readers take an empty text, but no empty list, for no tools.
      if layout.dialect == .axolotl || layout.format != .shareGPT {
        bytes.append(raw: "null")
      } else {
        bytes.append(raw: "\"\"")
      }
      return
    }
    let functions = tools.map { $0["function"] ?? $0 }
    if layout.dialect == .axolotl {
      for (place, function) in functions.enumerated() {
        bytes.append(UInt8(ascii: place == 0 ? "[" : ","))
        bytes.append(raw: "{\"type\":\"function\",\"function\":{\"name\":")
        bytes.append(value: function["name"], as: .string)
        bytes.append(raw: ",\"description\":")
        bytes.append(value: function["description"], as: .string)
        bytes.append(raw: ",\"parameters\":")
        let parameters = function["parameters"]
        if let text = parameters?.text {
          bytes.append(text: text)
        } else {
          bytes.append(asText: parameters?.bytes ?? Array("{}".utf8)[...])
        }
        bytes.append(raw: "}}")
      }
      bytes.append(raw: "]")
      return
    }
    let isBare = layout.format == .shareGPT
    var list: [UInt8] = []
    for (place, function) in functions.enumerated() {
      list.append(raw: place == 0 ? "[" : ", ")
      if !isBare { list.append(raw: "{\"type\": \"function\", \"function\": ") }
      list += function.bytes
      if !isBare { list.append(raw: "}") }
    }
    list.append(raw: "]")
    bytes.append(asText: list[...])
  }
}

extension Conversation.Role {
  fileprivate var name: StaticString {
    switch self {
    case .system: "system"
    case .user: "user"
    case .assistant: "assistant"
    case .tool: "tool"
    }
  }
}

extension Conversation.Message {
  /// Who says what under ShareGPT's names.
  fileprivate var shareGPTTurn: (from: StaticString, value: WrittenText) {
    switch role {
    case .system: ("system", content)
    case .user: ("human", content)
    case .tool: ("observation", content)
    case .assistant where calls.isEmpty: ("gpt", content)
    case .assistant: ("function_call", calledText)
    }
  }

  /// The calls as text: one object, or a list of several.
  private var calledText: WrittenText {
    var json: [UInt8] = []
    for (place, call) in calls.enumerated() {
      if place > 0 { json.append(raw: ", ") }
      json.append(raw: "{\"name\": ")
      json.append(text: call.name)
      json.append(raw: ", \"arguments\": ")
      json += call.arguments.bytes
      json.append(raw: "}")
    }
    if calls.count > 1 { json = [UInt8(ascii: "[")] + json + [UInt8(ascii: "]")] }
    var escaped: [UInt8] = []
    WrittenText.appendEscaped(json, to: &escaped)
    return WrittenText(escaped: escaped[...])
  }
}

extension Conversation {
  /// The messages that are written as one conversation; of a preference that is written as a dialogue they
  /// end with the better answer.
  fileprivate func trainedMessages(for kind: Kind) -> [Message] {
    kind != .preference && self.kind == .preference ? messages + chosen : messages
  }

  /// The conversation as pairs of texts, the last of them apart.
  fileprivate func turns(
    for kind: Kind
  ) -> (
    history: [(prompt: WrittenText, answer: WrittenText)], prompt: WrittenText, answer: WrittenText
  ) {
    var spoken = trainedMessages(for: kind).filter { $0.role == .user || $0.role == .assistant }
    var answer = WrittenText.empty
    if kind != .preference, spoken.last?.role == .assistant { answer = spoken.removeLast().content }
    let prompt = spoken.popLast()?.content ?? .empty
    var history: [(prompt: WrittenText, answer: WrittenText)] = []
    for message in spoken {
      if message.role == .user {
        history.append((message.content, .empty))
      } else if let last = history.indices.last {
        history[last].answer = message.content
      }
    }
    return (history, prompt, answer)
  }
}
