/// Sets that are to be compared.
public struct CompareRequest: Sendable {
  /// Labels of a column that make one set together.
  public struct Group: Sendable, Equatable {
    /// What the set is called.
    public var name: String
    /// The labels; one that ends in `*` stands for all that begin so.
    public var patterns: [String]

    /// Names a group.
    ///
    /// - Parameters:
    ///   - name: What the set is called.
    ///   - patterns: The labels, at least one.
    public init(name: String, patterns: [String]) {
      self.name = name
      self.patterns = patterns
    }
  }

  /// The sets, and how they are measured.
  public var sets: SetsRequest
  /// The column whose labels divide the inputs, taken together, into sets.
  public var groupColumn: String?
  /// Which labels make which set; none for one set a label.
  public var groups: [Group] = []
  /// By what samples are told to be about the same thing, of which only those are looked at that all sets
  /// have.
  public var key: SampleKey?
  /// How many cells are told at most in each list.
  public var cellLimit = 10
  /// How many cells are demanded of each set at most; 0 for no demand.
  public var demandLimit = 0

  /// The most sets that are compared at once.
  public static let setLimit = 48

  /// Makes a request.
  ///
  /// - Parameter sets: The sets, and how they are measured.
  public init(sets: SetsRequest) { self.sets = sets }
}
