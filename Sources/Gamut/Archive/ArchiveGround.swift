import Descriptors
import JSON
import Metrics
import Numbers
import Samples
import Selection
import Storage

/// What every choice from an archive stands on that ranks by the archive's own quality, worked out once.
///
/// Lies in the folder `derived` of the archive, in one named after what it was made from, so that it is
/// never taken for that of other segments; without it a choice works it out again. As long as an archive
/// is read by many and changed by few, this is what makes choosing again a matter of milliseconds.
///
/// | file | holds |
/// | --- | --- |
/// | `ranking.npy` | all samples, best quality first |
/// | `twins.npy` | pairs: a sample, and the better one of the same text |
/// | `axis.K.npy` | the bin of each sample on the K-th axis of the model |
/// | `suspects.npy`, `suspect_ends.npy` | the samples of each group of suspect answers, and where each ends |
/// | `ground.json` | spreads, counts of the axes, and the digests of the files |
struct ArchiveGround: Sendable {
  /// All samples, best quality first; those without one last.
  var ranking: [Int32]
  /// For each sample the better one of the same text, −1 for none.
  var twins: [Int32]
  var qualitySpread: Distribution?
  var complexitySpread: Distribution?
  var suspects: SuspectAnswers
  /// What the pool comes to as a whole; `nil` in one that was kept by an earlier version.
  var totals: PoolTotals?
  /// The model's axes with each sample's bin; `nil` for a category.
  var axes: [Groundwork.BinnedAxis?]

  static let indexName = "ground.json"

  /// The folder for an archive as it is now.
  static func folder(of archive: ArchivePool) -> String {
    "\(archive.path)/derived/\(identity(of: archive))"
  }

  private static func identity(of archive: ArchivePool) -> String {
    ArchiveIndex.identity(
      of: [archive.index.modelIdentity] + archive.index.quality.map(\.text)
        + archive.sources.flatMap { [$0.path, $0.sha256, "\($0.sampleCount)"] })
  }
}

extension ArchiveGround {
  /// Works out what choices stand on, and keeps it in the archive in place of what was kept before.
  ///
  /// - Parameters:
  ///   - archive: The archive, which nobody else writes to.
  ///   - threads: How many threads may work at once.
  /// - Throws: What reading the columns throws, and `StorageError`.
  static func make(for archive: ArchivePool, threads: Int) throws {
    let model = try DescriptorModel(reading: archive.path, index: archive.index)
    guard let made = try groundwork(ofPart: archive, model: model, threads: threads) else { return }
    try write(made.ground, totals: made.totals, to: archive)
  }

  /// What decides of what choices stand on.
  static func recipe(quality: [Recipe.QualityColumn], axes: [AxisSpecification]) -> Recipe {
    var recipe = Recipe(budget: .samples(0), text: "0")
    recipe.quality = quality
    // A pool in which not every sample has a score is ranked all the same.
    recipe.missingQuality = .lowest
    recipe.axes = axes
    return recipe
  }

  /// What choices stand on, as it was worked out.
  typealias Made = (ground: Groundwork, totals: PoolTotals)

  /// The same as `groundwork(of:model:threads:)`; `nil` also where no sample has what ranks or divides them.
  ///
  /// One part of a pool may lack what the others have; a choice says so where all do.
  static func groundwork(
    ofPart archive: ArchivePool, model: DescriptorModel, threads: Int
  ) throws -> Made? {
    do {
      return try groundwork(of: archive, model: model, threads: threads)
    } catch GamutError.noQuality, GamutError.noAxisValues {
      return nil
    }
  }

  /// Works out what choices stand on; `nil` for an archive without samples, or with axes that are yet to be cut.
  static func groundwork(
    of archive: ArchivePool, model: DescriptorModel, threads: Int
  ) throws -> Made? {
    if model.uncut != nil { return nil }
    let recipe = recipe(quality: archive.index.quality, axes: model.specifications)
    var plan = ReadingPlan(recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    let known = model.known(of: recipe.axes, topics: nil)
    try plan.limitTopics(
      toKept: model.topicCount, cut: known, archive: archive.path, recipe: recipe)
    let columns = try archive.columns(for: plan, threads: threads)
    if columns.count == 0 { return nil }
    let scores = try Scores(of: columns, sources: archive.sources, plan: plan, recipe: recipe)
    let ground = try Groundwork(
      columns: columns, sources: archive.sources, quality: scores.values,
      standing: Standing(columns: columns, sources: archive.sources, recipe: recipe), plan: plan,
      recipe: recipe, cutAxes: known, known: nil, threads: threads)
    return (ground, PoolTotals(of: columns, quality: scores.values))
  }

  private static func write(
    _ ground: Groundwork, totals: PoolTotals, to archive: ArchivePool
  ) throws {
    let target = folder(of: archive)
    let derived = "\(archive.path)/derived"
    try StagedFolder.makeFolder(derived)
    let staged = try StagedFolder(path: target, marker: indexName, replacing: true)
    try write(ground, totals: totals) { try staged.add($0) }
    try staged.commit()
    for name in StagedFolder.entries(of: derived) where "\(derived)/\(name)" != target {
      removeFolder("\(derived)/\(name)")
    }
  }

  /// Writes what choices stand on into an archive that is yet to appear.
  ///
  /// - Parameters:
  ///   - made: What was worked out over its columns.
  ///   - folder: The archive.
  ///   - index: Its index, with all of its segments.
  /// - Throws: `StorageError`.
  static func write(
    _ made: Made, to folder: StagedFolder, index: ArchiveIndex
  ) throws {
    let name = identity(of: ArchivePool(path: folder.path, index: index))
    try write(made.ground, totals: made.totals) { try folder.add("derived/\(name)/\($0)") }
  }

  private static func write(
    _ ground: Groundwork, totals: PoolTotals, adding: (String) throws -> StagedOutput
  ) throws {
    var files: [(name: String, output: StagedOutput)] = []
    func add(_ name: String, _ column: NumericColumn, shape: [Int]? = nil) throws {
      let output = try adding(name)
      output.addUpHash()
      try column.write(to: output, shape: shape)
      files.append((name, output))
    }
    try add("ranking.npy", .signed(ground.ranking))
    let losers = ground.twins.indices.filter { ground.twins[$0] >= 0 }
    try add(
      "twins.npy",
      NumericColumn(packing: losers.flatMap { [UInt32($0), UInt32(ground.twins[$0])] }),
      shape: [losers.count, 2])
    for (place, binned) in ground.axes.enumerated() where !binned.axis.isCategory {
      try add("axis.\(place + 1).npy", NumericColumn(packing: binned.bins.map { UInt32($0) }))
    }
    let groups = ground.suspects.groups
    try add("suspects.npy", NumericColumn(packing: groups.flatMap { $0.map { UInt32($0) } }))
    var ends: [Int] = []
    for group in groups { ends.append((ends.last ?? 0) + group.count) }
    try add("suspect_ends.npy", NumericColumn(packing: ends))
    let index = JSONValue.members([
      "samples": .integer(ground.twins.count), "twins": .integer(losers.count),
      "quality": ground.qualitySpread?.stored, "complexity": ground.complexitySpread?.stored,
      "suspect_groups": .integer(groups.count), "suspects": .integer(ends.last ?? 0),
      "tokens": .integer(totals.tokens), "bytes": .integer(totals.bytes),
      "length_correlation": totals.lengthCorrelation.map { .number($0) },
      "axes": .array(
        ground.axes.map { axis, _ in
          .members([
            "clipped": .integer(axis.clippedCount), "missing": .integer(axis.missingCount),
          ])
        }),
      "files": ArchiveIndex.json(try ArchiveIndex.facts(of: files)),
    ])
    try adding(indexName).write(ArchiveIndex.sealed(index))
  }

  /// Whether it is what the columns give.
  func agrees(with ground: Groundwork) -> Bool {
    ranking == ground.ranking && twins == ground.twins && qualitySpread == ground.qualitySpread
      && complexitySpread == ground.complexitySpread && suspects.groups == ground.suspects.groups
      && axes.count == ground.axes.count
      && zip(axes, ground.axes).allSatisfy { kept, made in
        guard let kept else { return made.axis.isCategory }
        return kept.bins == made.bins && kept.axis.clippedCount == made.axis.clippedCount
          && kept.axis.missingCount == made.axis.missingCount
      }
  }

  /// What stands in the index of what is kept.
  struct Contents: Sendable {
    /// What the pool comes to as a whole; `nil` in one that was kept by an earlier version.
    let totals: PoolTotals?
    fileprivate let index: JSONValue
    fileprivate let path: String
    fileprivate let files: ArchiveFiles

    fileprivate var damaged: ArchiveError { .damaged(path: path) }

    /// Reads the index of what is kept for an archive as it is now; `nil` where nothing is.
    ///
    /// - Parameter archive: The archive.
    /// - Throws: `ArchiveError.damaged`; `StorageError`.
    init?(of archive: ArchivePool) throws {
      let folder = ArchiveGround.folder(of: archive)
      guard let file = try? InputFile(path: "\(folder)/\(ArchiveGround.indexName)") else {
        return nil
      }
      path = file.path
      let bytes = try file.readWhole()
      guard let index = JSONValue(parsing: bytes.span),
        let facts = try? ArchiveIndex.files(of: index, path: file.path)
      else { throw ArchiveError.damaged(path: file.path) }
      self.index = index
      files = ArchiveFiles(folder: folder, files: facts)
      let correlation = index["length_correlation"]?.decimal
      if let tokens = index["tokens"]?.wholeNumber, let bytes = index["bytes"]?.wholeNumber {
        totals = PoolTotals(tokens: tokens, bytes: bytes, lengthCorrelation: correlation)
      } else {
        totals = nil
      }
    }
  }

  /// Reads what is kept.
  ///
  /// - Parameters:
  ///   - contents: Its index.
  ///   - archive: The archive.
  ///   - model: Its model.
  ///   - threads: How many threads may work at once.
  /// - Throws: `ArchiveError.damaged`; `StorageError`.
  init(
    _ contents: Contents, of archive: ArchivePool, model: DescriptorModel, threads: Int
  ) throws {
    let (index, files, damaged) = (contents.index, contents.files, contents.damaged)
    guard let count = index["samples"]?.wholeNumber, count == archive.sampleCount,
      let twinCount = index["twins"]?.wholeNumber, twinCount <= count,
      let groupCount = index["suspect_groups"]?.wholeNumber, groupCount >= 3,
      let suspectCount = index["suspects"]?.wholeNumber,
      let axisFacts = index["axes"]?.items, axisFacts.count == model.axes.count
    else { throw damaged }
    var jobs = Jobs()
    let ranking = jobs.add { try files.signed("ranking.npy", count: count) }
    let bins = model.axes.enumerated().map { place, axis in
      axis.isCategory
        ? nil
        : jobs.add { try files.signed("axis.\(place + 1).npy", count: count) }
    }
    jobs.run(threads: threads)
    self.ranking = try ranking.value.get()
    let pairs = try files.counts("twins.npy", count: twinCount * 2)
    twins = [Int32](repeating: -1, count: count)
    for pair in 0..<twinCount {
      let (loser, better) = (Int(pairs[2 * pair]), pairs[2 * pair + 1])
      guard loser < count, better < count else { throw damaged }
      twins[loser] = Int32(better)
    }
    guard self.ranking.allSatisfy({ $0 >= 0 && $0 < count }) else { throw damaged }
    let samples = try files.counts("suspects.npy", count: suspectCount)
    let ends = try files.offsets("suspect_ends.npy", count: groupCount)
    guard ends.last == suspectCount, zip([0] + ends, ends).allSatisfy(<=),
      samples.allSatisfy({ $0 < count }),
      let suspects = SuspectAnswers(
        groups: zip([0] + ends, ends).map { samples[$0..<$1].map { Int32($0) } })
    else { throw damaged }
    self.suspects = suspects
    totals = contents.totals
    qualitySpread = try index["quality"].map { stored in
      guard let spread = Distribution(stored: stored) else { throw damaged }
      return spread
    }
    complexitySpread = try index["complexity"].map { stored in
      guard let spread = Distribution(stored: stored) else { throw damaged }
      return spread
    }
    axes = try zip(zip(model.axes, bins), axisFacts).map { given, facts in
      guard let clipped = facts["clipped"]?.wholeNumber,
        let missing = facts["missing"]?.wholeNumber
      else { throw damaged }
      guard let bins = given.1 else { return nil }
      var axis = given.0
      axis.clippedCount = clipped
      axis.missingCount = missing
      let (column, binCount) = (try bins.value.get(), Int32(clamping: axis.binCount))
      guard column.allSatisfy({ $0 >= 0 && $0 < binCount }) else { throw damaged }
      return (axis, column)
    }
  }
}

/// What is kept of an archive that a recipe needs, before it is read.
struct ArchiveKnowledge: Sendable {
  private let contents: ArchiveGround.Contents
  private let archive: ArchivePool
  private let model: DescriptorModel
  /// The place among the model's axes of each of the recipe's; `nil` for one that is not binned yet.
  private let places: [Int?]
  /// Whether the recipe ranks by the archive's own quality as it is.
  let isRanked: Bool

  /// Looks up what is kept; `nil` where nothing is.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - model: Its model.
  ///   - recipe: What decides.
  ///   - cut: The model's axes that the recipe has, as `DescriptorModel.known` gives them.
  /// - Throws: `ArchiveError.damaged`; `StorageError`.
  init?(of archive: ArchivePool, model: DescriptorModel, recipe: Recipe, cut: [Axis?]) throws {
    guard let contents = try ArchiveGround.Contents(of: archive) else { return nil }
    self.contents = contents
    self.archive = archive
    self.model = model
    places = cut.map { axis in
      guard let axis, !axis.isCategory else { return nil }
      return model.axes.firstIndex { $0.specification == axis.specification }
    }
    isRanked =
      recipe.quality == archive.index.quality && recipe.normalization == nil
      && !recipe.debiasesLength && recipe.agreement == nil
  }

  /// What the pool comes to as a whole.
  var totals: PoolTotals? { contents.totals }

  /// Whether an axis of the recipe is binned already.
  func isBinned(_ axis: Int) -> Bool { places[axis] != nil }

  /// Whether an axis that is not binned yet looks at topics.
  func needsTopics(at plan: [ReadingPlan.Place]) -> Bool {
    zip(places, plan).contains { known, place in
      guard known == nil else { return false }
      switch place {
      case .topic, .topics: return true
      case .tokens, .complexity, .measure, .number, .label: return false
      }
    }
  }

  /// Reads it.
  ///
  /// - Parameter threads: How many threads may work at once.
  /// - Returns: What need not be worked out again.
  /// - Throws: `ArchiveError.damaged`; `StorageError`.
  func read(threads: Int) throws -> Groundwork.Known {
    let ground = try ArchiveGround(contents, of: archive, model: model, threads: threads)
    return Groundwork.Known(
      ranked: isRanked ? (ground.ranking, ground.twins, ground.qualitySpread) : nil,
      complexitySpread: ground.complexitySpread, suspects: ground.suspects,
      axes: places.map { $0.flatMap { ground.axes[$0] } })
  }
}

extension Distribution {
  /// The spread as it is kept.
  fileprivate var stored: JSONValue {
    .members([
      "count": .integer(count), "mean": .number(mean), "sd": .number(standardDeviation),
      "percentiles": .array(percentiles.map { .number($0) }),
      "share_at_mode": .number(shareAtMode), "distinct": .integer(distinctCount),
    ])
  }

  fileprivate init?(stored: JSONValue) {
    guard let count = stored["count"]?.wholeNumber, let mean = stored["mean"]?.decimal,
      let deviation = stored["sd"]?.decimal,
      let percentiles = stored["percentiles"]?.items?.compactMap(\.decimal),
      percentiles.count == Self.percents.count, let share = stored["share_at_mode"]?.decimal,
      let distinct = stored["distinct"]?.wholeNumber
    else { return nil }
    self.init(
      count: count, mean: mean, standardDeviation: deviation, percentiles: percentiles,
      shareAtMode: share, distinctCount: distinct)
  }
}
