import Descriptors
import Embeddings
import JSON
import LinearAlgebra
import Measures
import Numbers
import Storage
import Tokenizers

/// How samples become topics and cells: fitted once, then applied to any sample.
struct DescriptorModel: Sendable {
  /// The topics' components.
  var components: PrincipalComponents
  /// The built-in embedding; `nil` where vectors are given.
  var embedding: TextEmbedding?
  /// What training's randomness started from.
  var seed: UInt64
  /// The fields that hold the text; none to recognise the record's shape.
  var textFields: [String]
  /// The axes as they were cut, categories without their labels, which are those of the samples there
  /// are.
  var axes: [Axis]
  /// What the numeric axes' values were spread like when they were cut; one an axis, `nil` for others.
  var references: [AxisReference?]
  /// The SHA-256 of the tokenizer that counts tokens; `nil` where they are estimated.
  var tokenizer: String?
  /// How conversations are rendered before their tokens are counted; `nil` where each text counts for itself.
  var chatTemplate: ChatTemplate?
  /// The axes that are yet to be cut, and then there are no others; `nil` once they are.
  ///
  /// Topics are known before all samples are read, edges only after: a model that was fitted from moments waits
  /// with them until the archives that were made by it are merged.
  var uncut: UncutAxes?

  /// Axes that are cut when all samples are there.
  struct UncutAxes: Sendable, Equatable {
    var specifications: [AxisSpecification]
    /// How many leading topics a cvt axis is to look at.
    var cvtTopicCount: Int

    /// As an index keeps it.
    var json: JSONValue {
      .members([
        "axes": .array(specifications.map { .string($0.description) }),
        "cvt_topics": .integer(cvtTopicCount),
      ])
    }

    init(specifications: [AxisSpecification], cvtTopicCount: Int) {
      self.specifications = specifications
      self.cvtTopicCount = cvtTopicCount
    }

    /// Reads what an index keeps; `nil` where it is something else.
    init?(_ json: JSONValue, topicCount: Int) {
      guard let texts = json["axes"]?.items, let cvt = json["cvt_topics"]?.wholeNumber,
        (0...topicCount).contains(cvt)
      else { return nil }
      specifications = texts.compactMap { text in
        text.text.flatMap { try? AxisSpecification(parsing: $0, measures: Measure.names) }
      }
      cvtTopicCount = cvt
      if specifications.count != texts.count { return nil }
    }
  }

  /// The axes as they were asked for, cut or not.
  var specifications: [AxisSpecification] {
    uncut?.specifications ?? axes.map(\.specification)
  }

  /// How many topics there are.
  var topicCount: Int { components.count }
  /// The dimension of the vectors.
  var dimension: Int { components.dimension }
}

/// The spread of an axis's values in the pool that it was cut on, to tell drift by.
struct AxisReference: Sendable, Equatable {
  /// How many quantiles are kept: the least, every hundredth, the greatest.
  static let quantileCount = 101
  /// The quantiles, by linear interpolation.
  var quantiles: [Double]
  /// The share of the samples with a value that were clipped.
  var clippedShare: Double

  /// Describes values.
  ///
  /// - Parameters:
  ///   - sorted: At least one, ascending.
  ///   - clipped: How many of them were clipped.
  init(sorted: [Double], clipped: Int) {
    quantiles = (0..<Self.quantileCount).map { percentile(Double($0), ofSorted: sorted) }
    clippedShare = Double(clipped) / Double(sorted.count)
  }

  init(quantiles: [Double], clippedShare: Double) {
    self.quantiles = quantiles
    self.clippedShare = clippedShare
  }
}

extension DescriptorModel {
  /// The facts that are no columns.
  private var facts: JSONValue {
    .members([
      "topics": .members([
        "source": .string(embedding == nil ? "vectors" : "built-in"),
        "dimension": .integer(dimension), "count": .integer(topicCount),
        "fitted_rows": .integer(components.rowCount),
        "total_variance": .number(components.totalVariance),
      ]),
      "seed": .string(String(seed)), "text": .array(textFields.map { .string($0) }),
      "tokenizer": tokenizer.map { .string($0) },
      "chat_template": chatTemplate?.json,
      "uncut": uncut?.json,
      "axes": .array(
        zip(axes, references).map { axis, reference in
          .members([
            "axis": .string(axis.specification.description),
            "range": axis.range.map {
              .array([.number($0.lowerBound), .number($0.upperBound)])
            },
            "clipped_share": reference.map { .number($0.clippedShare) },
            "centroids": axis.centroids.map {
              .array([.integer($0.count), .integer($0.dimension)])
            },
            "parents": axis.nestedEdges.map {
              .array([.integer($0.parents.count), .integer($0.parents.first?.count ?? 0)])
            },
          ])
        }),
    ])
  }

  /// What the manifest says of the topics.
  var json: JSONValue {
    .members([
      "source": .string(embedding == nil ? "vectors" : "built-in"),
      "dimension": .integer(dimension), "training_samples": .integer(components.rowCount),
      "components": components.json,
    ])
  }

  /// Writes the model's files, and says what the index needs to know of them.
  ///
  /// - Parameters:
  ///   - folder: The archive.
  ///   - index: Takes the facts, the files and the identity.
  /// - Throws: `StorageError`.
  func write(to folder: StagedFolder, index: inout ArchiveIndex) throws {
    var files: [(name: String, output: StagedOutput)] = []
    func add(_ name: String, _ column: NumericColumn, shape: [Int]? = nil) throws {
      let output = try folder.add("model/\(name)")
      output.addUpHash()
      try column.write(to: output, shape: shape)
      files.append((name, output))
    }
    try add("mean.npy", .doubles(components.mean))
    try add(
      "components.npy", .singles(components.components.elements), shape: [topicCount, dimension])
    try add("explained_variance.npy", .doubles(components.explainedVariance))
    if let embedding { try add("embedding.npy", .bytes(embedding.encode())) }
    for (place, (axis, reference)) in zip(axes, references).enumerated() {
      let name = "axis\(place + 1)"
      if axis.specification.binning.hasEdges {
        try add("\(name).edges.npy", .doubles(axis.edges))
      }
      if let reference { try add("\(name).quantiles.npy", .doubles(reference.quantiles)) }
      if let centroids = axis.centroids {
        try add(
          "\(name).centroids.npy", .singles(centroids.centroids.elements),
          shape: [centroids.count, centroids.dimension])
      }
      if let nested = axis.nestedEdges {
        try add(
          "\(name).parents.npy",
          NumericColumn(packing: nested.parents.flatMap { $0.map { UInt32($0) } }),
          shape: [nested.parents.count, nested.parents.first?.count ?? 0])
        var ends: [Int] = []
        for edges in nested.edges { ends.append((ends.last ?? 0) + edges.count) }
        try add("\(name).edge_ends.npy", NumericColumn(packing: ends))
        try add("\(name).edges.npy", .doubles(nested.edges.flatMap(\.self)))
      }
    }
    index.model = facts
    index.modelFiles = try ArchiveIndex.facts(of: files)
    index.modelIdentity = index.computedModelIdentity
  }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - archive: The folder.
  ///   - index: Its index.
  /// - Throws: `ArchiveError.damaged`, `malformed`; `StorageError`.
  init(reading archive: String, index: ArchiveIndex) throws {
    do {
      try self.init(parsing: archive, index: index)
    } catch is LinearAlgebraError {
      throw ArchiveError.malformed(
        path: "\(archive)/model", detail: "components or centroids do not fit each other")
    } catch is DescriptorsError {
      throw ArchiveError.malformed(
        path: "\(archive)/model", detail: "edges do not fit their axes")
    }
    try checkAxes(keptBy: index, of: archive)
  }

  /// Checks that samples can be placed on the axes, cut or not.
  ///
  /// - Parameters:
  ///   - index: The index that says what is kept of every sample.
  ///   - archive: The archive's folder.
  /// - Throws: `ArchiveError.malformed`.
  func checkAxes(keptBy index: ArchiveIndex, of archive: String) throws(ArchiveError) {
    // A nested axis stands within others.
    guard specifications.first?.binning != .nested else {
      throw .malformed(path: ArchiveIndex.path(archive), detail: "its first axis is nested")
    }
    for axis in specifications where !index.keeps(axis, topics: topicCount) {
      throw .malformed(
        path: ArchiveIndex.path(archive),
        detail: "nothing is kept for the axis \(axis.description)")
    }
  }

  /// Reads a model whose parts need not fit each other.
  ///
  /// - Parameters:
  ///   - archive: The folder.
  ///   - index: Its index.
  /// - Throws: `ArchiveError.damaged`, `malformed`; `StorageError`.
  private init(parsing archive: String, index: ArchiveIndex) throws {
    let path = ArchiveIndex.path(archive)
    func malformed(_ key: String) -> ArchiveError {
      .malformed(path: path, detail: "'\(key)' is missing or not what it should be")
    }
    guard index.modelIdentity == index.computedModelIdentity else { throw malformed("id") }
    if index.gathered != nil { throw ArchiveError.onlyMoments(path: archive) }
    let files = ArchiveFiles(folder: "\(archive)/model", files: index.modelFiles)
    let facts = index.model
    guard let topics = facts["topics"], let dimension = topics["dimension"]?.wholeNumber,
      let count = topics["count"]?.wholeNumber, let rows = topics["fitted_rows"]?.wholeNumber,
      let variance = topics["total_variance"]?.decimal, dimension > 0, count > 0, rows > 0,
      dimension < 1 << 21, count <= dimension
    else { throw malformed("topics") }
    components = try PrincipalComponents(
      mean: try files.doubles("mean.npy", count: dimension),
      components: Matrix(
        rowCount: count, columnCount: dimension,
        elements: try files.floats("components.npy", count: count * dimension)),
      explainedVariance: try files.doubles("explained_variance.npy", count: count),
      totalVariance: variance, rowCount: rows)
    if topics["source"]?.text == "built-in" {
      do {
        embedding = try TextEmbedding(decoding: try files.bytes("embedding.npy"))
      } catch is EmbeddingsError {
        throw ArchiveError.damaged(path: "\(archive)/model/embedding.npy")
      }
      guard embedding?.dimension == dimension else { throw malformed("dimension") }
    }
    guard let seed = facts["seed"]?.text.flatMap({ UInt64($0) }) else { throw malformed("seed") }
    self.seed = seed
    guard let fields = facts["text"]?.items else { throw malformed("text") }
    textFields = fields.compactMap(\.text)
    guard textFields.count == fields.count, !textFields.contains("") else {
      throw malformed("text")
    }
    tokenizer = facts["tokenizer"]?.text
    if let template = facts["chat_template"] {
      guard let read = try? ChatTemplate(template) else { throw malformed("chat_template") }
      chatTemplate = read
    }
    axes = []
    references = []
    guard let items = facts["axes"]?.items else { throw malformed("axes") }
    if let waiting = facts["uncut"] {
      uncut = UncutAxes(waiting, topicCount: count)
      guard uncut != nil, items.isEmpty else { throw malformed("uncut") }
    }
    for (place, item) in items.enumerated() {
      guard let text = item["axis"]?.text,
        let specification = try? AxisSpecification(parsing: text, measures: Measure.names)
      else { throw malformed("axis") }
      let name = "axis\(place + 1)"
      switch specification.binning {
      case .category:
        axes.append(Axis(category: specification, labels: [], missingCount: 0))
        references.append(nil)
      case .cvt:
        guard let sizes = item["centroids"]?.items?.compactMap(\.wholeNumber), sizes.count == 2,
          sizes.allSatisfy({ (1...1 << 24).contains($0) }), sizes[1] <= count
        else { throw malformed("centroids") }
        let centroids = try KMeans(
          centroids: Matrix(
            rowCount: sizes[0], columnCount: sizes[1],
            elements: try files.floats("\(name).centroids.npy", count: sizes[0] * sizes[1])))
        axes.append(Axis(cells: specification, centroids: centroids))
        references.append(nil)
      case .nested:
        guard let sizes = item["parents"]?.items?.compactMap(\.wholeNumber), sizes.count == 2,
          (0...1 << 31).contains(sizes[0]), (0...1 << 16).contains(sizes[1])
        else { throw malformed("parents") }
        let bins = try files.counts("\(name).parents.npy", count: sizes[0] * sizes[1])
        let ends = try files.offsets("\(name).edge_ends.npy", count: sizes[0])
        let edges = try files.doubles("\(name).edges.npy")
        guard ends.last ?? 0 == edges.count, zip([0] + ends, ends).allSatisfy(<=),
          let nested = NestedEdges(
            parents: (0..<sizes[0]).map { row in
              bins[(row * sizes[1])..<((row + 1) * sizes[1])].map { Int($0) }
            }, edges: zip([0] + ends, ends).map { Array(edges[$0..<$1]) })
        else { throw malformed("parents") }
        axes.append(
          try Axis(stored: specification, nestedEdges: nested, clippedCount: 0, missingCount: 0))
        references.append(nil)
      case .uniform, .quantile, .log, .edges:
        var range: ClosedRange<Double>?
        if let ends = item["range"]?.items {
          guard ends.count == 2, let low = ends[0].decimal, let high = ends[1].decimal, low <= high
          else { throw malformed("range") }
          range = low...high
        }
        axes.append(
          try Axis(
            stored: specification, edges: try files.doubles("\(name).edges.npy"), range: range,
            clippedCount: 0, missingCount: 0))
        guard let share = item["clipped_share"]?.decimal else { throw malformed("clipped_share") }
        references.append(
          AxisReference(
            quantiles: try files.doubles(
              "\(name).quantiles.npy", count: AxisReference.quantileCount),
            clippedShare: share))
      }
    }
  }

  /// The axes of a recipe that the model has, cut as they are.
  ///
  /// A category is cut anew, its labels being those of the samples there are; so is an axis nested in
  /// other cells than when it was cut, or in those of a category, and a cvt axis that is to look at
  /// another number of topics.
  ///
  /// - Parameters:
  ///   - specifications: The recipe's axes.
  ///   - topics: How many topics a cvt axis is to look at, if that is said.
  /// - Returns: One an axis of the recipe, `nil` for one that is to be cut.
  func known(of specifications: [AxisSpecification], topics: Int?) -> [Axis?] {
    specifications.enumerated().map { place, specification in
      switch specification.binning {
      case .category: return nil
      case .nested:
        let before = specifications[..<place]
        guard place < axes.count, !before.contains(where: { $0.binning == .category }),
          before.elementsEqual(axes[..<place].map(\.specification)),
          axes[place].specification == specification
        else { return nil }
        return axes[place]
      case .cvt:
        return axes.first {
          $0.specification == specification
            && (topics == nil || $0.centroids?.dimension == topics)
        }
      case .uniform, .quantile, .log, .edges:
        return axes.first { $0.specification == specification }
      }
    }
  }

  /// In what two models differ, in words for a list.
  static func differences(_ one: ArchiveIndex, _ other: ArchiveIndex) -> [String] {
    var found: [String] = []
    func compare(_ name: String, _ left: JSONValue?, _ right: JSONValue?) {
      if left != right { found.append("\(name) (\(told(left)) and \(told(right)))") }
    }
    func told(_ value: JSONValue?) -> String { value.map(\.compact) ?? "none" }
    let (left, right) = (one.model, other.model)
    // A part without a record tells nothing of its vectors.
    let tellVectors = !one.isWithoutVectors && !other.isWithoutVectors
    let keys = ["source", "share"] + (tellVectors ? ["dimension", "count", "fitted_rows"] : [])
    for key in keys {
      compare("topics' \(key)", left["topics"]?[key], right["topics"]?[key])
    }
    compare("seed", left["seed"], right["seed"])
    compare("text fields", left["text"], right["text"])
    compare("tokenizer", left["tokenizer"], right["tokenizer"])
    compare("chat template", left["chat_template"], right["chat_template"])
    compare(
      "axes that are yet to be cut", tellVectors ? left["uncut"] : left["uncut"]?["axes"],
      tellVectors ? right["uncut"] : right["uncut"]?["axes"])
    compare(
      "axes", .array(left["axes"]?.items?.compactMap { $0["axis"] } ?? []),
      .array(right["axes"]?.items?.compactMap { $0["axis"] } ?? []))
    if found.isEmpty, tellVectors {
      let names = Set(one.modelFiles.keys).union(other.modelFiles.keys).sorted()
      let differing = names.filter { one.modelFiles[$0] != other.modelFiles[$0] }
      found.append(
        "what was fitted: " + (differing.isEmpty ? ["facts"] : differing).joined(separator: ", "))
    }
    return found
  }
}

extension ArchiveIndex {
  /// Whether the columns have an axis's values.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - topics: How many topics are kept.
  /// - Returns: Whether samples can be placed on it.
  func keeps(_ axis: AxisSpecification, topics: Int) -> Bool {
    switch axis.subject {
    case .topic(let component): return component <= topics
    case .topics: return true
    case .column(let path):
      return (axis.binning == .category ? columns.labels : columns.numbers).contains(path)
    case .measure(let name):
      guard let measure = Measure(rawValue: name) else { return false }
      return measure == .tokens || measure == .complexity || columns.measures.contains(measure)
    }
  }

  /// The SHA-256 of the model's facts and of its files' digests: 16 digits of it.
  var computedModelIdentity: String {
    let digests = modelFiles.keys.sorted().map { "\($0) \(modelFiles[$0]?.sha256 ?? "")" }
    return Self.identity(of: [model.compact] + digests)
  }

  /// A short name for a list of texts.
  static func identity(of texts: [String]) -> String {
    let hasher = SHA256()
    for text in texts { hasher.update(Array("\(text.utf8.count):\(text)\n".utf8).span) }
    return String(hasher.finish().prefix(16))
  }

  /// Sizes and digests of outputs, which are finished for it.
  static func facts(
    of files: [(name: String, output: StagedOutput)]
  ) throws -> [String: FileFacts] {
    var facts: [String: FileFacts] = [:]
    for (name, output) in files {
      try output.finish()
      facts[name] = FileFacts(byteCount: output.byteCount, sha256: output.sha256 ?? "")
    }
    return facts
  }
}

extension AxisSpecification.Binning {
  /// Whether an axis cut so has one list of edges.
  var hasEdges: Bool {
    switch self {
    case .uniform, .quantile, .log, .edges: true
    case .category, .cvt, .nested: false
    }
  }
}

extension Axis {
  /// The axis without its labels, if it is a category.
  var withoutLabels: Axis {
    isCategory ? Axis(category: specification, labels: [], missingCount: 0) : self
  }
}
