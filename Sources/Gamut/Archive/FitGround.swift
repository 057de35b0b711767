import Descriptors
import Measures
import Samples

/// What choices from an archive stand on, worked out while its columns are still in memory.
///
/// The same as `ArchiveGround.groundwork` reads out of the archive, without reading it; the axes that it
/// cuts on the way are those of the model.
struct FitGround: Sendable {
  let ground: Groundwork
  let totals: PoolTotals

  /// Both, as an archive takes them.
  var made: ArchiveGround.Made { (ground, totals) }

  /// Cuts axes, and ranks; `nil` where the archive will hold its samples in another order, which choices go
  /// by, or its quality is not where a plan for choosing has it.
  ///
  /// - Parameters:
  ///   - columns: The samples.
  ///   - sources: What was found in each source.
  ///   - plan: The plan by which the columns were read.
  ///   - axes: The axes.
  ///   - cut: Those of them that were cut before; `nil` for one to be cut over these samples.
  ///   - quality: The columns that tell quality; none for the heuristic.
  ///   - seed: What randomness starts from.
  ///   - threads: How many threads may work at once; they change nothing.
  /// - Throws: As `Groundwork.cut`; `GamutError.noQuality` where no sample has a score.
  init?(
    over columns: PoolColumns, sources: [SourceSummary], plan: ReadingPlan,
    axes: [AxisSpecification], cut: [Axis?], quality: [Recipe.QualityColumn], seed: UInt64,
    threads: Int
  ) throws {
    let paths = quality.map(\.path)
    guard plan.numericColumns.prefix(paths.count) == paths[...],
      ArchivePool.isInOrder(sources)
    else { return nil }
    var recipe = ArchiveGround.recipe(quality: quality, axes: axes)
    recipe.seed = seed
    var plan = plan
    plan.places = axes.map { plan.place(of: $0) }
    if quality.isEmpty { plan.heuristic = plan.measures.firstIndex(of: .quality) }
    let scores = try Scores(of: columns, sources: sources, plan: plan, recipe: recipe)
    ground = try Groundwork(
      columns: columns, sources: sources, quality: scores.values,
      standing: Standing(columns: columns, sources: sources, recipe: recipe), plan: plan,
      recipe: recipe, cutAxes: cut, known: nil, threads: threads)
    totals = PoolTotals(of: columns, quality: scores.values)
  }
}
