import Descriptors
import JSON
import LinearAlgebra
import Metrics
import Numbers
import Reporting
import Samples
import Storage

/// Reads sets and their pool in one pass and puts them on common ground.
struct SetReader {
  let request: SetsRequest
  let watch = Stopwatch()
  private let parts: [PartFiles]
  private let progress = ReadingProgress()
  private var plan: ReadingPlan
  /// The key and the label column by which samples are told apart, if they are.
  private let key: SampleKey?
  private let groupColumn: String?

  /// Where a part comes from.
  private struct PartFiles {
    var name: String
    var paths: [String]
    var archive: ArchivePool?
    var role = Role.set
  }

  private enum Role { case set, target, pool }

  /// The part whose samples decide axes and embedding; `nil` where all do.
  private var lead: Int? {
    parts.firstIndex { $0.role == .pool } ?? (request.inputs.count == 1 ? 0 : nil)
  }

  /// Looks at what is given.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - key: By what samples are told to be about the same thing, if they are.
  ///   - groupColumn: The column whose labels divide the sets, if they are.
  /// - Throws: `ArchiveError`, `DescriptorsError`, `GamutError`, `StorageError`.
  init(_ request: SetsRequest, key: SampleKey? = nil, groupColumn: String? = nil) throws {
    var request = request
    request.recipe.embeddings = nil
    try AxisSpecification.check(request.recipe.axes)
    func part(_ name: String, _ paths: [String], _ role: Role = .set) throws -> PartFiles {
      if let path = paths.first(where: ArchivePool.isFolder) {
        guard paths.count == 1 else { throw ArchiveError.archiveAmongInputs(path: path) }
        let archive = try ArchivePool(opening: path)
        return PartFiles(
          name: name, paths: try archive.locatedSources(), archive: archive, role: role)
      }
      return PartFiles(name: name, paths: paths, archive: nil, role: role)
    }
    var parts = try request.inputs.map { try part($0, [$0]) }
    if case .file(let path)? = request.target { parts.append(try part(path, [path], .target)) }
    if !request.pool.isEmpty { parts.append(try part("pool", request.pool, .pool)) }
    self.parts = parts
    self.request = request
    self.key = key
    self.groupColumn = groupColumn
    plan = ReadingPlan(request.recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    plan.key = key
    if let groupColumn { plan.categoryColumns.append(groupColumn) }
  }

  /// Whether some metric of vectors is asked for.
  private var needsVectors: Bool {
    request.metrics.contains { if case .vector = $0 { true } else { false } }
  }

  /// Reads everything.
  ///
  /// - Parameter onEvent: Is told of stages and progress.
  /// - Returns: The sets on common ground; those of one input that is divided by labels are one part.
  /// - Throws: As `select`.
  mutating func read(_ onEvent: (Event) -> Void) throws -> SetGround {
    let recipe = request.recipe
    let model = try lead.flatMap { parts[$0].archive }.map {
      try DescriptorModel(reading: $0.path, index: $0.index)
    }
    let arrays = try givenVectors(model: model)
    if recipe.vectorShare != nil, model == nil, arrays.allSatisfy({ $0 == nil }) {
      throw GamutError.shareOfNoVectors
    }
    let cutAxes = model.map { $0.known(of: recipe.axes, topics: recipe.topics) }
    if let model, let path = lead.flatMap({ parts[$0].archive?.path }) {
      try plan.limitTopics(
        toKept: model.topicCount, cut: cutAxes ?? [], archive: path, recipe: recipe)
    } else {
      try plan.limitTopics(
        to: arrays.compactMap { $0?.dimension }.first ?? TextTopics.dimensionLimit,
        recipe: recipe)
    }
    let usesText = arrays.allSatisfy { $0 == nil } && (needsVectors || plan.topicCount > 0)
    if usesText {
      plan.keepsVectors = needsVectors
      plan.topicCount = max(plan.topicCount, 1)
    }
    let reader = try SampleReader(
      sources: parts.flatMap(\.paths).map(Source.init(path:)), options: readingOptions)
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    pool.tokens = try recipe.tokenizer.map {
      try TokenFile(path: $0, template: recipe.chatTemplate)
    }
    var source = 0
    for part in parts {
      if part.archive != nil {
        pool.toleratedSources.formUnion(source..<source + part.paths.count)
      }
      source += part.paths.count
    }
    var notes: [SetNote] = []
    if plan.heuristic != nil { notes.append(.heuristicQuality) }
    if recipe.tokenizer == nil {
      if request.sequenceLength != nil { notes.append(.estimatedSequences) }
      for archive in parts.compactMap(\.archive) where archive.index.model["tokenizer"]?.text != nil
      {
        notes.append(.countedTokensEstimated(archive: archive.path))
      }
    }
    if usesText {
      try pool.checkStart()
      pool.topicModel = try topicModel(model, reader: reader, onEvent)
      if let topicModel = pool.topicModel {
        notes.append(.builtInEmbedding(trainingSamples: topicModel.fitted.rowCount))
        if plan.keepsVectors {
          pool.vectors = try VectorSpool(
            dimension: topicModel.dimension, folder: request.temporaryFolder)
        }
      }
    }
    var (columns, sources) = try watch.time(.read, onEvent) {
      try pool.read(rejects: nil, onEvent: onEvent)
    }
    let ranges = try ranges(of: columns, sources: sources)
    try checkArchives(columns, sources: sources, ranges: ranges)
    if columns.unrenderedCount > 0 { notes.append(.notRendered(columns.unrenderedCount)) }
    if columns.rejected.count > 0 { notes.append(.skipped(columns.rejected.count)) }
    var vectors: RowSource?
    var fitted = pool.topicModel?.fitted
    if !usesText, arrays.contains(where: { $0 != nil }) {
      let rows = try rowSource(arrays, columns: columns, sources: sources, ranges: ranges)
      vectors = rows
      if plan.topicCount > 0 {
        let found = try topics(
          of: rows, sources: sources, lead: lead.map { ranges[$0] } ?? 0..<columns.count,
          model: model, onEvent)
        columns.topics = found.coordinates
        fitted = found.fitted
      }
    } else if let spool = pool.vectors {
      vectors = try RowSource(spool.vectors(), count: columns.count)
    }
    let scores = try Scores(of: columns, sources: sources, plan: plan, recipe: recipe)
    let target: MeasuredTarget? =
      switch request.target {
      case nil: nil
      case .uniform: .uniform
      case .file: .samples(ranges[request.inputs.count].map { Int32($0) })
      }
    return SetGround(
      measured: MeasuredPool(
        columns: columns, grid: Grid(axes: [], bins: [], sampleCount: columns.count),
        quality: scores.values, samples: nil, target: target,
        vectors: needsVectors ? vectors : nil,
        texts: TextSource(reader: reader, sources: sources), seed: recipe.seed),
      sets: zip(parts, ranges).map { part, range in
        .init(name: part.name, samples: range.map { Int32($0) })
      }, sources: sources, plan: plan, spectrum: fitted.flatMap(TopicSpectrum.init), notes: notes)
  }

  /// Cuts the axes over the pool, gives every sample its cell, and says what the pool is.
  ///
  /// - Parameters:
  ///   - ground: What was read.
  ///   - sets: The sets, which lie within what was read.
  ///   - onEvent: Is told of the stage.
  /// - Returns: The same with the sets, their pool and their cells.
  /// - Throws: `GamutError.noAxisValues`, `DescriptorsError`, `LinearAlgebraError`.
  func settle(
    _ ground: SetGround, sets: [SetGround.Part], _ onEvent: (Event) -> Void
  ) throws -> SetGround {
    var ground = ground
    let columns = ground.measured.columns
    let recipe = request.recipe
    let isDropped = recipe.missingQuality == .drop
    func kept(_ samples: [Int32]) -> [Int32] {
      isDropped ? samples.filter { !ground.measured.quality[Int($0)].isNaN } : samples
    }
    ground.sets = sets.map { .init(name: $0.name, samples: kept($0.samples)) }
    for set in ground.sets where set.samples.isEmpty {
      throw GamutError.setWithoutSamples(name: set.name)
    }
    var pool: [Int32]
    if parts.last?.role == .pool {
      let own = ground.sources.dropLast(parts[parts.count - 1].paths.count)
      let start = own.reduce(0) { $0 + $1.sampleCount }
      pool = kept((Int32(start)..<Int32(columns.count)).map { $0 })
    } else {
      pool = ground.sets.flatMap(\.samples)
      pool.sort()
      if ground.sets.count > 1 { ground.notes.append(.unionIsPool) }
    }
    if case .samples(let samples)? = ground.measured.target {
      ground.measured.target = .samples(kept(samples))
    }
    let isWhole = pool.count == columns.count
    ground.measured.samples = isWhole ? nil : pool
    let model = try lead.flatMap { parts[$0].archive }.map {
      try DescriptorModel(reading: $0.path, index: $0.index)
    }
    let plan = ground.plan
    let known = model.map { $0.known(of: recipe.axes, topics: recipe.topics) }
    let grid = try watch.time(.select, onEvent) {
      var cut = known ?? recipe.axes.map { _ in nil }
      if !isWhole || model != nil {
        let part = isWhole ? columns : columns.axisColumns(of: pool, topicCount: plan.topicCount)
        let axes = try Groundwork.cut(
          recipe.axes, known: cut, columns: part, sources: ground.sources, plan: plan,
          seed: recipe.seed, threads: request.threads)
        cut = axes.map(\.axis)
      }
      let binned = try Groundwork.cut(
        recipe.axes, known: cut, columns: columns, sources: ground.sources, plan: plan,
        seed: recipe.seed, threads: request.threads)
      return Grid(axes: binned.map(\.axis), bins: binned.map(\.bins), sampleCount: columns.count)
    }
    ground.measured.grid = grid
    let sizes = ground.sets.map(\.samples.count)
    if let smallest = sizes.min(), let largest = sizes.max(), largest * 10 > smallest * 11 {
      ground.notes.append(.sizesDiffer(smallest: smallest, largest: largest))
    }
    return ground
  }

  private var readingOptions: ReadingOptions {
    var options = ReadingOptions()
    options.textFields = plan.textFields
    options.numericColumns = plan.numericColumns
    options.categoryColumns = plan.categoryColumns
    if case .column(let column) = key { options.categoryColumns.append(column) }
    options.unreadable = .deliver
    options.hashesSources = false
    options.temporaryFolder = request.temporaryFolder
    options.vectorColumn =
      request.embeddings.lazy.compactMap { ColumnVectors.column($0) }.first
      ?? parts.lazy.compactMap { $0.archive?.vectorColumn }.first
    options.progress = progress
    return options
  }

  /// The samples of each part.
  private func ranges(
    of columns: PoolColumns, sources: [SourceSummary]
  ) throws -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var (source, start) = (0, 0)
    for part in parts {
      let end =
        start + sources[source..<source + part.paths.count].reduce(0) { $0 + $1.sampleCount }
      if start == end {
        let before = sources[..<source].reduce(0) { $0 + $1.rejectedCount }
        let count = sources[source..<source + part.paths.count]
          .reduce(0) { $0 + $1.rejectedCount }
        guard count > 0, case .found(let problem) = columns.rejected[before].problem else {
          throw GamutError.emptyPool(paths: part.paths)
        }
        let line = columns.rejected[before]
        throw GamutError(
          unreadable: line, path: part.paths[0], textFields: plan.textFields, count: count)
          ?? .nothingReadable(
            path: part.paths[0], line: line.line, problem: problem, count: count)
      }
      ranges.append(start..<end)
      source += part.paths.count
      start = end
    }
    return ranges
  }

  /// The built-in embedding with its topics: the archive's, or trained on the pool or on all sets.
  private func topicModel(
    _ model: DescriptorModel?, reader: SampleReader, _ onEvent: (Event) -> Void
  ) throws -> TextTopics? {
    if let model, let embedding = model.embedding {
      return TextTopics(embedding: embedding, fitted: model.components, count: plan.topicCount)
    }
    var starts = [0]
    for part in parts { starts.append(starts[starts.count - 1] + part.paths.count) }
    let own = lead.map { starts[$0]..<starts[$0 + 1] } ?? 0..<starts[request.inputs.count]
    return try watch.time(.train, onEvent) {
      try TextTopics(
        fitting: reader, sources: own, count: plan.topicCount, seed: request.recipe.seed,
        threads: request.threads, onEvent: onEvent)
    }
  }
}

// MARK: Vectors

extension SetReader {
  /// The vectors of a part.
  private enum PartVectors {
    case file(NumPyArray)
    case archive(SampleVectors, path: String)

    var dimension: Int {
      switch self {
      case .file(let array): array.columnCount
      case .archive(let vectors, _): vectors.dimension
      }
    }

    var path: String {
      switch self {
      case .file(let array): array.path
      case .archive(_, let path): path
      }
    }
  }

  /// The vectors that are given; `nil` for each part where the built-in embedding is used.
  private func givenVectors(model: DescriptorModel?) throws -> [PartVectors?] {
    var given: [PartVectors?] = []
    var rest = request.embeddings[...]
    let needed = parts.count { $0.archive == nil || request.embeddings.count == parts.count }
    if let model, model.embedding != nil, !rest.isEmpty, let lead,
      let path = parts[lead].archive?.path
    {
      throw ArchiveError.modelTakesNoVectors(path: path)
    }
    for part in parts {
      if let archive = part.archive, request.embeddings.count != parts.count {
        let own = try DescriptorModel(reading: archive.path, index: archive.index)
        // An archive of the built-in embedding beside files with vectors has none of its own.
        given.append(
          own.embedding == nil
            ? .archive(try archive.sampleVectors(dimension: own.dimension), path: archive.path)
            : nil)
      } else if let path = rest.popFirst() {
        given.append(
          .file(
            try ColumnVectors.open(
              path, of: part.paths, textFields: plan.textFields, folder: request.temporaryFolder,
              threads: request.threads)))
      } else {
        given.append(nil)
      }
    }
    let found = given.compactMap { $0 }
    if found.isEmpty, request.embeddings.isEmpty { return given }
    // One set with vectors among others without would have another space.
    guard found.count == parts.count, rest.isEmpty else {
      if request.embeddings.isEmpty, let model, model.embedding == nil, let lead,
        let archive = parts[lead].archive
      {
        throw ArchiveError.modelNeedsVectors(path: archive.path, dimension: model.dimension)
      }
      if request.embeddings.isEmpty { return parts.map { _ in nil } }
      throw GamutError.embeddingCountMismatch(embeddings: request.embeddings.count, sets: needed)
    }
    let dimension = model?.dimension ?? found[0].dimension
    for vectors in found where vectors.dimension != dimension {
      throw GamutError.otherVectorDimension(
        path: vectors.path, found: vectors.dimension, expected: dimension)
    }
    return given
  }

  /// The vectors of all parts, one row a sample.
  private func rowSource(
    _ given: [PartVectors?], columns: PoolColumns, sources: [SourceSummary], ranges: [Range<Int>]
  ) throws -> RowSource {
    let gaps = columns.rejected.gaps
    var rows: [RowSource] = []
    var (source, rejected) = (0, 0)
    for (part, range) in zip(parts.indices, ranges) {
      let count = sources[source..<source + parts[part].paths.count]
        .reduce(0) { $0 + $1.rejectedCount }
      let own = gaps[rejected..<rejected + count].map { $0 - range.lowerBound }
      source += parts[part].paths.count
      rejected += count
      switch given[part] {
      case .file(let array):
        rows.append(
          try VectorTopics.rowSource(array, sampleCount: range.count, gaps: own))
      case .archive(let vectors, _): rows.append(RowSource(vectors, count: range.count))
      case nil: preconditionFailure("every part has vectors, or none")
      }
    }
    if rows.count == 1 { return rows[0] }
    return RowSource(joining: rows)
  }

  /// The topics of all samples, and the components that they are taken from.
  private func topics(
    of rows: RowSource, sources: [SourceSummary], lead: Range<Int>, model: DescriptorModel?,
    _ onEvent: (Event) -> Void
  ) throws -> (coordinates: [Float], fitted: PrincipalComponents) {
    let fitted =
      try model?.components
      ?? watch.time(.fit, onEvent) {
        try VectorTopics.components(
          of: rows.part(lead), parts: VectorTopics.parts(of: sources, within: lead),
          sample: request.recipe.vectorSample, topicCount: plan.topicCount,
          threads: request.threads)
      }
    var coordinates: [Float] = []
    coordinates.reserveCapacity(rows.rowCount * plan.topicCount)
    try watch.time(.project, onEvent) {
      try fitted.prefix(plan.topicCount).project(rows, threads: request.threads) { _, block in
        for index in block.indices { coordinates.append(block[index]) }
      }
    }
    return (coordinates, fitted)
  }

  /// Holds what was read of archives against what they were made of.
  private func checkArchives(
    _ columns: PoolColumns, sources: [SourceSummary], ranges: [Range<Int>]
  ) throws {
    for (part, range) in zip(parts, ranges) {
      guard let archive = part.archive else { continue }
      let plan = ReadingPlan(
        keeping: .init(measures: [], numbers: [], labels: []), topicCount: 0, textFields: [],
        keepsRejectedLines: false)
      var needs = ArchivePool.Needs(answers: false, topics: false)
      needs.lineBytes = false
      needs.tokens = false
      needs.complexity = false
      let kept = try archive.columns(
        for: plan.withoutIdentifiers, needing: needs, threads: request.threads)
      let places = SamplePlaces(sources: archive.sources, lines: kept.lines)
      for sample in 0..<kept.lines.count {
        let own = range.lowerBound + sample
        guard own < range.upperBound, columns.hashHigh[own] == kept.hashHigh[sample],
          columns.hashLow[own] == kept.hashLow[sample]
        else {
          throw ArchiveError.lineChanged(path: places[sample].path, line: places[sample].line)
        }
      }
      if range.count > kept.lines.count {
        let own = range.lowerBound + kept.lines.count
        let place = SamplePlaces(sources: sources, lines: columns.lines)[own]
        throw ArchiveError.lineChanged(path: place.path, line: place.line)
      }
    }
  }
}

extension RowSource {
  /// Some rows.
  ///
  /// - Parameter range: Which, in a row.
  /// - Returns: Them alone.
  fileprivate func part(_ range: Range<Int>) -> RowSource {
    if range == 0..<rowCount { return self }
    let whole = self
    return RowSource(rowCount: range.count, dimension: dimension) { rows, buffer in
      try whole.readRows(
        rows.lowerBound + range.lowerBound..<rows.upperBound + range.lowerBound, into: &buffer)
    }
  }

  /// Rows of several sources, one after the other.
  ///
  /// - Parameter parts: At least one, all of one dimension.
  fileprivate init(joining parts: [RowSource]) {
    var ends: [Int] = []
    for part in parts { ends.append((ends.last ?? 0) + part.rowCount) }
    let bounds = ends
    let dimension = parts[0].dimension
    self.init(rowCount: ends[ends.count - 1], dimension: dimension) { rows, buffer in
      var row = rows.lowerBound
      while row < rows.upperBound {
        let part = partitioningIndex(of: bounds.indices) { bounds[$0] > row }
        let start = part == 0 ? 0 : bounds[part - 1]
        let end = min(rows.upperBound, bounds[part])
        var run = [Float](repeating: 0, count: (end - row) * dimension)
        var target = run.mutableSpan
        try parts[part].readRows(row - start..<end - start, into: &target)
        let first = (row - rows.lowerBound) * dimension
        for place in run.indices { buffer[first + place] = run[place] }
        row = end
      }
    }
  }
}

extension PoolColumns {
  /// What axes are cut over, for some samples alone.
  fileprivate func axisColumns(of samples: [Int32], topicCount: Int) -> PoolColumns {
    var part = self
    func taken<Value>(_ values: [Value]) -> [Value] {
      values.isEmpty ? [] : samples.map { values[Int($0)] }
    }
    part.byteOffsets = []
    part.byteCounts = []
    part.lines = taken(lines)
    part.hashHigh = taken(hashHigh)
    part.hashLow = taken(hashLow)
    part.tokens = taken(tokens)
    part.complexity = taken(complexity)
    part.measures = measures.map(taken)
    part.numbers = numbers.map(taken)
    part.labelCodes = labelCodes.map(taken)
    part.topics = []
    part.topics.reserveCapacity(samples.count * topicCount)
    if !topics.isEmpty {
      for sample in samples {
        part.topics += topics[Int(sample) * topicCount..<(Int(sample) + 1) * topicCount]
      }
    }
    return part
  }
}
