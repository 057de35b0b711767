import Numbers
import Reporting
import Samples

/// The quality of every sample, as it ranks, and what was taken out of it.
struct Scores: Sendable {
  /// One number a sample, NaN for one without; higher is better.
  let values: [Double]
  /// What length explained of it, where that was taken out.
  let lengthDebias: Manifest.LengthDebias?

  /// Scores a pool.
  ///
  /// - Parameters:
  ///   - columns: The pool.
  ///   - sources: What was found in each source.
  ///   - plan: Where the columns have what.
  ///   - recipe: What tells quality.
  /// - Throws: `GamutError.agreementOfOne`, `noQuality`, `missingQuality` or `tooFewScorers`; what
  ///   reading rows throws.
  init(
    of columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, recipe: Recipe
  ) throws {
    let combined = try Self.combined(columns, sources: sources, plan: plan, recipe: recipe)
    guard recipe.debiasesLength else {
      values = combined
      lengthDebias = nil
      return
    }
    let fit = LengthFit(of: combined, tokens: columns.tokens)
    let tokens = columns.tokens.map(Double.init)
    values = fit.residuals(of: combined, tokens: columns.tokens)
    lengthDebias = Manifest.LengthDebias(
      samples: fit.count, slope: fit.slope, spearmanBefore: rankCorrelation(combined, tokens),
      spearmanAfter: rankCorrelation(values, tokens))
  }

  /// The columns as one quality.
  private static func combined(
    _ columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan, recipe: Recipe
  ) throws -> [Double] {
    if recipe.agreement != nil, recipe.quality.count < 2 {
      throw GamutError.agreementOfOne(columns: recipe.quality.count)
    }
    if let heuristic = plan.heuristic {
      return combinedQuality(
        columns: [columns.measures[heuristic].map(Double.init)], weights: [1],
        normalization: recipe.normalization)
    }
    for (index, column) in recipe.quality.enumerated() {
      let values = columns.numbers[index]
      guard let first = values.firstIndex(where: \.isNaN) else { continue }
      let isText = columns.textCounts[index] > 0
      if values.allSatisfy(\.isNaN) {
        throw GamutError.noQuality(
          paths: sources.map(\.path), column: column.path, isText: isText)
      }
      if recipe.missingQuality == .fail, recipe.agreement == nil {
        let place = try columns.rows(of: [Int32(first)], sources: sources).place(of: Int32(first))
        throw GamutError.missingQuality(
          path: place.path, line: place.line, column: column.path,
          count: values.count { $0.isNaN })
      }
    }
    let combined = combinedQuality(
      columns: Array(columns.numbers.prefix(recipe.quality.count)),
      weights: recipe.quality.map(\.weight), normalization: recipe.normalization,
      agreement: recipe.agreement)
    if recipe.missingQuality == .fail, recipe.agreement != nil,
      let first = combined.firstIndex(where: \.isNaN)
    {
      let place = try columns.rows(of: [Int32(first)], sources: sources).place(of: Int32(first))
      throw GamutError.tooFewScorers(
        path: place.path, line: place.line, count: combined.count { $0.isNaN })
    }
    return combined
  }
}
