import Numbers
import Samples

/// Where a sample stands: the path of its source, and its line there.
struct SamplePlace: Equatable {
  var path: String
  var line: Int
}

/// Tells where each sample of a pool stands.
struct SamplePlaces {
  private let paths: [String]
  /// How many samples there are up to the end of each source.
  private let ends: [Int]
  private let lines: [UInt32]

  /// Prepares for a pool.
  ///
  /// - Parameters:
  ///   - sources: What was found in each source, in order.
  ///   - lines: The line of each sample in its source.
  init(sources: [SourceSummary], lines: [UInt32]) {
    paths = sources.map(\.path)
    var end = 0
    ends = sources.map { source in
      end += source.sampleCount
      return end
    }
    precondition(end == lines.count, "sources and columns disagree on the number of samples")
    self.lines = lines
  }

  /// The place of a sample.
  ///
  /// - Complexity: O(log s) for s sources.
  subscript(sample: Int) -> SamplePlace {
    let source = partitioningIndex(of: ends.indices) { ends[$0] > sample }
    return SamplePlace(path: paths[source], line: Int(lines[sample]))
  }
}
