import Conversations
import Samples

extension ExportRequest.Target {
  /// Who reads what is written.
  var dialect: ConversationDialect {
    switch self {
    case .trl: .trl
    case .llamaFactory: .llamaFactory
    case .axolotl: .axolotl
    case .messages, .shareGPT, .alpaca, .promptCompletion: .neutral
    }
  }

  /// The format by which losses of a record are told: what the target can hold at most.
  func widestFormat(for kind: Conversation.Kind) -> ConversationFormat {
    switch self {
    // Axolotl's KTO knows one prompt and its answer.
    case .axolotl: kind == .rated ? .promptCompletion : .messages
    case .trl, .messages: .messages
    case .llamaFactory, .shareGPT: .shareGPT
    case .alpaca: .alpaca
    case .promptCompletion: .promptCompletion
    }
  }

  /// Whether text without roles can be written.
  var takesText: Bool {
    switch self {
    case .trl, .llamaFactory, .axolotl: true
    case .messages, .shareGPT, .alpaca, .promptCompletion: false
    }
  }
}

extension ConversationProblem {
  /// The problem as one word.
  var code: String {
    switch self {
    case .unreadable: "unreadable"
    case .plainText: "plain-text"
    case .noAnswer: "no-answer"
    case .endsUnanswered: "ends-unanswered"
    case .emptyAnswer: "empty-answer"
    case .lateSystem: "late-system"
    case .outOfTurn: "out-of-turn"
    case .callWithoutResult: "call-without-result"
    case .resultWithoutCall: "result-without-call"
    case .brokenCall: "broken-call"
    case .brokenTools: "broken-tools"
    case .nothingTrained: "nothing-trained"
    }
  }
}

extension ConversationLoss {
  /// The loss as one word, and the key that it is about.
  var code: (code: String, key: String?) {
    switch self {
    case .earlierTurns: ("earlier-turns", nil)
    case .system: ("system", nil)
    case .tools: ("tools", nil)
    case .toolKey(let key): ("tool-key", key)
    case .toolCalls: ("tool-calls", nil)
    case .callIdentifiers: ("call-identifiers", nil)
    case .textBesideCall: ("text-beside-call", nil)
    case .resultBorders: ("result-borders", nil)
    case .messageKey(let key): ("message-key", key)
    case .trainingMask: ("training-mask", nil)
    case .nonText: ("non-text", nil)
    case .textBorders: ("text-borders", nil)
    case .furtherAnswers: ("further-answers", nil)
    case .answerMessages: ("answer-messages", nil)
    case .rejectedAnswer: ("rejected-answer", nil)
    case .label: ("label", nil)
    }
  }
}

/// How many records have something, and the first of them.
struct ExportTally<Key: Hashable & Sendable>: Sendable {
  private(set) var counts: [Key: (count: Int, line: Int)] = [:]

  mutating func add(_ key: Key, line: Int) { add(key, count: 1, line: line) }

  private mutating func add(_ key: Key, count: Int, line: Int) {
    let known = counts[key] ?? (0, line)
    counts[key] = (known.count + count, min(known.line, line))
  }

  mutating func add(_ later: ExportTally) {
    for (key, tally) in later.counts { add(key, count: tally.count, line: tally.line) }
  }
}

/// What was found in records that follow each other.
struct ExportScan: Sendable {
  /// What is kept of one record.
  struct Row: Sendable {
    var line: Int32
    /// What it is good for; `nil` for what is no record.
    var kind: Conversation.Kind?
    var hasProblem = false
    var hasLoss = false
    var prompt: UInt64 = 0
    var content: UInt64 = 0
  }

  var rows: [Row] = []
  /// By kind, what the records have that are going to be written.
  var facts = Conversation.Kind.allCases.map { _ in ConversationFacts() }
  var problems = ExportTally<ConversationProblem>()
  var losses = ExportTally<ConversationLoss>()

  /// Looks at the records of a block.
  init(_ block: borrowing ParsedBlock, for request: ExportRequest, keepsPrompts: Bool) {
    let dialect = request.target.dialect
    for record in block.records {
      var row = Row(line: Int32(record.line))
      defer { rows.append(row) }
      guard record.isReadable, let conversation = block.conversation(of: record) else {
        row.hasProblem = true
        problems.add(.unreadable, line: record.line)
        continue
      }
      row.kind = conversation.kind
      if keepsPrompts {
        row.prompt = promptHash(of: record, in: block)
        row.content = record.contentHash.high
      }
      var found = conversation.problems
      if conversation.kind == .text, !request.target.takesText { found.append(.plainText) }
      row.hasProblem = !found.isEmpty
      for problem in found { problems.add(problem, line: record.line) }
      if row.hasProblem { continue }
      let lost = conversation.losses(
        to: request.target.widestFormat(for: conversation.kind), for: dialect)
      row.hasLoss = !lost.isEmpty
      for loss in lost { losses.add(loss, line: record.line) }
      if row.hasLoss, request.onLoss == .drop { continue }
      facts[Int(conversation.kind.rawValue)].add(conversation, for: dialect)
    }
  }

  /// Of nothing.
  init() {}

  /// Adds what follows.
  mutating func add(_ later: ExportScan) {
    rows += later.rows
    for index in facts.indices { facts[index].add(later.facts[index]) }
    problems.add(later.problems)
    losses.add(later.losses)
  }
}

extension ParsedBlock {
  /// The conversation that a record is.
  func conversation(of record: Record) -> Conversation? {
    withLine(of: record) { line in
      var bytes: [UInt8] = []
      bytes.append(copying: line)
      return ConversationReader.conversation(of: WrittenJSON(bytes[...]))
    }
  }
}
