/// What is wrong with an axis: facts only, worded by the tool.
public enum DescriptorsError: Error, Equatable, Sendable {
  /// A text names no axis; `text` is the whole of what was given.
  case malformedAxis(text: String, problem: AxisProblem)
  /// `@log` meets a value of −1 or less, which has no log(1 + x).
  case tooSmallForLogAxis(axis: String, value: Double)
  /// The axis has no value at all, so nothing can be cut.
  case noValues(axis: String)
  /// Edges, labels or centroids that were stored do not fit the axis or each other.
  case inconsistentAxis(axis: String)

  /// Why a text names no axis.
  public enum AxisProblem: Equatable, Sendable {
    /// There is no name before the bins.
    case missingName
    /// No measure of this name; `known` are those there are.
    case unknownMeasure(name: String, known: [String])
    /// The number of bins is not a whole number from 1 to 1,000,000.
    case badBinCount(text: String)
    /// The binning `text` is none of the known words and no list of numbers.
    case badBinning(text: String)
    /// The listed edges do not strictly ascend, or one is not finite.
    case edgesNotAscending
    /// A list of k edges makes k + 1 bins, which is not the number given.
    case edgesDisagreeWithBins(edges: Int, bins: Int)
    /// A category has a bin a label and takes no number of bins.
    case categoryWithBins
    /// A measure or a topic cannot be a category, only a column can.
    case categoryOfMeasure
    /// All topics together are cut into Voronoi cells only.
    case topicsWithoutCVT
    /// Only all topics together are cut into Voronoi cells, not `name`.
    case cvtOfOther(name: String)
    /// A cvt axis has at most `limit` bins.
    case tooManyCells(limit: Int)
    /// A nested axis stands first, so there are no cells to cut it in.
    case nestedFirst
    /// Another axis of the grid has the same name.
    case namedTwice
  }
}
