import Embeddings
import Samples

/// What a choice from an archive needs of the texts themselves, and no column keeps: overlap with
/// evaluation sets, near-duplicates, and the built-in embedding's vectors.
///
/// The sources are gone through once more for it, and each record is held against the one that the
/// archive was made of.
struct ArchiveTexts {
  private let archive: ArchivePool
  private let model: DescriptorModel
  private let recipe: Recipe
  private let reader: SampleReader
  private let threads: Int

  /// Prepares to read; `nil` where a recipe needs no text.
  init?(
    _ archive: ArchivePool, model: DescriptorModel, recipe: Recipe, reader: SampleReader,
    threads: Int
  ) throws {
    let needsVectors = recipe.usesVectors && model.embedding != nil
    guard !recipe.exclusions.isEmpty || recipe.nearDuplicates != nil || needsVectors else {
      return nil
    }
    self.archive = archive
    self.model = model
    self.recipe = recipe
    self.threads = threads
    var options = ReadingOptions()
    options.textFields = model.textFields
    options.unreadable = .deliver
    options.hashesSources = false
    options.temporaryFolder = reader.options.temporaryFolder
    options.vectorColumn = reader.options.vectorColumn
    options.progress = reader.options.progress
    self.reader = try SampleReader(sources: reader.sources, options: options)
  }

  /// Reads the texts and adds what they are compared by to the columns.
  ///
  /// - Returns: The evaluation sets, if there are any, and the vectors, if they are needed.
  /// - Throws: `ArchiveError.lineChanged`; what reading throws.
  func read(
    into columns: inout PoolColumns, onEvent: (Event) -> Void
  ) throws -> (evaluations: Evaluations?, vectors: SampleVectors?) {
    var plan = ReadingPlan(
      keeping: .init(measures: [], numbers: [], labels: []), topicCount: 0,
      textFields: model.textFields, keepsRejectedLines: false)
    plan.keepsIdentifiers = false
    plan.keepsShingles = recipe.nearDuplicates != nil
    let progress = reader.options.progress ?? ReadingProgress()
    var pool = PoolReader(
      reader: reader, plan: plan, onUnreadable: .skip, topicModel: nil, threads: threads,
      progress: progress)
    if recipe.usesVectors, let embedding = model.embedding {
      plan.keepsVectors = true
      // Vectors are made on the way to topics, so that there is always one.
      plan.topicCount = 1
      pool = PoolReader(
        reader: reader, plan: plan, onUnreadable: .skip,
        topicModel: TextTopics(embedding: embedding, fitted: model.components, count: 1),
        threads: threads, progress: progress)
      pool.vectors = try VectorSpool(
        dimension: embedding.dimension, folder: reader.options.temporaryFolder)
    }
    if !recipe.exclusions.isEmpty {
      pool.evaluations = try Evaluations(recipe, options: reader.options, threads: threads)
    }
    let (texts, sources) = try pool.read(rejects: nil, onEvent: onEvent)
    try check(texts, sources: sources, against: columns)
    columns.overlapSources = texts.overlapSources
    columns.overlapLines = texts.overlapLines
    columns.shingles = texts.shingles
    return (pool.evaluations, try pool.vectors?.vectors())
  }

  /// Holds the records that were read against those that the archive was made of.
  private func check(
    _ texts: PoolColumns, sources: [SourceSummary], against columns: PoolColumns
  ) throws {
    var start = 0
    for (found, known) in zip(sources, archive.sources) {
      defer { start += known.sampleCount }
      if found.sampleCount == known.sampleCount { continue }
      // All before are as they were, so both lists start at the same place.
      let common = min(found.sampleCount, known.sampleCount)
      let first = (start..<start + common).first {
        texts.hashHigh[$0] != columns.hashHigh[$0] || texts.hashLow[$0] != columns.hashLow[$0]
      }
      let place = first ?? start + common
      let line = found.sampleCount > common && first == nil ? texts.lines : columns.lines
      throw ArchiveError.lineChanged(path: known.path, line: Int(line[place]))
    }
    let places = SamplePlaces(sources: archive.sources, lines: columns.lines)
    for sample in 0..<columns.count
    where texts.hashHigh[sample] != columns.hashHigh[sample]
      || texts.hashLow[sample] != columns.hashLow[sample]
    {
      throw ArchiveError.lineChanged(path: places[sample].path, line: places[sample].line)
    }
  }
}
