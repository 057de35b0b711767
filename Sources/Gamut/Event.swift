/// A part of a run, for progress and timing.
public enum Stage: String, Sendable {
  /// Training the built-in text embedding on a sample of the pool.
  case train
  /// Reading and measuring the pool.
  case read
  /// Finding principal components of the vectors.
  case fit
  /// Projecting the vectors on their components.
  case project
  /// Cutting axes, ranking cells and spending the budget.
  case select
  /// Writing the subset and what stands beside it.
  case write
}

/// What a run tells while it goes on.
public enum Event: Sendable {
  /// A stage begins.
  case began(Stage)
  /// So many of so many units of the current stage are done; `total` is `nil` where nobody knows.
  /// Called often and from any thread.
  case advanced(Stage, done: Int, total: Int?, samples: Int)
  /// A stage ended.
  case ended(Stage, seconds: Double)
}
