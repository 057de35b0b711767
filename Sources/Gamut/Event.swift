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
  /// Reading the columns of an archive.
  case load
  /// Cutting axes, ranking cells and spending the budget; where an archive is made, writing its columns
  /// meanwhile.
  case select
  /// Measuring sets.
  case measure
  /// Working out what choices from an archive stand on, where it is read for that.
  case rank
  /// Making the choice again with one thing changed.
  case explain
  /// Trying configurations of the grid and the policy.
  case tune
  /// Holding the choice against random ones and what is required of it.
  case prove
  /// Writing the subset and what stands beside it, until the disk has it.
  case write
  /// Holding files against their digests, or against what they should be.
  case compare
  /// Writing the manifest and giving all outputs their names.
  case commit
}

/// What a run tells while it goes on.
public enum Event: Sendable {
  /// A stage begins.
  case began(Stage)
  /// So much of the current stage is done: in bytes of the sources while they are read, in samples
  /// otherwise. `total` is `nil` where nobody knows; `samples` tells how many samples that were. Comes
  /// often, and from any thread, but never two at a time.
  case advanced(Stage, done: Int, total: Int?, samples: Int)
  /// A stage ended.
  case ended(Stage, seconds: Double)
}
