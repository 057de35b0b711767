import JSON
import Samples
import Storage

/// One archive held against its digests, and its index against itself.
struct ArchiveVerification {
  private let request: VerifyRequest
  private let watch = Stopwatch()
  private var report: VerifyReport

  init(_ request: VerifyRequest) {
    self.request = request
    report = VerifyReport(path: request.path, subject: .archive)
  }

  /// A file with what is known of it.
  private struct Item: Sendable {
    var path: String
    var byteCount: Int
    /// `nil` where none was noted.
    var sha256: String?
  }

  /// Looks at everything, and says what was found.
  ///
  /// - Throws: Errors of the modules, for what keeps from looking.
  mutating func carryOut(_ onEvent: (Event) -> Void) throws -> VerifyReport {
    if let index = readIndex() {
      let pool = ArchivePool(path: request.path, index: index)
      report.sampleCount = pool.sampleCount
      checkIdentities(index)
      let before = report.findings.count
      watch.time(.compare, onEvent) { checkFiles(index) }
      noteUnknown(index)
      // Where all bytes are there, they must also be what a choice can take.
      if report.findings.count == before, index.gathered == nil {
        watch.time(.load, onEvent) { checkColumns(pool) }
      }
      watch.time(.rank, onEvent) { checkDerived(pool, areColumnsWell: report.findings.isEmpty) }
      if request.checksSources { watch.time(.read, onEvent) { checkSources(pool) } }
    }
    report.timing = watch.stages
    return report
  }

  private mutating func readIndex() -> ArchiveIndex? {
    let path = ArchiveIndex.path(request.path)
    do {
      let index = try ArchiveIndex(reading: request.path)
      switch ArchiveIndex.isAsWritten(try InputFile(path: path).readWhole()) {
      case true?: break
      case false?: report.findings.append(.indexChanged(path: path))
      case nil: report.findings.append(.indexWithoutDigest(path: path))
      }
      return index
    } catch {
      report.findings.append(.archive(GamutError(error)))
      return nil
    }
  }

  private mutating func checkIdentities(_ index: ArchiveIndex) {
    if index.computedModelIdentity != index.modelIdentity {
      report.findings.append(.modelIdentity(path: ArchiveIndex.path(request.path)))
    }
    var seen: Set<String> = []
    for segment in index.segments {
      let name = ArchiveIndex.segmentIdentity(of: segment.sources, model: index.modelIdentity)
      if name != segment.id || !seen.insert(segment.id).inserted {
        report.findings.append(
          .segmentIdentity(path: ArchiveIndex.path(request.path), segment: segment.id))
      }
    }
  }

  private func folder(of segment: ArchiveIndex.Segment) -> String {
    "\(request.path)/segments/\(segment.id)"
  }

  private var momentsFolder: String { "\(request.path)/\(Moments.folder)" }

  private mutating func checkFiles(_ index: ArchiveIndex) {
    var items: [Item] = []
    func add(_ files: [String: ArchiveIndex.FileFacts], in folder: String) {
      for name in files.keys.sorted() {
        guard let facts = files[name] else { continue }
        items.append(
          Item(path: "\(folder)/\(name)", byteCount: facts.byteCount, sha256: facts.sha256))
      }
    }
    add(index.modelFiles, in: "\(request.path)/model")
    if let gathered = index.gathered { add(gathered.files, in: momentsFolder) }
    for segment in index.segments { add(segment.files, in: folder(of: segment)) }
    report.findings += Self.findings(items, threads: request.threads)
    report.fileCount = items.count
  }

  /// Holds files against what is known of them; findings in the order of the files.
  private static func findings(_ items: [Item], threads: Int) -> [VerifyFinding] {
    var jobs = Jobs()
    let slots = items.map { item in jobs.add { try finding(item) } }
    jobs.run(threads: threads)
    return zip(items, slots).compactMap { item, slot in
      switch slot.value {
      case .success(let finding): finding
      case .failure(let error): .archive(GamutError(error))
      }
    }
  }

  private static func finding(_ item: Item) throws -> VerifyFinding? {
    guard let found = regularFileSize(item.path) else { return .fileMissing(path: item.path) }
    guard found == item.byteCount else {
      return .fileSize(path: item.path, expected: item.byteCount, found: found)
    }
    guard let digest = item.sha256 else { return nil }
    return try SHA256.digest(ofFile: item.path) == digest ? nil : .fileDigest(path: item.path)
  }

  /// Tells what lies in the folders and is not named by the index.
  private mutating func noteUnknown(_ index: ArchiveIndex) {
    func note(_ folder: String, known: Set<String>) {
      for name in StagedFolder.entries(of: folder) where !known.contains(name) {
        report.notes.append(.unknownFile(path: "\(folder)/\(name)"))
      }
    }
    note(
      request.path,
      known: [ArchiveIndex.fileName, "model", "segments", "derived", Moments.folder])
    note(momentsFolder, known: Set(index.gathered?.files.keys.map { $0 } ?? []))
    note("\(request.path)/model", known: Set(index.modelFiles.keys))
    note("\(request.path)/segments", known: Set(index.segments.map(\.id)))
    for segment in index.segments {
      note(folder(of: segment), known: Set(segment.files.keys))
    }
  }

  /// Loads all that a choice might take: every column has its count and type.
  private mutating func checkColumns(_ pool: ArchivePool) {
    do {
      let model = try DescriptorModel(reading: pool.path, index: pool.index)
      let plan = ReadingPlan(
        keeping: pool.index.columns, topicCount: model.topicCount, textFields: model.textFields,
        keepsRejectedLines: false)
      let columns = try pool.columns(for: plan, threads: request.threads)
      guard columns.count == pool.sampleCount else {
        throw ArchiveError.malformed(
          path: ArchiveIndex.path(pool.path), detail: "'samples' is not what the columns hold")
      }
    } catch {
      report.findings.append(.archive(GamutError(error)))
    }
  }

  /// Holds what is kept for choices to stand on against its digests, and against what the columns give.
  private mutating func checkDerived(_ pool: ArchivePool, areColumnsWell: Bool) {
    let folder = ArchiveGround.folder(of: pool)
    let above = "\(pool.path)/derived"
    for name in StagedFolder.entries(of: above) where "\(above)/\(name)" != folder {
      report.notes.append(.unknownFile(path: "\(above)/\(name)"))
    }
    let path = "\(folder)/\(ArchiveGround.indexName)"
    let present = StagedFolder.entries(of: folder)
    // Without it choices work it out themselves.
    if present.isEmpty { return }
    do {
      guard present.contains(ArchiveGround.indexName) else {
        report.findings.append(.fileMissing(path: path))
        return
      }
      let bytes = try InputFile(path: path).readWhole()
      guard let isAsWritten = ArchiveIndex.isAsWritten(bytes) else {
        report.findings.append(.indexWithoutDigest(path: path))
        return
      }
      guard isAsWritten, let json = JSONValue(parsing: bytes.span) else {
        report.findings.append(.indexChanged(path: path))
        return
      }
      let files = try ArchiveIndex.files(of: json, path: path)
      for name in present where files[name] == nil && name != ArchiveGround.indexName {
        report.notes.append(.unknownFile(path: "\(folder)/\(name)"))
      }
      let items = files.keys.sorted().compactMap { name in
        files[name].map {
          Item(path: "\(folder)/\(name)", byteCount: $0.byteCount, sha256: $0.sha256)
        }
      }
      let findings = Self.findings(items, threads: request.threads)
      report.findings += findings
      report.fileCount += items.count + 1
      guard findings.isEmpty, areColumnsWell else { return }
      let model = try DescriptorModel(reading: pool.path, index: pool.index)
      let kept = try ArchiveGround.Contents(of: pool).map {
        try ArchiveGround($0, of: pool, model: model, threads: request.threads)
      }
      let made = try ArchiveGround.groundwork(of: pool, model: model, threads: request.threads)
      guard let kept, let made, kept.agrees(with: made.ground), kept.totals == made.totals else {
        report.findings.append(.derivedWrong(path: folder))
        return
      }
    } catch {
      report.findings.append(.archive(GamutError(error)))
    }
  }

  private mutating func checkSources(_ pool: ArchivePool) {
    var items: [Item] = []
    for source in pool.sources {
      add(source.path, byteCount: source.byteCount, sha256: source.sha256, of: pool, to: &items)
    }
    for segment in pool.index.segments {
      guard let vectors = segment.vectors else { continue }
      add(vectors.path, byteCount: vectors.byteCount, sha256: nil, of: pool, to: &items)
    }
    for finding in Self.findings(items, threads: request.threads) {
      switch finding {
      case .fileDigest(let path): report.findings.append(.sourceDigest(path: path))
      default: report.findings.append(finding)
      }
    }
    report.sourceCount = pool.sources.count
  }

  private mutating func add(
    _ path: String, byteCount: Int, sha256: String?, of pool: ArchivePool, to items: inout [Item]
  ) {
    do {
      items.append(
        Item(
          path: try pool.locate(path, byteCount: byteCount), byteCount: byteCount,
          sha256: sha256))
    } catch {
      report.findings.append(.archive(.archive(error)))
    }
  }
}
