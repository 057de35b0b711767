/// What a stage of a run took.
public struct StageTime: Sendable, Equatable {
  /// The stage's name; `total` for all of a run.
  public var stage: String
  /// Seconds on the wall.
  public var seconds: Double
  /// Seconds of the processor that all threads of the process used meanwhile, waiting left out.
  public var processorSeconds: Double

  /// Notes what a stage took.
  ///
  /// - Parameters:
  ///   - stage: The stage's name.
  ///   - seconds: Seconds on the wall, 0 or more.
  ///   - processorSeconds: Seconds of the processor, 0 or more.
  public init(stage: String, seconds: Double, processorSeconds: Double) {
    self.stage = stage
    self.seconds = seconds
    self.processorSeconds = processorSeconds
  }
}
