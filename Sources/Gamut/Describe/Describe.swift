public import Metrics
public import Reporting

/// What sets measure.
public struct Descriptions: Sendable {
  /// The sets' names, in the order in which they were given.
  public var names: [String]
  /// What each measures.
  public var measures: [SetMeasures]
  /// What each looks like; empty where that was not asked for.
  public var profiles: [SetProfile]
  /// What was asked for.
  public var metrics: Set<SetMetric>
  /// What a reader should know.
  public var notes: [SetNote]
  /// Seconds by stage, and at last the total.
  public var timing: [StageTime]
}

/// Describes sets: size, quality, complexity and metrics of each, all in one common space.
///
/// A set that stands alone is its own pool; several are their own pool together, unless one is given. The
/// axes are cut over the pool, and the built-in embedding is trained on it. Every file is read twice: once
/// for its columns, and once more for its texts where metrics of texts are asked for.
///
/// - Parameters:
///   - request: The sets, and how they are measured.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: What each set measures; what was not computed is absent.
/// - Throws: `GamutError`.
/// - Complexity: O(bytes + n log n) for n samples, and what each metric's explanation says.
public func describe(
  _ request: SetsRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> Descriptions {
  do {
    var reader = try SetReader(request)
    let found = try reader.read(onEvent)
    let inputs = Array(found.sets.prefix(request.inputs.count))
    let ground = try reader.settle(found, sets: inputs, onEvent)
    var measures = try reader.watch.time(.measure, onEvent) {
      try measureSets(
        ground.sets.map(\.samples), of: ground.measured, metrics: request.metrics,
        correlates: true, threads: request.threads)
    }
    ground.addPackings(to: &measures, for: request)
    let measured = ground.measured
    let profiles = ground.sets.prefix(request.profileLimit).map {
      SetProfile(
        of: $0.samples, grid: measured.grid, quality: measured.quality,
        complexity: measured.columns.complexity)
    }
    return Descriptions(
      names: ground.sets.map(\.name), measures: measures, profiles: profiles,
      metrics: request.metrics,
      notes: ground.notes + ground.diagnosis.warnings.map(SetNote.grid), timing: reader.watch.stages
    )
  } catch {
    throw GamutError(error)
  }
}

extension SetGround {
  /// What is to be said of the grid.
  fileprivate var diagnosis: GridDiagnosis {
    GridDiagnosis(
      grid: measured.grid, samples: measured.samples, columns: measured.columns, plan: plan,
      topics: spectrum)
  }
}
