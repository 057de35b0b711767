/// A measure of how a set of samples lies among the vectors of a pool.
///
/// In the formulas x is a sample's vector divided by its length, n the number of the set's samples that
/// have a vector other than zero, X the n × d matrix of these, λ the eigenvalues of XᵀX/n, which are
/// those of the kernel of cosines over n and add up to 1.
public enum VectorMetric: String, DescribedMetric {
  /// The mean of 1 − cosine over all pairs.
  case meanPairwiseCosineDistance = "mean_pairwise_cosine_distance"
  /// The Vendi score of order 1.
  case vendi1 = "vendi_1"
  /// The Vendi score of order 2.
  case vendi2 = "vendi_2"
  /// The Vendi score of order ∞.
  case vendiInfinity = "vendi_inf"
  /// The mean quality times the Vendi score of order 1.
  case qualityWeightedVendi = "quality_weighted_vendi"
  /// The mean distance to the five nearest other samples of the set.
  case knnDistance = "knn_distance"
  /// The logarithm of the determinant of the kernel of cosines plus the identity.
  case logDeterminant = "log_determinant"
  /// The density-aware, proximity-weighted mean distance.
  case novelSum = "novelsum"
  /// The pool's mean cosine with the nearest sample of the set.
  case facilityLocation = "facility_location"
  /// The pool's greatest distance to the nearest sample of the set.
  case coverageRadius = "coverage_radius"

  /// What it says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    switch self {
    case .meanPairwiseCosineDistance:
      MetricDescription(
        name: rawValue, summary: "how far two samples lie apart on average",
        formula:
          "1 - (|sum of x|^2 - n) / (n (n - 1)), that is, the mean of 1 - cosine over all pairs",
        range: "0 (all the same) to 1 + 1/(n - 1); about 1 for unrelated directions",
        direction: .higher,
        source: "average pairwise similarity, remote clique; exact by the sum of the vectors",
        cost: "O(n d), exact",
        blindTo: "everything but the mean vector: two tight clumps score as an even spread")
    case .vendi1:
      MetricDescription(
        name: rawValue, summary: "how many different samples the set is worth",
        formula: "exp(-sum of l ln l), l the eigenvalues of X'X / n",
        range: "1 (all the same) to min(n, d)",
        direction: .higher,
        source: "Friedman and Dieng 2023, arXiv 2210.02410",
        cost: "O(n d^2 + d^3), exact",
        blindTo: "more than d directions; rare directions count little, coverage of the pool not")
    case .vendi2:
      MetricDescription(
        name: rawValue, summary: "the same, counting common directions more than rare ones",
        formula: "1 / (sum of l^2) = n^2 / (sum of all squared cosines), pairs and selves",
        range: "1 (all the same) to min(n, d)",
        direction: .higher,
        source: "Pasarkar and Dieng 2024, arXiv 2310.12952, order 2",
        cost: "O(n d^2), exact, no eigenvalues needed",
        blindTo: "rare directions, nearly; more than d directions")
    case .vendiInfinity:
      MetricDescription(
        name: rawValue, summary: "the same, counting the commonest direction only",
        formula: "1 / (largest l)",
        range: "1 (all the same) to min(n, d)",
        direction: .higher,
        source: "Pasarkar and Dieng 2024, arXiv 2310.12952, order infinity",
        cost: "O(n d^2 + d^3), exact",
        blindTo: "all directions but the commonest, which for most encoders is the mean vector")
    case .qualityWeightedVendi:
      MetricDescription(
        name: rawValue, summary: "how much quality the set's different samples carry together",
        formula: "mean quality * vendi_1; absent where a sample has no quality or a negative one",
        range: "0 to (largest quality) * min(n, d)",
        direction: .higher,
        source: "Nguyen and Dieng 2024, arXiv 2405.02449",
        cost: "as vendi_1",
        blindTo:
          "which samples are the good ones: quality may all lie in one clump; quality's zero matters"
      )
    case .knnDistance:
      MetricDescription(
        name: rawValue, summary: "how far a sample's nearest others in the set lie",
        formula:
          "mean over samples of the mean Euclidean distance of x to the 5 nearest others, n - 1 where fewer",
        range: "0 (only copies) to 2; 1.41 for unrelated directions",
        direction: .higher,
        source: "mean distance to k nearest neighbours, k = 5",
        cost: "O(m n d), m = min(n, samples drawn)",
        blindTo: "gaps between clumps; falls as n grows, so compare sets of one size")
    case .logDeterminant:
      MetricDescription(
        name: rawValue, summary: "how much volume the set spans",
        formula: "ln det(I + X'X / 1) = sum of ln(1 + n l), the ridge being 1",
        range: "ln(1 + n) (all the same) to min(n, d) ln(1 + n / min(n, d))",
        direction: .higher,
        source:
          "log-determinant of the cosine kernel (determinantal point processes), ridge 1, by its dual",
        cost: "O(n d^2 + d^3), exact",
        blindTo: "grows with n by itself, so compare sets of one size")
    case .novelSum:
      MetricDescription(
        name: rawValue,
        summary: "how novel the samples are to one another, more so in crowded parts of the pool",
        formula:
          "mean over samples of r * (sum of d_j / j) / (sum of 1 / j): d_j the distance 1 - cosine to the"
          + " j-th nearest other sample, r = (e + 1e-9)^(-1/2), e the mean squared Euclidean distance to the"
          + " 10 nearest different vectors of the pool",
        range: "0 (all the same) and up, without bound",
        direction: .higher,
        source:
          "Yang and others 2025, arXiv 2502.17184, as in their code: density power 0.5, distance power 1,"
          + " self excluded",
        cost:
          "O(m (n + p) d), m = min(n, samples drawn), p the rows of the pool that densities are taken from",
        blindTo:
          "coverage of the pool; its unit follows the pool's density, so compare within one pool")
    case .facilityLocation:
      MetricDescription(
        name: rawValue, summary: "how close the pool's samples have a chosen one",
        formula:
          "mean over samples of the pool of the largest cosine with a sample of the set; times their count it"
          + " is the sum of submodular facility location",
        range: "-1 to 1 (every sample of the pool has its direction in the set)",
        direction: .higher,
        source: "facility location, as in submodlib and apricot, cosine similarity",
        cost: "O(v n d), v = min(pool, samples drawn), shared among sets",
        blindTo: "rare parts of the pool; grows with n by itself, so compare sets of one size")
    case .coverageRadius:
      MetricDescription(
        name: rawValue, summary: "how far the worst served sample of the pool lies from the set",
        formula:
          "largest over samples of the pool of the least Euclidean distance to a sample of the set",
        range: "0 (every sample of the pool has its direction in the set) to 2",
        direction: .lower,
        source: "the objective of k-center (Gonzalez 1985)",
        cost: "as facility_location",
        blindTo:
          "all but one sample of the pool, often a freak; over a sample of the pool it is a lower bound"
      )
    }
  }
}
