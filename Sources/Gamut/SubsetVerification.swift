import JSON
import Reporting
import Samples
import Storage

/// One subset held against its manifest.
struct SubsetVerification {
  private let request: VerifyRequest
  private let paths: OutputPaths
  private let watch = Stopwatch()
  private var report: VerifyReport

  init(_ request: VerifyRequest) {
    self.request = request
    paths = OutputPaths(subset: request.path)
    report = VerifyReport(path: request.path, subject: .subset)
    report.manifest = request.manifest ?? paths.manifest
  }

  /// Looks at everything, and says what was found.
  ///
  /// - Throws: Errors of the modules, for what keeps from looking.
  mutating func carryOut(_ onEvent: (Event) -> Void) throws -> VerifyReport {
    do {
      try look(onEvent)
    } catch let finding as VerifyFinding {
      report.findings.append(finding)
    }
    report.timing = watch.stages
    return report
  }

  /// Makes the choice again and holds it against the subset, for what goes on with it.
  ///
  /// - Parameter onEvent: Is told of stages and progress.
  /// - Returns: The choice, `nil` where it cannot be made; what was found; and the manifest, `null` where it
  ///   cannot be read.
  /// - Throws: Errors of the modules, for what keeps from looking.
  mutating func remadeChoice(
    _ onEvent: (Event) -> Void
  ) throws -> (remade: Remade?, report: VerifyReport, manifest: JSONValue) {
    do {
      let (remade, recorded) = try look(onEvent)
      return (remade, report, recorded.json)
    } catch let finding as VerifyFinding {
      report.findings.append(finding)
      return (nil, report, .null)
    }
  }

  /// What the subset's file is, as against what the manifest notes.
  private struct File {
    var file: InputFile
    var isAsWritten: Bool
  }

  @discardableResult
  private mutating func look(
    _ onEvent: (Event) -> Void
  ) throws -> (remade: Remade?, recorded: RecordedRun) {
    let file: InputFile
    do {
      file = try InputFile(path: request.path)
    } catch {
      throw VerifyFinding.subsetUnreadable(path: request.path, code: error.systemCode)
    }
    let recorded = try RecordedRun(reading: request.manifest ?? paths.manifest)
    if ChoiceRun.digest(of: recorded.recipe) != recorded.recipeSHA256 {
      report.findings.append(.recipeChanged(path: recorded.path))
    }
    let subset = try digested(file, recorded, onEvent)
    let before = report.findings.count
    let remade = try remake(recorded, onEvent)
    if let remade {
      try compare(subset, with: remade, recorded: recorded, onEvent)
    } else if !subset.isAsWritten {
      report.findings.insert(
        .subsetChanged(
          path: request.path, expectedBytes: recorded.outputBytes,
          foundBytes: subset.file.byteCount), at: before)
    }
    return (remade, recorded)
  }

  private func digested(
    _ file: InputFile, _ recorded: RecordedRun, _ onEvent: (Event) -> Void
  ) throws -> File {
    let digest = try watch.time(.compare, onEvent) { try SHA256.digest(ofFile: file.path) }
    return File(
      file: file,
      isAsWritten: digest == recorded.outputSHA256 && file.byteCount == recorded.outputBytes)
  }

  // MARK: What it was chosen from

  /// The choice made again, with all that writes it.
  struct Remade {
    var run: ChoiceRun
    var pool: ChoiceRun.Pool
    var choice: Choice
    var proof: Proof
    var samples: [Int32]
    /// The recipe with paths as they were given.
    var recipe: Recipe
    /// Members of the manifest that name places, where these are others now.
    var movedMembers: Set<String>
  }

  /// Makes the choice again; `nil`, and findings, where that cannot be.
  private mutating func remake(
    _ recorded: RecordedRun, _ onEvent: (Event) -> Void
  ) throws -> Remade? {
    let inputs: [String]
    do {
      inputs =
        try recorded.archive == nil ? sources(recorded, onEvent) : [archive(recorded, onEvent)]
    } catch let finding as VerifyFinding {
      report.findings.append(finding)
      return nil
    }
    let given: Recipe
    do {
      given = try request.readRecipe(recorded.path, inputs)
    } catch {
      report.findings.append(.recipeUnreadable(path: recorded.path, error))
      return nil
    }
    let located = locate(recorded.proving(given), recorded)
    guard let budget = given.budgets.firstIndex(where: { $0.text == recorded.budget }) else {
      report.findings.append(
        .budgetNotInRecipe(
          path: recorded.path, budget: recorded.budget, budgets: given.budgets.map(\.text)))
      return nil
    }
    // Where one is missing, that has been told.
    let inputCount = recorded.archive == nil ? recorded.sources.count : 1
    guard inputs.count == inputCount, let (recipe, movedMembers) = located else { return nil }
    var again = SelectRequest(
      inputs: inputs, recipe: recipe, output: nil, threads: request.threads)
    again.writesReceipts = regularFileSize(paths.receipts) != nil
    again.order = recorded.order
    again.format = recorded.format
    again.onUnreadable = recorded.onUnreadable
    again.temporaryFolder = request.temporaryFolder
    again.sequenceLength = recorded.sequenceLength
    do {
      var run = try ChoiceRun(
        again, segments: recorded.archive.map { Set($0.segments) }, isVerifying: true)
      var pool = try run.pool(rejects: nil, onEvent)
      if recorded.archive == nil, try !agree(&pool, with: recorded) { return nil }
      let choices = try run.choices(of: pool, onEvent)
      let choice = choices[budget]
      return Remade(
        run: run, pool: pool, choice: choice,
        proof: try run.proofs(of: choices, pool: pool, onEvent)[budget],
        samples: choice.samples(in: again.order, seed: recipe.seed),
        recipe: given, movedMembers: movedMembers)
    } catch {
      // What cannot be read is most often what was changed.
      if recorded.archive == nil, try findChanged(inputs, recorded, onEvent) { return nil }
      report.findings.append(.cannotRederive(GamutError(error)))
      return nil
    }
  }

  /// Where the sources lie now; findings for those that are not what they were.
  private mutating func sources(
    _ recorded: RecordedRun, _ onEvent: (Event) -> Void
  ) throws -> [String] {
    var found: [String] = []
    var intact: [(path: String, source: Manifest.Source)] = []
    var isComplete = true
    for source in recorded.sources {
      if source.path == "-" || InputFile.isStream(source.path) {
        report.findings.append(.sourceNotAFile(path: source.path))
        isComplete = false
        continue
      }
      if let path = recorded.locate(source.path, { regularFileSize($0) == source.bytes }) {
        found.append(path)
        intact.append((path, source))
        continue
      }
      isComplete = false
      if let other = recorded.locate(source.path, { regularFileSize($0) != nil }) {
        report.findings.append(
          .sourceSize(
            path: other, expected: source.bytes, found: regularFileSize(other) ?? 0))
      } else {
        report.findings.append(.sourceMissing(path: source.path))
      }
    }
    // Otherwise they are held against their digests as they are read.
    if !isComplete {
      _ = try findChanged(intact.map(\.path), intact.map(\.source), onEvent)
      return []
    }
    return found
  }

  private mutating func findChanged(
    _ paths: [String], _ recorded: RecordedRun, _ onEvent: (Event) -> Void
  ) throws -> Bool {
    try findChanged(paths, recorded.sources, onEvent)
  }

  /// Holds sources against their digests, and tells those that differ.
  private mutating func findChanged(
    _ paths: [String], _ sources: [Manifest.Source], _ onEvent: (Event) -> Void
  ) throws -> Bool {
    var isAnyChanged = false
    try watch.time(.compare, onEvent) {
      for (path, source) in zip(paths, sources)
      where try SHA256.digest(ofFile: path) != source.sha256 {
        report.findings.append(.sourceDigest(path: path))
        isAnyChanged = true
      }
    }
    return isAnyChanged
  }

  /// Holds what was read against what the manifest says of the sources, and gives them the names that they
  /// had.
  private mutating func agree(
    _ pool: inout ChoiceRun.Pool, with recorded: RecordedRun
  ) throws -> Bool {
    var areSame = true
    for (place, source) in recorded.sources.enumerated() {
      let found = pool.sources[place]
      if found.sha256 != source.sha256 || found.byteCount != source.bytes {
        report.findings.append(.sourceDigest(path: found.path))
        areSame = false
      } else if found.sampleCount != source.samples || found.rejectedCount != source.rejected {
        report.findings.append(.sourceCounts(path: found.path))
      }
      pool.sources[place].path = source.path
    }
    return areSame
  }

  /// The archive's folder, which has what was chosen from.
  private mutating func archive(
    _ recorded: RecordedRun, _ onEvent: (Event) -> Void
  ) throws -> String {
    guard let facts = recorded.archive else { return "" }
    guard let path = recorded.locate(facts.path, ArchivePool.isFolder) else {
      throw VerifyFinding.archiveMissing(path: facts.path)
    }
    let index: ArchiveIndex
    do {
      index = try ArchiveIndex(reading: path)
    } catch {
      throw VerifyFinding.cannotRederive(GamutError(error))
    }
    guard index.modelIdentity == facts.model else {
      throw VerifyFinding.archiveModel(
        path: path, expected: facts.model, found: index.modelIdentity)
    }
    let wanted = Set(facts.segments)
    let missing = facts.segments.filter { id in !index.segments.contains { $0.id == id } }
    if !missing.isEmpty { throw VerifyFinding.archiveSegments(path: path, missing: missing) }
    let segments = index.segments.filter { wanted.contains($0.id) }
    let sources = segments.flatMap(\.sources)
    for source in recorded.sources
    where !sources.contains(where: {
      $0.path == source.path && $0.sha256 == source.sha256 && $0.byteCount == source.bytes
        && $0.sampleCount == source.samples && $0.rejectedCount == source.rejected
    }) {
      throw VerifyFinding.archiveSource(path: path, source: source.path)
    }
    if segments.count < index.segments.count {
      report.notes.append(
        .archiveGrew(path: path, segments: index.segments.count - segments.count))
    }
    if request.checksSources {
      let pool = ArchivePool(path: path, index: index)
      for source in recorded.sources {
        do {
          let found = try pool.locate(source.path, byteCount: source.bytes)
          _ = try findChanged([found], [source], onEvent)
        } catch let error as ArchiveError {
          throw VerifyFinding.cannotRederive(.archive(error))
        }
      }
    }
    return path
  }

  /// The recipe with the files that it names where they lie now; `nil`, and findings, where one is not what
  /// it was.
  private mutating func locate(
    _ recipe: Recipe, _ recorded: RecordedRun
  ) -> (recipe: Recipe, movedMembers: Set<String>)? {
    var located = recipe
    var isComplete = true
    var movedMembers: Set<String> = []
    let digests = recorded.recipeFileDigests
    func find(_ path: String, member: String) -> String {
      guard let found = recorded.locate(path, { regularFileSize($0) != nil }) else {
        report.findings.append(.recipeFileMissing(path: path))
        isComplete = false
        return path
      }
      if found != path { movedMembers.insert(member) }
      if let digest = digests[path], (try? SHA256.digest(ofFile: found)) != digest {
        report.findings.append(.recipeFileChanged(path: found))
        isComplete = false
      }
      return found
    }
    located.embeddings = recipe.embeddings.map {
      ColumnVectors.column($0) == nil ? find($0, member: "embedding") : $0
    }
    located.tokenizer = recipe.tokenizer.map { find($0, member: "tokenizer") }
    if let file = recipe.chatTemplateFile {
      located.chatTemplate = find(file, member: "tokenizer")
    }
    located.exclusions = recipe.exclusions.map { find($0, member: "exclusion") }
    located.excludedIdentifiers = recipe.excludedIdentifiers.map {
      find($0, member: "identifier_lists")
    }
    located.includedIdentifiers = recipe.includedIdentifiers.map {
      find($0, member: "identifier_lists")
    }
    return isComplete ? (located, movedMembers) : nil
  }

  // MARK: What it is

  private mutating func compare(
    _ subset: File, with remade: Remade, recorded: RecordedRun, _ onEvent: (Event) -> Void
  ) throws {
    var causes = recorded.causes
    if report.findings.contains(where: { if case .recipeChanged = $0 { true } else { false } }) {
      causes.insert(.recipeChanged, at: 0)
    }
    let (pool, samples) = (remade.pool, remade.samples)
    var writer = SubsetWriter(
      columns: pool.columns, sources: pool.sources, reader: remade.run.reader)
    let differences: [SubsetDifference]
    do {
      writer.makeCheck = remade.run.lineCheck(PoolRows(all: pool.columns, sources: pool.sources))
      var comparison = SubsetComparison(
        file: subset.file, writer: writer, samples: samples, format: recorded.format)
      comparison.rejected = pool.columns.rejected
      differences = try watch.time(.compare, onEvent) { try comparison.differences() }
    } catch {
      report.findings.append(.cannotRederive(GamutError(error)))
      return
    }
    report.isRederived = true
    report.sampleCount = samples.count
    for difference in differences {
      report.findings.append(
        .lines(difference, isAsWritten: subset.isAsWritten, causes: causes))
    }
    if differences.isEmpty, !subset.isAsWritten {
      report.findings.append(.outputFacts(path: recorded.path))
    }
    // What stands beside another subset is another as well.
    guard differences.isEmpty else { return }
    try compareReceipts(remade, causes: causes, onEvent)
    compareFacts(remade, recorded: recorded, causes: causes)
  }

  private mutating func compareReceipts(
    _ remade: Remade, causes: [VerifyCause], _ onEvent: (Event) -> Void
  ) throws {
    guard remade.run.request.writesReceipts else { return }
    let writer = ReceiptsWriter(
      columns: remade.pool.columns, sources: remade.pool.sources, choice: remade.choice,
      plan: remade.run.plan, recipe: remade.recipe)
    let comparer = FileComparer(try InputFile(path: paths.receipts))
    try watch.time(.compare, onEvent) {
      do {
        try writer.write(threads: request.threads) { try comparer.compare($0) }
        try comparer.end()
      } catch is FileComparer.Difference {
        report.findings.append(
          .receipts(path: paths.receipts, line: comparer.lineCount + 1, causes: causes))
      }
    }
    report.hasReceipts = true
  }

  /// Holds the manifest's figures against those that come out.
  private mutating func compareFacts(
    _ remade: Remade, recorded: RecordedRun, causes: [VerifyCause]
  ) {
    let manifest = remade.run.manifest(
      pool: remade.pool, choice: remade.choice, proof: remade.proof, output: nil, timing: [],
      warnings: [])
    let members = recorded.differingMembers(from: manifest, passingOver: remade.movedMembers)
    if members.isEmpty { return }
    if causes.isEmpty {
      report.findings.append(.manifestFacts(path: recorded.path, members: members))
    } else {
      report.notes.append(
        .manifestFacts(path: recorded.path, members: members, causes: causes))
    }
  }
}
