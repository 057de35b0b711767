import Descriptors
import Numbers
import Reporting
import Samples

extension DescriptorModel {
  /// The model with its axes cut over a pool.
  ///
  /// - Parameters:
  ///   - columns: The pool, in any order of its sources.
  ///   - sources: What was found in each source.
  ///   - plan: Where the columns have what.
  ///   - binned: The axes, where they were cut over this pool already.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Returns: The model, whose axes are no longer uncut, and what is wrong with its grid.
  /// - Throws: `GamutError.noAxisValues`, `DescriptorsError`, `LinearAlgebraError`.
  /// - Complexity: O(n) for n samples, and k-means of a part of them for a cvt axis.
  func cut(
    over columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan,
    binned: [Groundwork.BinnedAxis]? = nil, threads: Int
  ) throws -> (model: DescriptorModel, warnings: [Warning]) {
    let cut =
      try binned
      ?? Groundwork.cut(
        specifications, columns: columns, sources: sources, plan: plan, seed: seed,
        threads: threads)
    let grid = Grid(axes: cut.map(\.axis), bins: cut.map(\.bins), sampleCount: columns.count)
    let diagnosis = GridDiagnosis(
      grid: grid, columns: columns, plan: plan, topics: TopicSpectrum(components))
    var model = self
    model.uncut = nil
    model.axes = cut.map(\.axis.withoutLabels)
    model.references = cut.map { axis, _ in
      guard axis.specification.binning.hasEdges else { return nil }
      let values = columns.values(
        at: plan.place(of: axis.specification), topicCount: plan.topicCount)
      return AxisReference(sorted: sortedAscending(values), clipped: axis.clippedCount)
    }
    return (model, diagnosis.warnings)
  }

  /// Checks that every column that is to tell quality has a number somewhere: a misspelt one has none.
  ///
  /// - Throws: `GamutError.noQuality`.
  static func checkHasQuality(
    _ quality: [Recipe.QualityColumn], in columns: PoolColumns, sources: [SourceSummary],
    plan: ReadingPlan
  ) throws(GamutError) {
    for column in quality {
      guard let place = plan.numericColumns.firstIndex(of: column.path),
        columns.numbers[place].allSatisfy(\.isNaN)
      else { continue }
      throw .noQuality(
        paths: sources.map(\.path), column: column.path, isText: columns.textCounts[place] > 0)
    }
  }
}
