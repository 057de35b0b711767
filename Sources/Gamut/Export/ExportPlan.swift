import Conversations

/// What becomes of every record, and how those are written that are.
struct ExportPlan {
  /// What becomes of a record.
  enum Fate: UInt8 {
    case dropped, train, validation
  }

  /// How records are written.
  var layout: ConversationLayout
  /// What becomes of the record of each line.
  var fates: [Fate]
  /// What the mistakes of the record of each line weigh; empty where nobody asked.
  var weights: [Double] = []
  /// The records that stand first, by the file that they are written to.
  var leads: (train: [Int], validation: [Int]) = ([], [])
  /// Of which kinds records are left out, though nothing else is wrong with them.
  var droppedKinds: Set<Conversation.Kind> = []
  /// What stands against writing, and what is left out or lost.
  var findings: [ExportFinding]

  /// What all records are taken for.
  ///
  /// - Parameter kinds: The kinds there are.
  /// - Returns: The kind of all of them if they have one, dialogues where some have roles, else text.
  static func kind(of kinds: Set<Conversation.Kind>) -> Conversation.Kind {
    let spoken = kinds.subtracting([.text])
    if spoken.isEmpty { return kinds.isEmpty ? .dialogue : .text }
    return spoken.count == 1 ? spoken.first ?? .dialogue : .dialogue
  }

  /// The format for a target.
  static func format(
    for target: ExportRequest.Target, kind: Conversation.Kind, facts: ConversationFacts
  ) -> ConversationFormat {
    switch target {
    case .messages, .parquet, .hfFolder: .messages
    case .axolotl: kind == .rated ? .promptCompletion : .messages
    case .shareGPT: .shareGPT
    case .alpaca: .alpaca
    case .promptCompletion: .promptCompletion
    case .llamaFactory:
      !facts.isAnyBeyondAlpaca && (facts.hasInput || !facts.hasHistory) ? .alpaca : .shareGPT
    case .trl:
      if facts.isAllPlain {
        .promptCompletion
      } else if kind == .dialogue, facts.hasEarlierAnswers {
        .messages
      } else {
        .promptCompletionMessages
      }
    }
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - scan: What was found in all records.
  ///   - request: What is asked for.
  init(_ scan: ExportScan, for request: ExportRequest) {
    var (problems, losses) = (scan.problems, scan.losses)
    var kinds: Set<Conversation.Kind> = []
    for row in scan.rows where !row.hasProblem && !(row.hasLoss && request.onLoss == .drop) {
      if let kind = row.kind { kinds.insert(kind) }
    }
    let kind = Self.kind(of: kinds)
    // What is written as something else than it is.
    for row in scan.rows where !row.hasProblem {
      guard let own = row.kind, own != kind, kinds.contains(own) else { continue }
      switch own {
      case .text: problems.add(.plainText, line: Int(row.line))
      case .preference: losses.add(.rejectedAnswer, line: Int(row.line))
      case .rated: losses.add(.label, line: Int(row.line))
      case .dialogue: break
      }
    }
    var droppedKinds: Set<Conversation.Kind> = []
    for own in kinds where own != kind {
      if own == .text || request.onLoss == .drop { droppedKinds.insert(own) }
    }
    var facts = ConversationFacts()
    for own in Conversation.Kind.allCases where !droppedKinds.contains(own) {
      facts.add(scan.facts[Int(own.rawValue)])
    }
    switch request.columns {
    case .all: break
    case .none: facts.keepColumns { _ in false }
    case .named(let names): facts.keepColumns { names.contains($0) }
    }
    self.droppedKinds = droppedKinds
    layout = ConversationLayout(
      format: Self.format(for: request.target, kind: kind, facts: facts),
      dialect: request.target.dialect, kind: kind, facts: facts)
    layout.hasWeight = request.hasWeight
    // DuckDB takes no empty names.
    layout.namesEveryColumn = request.target.isParquet
    findings =
      Self.findings(problems, .problem) { ($0.code, nil) }
      + Self.findings(scan.unknownRoles, .problem) { ("unknown-role", $0) }
      + Self.findings(losses, .loss) { $0.code }
    fates = [Fate](repeating: .dropped, count: Int(scan.rows.map(\.line).max() ?? 0) + 1)
    for row in scan.rows where isKept(row, request) { fates[Int(row.line)] = .train }
  }

  /// Decides which records have to stand first.
  mutating func lead(_ scan: ExportScan, _ request: ExportRequest) {
    // Parquet has its types from us.
    if request.target.isParquet { return }
    let fates = fates
    func first(_ fate: Fate) -> [Int] {
      scan.leads(where: { fates[Int($0.line)] == fate }, facts: layout.facts)
    }
    leads = (first(.train), first(.validation))
  }

  /// Whether a record is written.
  func isKept(_ row: ExportScan.Row, _ request: ExportRequest) -> Bool {
    guard !row.hasProblem, let kind = row.kind, !droppedKinds.contains(kind) else { return false }
    return !row.hasLoss || request.onLoss != .drop
  }

  /// Whether nothing stands against writing.
  func isAllowed(by request: ExportRequest) -> Bool {
    !findings.contains { finding in
      finding.kind == .problem ? !request.dropsInvalid : request.onLoss == .fail
    }
  }

  /// The first lines come first.
  private static func findings<Key>(
    _ tally: ExportTally<Key>, _ kind: ExportFinding.Kind,
    _ code: (Key) -> (code: String, key: String?)
  ) -> [ExportFinding] {
    tally.counts.map { key, found in
      let (code, key) = code(key)
      return ExportFinding(
        kind: kind, code: code, key: key, count: found.count, line: found.line)
    }.sorted {
      ($0.line, $0.code, $0.key ?? "") < ($1.line, $1.code, $1.key ?? "")
    }
  }
}
