public import Descriptors

/// A grid and a policy that are tried.
public struct TuningConfiguration: Sendable, Equatable {
  /// The axes of the grid; none at all for a single cell.
  public var axes: [AxisSpecification]
  /// How evenly cells send, as `Recipe.evenness`.
  public var evenness: Double
  /// How much quality alone decides, as `Recipe.greed`.
  public var greed: Double
  /// From which cosine on a sample is skipped beside a better chosen one, as `Recipe.redundancy`.
  public var redundancy: Double?

  /// Names a configuration.
  ///
  /// - Parameters:
  ///   - axes: The axes of the grid.
  ///   - evenness: E in 0…1.
  ///   - greed: G in 0…1.
  ///   - redundancy: The cosine from which on samples are skipped, −1…1; `nil` for no such rule.
  public init(
    axes: [AxisSpecification], evenness: Double, greed: Double, redundancy: Double? = nil
  ) {
    self.axes = axes
    self.evenness = evenness
    self.greed = greed
    self.redundancy = redundancy
  }
}

/// The configurations that a tuning tries: every choice of one alternative of each dimension, under each
/// evenness, each greed and each bound of redundancy.
public struct TuningSpace: Sendable, Equatable {
  /// The dimensions of the grid, each a list of alternatives, each a list of axes that stand together, or
  /// none.
  public var dimensions: [[[AxisSpecification]]]
  /// What evenness is tried, each in 0…1.
  public var evenness: [Double]
  /// What greed is tried, each in 0…1.
  public var greed: [Double]
  /// What redundancy is tried, `nil` in it for none; as a whole `nil` where all have that of the recipe.
  public var redundancy: [Double?]?

  /// The most configurations that are tried.
  public static let limit = 10_000

  /// Describes a space.
  ///
  /// - Parameters:
  ///   - dimensions: The dimensions of the grid.
  ///   - evenness: What evenness is tried.
  ///   - greed: What greed is tried.
  public init(
    dimensions: [[[AxisSpecification]]] = TuningSpace.defaultDimensions,
    evenness: [Double] = TuningSpace.defaultEvenness, greed: [Double] = TuningSpace.defaultGreed
  ) {
    self.dimensions = dimensions
    self.evenness = evenness
    self.greed = greed
  }

  /// The evenness that is tried when nothing is said.
  public static let defaultEvenness = [0, 0.5, 0.75, 1]
  /// The greed that is tried when nothing is said.
  public static let defaultGreed = [0, 0.25, 0.5]

  /// The dimensions that are tried when nothing is said: how finely complexity is cut, and topics by width, by
  /// mass, three of them, or in Voronoi cells.
  public static let defaultDimensions: [[[AxisSpecification]]] = [
    [4, 8, 16].map {
      [AxisSpecification(subject: .measure("complexity"), binCount: $0, binning: .quantile)]
    },
    [
      topics(2, 4, .uniform), topics(2, 8, .uniform), topics(2, 16, .uniform),
      topics(2, 8, .quantile), topics(3, 4, .uniform), cells(16), cells(64), cells(256),
    ],
  ]

  private static func topics(
    _ count: Int, _ bins: Int, _ binning: AxisSpecification.Binning
  ) -> [AxisSpecification] {
    (1...count).map { AxisSpecification(subject: .topic($0), binCount: bins, binning: binning) }
  }

  private static func cells(_ count: Int) -> [AxisSpecification] {
    [AxisSpecification(subject: .topics, binCount: count, binning: .cvt)]
  }

  /// How many configurations there are, those that are the same counted each time; the largest number where
  /// that is larger.
  public var count: Int {
    ([evenness.count, greed.count, redundancy?.count ?? 1] + dimensions.map(\.count)).reduce(1) {
      product, factor in
      let (result, isTooLarge) = product.multipliedReportingOverflow(by: factor)
      return isTooLarge ? .max : result
    }
  }

  /// The grids, each once, in the order of the alternatives, the first dimension changing slowest.
  ///
  /// - Throws: `DescriptorsError.malformedAxis` for a nested axis that stands first, and for a grid in which
  ///   two axes have one name.
  public func grids() throws(DescriptorsError) -> [[AxisSpecification]] {
    var grids: [[AxisSpecification]] = [[]]
    for alternatives in dimensions {
      var longer: [[AxisSpecification]] = []
      for grid in grids {
        for axes in alternatives where !longer.contains(grid + axes) { longer.append(grid + axes) }
      }
      grids = longer
    }
    for grid in grids {
      try AxisSpecification.check(grid)
      for (place, axis) in grid.enumerated()
      where grid[..<place].contains(where: { $0.name == axis.name }) {
        throw .malformedAxis(text: axis.description, problem: .namedTwice)
      }
    }
    return grids
  }

  /// All configurations, each once: the given one first, then by grid, evenness, greed and redundancy.
  ///
  /// - Parameter first: What else would be chosen by.
  /// - Returns: At least one configuration.
  /// - Throws: As `grids()`.
  public func configurations(
    after first: TuningConfiguration
  ) throws(DescriptorsError) -> [TuningConfiguration] {
    var result = [first]
    for grid in try grids() {
      for evenness in evenness.unique {
        for greed in greed.unique {
          for redundancy in (redundancy ?? [first.redundancy]).unique {
            let next = TuningConfiguration(
              axes: grid, evenness: evenness, greed: greed, redundancy: redundancy)
            if next != first { result.append(next) }
          }
        }
      }
    }
    return result
  }
}

extension TuningSpace {
  /// Why a text names no dimension.
  public enum ParsingError: Error, Sendable, Equatable {
    /// An alternative, or a part of one, is empty.
    case empty
    /// The number of bins is no list of whole numbers.
    case badBinCount(String)
    /// An axis is none.
    case axis(DescriptorsError)
  }

  /// Reads a dimension: alternatives with `|` between them, each of axes with `+` between them, or `none`.
  ///
  /// An axis is `NAME[:BINS,…][@BINNING,…]`, that of a recipe with several numbers of bins and several
  /// binnings, of which every pair is an alternative; where several axes stand together, every choice of
  /// theirs. `topic1:4,8+topic2:8|topic:64,256@cvt|none` has five. What stands behind `@` is one list of edges where it
  /// begins with a number.
  ///
  /// - Parameters:
  ///   - text: The notation.
  ///   - measures: The names of the measures there are.
  /// - Returns: The alternatives, each once.
  /// - Throws: `ParsingError`.
  public static func dimension(
    parsing text: String, measures: [String]
  ) throws(ParsingError) -> [[AxisSpecification]] {
    var alternatives: [[AxisSpecification]] = []
    for part in text.split(separator: "|", omittingEmptySubsequences: false) {
      let part = trimmed(part)
      var joined: [[AxisSpecification]] = [[]]
      if part != "none" {
        for word in part.split(separator: "+", omittingEmptySubsequences: false) {
          let axes = try axes(parsing: trimmed(word), measures: measures)
          joined = joined.flatMap { before in axes.map { before + [$0] } }
        }
      }
      for axes in joined where !alternatives.contains(axes) { alternatives.append(axes) }
    }
    return alternatives
  }

  /// Reads one axis with its numbers of bins and its binnings.
  private static func axes(
    parsing text: String, measures: [String]
  ) throws(ParsingError) -> [AxisSpecification] {
    guard !text.isEmpty else { throw .empty }
    var name = text[...]
    var binnings: [Substring?] = [nil]
    if let at = name.lastIndex(of: "@") {
      let words = name[name.index(after: at)...]
      let isEdges = words.split(separator: ",").first.map { Double($0) != nil } ?? false
      binnings = isEdges ? [words] : words.split(separator: ",", omittingEmptySubsequences: false)
      name = name[..<at]
    }
    var counts: [Substring?] = [nil]
    // Digits and commas behind the last colon are numbers of bins; else it belongs to a column's name.
    if let colon = name.lastIndex(of: ":") {
      let words = name[name.index(after: colon)...]
      if !words.isEmpty, words.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ",") }) {
        counts = words.split(separator: ",", omittingEmptySubsequences: false)
        if counts.contains("") { throw .badBinCount(String(words)) }
        name = name[..<colon]
      }
    }
    var axes: [AxisSpecification] = []
    for binning in binnings {
      for count in counts {
        let one = name + (count.map { ":" + $0 } ?? "") + (binning.map { "@" + $0 } ?? "")
        do throws(DescriptorsError) {
          axes.append(try AxisSpecification(parsing: String(one), measures: measures))
        } catch {
          throw .axis(error)
        }
      }
    }
    return axes
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension Array where Element: Equatable {
  /// The elements in their order, each once.
  fileprivate var unique: [Element] {
    var result: [Element] = []
    for element in self where !result.contains(element) { result.append(element) }
    return result
  }
}
