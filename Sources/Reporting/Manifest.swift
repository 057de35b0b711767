public import JSON
public import Metrics

/// The record of a run: what went in, what decided, what came out.
///
/// Stands beside every subset as JSON.
public struct Manifest: Sendable {
  /// The format's number; a reader refuses a higher one.
  public static let formatVersion = 1

  /// A file of the pool.
  public struct Source: Sendable {
    /// The path as it was given, `-` for standard input.
    public var path: String
    /// The bytes on disk.
    public var bytes: Int
    /// How many readable records it holds.
    public var samples: Int
    /// How many lines are no readable record.
    public var rejected: Int
    /// The SHA-256 of the bytes on disk, in hexadecimal.
    public var sha256: String

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - path: The path as it was given.
    ///   - bytes: The bytes on disk.
    ///   - samples: How many readable records it holds.
    ///   - rejected: How many lines are no readable record.
    ///   - sha256: The SHA-256 of the bytes on disk.
    public init(path: String, bytes: Int, samples: Int, rejected: Int, sha256: String) {
      self.path = path
      self.bytes = bytes
      self.samples = samples
      self.rejected = rejected
      self.sha256 = sha256
    }

    var json: JSONValue {
      .members([
        "path": .string(path), "bytes": .integer(bytes), "samples": .integer(samples),
        "rejected": .integer(rejected), "sha256": .string(sha256),
      ])
    }
  }

  /// An axis as it was cut.
  public struct Axis: Sendable {
    /// The axis's name.
    public var name: String
    /// The binning's name; `edges` for a list that was given.
    public var binning: String
    /// How many bins there are, the one for missing values included.
    public var bins: Int
    /// The inner edges; value v lies in the bin whose number is the count of edges ≤ v.
    ///
    /// None for a category, a cvt or a nested axis.
    public var edges: [Double]
    /// The bins of each cell of the axes before in which a nested axis was cut; `nil` for others.
    public var parents: [[Int]]?
    /// The inner edges in each of these cells, which the manifest then tells as `edges`.
    public var parentEdges: [[Double]]?
    /// How many leading components of the embedding a cvt axis looks at; `nil` for others.
    public var components: Int?
    /// Whether values and edges are single-precision numbers, printed as such.
    public var isSinglePrecision: Bool
    /// The labels of a category in the order of its bins; `nil` for a numeric axis.
    public var labels: [String]?
    /// Where a uniform or log axis was cut; values beyond are clipped.
    public var range: ClosedRange<Double>?
    /// How many samples lie beyond `range`.
    public var clipped: Int
    /// How many samples have no value.
    public var missing: Int

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - name: The axis's name.
    ///   - binning: The binning's name.
    ///   - bins: How many bins there are.
    ///   - edges: The inner edges.
    ///   - isSinglePrecision: Whether values and edges are single-precision numbers.
    ///   - labels: The labels of a category.
    ///   - range: Where a uniform or log axis was cut.
    ///   - clipped: How many samples lie beyond `range`.
    ///   - missing: How many samples have no value.
    public init(
      name: String, binning: String, bins: Int, edges: [Double], isSinglePrecision: Bool,
      labels: [String]?, range: ClosedRange<Double>?, clipped: Int, missing: Int
    ) {
      self.name = name
      self.binning = binning
      self.bins = bins
      self.edges = edges
      self.isSinglePrecision = isSinglePrecision
      self.labels = labels
      self.range = range
      self.clipped = clipped
      self.missing = missing
    }

    private func json(_ value: Double) -> JSONValue {
      // A given edge beyond the range of floats stays a double.
      let single = Float(value)
      return isSinglePrecision && Double(single) == value ? .single(single) : .number(value)
    }

    var json: JSONValue {
      .members([
        "name": .string(name), "binning": .string(binning), "bins": .integer(bins),
        "edges": parentEdges.map { .array($0.map { .array($0.map { json($0) }) }) }
          ?? .array(edges.map { json($0) }),
        "parents": parents.map { .array($0.map { .array($0.map { .integer($0) }) }) },
        "components": components.map { .integer($0) },
        "labels": labels.map { .array($0.map { .string($0) }) },
        "range": range.map { .array([json($0.lowerBound), json($0.upperBound)]) },
        "clipped": .integer(clipped), "missing": .integer(missing),
      ])
    }
  }

  /// What was taken out of quality because length explains it.
  public struct LengthDebias: Sendable, Equatable {
    /// How many samples have a quality.
    public var samples: Int
    /// How much quality rises with each unit of log(1 + tokens).
    public var slope: Double
    /// Spearman's correlation of quality with tokens before; `nil` where either is constant.
    public var spearmanBefore: Double?
    /// The same afterwards.
    public var spearmanAfter: Double?

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - samples: How many samples have a quality.
    ///   - slope: How much quality rises with each unit of log(1 + tokens).
    ///   - spearmanBefore: The correlation of quality with tokens before.
    ///   - spearmanAfter: The same afterwards.
    public init(
      samples: Int, slope: Double, spearmanBefore: Double?, spearmanAfter: Double?
    ) {
      self.samples = samples
      self.slope = slope
      self.spearmanBefore = spearmanBefore
      self.spearmanAfter = spearmanAfter
    }

    var json: JSONValue {
      .members([
        "samples": .integer(samples), "slope": .number(slope),
        "spearman_before": spearmanBefore.map { .number($0) } ?? .null,
        "spearman_after": spearmanAfter.map { .number($0) } ?? .null,
      ])
    }
  }

  /// How many samples have suspect answers of one kind.
  public struct Suspects: Sendable, Equatable {
    /// The kind.
    public var kind: SuspectKind
    /// How many samples are of it, duplicates left out.
    public var found: Int
    /// How many of them were dropped for it.
    public var dropped: Int

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - found: How many samples are of it.
    ///   - dropped: How many of them were dropped for it.
    public init(kind: SuspectKind, found: Int, dropped: Int) {
      self.kind = kind
      self.found = found
      self.dropped = dropped
    }
  }

  /// The version of Gamut that made the subset.
  public var version: String
  /// Everything that decided the subset besides the pool, under the options' names.
  public var recipe: JSONValue
  /// The SHA-256 of the recipe's JSON on one line, by which an edited recipe is told; `nil` where nobody took it.
  public var recipeSHA256: String?
  /// The files of the pool, in order.
  public var sources: [Source]
  /// The axes, in the recipe's order.
  public var axes: [Axis]
  /// The archive that was chosen from; `nil` for files.
  public var archive: JSONValue?
  /// Where vectors and topics came from; `null` when no axis needed them.
  public var embedding: JSONValue?
  /// The files of evaluation records that samples were held against, and how many overlap; `nil` for none.
  public var exclusion: JSONValue?
  /// The lists of ids of samples that are never or always chosen; `nil` for none.
  public var identifierLists: JSONValue?
  /// The version of duckdb that read or wrote Parquet; `nil` where none did.
  public var duckdb: String?
  /// The tokenizer that counted tokens; `nil` where they are estimated.
  public var tokenizer: JSONValue?
  /// What length explained of quality, where that was taken out.
  public var lengthDebias: LengthDebias?
  /// How the subset stands to random ones; `nil` where none were drawn.
  public var random: RandomProof?
  /// What was required of the subset; none where nothing was.
  public var requirements: [RequirementOutcome] = []
  /// Suspect answers by kind.
  public var suspects: [Suspects] = []
  /// What the pool is made of.
  public var pool: SetDescription
  /// What the subset is made of.
  public var subset: SetDescription
  /// What decides the subset's bytes besides recipe and pool: order, form, what becomes of unreadable lines.
  public var writing: JSONValue?
  /// The subset's file: path, bytes and SHA-256.
  public var output: JSONValue?
  /// How many cells hold at least one sample of the pool.
  public var reachableCells: Int
  /// How many lines have each status; they add up to all lines of the pool that are not blank.
  public var outcome: [ReceiptStatus: Int]
  /// The budget as it was written.
  public var budgetRequested: String
  /// In what the budget is counted.
  public var budgetUnit: String
  /// The most that might have been spent.
  public var budgetLimit: Int
  /// What was spent.
  public var budgetSpent: Int
  /// Seconds by stage in the order in which they ran, and at last the total, up to the moment in which
  /// the manifest was written.
  public var timing: [StageTime]
  /// What a user should know.
  public var warnings: [Warning]

  /// Puts a manifest together.
  ///
  /// - Parameters:
  ///   - version: The version of Gamut.
  ///   - recipe: Everything that decided the subset besides the pool.
  ///   - sources: The files of the pool.
  ///   - axes: The axes as they were cut.
  ///   - archive: The archive that was chosen from.
  ///   - embedding: Where vectors and topics came from.
  ///   - pool: What the pool is made of.
  ///   - subset: What the subset is made of.
  ///   - output: The subset's file.
  ///   - reachableCells: How many cells hold at least one sample of the pool.
  ///   - outcome: How many lines have each status.
  ///   - budgetRequested: The budget as it was written.
  ///   - budgetUnit: In what the budget is counted.
  ///   - budgetLimit: The most that might have been spent.
  ///   - budgetSpent: What was spent.
  ///   - timing: Seconds by stage.
  ///   - warnings: What a user should know.
  public init(
    version: String, recipe: JSONValue, sources: [Source], axes: [Axis], archive: JSONValue? = nil,
    embedding: JSONValue?,
    pool: SetDescription, subset: SetDescription, output: JSONValue?, reachableCells: Int,
    outcome: [ReceiptStatus: Int], budgetRequested: String, budgetUnit: String, budgetLimit: Int,
    budgetSpent: Int, timing: [StageTime], warnings: [Warning]
  ) {
    self.version = version
    self.recipe = recipe
    self.sources = sources
    self.axes = axes
    self.archive = archive
    self.embedding = embedding
    self.pool = pool
    self.subset = subset
    self.output = output
    self.reachableCells = reachableCells
    self.outcome = outcome
    self.budgetRequested = budgetRequested
    self.budgetUnit = budgetUnit
    self.budgetLimit = budgetLimit
    self.budgetSpent = budgetSpent
    self.timing = timing
    self.warnings = warnings
  }

  /// The manifest as JSON.
  public var json: JSONValue {
    .members([
      "gamut": .string(version),
      "manifest_format": .integer(Self.formatVersion),
      "recipe": recipe,
      "recipe_sha256": recipeSHA256.map { .string($0) },
      "sources": .array(sources.map(\.json)),
      "archive": archive,
      "axes": .array(axes.map(\.json)),
      "embedding": embedding,
      "exclusion": exclusion,
      "identifier_lists": identifierLists,
      "tokenizer": tokenizer,
      "duckdb": duckdb.map { .string($0) },
      "length_debias": lengthDebias?.json,
      "pool": pool.json,
      "subset": subset.json,
      "random": random?.json,
      "requirements": requirements.isEmpty ? nil : .array(requirements.map(\.json)),
      "writing": writing,
      "output": output,
      "reachable_cells": .integer(reachableCells),
      "outcome": .object(
        ReceiptStatus.allCases.map {
          .init(key: $0.name, value: .integer(outcome[$0, default: 0]))
        }),
      "suspects": suspects.isEmpty
        ? nil
        : .object(
          suspects.map {
            .init(
              key: $0.kind.rawValue,
              value: .members(["found": .integer($0.found), "dropped": .integer($0.dropped)]))
          }),
      "budget": .members([
        "requested": .string(budgetRequested), "unit": .string(budgetUnit),
        "limit": .integer(budgetLimit), "spent": .integer(budgetSpent),
      ]),
      "timing": .object(
        timing.map {
          .init(key: $0.stage, value: .number(($0.seconds * 1e4).rounded() / 1e4))
        }),
      "warnings": .array(warnings.map { .string($0.message) }),
    ])
  }
}

extension SetDescription {
  /// The description as JSON, under the names that all of Gamut's files use.
  public var json: JSONValue {
    .members([
      "samples": .integer(samples), "tokens": .integer(tokens), "bytes": .integer(bytes),
      "cells": .integer(metrics.cells), "quality": quality?.json, "complexity": complexity?.json,
      "metrics": metrics.json, "packing": packing?.json,
    ])
  }
}

extension Distribution {
  /// The distribution as JSON.
  var json: JSONValue {
    let named = zip(Distribution.percents, percentiles).map {
      JSONValue.Member(key: "p\($0)", value: .number($1))
    }
    return .object(
      [
        .init(key: "mean", value: .number(mean)),
        .init(key: "sd", value: .number(standardDeviation)),
      ] + named + [.init(key: "share_at_mode", value: .number(shareAtMode))])
  }
}

extension CellMetrics {
  /// The metrics as JSON.
  var json: JSONValue {
    .members([
      "cells": .integer(cells), "coverage": .number(coverage),
      "reachable_coverage": .number(reachableCoverage), "evenness": evenness.map { .number($0) },
      "qd_score": qdScore.map { .number($0) },
      "normalized_qd_score": normalizedQDScore.map { .number($0) },
    ])
  }
}
