extension AxisSpecification {
  /// Reads an axis from its notation `NAME[:BINS][@BINNING]`.
  ///
  /// `NAME` is a measure, `topicN`, `topic` or `column:PATH`. Without `BINS` there are 8, on a `cvt` axis
  /// 256. Without `BINNING` a `topicN` is cut uniformly, a measure by quantiles, a column with `BINS` by
  /// quantiles, and a column without either is a category. `BINNING` is `uniform`, `quantile`, `log`,
  /// `category`, `nested`, `cvt` or a list of edges `E,…`, finite and strictly ascending; k edges make
  /// k + 1 bins, so `BINS` may then be left out. `topic` is all leading topics together and takes `cvt`
  /// only, which must be written out; nothing else does.
  ///
  /// A column's path may hold colons and `@`: only digits after the last colon are `BINS`, and what
  /// follows the last `@` is always `BINNING`, so a path with an `@` needs one.
  ///
  /// - Parameters:
  ///   - text: The notation.
  ///   - measures: The names of the measures there are.
  /// - Throws: `DescriptorsError.malformedAxis`.
  public init(parsing text: String, measures: [String]) throws(DescriptorsError) {
    var rest = Substring(text)
    var binningText: Substring?
    // An edge list or a binning's name holds no '@', a column's path might.
    if let at = rest.lastIndex(of: "@") {
      binningText = rest[rest.index(after: at)...]
      rest = rest[..<at]
    }
    let isColumn = rest.hasPrefix("column:")
    if isColumn { rest = rest.dropFirst("column:".count) }
    var binText: Substring?
    if let colon = rest.lastIndex(of: ":") {
      let tail = rest[rest.index(after: colon)...]
      // A column's own name may hold a colon; what follows it is a number of bins only if it is one.
      if !isColumn || tail.allSatisfy(\.isDigit) {
        binText = tail
        rest = rest[..<colon]
      }
    }
    func malformed(_ problem: DescriptorsError.AxisProblem) -> DescriptorsError {
      .malformedAxis(text: text, problem: problem)
    }
    guard !rest.isEmpty else { throw malformed(.missingName) }
    var bins: Int?
    if let binText {
      guard binText.allSatisfy(\.isDigit), let count = Int(binText),
        (1...1_000_000).contains(count)
      else {
        throw malformed(.badBinCount(text: String(binText)))
      }
      bins = count
    }
    let subject = try Self.subject(
      named: String(rest), isColumn: isColumn, measures: measures, malformed: malformed)
    let fallback: Binning =
      switch subject {
      case .topic: .uniform
      // What stands here is refused below: the cells of an axis are asked for by their name.
      case .topics: .uniform
      case .measure: .quantile
      case .column: bins == nil ? .category : .quantile
      }
    let binning = try binningText.map { (word) throws(DescriptorsError) in
      try Self.binning(String(word), malformed: malformed)
    }
    let chosen = binning ?? fallback
    if subject == .topics, chosen != .cvt { throw malformed(.topicsWithoutCVT) }
    switch chosen {
    case .cvt:
      guard subject == .topics else {
        throw malformed(.cvtOfOther(name: isColumn ? "column:\(rest)" : String(rest)))
      }
      guard bins ?? 1 <= Self.cellCountLimit else {
        throw malformed(.tooManyCells(limit: Self.cellCountLimit))
      }
      bins = bins ?? Self.defaultCellCount
    case .category:
      guard isColumn else { throw malformed(.categoryOfMeasure) }
      guard bins == nil else { throw malformed(.categoryWithBins) }
    case .edges(let edges):
      if let bins, bins != edges.count + 1 {
        throw malformed(.edgesDisagreeWithBins(edges: edges.count, bins: bins))
      }
      bins = edges.count + 1
    case .uniform, .quantile, .log, .nested: break
    }
    self.init(subject: subject, binCount: bins ?? Self.defaultBinCount, binning: chosen)
  }

  private static func subject(
    named name: String, isColumn: Bool, measures: [String],
    malformed: (DescriptorsError.AxisProblem) -> DescriptorsError
  ) throws(DescriptorsError) -> Subject {
    if isColumn { return .column(name) }
    if name == "topic" { return .topics }
    if name.hasPrefix("topic"), let component = Int(name.dropFirst("topic".count)),
      component >= 1, component <= 65_536, name == "topic\(component)"
    {
      return .topic(component)
    }
    guard measures.contains(name) else {
      throw malformed(.unknownMeasure(name: name, known: measures + ["topic1", "topic2"]))
    }
    return .measure(name)
  }

  private static func binning(
    _ word: String, malformed: (DescriptorsError.AxisProblem) -> DescriptorsError
  ) throws(DescriptorsError) -> Binning {
    switch word {
    case "uniform": return .uniform
    case "quantile": return .quantile
    case "log": return .log
    case "category": return .category
    case "cvt": return .cvt
    case "nested": return .nested
    default: break
    }
    var edges: [Double] = []
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      guard let edge = Double(part) else { throw malformed(.badBinning(text: word)) }
      guard edge.isFinite, edges.last.map({ $0 < edge }) ?? true else {
        throw malformed(.edgesNotAscending)
      }
      edges.append(edge)
    }
    return .edges(edges)
  }
}

extension AxisSpecification {
  /// Checks what no axis can tell alone.
  ///
  /// - Parameter axes: The axes of a grid, in their order.
  /// - Throws: `DescriptorsError.malformedAxis` for a nested axis that stands first.
  public static func check(_ axes: [AxisSpecification]) throws(DescriptorsError) {
    if let first = axes.first, first.binning == .nested {
      throw .malformedAxis(text: first.description, problem: .nestedFirst)
    }
  }
}

extension Character {
  /// Whether it is one of `0`…`9`.
  fileprivate var isDigit: Bool { isASCII && isNumber }
}
