import Conversations
import Samples

extension ExportRequest.Target {
  /// Who reads what is written.
  var dialect: ConversationDialect {
    switch self {
    case .trl: .trl
    case .llamaFactory: .llamaFactory
    case .axolotl: .axolotl
    case .messages, .shareGPT, .alpaca, .promptCompletion, .parquet, .hfFolder: .neutral
    }
  }

  /// The format by which losses of a record are told: what the target can hold at most.
  func widestFormat(for kind: Conversation.Kind) -> ConversationFormat {
    switch self {
    // Axolotl's KTO knows one prompt and its answer.
    case .axolotl: kind == .rated ? .promptCompletion : .messages
    case .trl, .messages, .parquet, .hfFolder: .messages
    case .llamaFactory, .shareGPT: .shareGPT
    case .alpaca: .alpaca
    case .promptCompletion: .promptCompletion
    }
  }

  /// Whether text without roles can be written.
  var takesText: Bool {
    switch self {
    case .trl, .llamaFactory, .axolotl, .parquet, .hfFolder: true
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
    /// What the record has that is null in others, by the places of its kind's facts.
    var presence: ConversationFacts.Presence = 0
    var location = RecordLocation(byteOffset: 0, byteCount: 0)
  }

  var rows: [Row] = []
  /// By kind, what the records have that are going to be written.
  var facts = Conversation.Kind.allCases.map { _ in ConversationFacts() }
  var problems = ExportTally<ConversationProblem>()
  /// Who speaks in records and is known to nobody.
  var unknownRoles = ExportTally<String>()
  var losses = ExportTally<ConversationLoss>()

  /// Looks at the records of a block.
  init(_ block: borrowing ParsedBlock, for request: ExportRequest, keepsPrompts: Bool) {
    let dialect = request.target.dialect
    for record in block.records {
      var row = Row(line: Int32(record.line), location: record.location)
      defer { rows.append(row) }
      guard record.isReadable, let conversation = block.conversation(of: record) else {
        row.hasProblem = true
        if case .unknownRole(let role)? = block.problem(of: record) {
          unknownRoles.add(role, line: record.line)
        } else {
          problems.add(.unreadable, line: record.line)
        }
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
      row.presence = facts[Int(conversation.kind.rawValue)].add(conversation, for: dialect)
    }
  }

  /// Of nothing.
  init() {}

  /// From how many bytes on readers of lines have settled on types: `load_dataset` looks at 10 MB.
  static let typedByteCount = 4 << 20

  /// The records of a file that have to stand first, so that whoever guesses types from the first megabytes sees
  /// one value of each column that has any.
  ///
  /// - Parameters:
  ///   - isWritten: Whether a record is one of the file.
  ///   - all: The facts by which columns are counted.
  ///   - limit: How many bytes of records are looked at for types.
  /// - Returns: Places of records, ascending; mostly none.
  func leads(
    where isWritten: (Row) -> Bool, facts all: ConversationFacts,
    beyond limit: Int = typedByteCount
  ) -> [Int] {
    let hasPlaces = facts.map { $0.hasPlaces(of: all) }
    var seen: ConversationFacts.Presence = 0
    var bytes = 0
    var leads: [Int] = []
    for (place, row) in rows.enumerated() where isWritten(row) {
      guard let kind = row.kind.map({ Int($0.rawValue) }) else { continue }
      let presence =
        hasPlaces[kind] ? row.presence : facts[kind].translated(row.presence, to: all)
      if presence & ~seen != 0, bytes > limit { leads.append(place) }
      seen |= presence
      bytes += row.location.byteCount
    }
    return leads
  }

  /// Adds what follows.
  mutating func add(_ later: ExportScan) {
    for index in facts.indices { facts[index].add(later.facts[index]) }
    let hasPlaces = facts.indices.map { later.facts[$0].hasPlaces(of: facts[$0]) }
    rows.reserveCapacity(rows.count + later.rows.count)
    for var row in later.rows {
      if let kind = row.kind.map({ Int($0.rawValue) }), !hasPlaces[kind] {
        row.presence = later.facts[kind].translated(row.presence, to: facts[kind])
      }
      rows.append(row)
    }
    problems.add(later.problems)
    unknownRoles.add(later.unknownRoles)
    losses.add(later.losses)
  }
}

extension ParsedBlock {
  /// The conversation that a record is.
  func conversation(of record: Record) -> Conversation? {
    withLine(of: record) { Gamut.conversation(ofLine: $0) }
  }
}

/// The conversation of a record's line.
func conversation(ofLine line: Span<UInt8>) -> Conversation? {
  var bytes: [UInt8] = []
  bytes.append(copying: line)
  return ConversationReader.conversation(of: WrittenJSON(bytes[...]))
}
