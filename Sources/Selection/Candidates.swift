public import EliteArchive
public import LinearAlgebra

/// What methods look at to put candidates into an order.
public struct Candidates: Sendable {
  /// The ranked candidates.
  public var archive: EliteArchive
  /// One a sample.
  public var contentHash: [UInt64]
  /// The length of each sample in tokens, for `random-length`.
  public var tokens: [UInt32] = []
  /// The quality of each sample, NaN for one without; that by which the archive ranks.
  public var quality: [Double] = []
  /// The complexity of each sample, for `deita`.
  public var complexity: [Float] = []
  /// The vectors of the candidates, for methods that look at them.
  public var directions: Directions?
  /// Candidates that are chosen in any case, best first; `k-center`, `facility-location` and `mig` take them
  /// for chosen before they begin, and put them first.
  public var included: [Int32] = []

  /// Candidates that are told by their cells, ranks and hashes.
  ///
  /// - Parameters:
  ///   - archive: The ranked candidates.
  ///   - contentHash: One a sample.
  public init(archive: EliteArchive, contentHash: [UInt64]) {
    self.archive = archive
    self.contentHash = contentHash
  }
}

/// The vectors of candidates, by which methods tell what lies close to what.
///
/// A vector of zeros has no direction: its sample is close to nothing, covers nothing and cannot be far from
/// anything. How a method takes that is told at `SelectionMethod`.
public struct Directions: Sendable {
  /// The candidates that have a direction, best first.
  public let samples: [Int32]
  /// The other candidates, best first.
  public let others: [Int32]
  /// The vectors of `samples`, in their order.
  public let vectors: UnitVectors

  /// Reads the vectors of candidates.
  ///
  /// - Parameters:
  ///   - candidates: The candidates, best first.
  ///   - dimension: How many numbers a vector has, at least 1.
  ///   - threads: How many threads may work at once; they change nothing.
  ///   - read: Writes the vector of a sample, finite numbers; called from several threads at once.
  /// - Throws: What reading throws.
  /// - Complexity: O(n) for n candidates, and 4 bytes for each number of theirs.
  public init(
    of candidates: [Int32], dimension: Int, threads: Int,
    _ read: @escaping @Sendable (Int, inout MutableSpan<Float>) throws -> Void
  ) throws {
    let (vectors, numbers) = try UnitVectors.reading(
      count: candidates.count, dimension: dimension, threads: threads
    ) { place, vector in try read(Int(candidates[place]), &vector) }
    self.vectors = vectors
    samples = numbers.map { candidates[Int($0)] }
    var others: [Int32] = []
    var next = 0
    for (place, candidate) in candidates.enumerated() {
      if next < numbers.count, Int(numbers[next]) == place {
        next += 1
      } else {
        others.append(candidate)
      }
    }
    self.others = others
  }
}
