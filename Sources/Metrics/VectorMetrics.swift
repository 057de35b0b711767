/// How a set of samples lies among the vectors of a pool; see `VectorMetric` for the formulas.
///
/// What was not asked for, or is not defined for the set, is `nil` and never zero. Samples whose vector
/// is all zeros have no direction: they are left out everywhere, and counted.
public struct VectorMetrics: Sendable, Equatable {
  /// How many samples of the set have a direction: the n of all formulas.
  public var sampleCount = 0
  /// How many have none, their vector being all zeros.
  public var withoutDirection = 0
  /// Of how many samples of the set the neighbours were looked for, among all of them, for `knnDistance`
  /// and `novelSum`; `nil` where neither was computed.
  public var neighbourSampleCount: Int?
  /// How many samples of the pool `facilityLocation` and `coverageRadius` look from; `nil` where neither
  /// was computed.
  public var coveredSampleCount: Int?
  /// From how many different vectors of the pool `novelSum` takes densities; `nil` where it was not
  /// computed.
  public var referenceSampleCount: Int?

  /// The mean of 1 − cosine over all pairs, 0…2; `nil` for fewer than two samples.
  public var meanPairwiseCosineDistance: Double?
  /// The Vendi score of order 1, 1…min(n, d); `nil` for an empty set.
  public var vendi1: Double?
  /// The Vendi score of order 2, 1…min(n, d); `nil` for an empty set.
  public var vendi2: Double?
  /// The Vendi score of order ∞, 1…min(n, d); `nil` for an empty set.
  public var vendiInfinity: Double?
  /// The mean quality times `vendi1`.
  ///
  /// `nil` for an empty set, where a sample has no quality or a negative one (of which the product would
  /// say less diversity is better), and where the mean is larger than any double.
  public var qualityWeightedVendi: Double?
  /// The mean distance to the five nearest other samples, 0…2; `nil` for fewer than two samples.
  public var knnDistance: Double?
  /// ln det(I + XᵀX), 0 or more; `nil` for an empty set.
  public var logDeterminant: Double?
  /// NovelSum, 0 or more; `nil` for fewer than two samples, and where the pool has no other vector to
  /// take a density from while distances are not 0.
  public var novelSum: Double?
  /// The pool's mean cosine with the nearest sample of the set, −1…1; `nil` for an empty set and for a
  /// pool without directions.
  public var facilityLocation: Double?
  /// The pool's greatest distance to the nearest sample of the set, 0…2; `nil` as `facilityLocation`.
  public var coverageRadius: Double?

  /// Makes one that says nothing.
  public init() {}

  /// The value of a metric by its name.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: Its value; `nil` where it was not asked for or is not defined.
  public subscript(metric: VectorMetric) -> Double? {
    switch metric {
    case .meanPairwiseCosineDistance: meanPairwiseCosineDistance
    case .vendi1: vendi1
    case .vendi2: vendi2
    case .vendiInfinity: vendiInfinity
    case .qualityWeightedVendi: qualityWeightedVendi
    case .knnDistance: knnDistance
    case .logDeterminant: logDeterminant
    case .novelSum: novelSum
    case .facilityLocation: facilityLocation
    case .coverageRadius: coverageRadius
    }
  }

  /// How many rows a metric looked from, where it does not look from all by its definition.
  ///
  /// - Parameter metric: Which one.
  /// - Returns: Samples of the set for `knnDistance` and `novelSum`, of the pool for `facilityLocation`
  ///   and `coverageRadius`; `nil` for the others, which are exact, and for what has no value.
  public func rowsUsed(_ metric: VectorMetric) -> Int? {
    guard self[metric] != nil else { return nil }
    return switch metric {
    case .knnDistance, .novelSum: neighbourSampleCount
    case .facilityLocation, .coverageRadius: coveredSampleCount
    case .meanPairwiseCosineDistance, .vendi1, .vendi2, .vendiInfinity, .qualityWeightedVendi,
      .logDeterminant:
      nil
    }
  }
}
