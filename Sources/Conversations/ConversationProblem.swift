/// Why a trainer would refuse a record, drop it, or learn nothing from it.
package enum ConversationProblem: UInt8, CaseIterable, Sendable {
  /// The keys fit no shape, or values are of another type than they should.
  case unreadable
  /// Text without roles, among records with roles.
  case plainText
  /// Nobody answers.
  case noAnswer
  /// The last one to speak is not the model.
  case endsUnanswered
  /// An answer is empty and calls no tool.
  case emptyAnswer
  /// A system text stands behind other messages.
  case lateSystem
  /// Two prompts or two answers follow each other, or the model speaks first.
  case outOfTurn
  /// A call is not followed by what the tool gave back.
  case callWithoutResult
  /// A tool gives something back that was not called.
  case resultWithoutCall
  /// A call is no JSON object with a name and arguments.
  case brokenCall
  /// The tools are no list in JSON.
  case brokenTools
  /// Every answer is marked as not to be learned.
  case nothingTrained
}

extension Conversation {
  /// The problems of the conversation, each once, in the order of their declaration.
  package var problems: [ConversationProblem] {
    if kind == .text { return text?.isBlank ?? true ? [.emptyAnswer] : [] }
    var found: Set<ConversationProblem> = []
    if hasLateSystem { found.insert(.lateSystem) }
    if hasBrokenTools { found.insert(.brokenTools) }
    if kind == .preference {
      check(messages + chosen, &found)
      check(messages + rejected, &found)
    } else {
      check(messages, &found)
    }
    if kind == .dialogue {
      let answers = messages.filter { $0.role == .assistant }
      if !answers.isEmpty, answers.allSatisfy({ $0.isTrained == false }) {
        found.insert(.nothingTrained)
      }
    }
    if found.isEmpty { return [] }
    return ConversationProblem.allCases.filter(found.contains)
  }

  private func check(_ messages: [Message], _ found: inout Set<ConversationProblem>) {
    var previous: Role?
    // Calls of the last answer, and what was given back for them; one text may serve several calls.
    var (calls, results) = (0, 0)
    var hasAnswer = false
    for message in messages {
      switch message.role {
      case .system: continue
      case .user:
        if previous == .assistant, calls > 0 { found.insert(.callWithoutResult) }
        if previous == .user || previous == .tool { found.insert(.outOfTurn) }
      case .assistant:
        hasAnswer = true
        if previous == .assistant, calls > 0 {
          found.insert(.callWithoutResult)
        } else if previous == nil || previous == .assistant {
          found.insert(.outOfTurn)
        }
        if message.hasBrokenCall { found.insert(.brokenCall) }
        if message.isBlank, !message.hasBrokenCall { found.insert(.emptyAnswer) }
        (calls, results) = (max(message.calls.count, message.hasBrokenCall ? 1 : 0), 0)
      case .tool:
        results += 1
        if results > calls { found.insert(.resultWithoutCall) }
      }
      previous = message.role
    }
    if !hasAnswer {
      found.insert(.noAnswer)
    } else if previous != .assistant {
      found.insert(.endsUnanswered)
    }
  }
}
