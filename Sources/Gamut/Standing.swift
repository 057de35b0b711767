import JSON
import Reporting
import Samples

/// Why a sample may not be chosen, whatever its quality.
enum ExclusionReason: UInt8, Sendable {
  /// It may be chosen.
  case none
  /// It shares a run of words with an evaluation record.
  case overlap
  /// Its id stands in a list of `--exclude-ids`.
  case identifier

  /// The reason as a receipt tells it; `nil` for none.
  ///
  /// - Parameter recipe: What decides.
  /// - Returns: A clause.
  func message(_ recipe: Recipe) -> String? {
    switch self {
    case .none: nil
    case .overlap:
      "shares a run of \(recipe.exclusionWords) words, or a whole shorter text, with an evaluation record"
    case .identifier: "its id is in a list of --exclude-ids"
    }
  }
}

/// Which samples are never chosen and which always, before any is compared with another.
struct Standing: Sendable {
  /// Why each sample may not be chosen; empty where none is excluded.
  private(set) var exclusions: [ExclusionReason] = []
  /// Whether each sample is chosen in any case; empty where none is.
  private(set) var included: [Bool] = []
  /// What came of the lists of ids, `--exclude-ids` first.
  private(set) var lists: [ListOutcome] = []
  /// How many samples overlap with each file of evaluation records first.
  private(set) var overlapCounts: [Int] = []

  /// What came of one list of ids.
  struct ListOutcome: Sendable {
    var path: String
    var sha256: String
    var isInclusion: Bool
    /// How many different ids it names.
    var identifierCount: Int
    /// How many samples they match.
    var sampleCount: Int
    /// How many of them match no sample, and the first of these.
    var unmatchedCount: Int
    var firstUnmatched: String?
  }

  /// Why a sample may not be chosen.
  func exclusion(of sample: Int) -> ExclusionReason {
    exclusions.isEmpty ? .none : exclusions[sample]
  }

  /// Whether a sample is chosen in any case.
  func isIncluded(_ sample: Int) -> Bool { !included.isEmpty && included[sample] }

  /// Whether no sample is excluded or included.
  var isEmpty: Bool { exclusions.isEmpty && included.isEmpty }

  /// Finds where samples stand.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - recipe: Which evaluation sets and lists there are.
  /// - Throws: `GamutError.includedAndExcluded`, `includedOverlaps`; `StorageError` for a list.
  init(columns: PoolColumns, sources: [SourceSummary], recipe: Recipe) throws {
    overlapCounts = [Int](repeating: 0, count: recipe.exclusions.count)
    if columns.overlapSources.contains(where: { $0 >= 0 }) {
      exclusions = columns.overlapSources.map { $0 >= 0 ? .overlap : .none }
      for source in columns.overlapSources where source >= 0 { overlapCounts[Int(source)] += 1 }
    }
    var conflicts: [Int] = []
    for path in recipe.excludedIdentifiers {
      for sample in match(try IdentifierList(path: path), isInclusion: false, columns: columns) {
        if exclusions.isEmpty {
          exclusions = [ExclusionReason](repeating: .none, count: columns.count)
        }
        // What overlaps has the stronger reason, which also says with what.
        if exclusions[sample] == .none { exclusions[sample] = .identifier }
      }
    }
    for path in recipe.includedIdentifiers {
      for sample in match(try IdentifierList(path: path), isInclusion: true, columns: columns) {
        if included.isEmpty { included = [Bool](repeating: false, count: columns.count) }
        if !included[sample], exclusion(of: sample) != .none { conflicts.append(sample) }
        included[sample] = true
      }
    }
    if !conflicts.isEmpty {
      throw conflict(among: conflicts, columns: columns, sources: sources, recipe: recipe)
    }
  }

  /// The samples that a list names; what came of it is noted.
  private mutating func match(
    _ list: IdentifierList, isInclusion: Bool, columns: PoolColumns
  ) -> [Int] {
    var isMatched = [Bool](repeating: false, count: list.texts.count)
    var samples: [Int] = []
    for sample in 0..<columns.count {
      guard let number = list.match(columns.identifier(of: sample)) else { continue }
      isMatched[number] = true
      samples.append(sample)
    }
    let unmatched = isMatched.indices.filter { !isMatched[$0] }
    lists.append(
      ListOutcome(
        path: list.path, sha256: list.sha256, isInclusion: isInclusion,
        identifierCount: list.texts.count,
        sampleCount: samples.count, unmatchedCount: unmatched.count,
        firstUnmatched: unmatched.first.map { String(decoding: list.texts[$0], as: UTF8.self) }))
    return samples
  }

  /// The first sample that is included and excluded, in words of an error.
  private func conflict(
    among samples: [Int], columns: PoolColumns, sources: [SourceSummary], recipe: Recipe
  ) -> GamutError {
    let places = SamplePlaces(sources: sources, lines: columns.lines)
    // By lists of ids first: that is plainly a mistake.
    let byIdentifier = samples.filter { exclusions[$0] == .identifier }
    let group = byIdentifier.isEmpty ? samples : byIdentifier
    let first = group.min() ?? 0
    let id = String(decoding: columns.identifier(of: first), as: UTF8.self)
    guard byIdentifier.isEmpty else {
      return .includedAndExcluded(
        path: places[first].path, line: places[first].line, id: id, count: group.count)
    }
    return .includedOverlaps(
      path: places[first].path, line: places[first].line, id: id,
      evaluation: recipe.exclusions[Int(columns.overlapSources[first])],
      evaluationLine: Int(columns.overlapLines[first]), count: group.count)
  }

  /// What the manifest says of the lists of ids; `nil` where there is none.
  var listsJSON: JSONValue? {
    if lists.isEmpty { return nil }
    return .array(
      lists.map {
        .members([
          "path": .string($0.path),
          "option": .string($0.isInclusion ? "include-ids" : "exclude-ids"),
          "ids": .integer($0.identifierCount), "samples": .integer($0.sampleCount),
          "unmatched": .integer($0.unmatchedCount), "sha256": .string($0.sha256),
        ])
      })
  }
}
