/// Any metric of a set, of whichever family, by the one name that files, options and tables use.
public enum SetMetric: Hashable, Sendable {
  /// How the set lies over the cells.
  case cell(CellMetric)
  /// How it is balanced over them.
  case balance(BalanceMetric)
  /// How far that is from a target.
  case target(TargetMetric)
  /// What it gave up of quality.
  case quality(QualityMetric)
  /// How it lies among the vectors.
  case vector(VectorMetric)
  /// How diverse its texts are.
  case text(TextMetric)

  /// All metrics in the order in which they are told: first those that every description has, from cells
  /// over vectors to texts, then those that say more.
  public static let all: [SetMetric] =
    CellMetric.allCases.map { .cell($0) }
    + VectorMetric.allCases.filter { $0 != .qualityWeightedVendi }.sorted {
      Self.place(of: $0) < Self.place(of: $1)
    }.map { .vector($0) }
    + TextMetric.allCases.filter { $0 != .selfRepetition }.map { .text($0) }
    + [.vector(.qualityWeightedVendi), .text(.selfRepetition)]
    + QualityMetric.allCases.map { .quality($0) } + BalanceMetric.allCases.map { .balance($0) }
    + TargetMetric.allCases.map { .target($0) }

  private static func place(of metric: VectorMetric) -> Int {
    let order: [VectorMetric] = [
      .meanPairwiseCosineDistance, .vendi1, .vendi2, .vendiInfinity, .knnDistance,
      .facilityLocation, .coverageRadius, .logDeterminant, .novelSum,
    ]
    return order.firstIndex(of: metric) ?? order.count
  }

  /// Those that tell a set against the pool, and nothing of a set that is its own pool.
  public static let ofPool: Set<SetMetric> = [
    .cell(.reachableCoverage), .vector(.facilityLocation), .vector(.coverageRadius),
    .quality(.qualityRegret), .quality(.eliteRetention), .balance(.divergence),
    .balance(.jensenShannon), .balance(.totalVariation),
  ]

  /// Those that tell a set against a target, and nothing without one.
  public static let ofTarget = Set(TargetMetric.allCases.map { SetMetric.target($0) })

  /// Whether its values are whole numbers.
  public var isCount: Bool { self == .cell(.cells) || self == .balance(.hill0) }

  /// The metric of a name; `nil` for a name that no metric has.
  ///
  /// - Parameter name: The name, such as `vendi_1`.
  public init?(name: String) {
    guard let metric = Self.all.first(where: { $0.name == name }) else { return nil }
    self = metric
  }

  /// The name under which all of Gamut's files and options know it.
  public var name: String {
    switch self {
    case .cell(let metric): metric.rawValue
    case .balance(let metric): metric.rawValue
    case .target(let metric): metric.rawValue
    case .quality(let metric): metric.rawValue
    case .vector(let metric): metric.rawValue
    case .text(let metric): metric.rawValue
    }
  }

  /// What it says, how it is computed and what it cannot see.
  public var explanation: MetricDescription {
    switch self {
    case .cell(let metric): metric.explanation
    case .balance(let metric): metric.explanation
    case .target(let metric): metric.explanation
    case .quality(let metric): metric.explanation
    case .vector(let metric): metric.explanation
    case .text(let metric): metric.explanation
    }
  }
}
