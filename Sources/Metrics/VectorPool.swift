public import LinearAlgebra
internal import Numbers

/// The vectors of a pool, with what metrics need to know of its samples.
public struct VectorPool: Sendable {
  /// One row a sample.
  public let vectors: RowSource
  /// A hash of each sample's content, which decides what is drawn; equal contents have equal ones.
  public let contentHashes: [UInt64]
  /// The quality of each sample, NaN for one without; `nil` where there is none at all.
  public let quality: [Double]?
  /// The samples that make up the pool, each once.
  ///
  /// They are to be covered, and densities are taken from them. Sets may have others.
  public let samples: [Int32]

  /// Describes a pool.
  ///
  /// - Parameters:
  ///   - vectors: One row a sample, with at least one column.
  ///   - contentHashes: A hash of each sample's content.
  ///   - quality: The quality of each sample, NaN for one without.
  ///   - samples: The samples that make up the pool; `nil` for all.
  public init(
    vectors: RowSource, contentHashes: [UInt64], quality: [Double]? = nil,
    samples: [Int32]? = nil
  ) {
    precondition(contentHashes.count == vectors.rowCount, "a hash a sample")
    precondition(quality.map { $0.count == vectors.rowCount } ?? true, "a quality a sample")
    precondition(vectors.rowCount <= Int(Int32.max), "more samples than can be numbered")
    self.vectors = vectors
    self.contentHashes = contentHashes
    self.quality = quality
    self.samples = samples ?? (0..<Int32(vectors.rowCount)).map { $0 }
  }

  /// How much is drawn where all would take too long.
  public struct Limits: Sendable, Equatable {
    /// Of how many samples of a set neighbours are looked for, at least 1.
    public var neighbourSamples = 1_024
    /// From how many samples of the pool coverage is looked at, at least 1.
    public var coveredSamples = 2_048
    /// From how many samples of the pool densities are taken, at least 1.
    public var referenceSamples = 8_192
    /// How many bytes of vectors are kept in memory; those of larger sets are read again and again.
    public var memory = 512 << 20
    /// What draws start from.
    public var seed: UInt64 = 0

    /// The usual limits.
    public init() {}
  }

  /// Samples in the order in which they are drawn: by a hash of the seed and their content, of equal
  /// ones by number.
  func drawn(_ samples: [Int32], seed: UInt64) -> [Int32] {
    // Not the hash by which random subsets are drawn from the same seed: those would be judged by their
    // own samples, and seem to cover the pool.
    let key = scrambled(seed ^ 0x7665_6374_6F72_7321)
    return stableSorted(samples) { scrambled(contentHashes[Int($0)] ^ key) }
  }
}
