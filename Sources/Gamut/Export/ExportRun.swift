import Conversations
import DuckDB
import JSON
import Samples
import Storage

/// One export.
struct ExportRun {
  let request: ExportRequest
  let reader: SampleReader
  private let progress = ReadingProgress()
  private let watch = Stopwatch()
  private var report: ExportReport
  /// The manifest beside the subset, if one can be read.
  private let manifest: RecordedRun?

  /// The file by which a folder is known for an earlier export.
  static let marker = "export.json"

  init(_ request: ExportRequest) throws {
    self.request = request
    var options = ReadingOptions()
    options.unreadable = .deliver
    options.temporaryFolder = request.temporaryFolder
    options.progress = progress
    reader = try SampleReader(sources: [Source(path: request.input)], options: options)
    let manifestPath = OutputPaths(subset: request.input).manifest
    let hasManifest = request.input != "-" && regularFileSize(manifestPath) != nil
    manifest = hasManifest ? try? RecordedRun(reading: manifestPath) : nil
    report = ExportReport(
      folder: request.output, target: request.target,
      name: request.name ?? Self.name(of: request.input))
    if hasManifest, manifest == nil { report.notes.append(.manifestUnreadable(manifestPath)) }
  }

  /// A name for the data set out of that of its file.
  static func name(of path: String) -> String {
    var name = path.split(separator: "/").last.map(String.init) ?? ""
    if name == "-" || name.isEmpty { return "subset" }
    for ending in [".gz", ".zst", ".jsonl", ".json"] where name.hasSuffix(ending) {
      if name.utf8.count > ending.utf8.count { name.removeLast(ending.count) }
    }
    return name
  }

  /// Does it.
  mutating func carryOut(_ onEvent: (Event) -> Void) throws -> ExportReport {
    let place = try ExportPlace(request)
    // Told before everything is read, not after.
    if request.target.isParquet { _ = try DuckDB.shared.version() }
    let keepsPrompts = request.validation != nil
    var scan = ExportScan()
    let sources = try watch.time(.read, onEvent) {
      try self.scan(into: &scan, keepsPrompts: keepsPrompts, onEvent)
    }
    let source = sources[0]
    report.sampleCount = scan.rows.count
    guard !scan.rows.isEmpty else { throw GamutError.emptyPool(paths: [request.input]) }
    var plan = ExportPlan(scan, for: request)
    guard plan.isAllowed(by: request) else {
      throw GamutError.exportRefused(
        ExportRefusal(path: request.input, target: request.target, findings: plan.findings))
    }
    report.findings = plan.findings
    guard plan.fates.contains(.train) else {
      throw GamutError.nothingToExport(path: request.input, records: scan.rows.count)
    }
    try divide(scan, &plan, source: source, onEvent)
    plan.lead(scan, request)
    noteLayout(plan.layout)
    if !plan.leads.train.isEmpty || !plan.leads.validation.isEmpty {
      report.notes.append(
        .movedToFront(plan.leads.train.count + plan.leads.validation.count))
    }
    report.columns = plan.layout.columns.map(\.name)
    report.droppedCount = plan.fates.count { $0 == .dropped } - (plan.fates.count - scan.rows.count)
    let files = try ExportFiles(place: place, request: request, report: report, plan: plan)
    try watch.time(.write, onEvent) {
      try writeLeads(plan, scan, to: files)
      try write(plan, to: files, leads: leadLines(plan, scan), onEvent)
      try files.finishRecords()
    }
    try watch.time(.commit, onEvent) {
      report.files = try files.writeCompanions(
        report: report, plan: plan, source: source, manifest: manifest)
      try reader.checkUnchanged()
      try place.commit()
    }
    report.timing = watch.stages
    return report
  }

  private func scan(
    into scan: inout ExportScan, keepsPrompts: Bool, _ onEvent: (Event) -> Void
  ) throws -> [SourceSummary] {
    let request = request
    return try reader.read(
      threads: request.threads, makeWorker: {},
      work: { (_: inout Void, block: borrowing ParsedBlock) in
        ExportScan(block, for: request, keepsPrompts: keepsPrompts)
      },
      consume: { found in
        scan.add(found)
        advanced(.read, samples: scan.rows.count, onEvent)
      })
  }

  private func advanced(_ stage: Stage, samples: Int, _ onEvent: (Event) -> Void) {
    onEvent(
      .advanced(
        stage, done: progress.doneByteCount,
        total: progress.totalByteCount > 0 ? progress.totalByteCount : nil, samples: samples))
  }

  // MARK: Validation and weights

  private mutating func divide(
    _ scan: ExportScan, _ plan: inout ExportPlan, source: SourceSummary,
    _ onEvent: (Event) -> Void
  ) throws {
    var strata: ExportStrata?
    if request.validation != nil || request.hasWeight {
      let found = try watch.time(.select, onEvent) {
        try ExportStrata.find(
          for: request, sampleCount: scan.rows.count, sha256: source.sha256, manifest: manifest,
          onEvent)
      }
      switch found {
      case .success(let known):
        strata = known
        var cells: Set<Int32> = []
        for (place, row) in scan.rows.enumerated() where plan.fates[Int(row.line)] != .dropped {
          cells.insert(known.cells[place])
        }
        report.cellCount = cells.count
      case .failure(let failure):
        if request.hasWeight {
          throw GamutError.noCellsToWeigh(path: request.input, failure.reason)
        }
        report.notes.append(.drawnWithoutCells(failure.reason))
      }
    }
    if let validation = request.validation {
      try draw(validation, scan, &plan, strata)
    }
    report.trainCount = plan.fates.count { $0 == .train }
    report.validationCount = plan.fates.count { $0 == .validation }
    if request.hasWeight, let strata {
      let weights = strata.weights(ofTrained: scan.rows.map { plan.fates[Int($0.line)] == .train })
      plan.weights = [Double](repeating: 1, count: plan.fates.count)
      for (place, row) in scan.rows.enumerated() where strata.cells[place] >= 0 {
        plan.weights[Int(row.line)] = weights[Int(strata.cells[place])]
      }
      report.notes.append(.weightsUnheeded)
    }
  }

  private mutating func draw(
    _ validation: ExportRequest.Validation, _ scan: ExportScan, _ plan: inout ExportPlan,
    _ strata: ExportStrata?
  ) throws {
    var samples: [ValidationDraw.Sample] = []
    for (place, row) in scan.rows.enumerated() where plan.fates[Int(row.line)] != .dropped {
      samples.append(
        .init(prompt: row.prompt, content: row.content, cell: strata?.cells[place] ?? -1))
    }
    let wanted =
      switch validation {
      case .share(let share): Int(Double(samples.count) * share)
      case .samples(let count): count
      }
    let drawn = ValidationDraw.draw(from: samples, count: wanted, seed: request.seed)
    guard drawn.count > 0, drawn.count < samples.count else {
      throw GamutError.validationImpossible(
        wanted: wanted, samples: samples.count, got: drawn.count)
    }
    if drawn.count < wanted {
      report.notes.append(.validationSmaller(wanted: wanted, got: drawn.count))
    }
    for row in scan.rows where plan.fates[Int(row.line)] != .dropped {
      if drawn.prompts.contains(row.prompt) { plan.fates[Int(row.line)] = .validation }
    }
  }

  private mutating func noteLayout(_ layout: ConversationLayout) {
    let facts = layout.facts
    if report.findings.contains(where: { ["rejected-answer", "label"].contains($0.code) }) {
      report.notes.append(.mixedKinds)
    }
    if facts.hasInput, layout.format != .alpaca, layout.kind != .text {
      report.notes.append(.joinedInputs)
    }
    if facts.hasCalls, layout.format == .messages || layout.format == .promptCompletionMessages {
      report.notes.append(.argumentsAsText)
    }
    if request.target == .trl, layout.kind == .dialogue, layout.format == .messages {
      report.notes.append(.learnsAllTurns)
    }
    for column in layout.extraColumns {
      if column.name != column.facts.key {
        report.notes.append(.renamedColumn(from: column.facts.key, to: column.name))
      }
      if column.facts.type == .json { report.notes.append(.columnAsText(column.name)) }
    }
  }

  // MARK: Writing

  /// What becomes of the records of one block.
  private struct Lines: Sendable {
    var train: [UInt8] = []
    var validation: [UInt8] = []
    var rejects: [UInt8] = []
    var count = 0
    /// How many bytes the longest of the records has.
    var longest = 0
  }

  /// The lines of the records that stand first.
  private func leadLines(_ plan: ExportPlan, _ scan: ExportScan) -> Set<Int> {
    Set((plan.leads.train + plan.leads.validation).map { Int(scan.rows[$0].line) })
  }

  /// Writes the records that stand first.
  private func writeLeads(_ plan: ExportPlan, _ scan: ExportScan, to files: ExportFiles) throws {
    let writer = ConversationWriter(plan.layout)
    for (places, file) in [
      (plan.leads.train, files.train), (plan.leads.validation, files.validation),
    ] {
      guard let file, !places.isEmpty else { continue }
      let rows = places.map { scan.rows[$0] }
      try reader.copyLines(of: 0, at: rows.map(\.location)) { place, line in
        guard let conversation = conversation(ofLine: line) else { return }
        var bytes: [UInt8] = []
        let weight = plan.weights.isEmpty ? 1 : plan.weights[Int(rows[place].line)]
        writer.append(conversation, weight: weight, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        try file.write(bytes, longest: bytes.count)
      }
    }
  }

  private func write(
    _ plan: ExportPlan, to files: ExportFiles, leads: Set<Int>, _ onEvent: (Event) -> Void
  ) throws {
    let writer = ConversationWriter(plan.layout)
    let (fates, weights, request) = (plan.fates, plan.weights, request)
    let droppedKinds = plan.droppedKinds
    var count = 0
    _ = try reader.read(
      threads: request.threads, makeWorker: {},
      work: { (_: inout Void, block: borrowing ParsedBlock) -> Lines in
        var lines = Lines()
        lines.count = block.records.count
        for record in block.records {
          let fate = record.line < fates.count ? fates[record.line] : .dropped
          let conversation = record.isReadable ? block.conversation(of: record) : nil
          guard fate != .dropped, let conversation else {
            lines.rejects.appendReject(
              record, conversation, of: block, for: request, droppedKinds: droppedKinds)
            continue
          }
          if !leads.isEmpty, leads.contains(record.line) { continue }
          let weight = weights.isEmpty ? 1 : weights[record.line]
          let before = lines.train.count + lines.validation.count
          if fate == .train {
            writer.append(conversation, weight: weight, to: &lines.train)
            lines.train.append(UInt8(ascii: "\n"))
          } else {
            writer.append(conversation, weight: weight, to: &lines.validation)
            lines.validation.append(UInt8(ascii: "\n"))
          }
          lines.longest = max(lines.longest, lines.train.count + lines.validation.count - before)
        }
        return lines
      },
      consume: { lines in
        try files.train?.write(lines.train, longest: lines.longest)
        try files.validation?.write(lines.validation, longest: lines.longest)
        try files.rejects?.write(lines.rejects.span)
        count += lines.count
        onEvent(.advanced(.write, done: count, total: report.sampleCount, samples: count))
      })
  }
}

extension [UInt8] {
  /// A record that is left out, with the reasons and as it came.
  fileprivate mutating func appendReject(
    _ record: Record, _ conversation: Conversation?, of block: borrowing ParsedBlock,
    for request: ExportRequest, droppedKinds: Set<Conversation.Kind>
  ) {
    var reasons: [JSONValue] = []
    var isJSON = true
    if let conversation {
      var problems = conversation.problems
      if conversation.kind == .text,
        !request.target.takesText || droppedKinds.contains(.text)
      {
        problems.append(.plainText)
      }
      reasons += problems.map { .string($0.code) }
      var losses =
        problems.isEmpty
        ? conversation.losses(
          to: request.target.widestFormat(for: conversation.kind), for: request.target.dialect)
        : []
      if droppedKinds.contains(conversation.kind) {
        if conversation.kind == .preference { losses.append(.rejectedAnswer) }
        if conversation.kind == .rated { losses.append(.label) }
      }
      reasons += losses.map { loss in
        let (code, key) = loss.code
        return .string(key.map { "\(code):\($0)" } ?? code)
      }
    } else {
      let problem = block.problem(of: record)
      if case .unknownRole(let role)? = problem {
        reasons = [.string("unknown-role:\(role)")]
      } else {
        reasons = [.string(ConversationProblem.unreadable.code)]
      }
      isJSON = problem?.isOfJSON ?? true
    }
    let head = JSONValue.members([
      "line": .integer(record.line), "reasons": .array(reasons),
    ]).compact
    append(contentsOf: head.utf8.dropLast())
    append(contentsOf: (isJSON ? ",\"record\":" : ",\"text\":").utf8)
    block.withLine(of: record) { line in
      var bytes: [UInt8] = []
      bytes.append(copying: line)
      if isJSON {
        append(contentsOf: bytes)
      } else {
        append(contentsOf: JSONValue.string(String(decoding: bytes, as: UTF8.self)).compact.utf8)
      }
    }
    append(contentsOf: "}\n".utf8)
  }
}

extension RecordProblem {
  /// Whether the line is JSON all the same.
  fileprivate var isOfJSON: Bool {
    switch self {
    case .notAnObject, .unknownShape, .wrongType, .missingField, .emptyConversation, .unknownRole:
      true
    default: false
    }
  }
}
