import Descriptors
import LinearAlgebra
import Measures
import Samples
import Selection

/// What has to be known of every sample to carry out a recipe.
struct ReadingPlan: Sendable {
  /// Measures besides tokens and complexity, which are always known.
  var measures: [Measure] = []
  /// Columns read as numbers: those of quality first, then axes.
  var numericColumns: [String] = []
  /// Columns read as labels.
  var categoryColumns: [String] = []
  /// How many topics the axes need; 0 for none.
  var topicCount = 0
  /// How many leading topics a cvt axis looks at; 0 where there is no such axis.
  var cvtTopicCount = 0
  /// Whether the record's own `id` is kept, for receipts and lists of ids.
  var keepsIdentifiers: Bool
  /// Whether what tells changed lines is kept, for archives.
  var keepsLineChecks = false
  /// Whether the shingles of texts are kept, for near-duplicates.
  var keepsShingles = false
  /// Whether the built-in embedding's vectors are kept, for redundancy and methods.
  var keepsVectors = false
  /// Whether rejected lines are kept, for the rejects file.
  var keepsRejectedLines: Bool
  /// By what samples are told to be about the same thing, if they are.
  var key: SampleKey?
  /// The fields that hold the text; none to recognise the record's shape.
  var textFields: [String]

  /// Where an axis finds its values.
  enum Place: Sendable, Equatable {
    case tokens
    case complexity
    case measure(Int)
    case number(Int)
    case label(Int)
    case topic(Int)
    case topics
  }

  /// The place of each axis of the recipe.
  var places: [Place] = []
  /// The place of the heuristic quality among `measures`, if no column tells quality.
  var heuristic: Int?

  init(_ recipe: Recipe, keepsIdentifiers: Bool, keepsRejectedLines: Bool) {
    self.keepsIdentifiers = keepsIdentifiers
    self.keepsRejectedLines = keepsRejectedLines
    textFields = recipe.textFields
    numericColumns = recipe.quality.map(\.path)
    if !recipe.excludedIdentifiers.isEmpty || !recipe.includedIdentifiers.isEmpty {
      self.keepsIdentifiers = true
    }
    keepsShingles = recipe.nearDuplicates != nil
    if recipe.usesVectors, recipe.embeddings == nil {
      keepsVectors = true
      // The embedding is trained and applied with its topics, so that there is always one.
      topicCount = 1
    }
    if recipe.quality.isEmpty { heuristic = add(.quality) }
    for axis in recipe.axes {
      switch axis.subject {
      case .topic(let component):
        topicCount = max(topicCount, component)
        places.append(.topic(component - 1))
      case .topics:
        cvtTopicCount = recipe.topics ?? Recipe.defaultTopicCount
        places.append(.topics)
      case .column(let path) where axis.binning == .category:
        categoryColumns.append(path)
        places.append(.label(categoryColumns.count - 1))
      case .column(let path):
        numericColumns.append(path)
        places.append(.number(numericColumns.count - 1))
      case .measure(let name):
        switch Measure(rawValue: name) {
        case .tokens: places.append(.tokens)
        case .complexity: places.append(.complexity)
        case .some(let measure): places.append(.measure(add(measure)))
        case nil: preconditionFailure("an axis was parsed with an unknown measure '\(name)'")
        }
      }
    }
    topicCount = max(topicCount, cvtTopicCount)
  }

  /// Makes do with the topics that vectors have.
  ///
  /// - Parameters:
  ///   - dimension: How many there are.
  ///   - recipe: The recipe of the plan.
  /// - Throws: `GamutError.topicBeyondDimension`, `topicsBeyondDimension` where more are asked for; a
  ///   cvt axis for which no number is given takes what there is.
  mutating func limitTopics(to dimension: Int, recipe: Recipe) throws(GamutError) {
    var count = 0
    for place in places {
      if case .topic(let component) = place { count = max(count, component + 1) }
    }
    guard count <= dimension else {
      throw .topicBeyondDimension(topic: count, dimension: dimension)
    }
    guard cvtTopicCount > dimension else { return }
    guard recipe.topics == nil else {
      throw .topicsBeyondDimension(count: cvtTopicCount, dimension: dimension)
    }
    cvtTopicCount = dimension
    topicCount = max(count, cvtTopicCount)
  }

  /// Makes do with the topics that an archive keeps.
  ///
  /// - Parameters:
  ///   - kept: How many there are.
  ///   - cut: The axes that the archive has, in the recipe's order: a cvt axis among them looks at as many
  ///     topics as it did when it was cut.
  ///   - archive: The archive's path.
  ///   - recipe: The recipe of the plan.
  /// - Throws: `ArchiveError.topicNotKept`.
  mutating func limitTopics(
    toKept kept: Int, cut: [Axis?], archive: String, recipe: Recipe
  ) throws(ArchiveError) {
    let single = places.reduce(0) { count, place in
      if case .topic(let component) = place { return max(count, component + 1) }
      return count
    }
    let known = cut.compactMap { $0?.centroids?.dimension }.max()
    if cvtTopicCount > 0 { cvtTopicCount = known ?? (recipe.topics ?? min(cvtTopicCount, kept)) }
    topicCount = max(single, cvtTopicCount)
    guard topicCount <= kept else {
      throw .topicNotKept(path: archive, topic: topicCount, kept: kept)
    }
  }

  /// What an archive keeps of every sample.
  ///
  /// - Parameters:
  ///   - columns: The measures and fields.
  ///   - topicCount: How many topics.
  ///   - textFields: The fields that hold the text.
  ///   - keepsRejectedLines: Whether rejected lines are kept, for the rejects file.
  init(
    keeping columns: ArchiveIndex.Columns, topicCount: Int, textFields: [String],
    keepsRejectedLines: Bool
  ) {
    measures = columns.measures
    numericColumns = columns.numbers
    categoryColumns = columns.labels
    self.topicCount = topicCount
    self.textFields = textFields
    keepsIdentifiers = true
    self.keepsRejectedLines = keepsRejectedLines
  }

  /// The same without ids.
  var withoutIdentifiers: ReadingPlan {
    var plan = self
    plan.keepsIdentifiers = false
    return plan
  }

  /// What axes are cut from.
  ///
  /// - Parameters:
  ///   - axes: The axes.
  ///   - quality: The columns that tell quality, which are read as well.
  ///   - textFields: The fields that hold the text.
  init(
    cutting axes: DescriptorModel.UncutAxes, quality: [Recipe.QualityColumn], textFields: [String]
  ) {
    var recipe = Recipe(budget: .samples(0), text: "0")
    recipe.axes = axes.specifications
    recipe.quality = quality
    recipe.textFields = textFields
    self.init(recipe, keepsIdentifiers: false, keepsRejectedLines: false)
    if cvtTopicCount > 0 { cvtTopicCount = axes.cvtTopicCount }
    topicCount = max(
      cvtTopicCount,
      places.reduce(0) { count, place in
        if case .topic(let component) = place { return max(count, component + 1) }
        return count
      })
  }

  /// Where an archive that was read by this plan has an axis's values.
  func place(of axis: AxisSpecification) -> Place {
    switch axis.subject {
    case .topic(let component): return .topic(component - 1)
    case .topics: return .topics
    case .column(let path):
      let columns = axis.binning == .category ? categoryColumns : numericColumns
      guard let place = columns.firstIndex(of: path) else {
        preconditionFailure("the column of an axis is kept")
      }
      return axis.binning == .category ? .label(place) : .number(place)
    case .measure(let name):
      switch Measure(rawValue: name) {
      case .tokens: return .tokens
      case .complexity: return .complexity
      case .some(let measure):
        guard let place = measures.firstIndex(of: measure) else {
          preconditionFailure("the measure of an axis is kept")
        }
        return .measure(place)
      case nil: preconditionFailure("an axis was parsed with an unknown measure '\(name)'")
      }
    }
  }

  private mutating func add(_ measure: Measure) -> Int {
    if let index = measures.firstIndex(of: measure) { return index }
    measures.append(measure)
    return measures.count - 1
  }
}
