import Numbers

/// An axis as it is asked for: what it measures and how it is to be cut.
///
/// Written `NAME[:BINS][@BINNING]`: `complexity:8@quantile`, `topic1:10`, `tokens:6@log`,
/// `topic:256@cvt`, `tokens:4@nested`, `column:category`, `column:score:5@0.2,0.4,0.6,0.8`.
public struct AxisSpecification: Sendable, Equatable {
  /// What an axis measures.
  public enum Subject: Sendable, Equatable {
    /// A computed measure, by name.
    case measure(String)
    /// A principal component of the embedding, counted from 1.
    case topic(Int)
    /// The leading principal components of the embedding together; how many is the recipe's matter.
    case topics
    /// A field of the record, by dotted path.
    case column(String)
  }

  /// How an axis is cut.
  public enum Binning: Sendable, Equatable {
    /// Equal widths between the 1st and the 99th percentile.
    case uniform
    /// Equal mass; equal values always share a bin.
    case quantile
    /// Equal widths in log(1 + x) between the 1st and the 99th percentile.
    case log
    /// The given inner edges, ascending.
    case edges([Double])
    /// One bin a label.
    case category
    /// Voronoi cells of centroids that k-means finds; of `topics` only.
    case cvt
    /// Equal mass within each cell of the axes before; equal values always share a bin.
    case nested
  }

  /// How many bins an axis has when nothing is said.
  public static let defaultBinCount = 8
  /// How many bins `topic@cvt` has when nothing is said: there is one such axis for what otherwise
  /// takes two or three of eight bins each.
  public static let defaultCellCount = 256
  /// The most bins of a cvt axis: finding centroids takes time in proportion to at least their square.
  public static let cellCountLimit = 16_384

  /// What the axis measures.
  public var subject: Subject
  /// How many bins are asked for; a category has as many as it has labels, a list of edges one more
  /// than edges.
  public var binCount: Int
  /// How the axis is cut.
  public var binning: Binning

  /// Whether the axis looks at principal components of the embedding.
  public var looksAtTopics: Bool {
    switch subject {
    case .topic, .topics: true
    case .measure, .column: false
    }
  }

  /// Makes a specification.
  ///
  /// - Parameters:
  ///   - subject: What the axis measures.
  ///   - binCount: How many bins are asked for, at least 1.
  ///   - binning: How the axis is cut.
  public init(subject: Subject, binCount: Int, binning: Binning) {
    precondition(binCount >= 1, "an axis has at least one bin")
    self.subject = subject
    self.binCount = binCount
    self.binning = binning
  }

  /// The axes of a recipe that names none: complexity by mass, topics by k-means over the leading components.
  ///
  /// Of six grids the one that was better than the mean of all on every pool and learner of `Experiments/Knobs`: two
  /// components, cut by width, are a poor map of topics.
  public static let defaults = [
    AxisSpecification(subject: .measure("complexity"), binCount: 4, binning: .quantile),
    AxisSpecification(subject: .topics, binCount: 64, binning: .cvt),
  ]

  /// The axis's name in manifests and receipts.
  public var name: String {
    switch subject {
    case .measure(let name): name
    case .topic(let component): "topic\(component)"
    case .topics: "topic"
    case .column(let path): "column:\(path)"
    }
  }

  /// The axis in the notation in which it is asked for, with nothing left out; reading it gives the
  /// same axis.
  public var description: String {
    switch binning {
    case .uniform: "\(name):\(binCount)@uniform"
    case .quantile: "\(name):\(binCount)@quantile"
    case .log: "\(name):\(binCount)@log"
    case .edges(let edges): "\(name):\(binCount)@\(edges.map(shortest).joined(separator: ","))"
    case .category: "\(name)@category"
    case .cvt: "\(name):\(binCount)@cvt"
    case .nested: "\(name):\(binCount)@nested"
    }
  }
}
