import Descriptors
import EliteArchive
import Embeddings
import JSON
import LinearAlgebra
import Metrics
import Reporting
import Samples
import Selection
import Storage

/// A request carried out as far as the choice: the pool read or loaded, and what the budgets buy of it.
struct ChoiceRun {
  let request: SelectRequest
  var plan: ReadingPlan
  let reader: SampleReader
  let progress = ReadingProgress()
  let watch = Stopwatch()
  /// Where the sources lie.
  let sourcePaths: [String]
  /// The archive that is chosen from, if it is one.
  let archive: ArchivePool?

  /// The files that are chosen from and must stay: the sources, and what else an archive needs.
  var neededFiles: [String] { archive?.likelyFiles ?? sourcePaths }

  /// What tokens are counted by; `nil` where they are estimated, or kept by the archive.
  let tokens: TokenFile?

  /// Whether nothing is taken for known that the columns tell as well.
  private let isVerifying: Bool
  /// Whether only the chosen samples are asked for: neither ranks nor where other lines lie.
  private let readsFewRows: Bool
  /// Whether topics are read though axes that look at them are binned already.
  private let readsTopics: Bool

  var recipe: Recipe { request.recipe }

  /// What the manifest says of the tokenizer; `nil` where tokens are estimated.
  var tokenizerJSON: JSONValue? {
    tokens?.json
      ?? archive?.index.model["tokenizer"].map {
        .members([
          "sha256": $0,
          "chat_template": archive?.index.model["chat_template"].map {
            .members(["template": $0])
          },
        ])
      }
  }

  /// - Parameters:
  ///   - given: What is asked for.
  ///   - segments: The segments of the archive that are chosen from; `nil` for all.
  ///   - isVerifying: Whether nothing is taken for known that the columns tell as well.
  ///   - readsFewRows: Whether only the chosen samples are asked for: neither ranks nor where other lines lie.
  ///   - readsTopics: Whether topics are read though axes that look at them are binned already.
  /// - Throws: `ArchiveError`, `DescriptorsError`, `SamplesError`, `StorageError`.
  init(
    _ given: SelectRequest, segments: Set<String>? = nil, isVerifying: Bool = false,
    readsFewRows: Bool = false, readsTopics: Bool = false
  ) throws {
    var request = given
    try AxisSpecification.check(request.recipe.axes)
    archive = try Self.archive(of: request).map { archive in
      guard let segments else { return archive }
      var index = archive.index
      index.segments.removeAll { !segments.contains($0.id) }
      return ArchivePool(path: archive.path, index: index)
    }
    if let archive {
      let fields = archive.index.model["text"]?.items?.compactMap(\.text) ?? []
      request.recipe.textFields = fields
      try TokenFile.check(
        request.recipe.tokenizer, fits: archive.path,
        kept: archive.index.model["tokenizer"]?.text)
      try TokenFile.check(
        template: request.recipe.chatTemplate, tokenizer: request.recipe.tokenizer,
        fits: archive.path, kept: archive.index.model["chat_template"])
      tokens = nil
    } else {
      let template = request.recipe.chatTemplate
      tokens = try request.recipe.tokenizer.map { try TokenFile(path: $0, template: template) }
    }
    self.request = request
    // Places are told by columns; texts only where the recipe compares them.
    let readsSources =
      request.format != .npy || request.recipe.usesVectors || request.recipe.provesByTexts
      || !request.recipe.exclusions.isEmpty || request.recipe.nearDuplicates != nil
    self.isVerifying = isVerifying
    self.readsFewRows = readsFewRows
    self.readsTopics = readsTopics
    plan = ReadingPlan(
      request.recipe, keepsIdentifiers: request.writesReceipts,
      keepsRejectedLines: request.rejects != nil)
    var options = ReadingOptions()
    options.textFields = plan.textFields
    options.numericColumns = plan.numericColumns
    options.categoryColumns = plan.categoryColumns
    // Delivered in any case: what fails the run is told with what the source may be instead.
    options.unreadable = .deliver
    options.temporaryFolder = request.temporaryFolder
    options.vectorColumn =
      archive?.vectorColumn ?? ColumnVectors.column(request.recipe.embeddings)
    options.progress = progress
    sourcePaths =
      try archive.map { try readsSources ? $0.locatedSources() : $0.likelySources }
      ?? request.inputs
    reader = try SampleReader(sources: sourcePaths.map(Source.init(path:)), options: options)
  }

  /// The archive among the inputs, which then is the only one.
  private static func archive(of request: SelectRequest) throws -> ArchivePool? {
    guard let path = request.inputs.first(where: ArchivePool.isFolder) else { return nil }
    guard request.inputs.count == 1 else { throw ArchiveError.archiveAmongInputs(path: path) }
    for (option, isGiven) in [
      ("embeddings", request.recipe.embeddings != nil),
      ("vector-share", request.recipe.vectorShare != nil), ("rejects", request.rejects != nil),
    ] where isGiven {
      throw ArchiveError.decidedByArchive(path: path, option: "--\(option)")
    }
    let archive = try ArchivePool(opening: path)
    if archive.index.segments.isEmpty, archive.index.gathered == nil {
      throw ArchiveError.onlyModel(path: path)
    }
    return archive
  }

  /// The samples to choose from, with what the manifest says of their topics.
  struct Pool {
    var columns: PoolColumns
    var sources: [SourceSummary]
    var embedding: JSONValue?
    /// The dimension of the built-in embedding, where it was used.
    var builtInDimension: Int?
    /// The axes that are cut already, in the recipe's order, `nil` for those that are not.
    var cutAxes: [Axis?]
    /// What is known beforehand, and is not worked out again.
    var known: Groundwork.Known?
    /// The vectors of the samples, where redundancy is told by them.
    var vectors: SampleVectors?
    /// The file that they come from, if it is one.
    var vectorFile: NumPyArray?
    /// The evaluation sets that the samples were held against.
    var evaluations: Evaluations?
    /// The components that topics come from, where there are any.
    var components: PrincipalComponents?
  }

  private mutating func readSources(
    rejects: StagedOutput?, _ onEvent: (Event) -> Void
  ) throws -> Pool {
    if recipe.vectorShare != nil, recipe.embeddings == nil { throw GamutError.shareOfNoVectors }
    let vectors = try recipe.embeddings.map {
      try ColumnVectors.open(
        $0, of: sourcePaths, textFields: plan.textFields, folder: request.temporaryFolder,
        threads: request.threads)
    }
    try plan.limitTopics(
      to: vectors?.columnCount ?? TextTopics.dimensionLimit, recipe: recipe)
    var evaluations: Evaluations?
    if !recipe.exclusions.isEmpty {
      evaluations = try Evaluations(recipe, options: reader.options, threads: request.threads)
    }
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: request.onUnreadable, topicModel: nil,
      threads: request.threads, progress: progress)
    pool.evaluations = evaluations
    pool.tokens = tokens
    if plan.topicCount > 0, vectors == nil {
      // Training goes through the whole pool: a wrong file should be told before.
      try pool.checkStart()
      pool.topicModel = try watch.time(.train, onEvent) {
        try TextTopics(
          fitting: reader, count: plan.topicCount, seed: recipe.seed, threads: request.threads,
          onEvent: onEvent)
      }
      if plan.keepsVectors, let dimension = pool.topicModel?.dimension {
        pool.vectors = try VectorSpool(dimension: dimension, folder: request.temporaryFolder)
      }
    }
    var (columns, sources) = try watch.time(.read, onEvent) {
      try pool.read(rejects: rejects, onEvent: onEvent)
    }
    guard columns.count > 0 else {
      throw GamutError(
        emptyPool: columns, sources: sources, paths: request.inputs, textFields: plan.textFields)
    }
    var embedding = pool.topicModel?.json
    var components = pool.topicModel?.fitted
    if let vectors, plan.topicCount > 0 {
      let topics = try VectorTopics(
        vectors, columns: columns, sources: sources, topicCount: plan.topicCount,
        sample: recipe.vectorSample, threads: request.threads, watch: watch, onEvent: onEvent)
      columns.topics = topics.coordinates
      embedding = topics.json
      components = topics.fitted
    } else if let vectors {
      // No axis needs them, but a mismatch is a mistake all the same.
      try VectorTopics.checkCount(vectors, columns: columns)
    }
    var sampleVectors = try pool.vectors?.vectors()
    if let vectors, recipe.usesVectors {
      sampleVectors = try VectorTopics.sampleVectors(vectors, columns: columns)
    }
    return Pool(
      columns: columns, sources: sources, embedding: embedding,
      builtInDimension: pool.topicModel?.dimension,
      cutAxes: recipe.axes.map { _ in nil }, vectors: sampleVectors, vectorFile: vectors,
      evaluations: evaluations, components: components)
  }

  private mutating func readArchive(
    _ archive: ArchivePool, _ onEvent: (Event) -> Void
  ) throws -> Pool {
    let model = try DescriptorModel(reading: archive.path, index: archive.index)
    let cutAxes = model.known(of: recipe.axes, topics: recipe.topics)
    try plan.limitTopics(
      toKept: model.topicCount, cut: cutAxes, archive: archive.path, recipe: recipe)
    var (known, columns) = try watch.time(.load, onEvent) {
      let knowledge =
        isVerifying
        ? nil
        : try ArchiveKnowledge(of: archive, model: model, recipe: recipe, cut: cutAxes)
      // Receipts tell the topics; axes that are binned already need none.
      let needsTopics =
        request.writesReceipts || readsTopics || knowledge?.needsTopics(at: plan.places) ?? true
      var needs = ArchivePool.Needs(answers: knowledge == nil, topics: needsTopics)
      if readsFewRows, let knowledge { leaveRows(to: &needs, known: knowledge) }
      let (plan, threads, wanted) = (plan, request.threads, needs)
      var jobs = Jobs()
      let columns = jobs.add { try archive.columns(for: plan, needing: wanted, threads: threads) }
      let known = jobs.add { try knowledge?.read(threads: threads) }
      jobs.run(threads: threads)
      return (try known.value.get(), try columns.value.get())
    }
    guard columns.count > 0 else { throw GamutError.emptyPool(paths: request.inputs) }
    let texts = try ArchiveTexts(
      archive, model: model, recipe: recipe, reader: reader, threads: request.threads)
    let compared = try texts.map { texts in
      try watch.time(.read, onEvent) { try texts.read(into: &columns, onEvent: onEvent) }
    }
    var vectors = compared?.vectors
    if recipe.usesVectors, model.embedding == nil {
      vectors = try archive.sampleVectors(dimension: model.dimension)
    }
    // As where files are read: redundancy looks at the vectors, whatever the axes are.
    let usesTopics = plan.topicCount > 0 || recipe.usesVectors
    return Pool(
      columns: columns, sources: archive.sources, embedding: usesTopics ? model.json : nil,
      builtInDimension: usesTopics && model.embedding != nil ? model.dimension : nil,
      cutAxes: cutAxes, known: known, vectors: vectors, evaluations: compared?.evaluations,
      components: model.components)
  }

  /// Leaves columns where they lie that are asked of few samples, or of none.
  private func leaveRows(to needs: inout ArchivePool.Needs, known: ArchiveKnowledge) {
    // Ranking and twins are told by hashes where they are not known; chance and cvt cells are drawn by
    // them; warnings go through columns that do not rank as they stand.
    let unbinned = recipe.axes.indices.filter { !known.isBinned($0) }
    guard let totals = known.totals, known.isRanked, recipe.quality.count < 2,
      !request.writesReceipts, recipe.exclusions.isEmpty, recipe.nearDuplicates == nil,
      recipe.redundancy == nil, !recipe.usesVectors, !recipe.provesByTexts,
      recipe.excludedIdentifiers.isEmpty, recipe.includedIdentifiers.isEmpty,
      recipe.method == .archive || recipe.method == .top,
      !unbinned.contains(where: { recipe.axes[$0].binning == .cvt })
    else { return }
    needs.totals = totals
    needs.lines = false
    needs.lineBytes = recipe.budget.unit == .bytes
    // An axis that is not binned yet looks at its values.
    let looked = unbinned.map { plan.places[$0] }
    // So does the proof, of the samples of random subsets.
    needs.tokens =
      recipe.budget.unit == .tokens || looked.contains(.tokens) || recipe.isProved
      || request.sequenceLength != nil
    needs.complexity = looked.contains(.complexity) || recipe.isProved
  }

  /// Reads the sources, or loads the archive.
  ///
  /// - Parameters:
  ///   - rejects: Where lines that are no readable record are kept, if anywhere.
  ///   - onEvent: Is told of stages and progress.
  /// - Returns: The samples to choose from.
  /// - Throws: `GamutError` and the errors of the modules.
  mutating func pool(rejects: StagedOutput?, _ onEvent: (Event) -> Void) throws -> Pool {
    if let archive { return try readArchive(archive, onEvent) }
    return try readSources(rejects: rejects, onEvent)
  }

  /// Chooses, once a budget.
  func choices(of pool: Pool, _ onEvent: (Event) -> Void) throws -> [Choice] {
    let choices = try watch.time(.select, onEvent) {
      try Choice.all(
        columns: pool.columns, sources: pool.sources, plan: plan, recipe: recipe,
        cutAxes: pool.cutAxes, known: pool.known, vectors: pool.vectors,
        tellsRanks: !readsFewRows || request.writesReceipts, threads: request.threads)
    }
    if recipe.usesVectors { try pool.vectorFile?.checkUnchanged() }
    return choices
  }

  /// Holds lines that are fetched against those that the archive was made of.
  ///
  /// - Parameter rows: Where samples stand.
  /// - Returns: What makes one that looks at the line of a row, and throws `ArchiveError.lineChanged`; `nil`
  ///   where the sources were just read. Making one throws `SamplesError.outOfMemory`.
  func lineCheck(_ rows: PoolRows) -> (@Sendable () throws -> SubsetWriter.LineCheck)? {
    archive == nil ? nil : rows.lineCheck(textFields: plan.textFields)
  }
}

extension PoolRows {
  /// Holds lines that are fetched against the hashes that an archive keeps of them.
  ///
  /// - Parameter textFields: The fields that hold the text.
  /// - Returns: As `ChoiceRun.lineCheck`.
  func lineCheck(textFields: [String]) -> @Sendable () throws -> SubsetWriter.LineCheck {
    let (columns, sources) = (columns, sources)
    return {
      let hasher = try LineHasher(textFields: textFields)
      return { row, line in
        // The bytes, and what counts of them once more, by a hash that nothing slips through.
        let hash = try hasher.contentHash(of: line)
        guard let hash, hash.high == columns.hashHigh[row], hash.low == columns.hashLow[row],
          Samples.lineCheck(of: line) == columns.lineChecks[row]
        else {
          let place = SamplePlaces(sources: sources, lines: columns.lines)[row]
          throw ArchiveError.lineChanged(path: place.path, line: place.line)
        }
      }
    }
  }
}
