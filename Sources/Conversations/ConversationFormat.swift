/// The formats that conversations are written in.
package enum ConversationFormat: String, CaseIterable, Sendable {
  /// `messages` of `role` and `content`, with `tools` and `tool_calls`.
  case messages
  /// `conversations` of `from` and `value`, with `system` and `tools`.
  case shareGPT
  /// `instruction`, `input`, `output`, with `system` and `history`.
  case alpaca
  /// `prompt` and `completion` as texts.
  case promptCompletion
  /// `prompt` and `completion` as lists of messages.
  case promptCompletionMessages
}

/// Who reads what is written, where readers of one format want different things.
package enum ConversationDialect: String, CaseIterable, Sendable {
  /// Nobody in particular: whatever comes back to where it came from.
  case neutral
  /// Hugging Face TRL.
  case trl
  /// LLaMA-Factory.
  case llamaFactory
  /// Axolotl.
  case axolotl
}

/// Something of a record that a format cannot hold, or a trainer does not heed.
package enum ConversationLoss: Hashable, Sendable {
  /// Turns before the last prompt and its answer.
  case earlierTurns
  /// The system text.
  case system
  /// The list of tools.
  case tools
  /// A key of the list of tools.
  case toolKey(String)
  /// Calls of tools, and what they gave back.
  case toolCalls
  /// Names of calls (`id`).
  case callIdentifiers
  /// A text that stands beside a call.
  case textBesideCall
  /// Where one of several results ends and the next begins.
  case resultBorders
  /// A key of a message.
  case messageKey(String)
  /// Which answers are to be learned.
  case trainingMask
  /// Parts of a message that are no text.
  case nonText
  /// Where one text of a message ends and the next begins.
  case textBorders
  /// Answers beside the best, or beside the best two.
  case furtherAnswers
  /// All but the last message of an answer.
  case answerMessages
  /// The worse answer of a preference.
  case rejectedAnswer
  /// The verdict on an answer.
  case label
}

/// How records are written: one format for all of them.
package struct ConversationLayout: Sendable {
  /// The format.
  package var format: ConversationFormat
  /// Who reads it.
  package var dialect: ConversationDialect
  /// What all records are taken for.
  package var kind: Conversation.Kind
  /// What the columns hold.
  package var facts: ConversationFacts
  /// Whether each record says what its mistakes weigh.
  package var hasWeight = false
  /// Whether a column whose name is empty gets one.
  package var namesEveryColumn = false

  /// Makes a layout.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - dialect: Who reads it.
  ///   - kind: What all records are taken for.
  ///   - facts: What is known of all of them.
  package init(
    format: ConversationFormat, dialect: ConversationDialect, kind: Conversation.Kind,
    facts: ConversationFacts
  ) {
    self.format = format
    self.dialect = dialect
    self.kind = kind
    self.facts = facts
  }
}

extension Conversation {
  /// What a format cannot hold of the conversation, each once.
  ///
  /// What becomes of it where records of several kinds are written as one is not looked at.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - dialect: Who reads it.
  /// - Returns: Losses, in the order in which they were found.
  package func losses(
    to format: ConversationFormat, for dialect: ConversationDialect
  ) -> [ConversationLoss] {
    if kind == .text { return [] }
    var found: [ConversationLoss] = []
    func note(_ loss: ConversationLoss) {
      if !found.contains(loss) { found.append(loss) }
    }
    if furtherAnswerCount > 0 { note(.furtherAnswers) }
    let holdsLists = format == .messages || format == .promptCompletionMessages
    // Texts of fields have no place for what stands around them.
    let isFlat = format == .alpaca || format == .promptCompletion
    if format == .promptCompletion {
      // Axolotl reads a column of system texts beside prompt and completion.
      if system != nil, dialect != .axolotl { note(.system) }
      if messages.count > (kind == .preference ? 1 : 2) { note(.earlierTurns) }
    }
    if tools != nil {
      if isFlat || (kind == .preference && dialect == .axolotl) {
        note(.tools)
      } else if dialect == .axolotl {
        for key in toolKeys { note(.toolKey(key)) }
      }
    }
    if kind == .preference, isFlat || format == .shareGPT || dialect == .axolotl {
      if chosen.count != 1 || rejected.count != 1 { note(.answerMessages) }
    }
    var previous: Role?
    for message in allMessages {
      if message.opaqueCount > 0 { note(.nonText) }
      if message.textCount > 1 { note(.textBorders) }
      if isFlat || (kind == .preference && dialect == .axolotl),
        !message.calls.isEmpty || message.role == .tool
      {
        note(.toolCalls)
      }
      if format == .shareGPT {
        if !message.calls.isEmpty, !message.content.isBlank { note(.textBesideCall) }
        if message.calls.contains(where: { $0.identifier != nil }) { note(.callIdentifiers) }
        if message.role == .tool, previous == .tool { note(.resultBorders) }
      }
      if message.isTrained != nil, isFlat || [.trl, .llamaFactory].contains(dialect) {
        note(.trainingMask)
      }
      if !holdsLists { for extra in message.extras { note(.messageKey(extra.key)) } }
      previous = message.role
    }
    return found
  }

  /// Keys of tools that a list of uniform tools has no place for.
  private var toolKeys: [String] {
    var keys: [String] = []
    for tool in tools?.items ?? [] {
      for member in (tool["function"] ?? tool).members ?? []
      where !["name", "description", "parameters", "type"].contains(member.key) {
        keys.append(member.key)
      }
    }
    return keys
  }
}
