import Numbers

/// One side of a picture: what it is called, and its bins.
public struct PictureAxis: Sendable, Equatable {
  /// What a bin is called.
  public enum Bin: Sendable, Equatable {
    /// From one edge to the next; `nil` for a border bin, which reaches on without end.
    case range(String?, String?)
    /// A name of its own.
    case name(String)
  }

  /// What the axis measures.
  public var name: String
  /// Its bins.
  public var bins: [Bin]
  /// Whether neighbours may be drawn as one; of a category the largest are drawn and the others together.
  public var isOrdered: Bool
  /// Whether the last bin is that of missing values, which has no neighbours.
  public var hasMissing: Bool

  /// Makes an axis.
  ///
  /// - Parameters:
  ///   - name: What the axis measures.
  ///   - bins: Its bins.
  ///   - isOrdered: Whether neighbours may be drawn as one.
  ///   - hasMissing: Whether the last bin is that of missing values.
  public init(name: String, bins: [Bin], isOrdered: Bool, hasMissing: Bool = false) {
    precondition(!hasMissing || !bins.isEmpty, "a bin of missing values is a bin")
    self.name = name
    self.bins = bins
    self.isOrdered = isOrdered
    self.hasMissing = hasMissing
  }

  /// An axis cut at edges: one bin more than there are edges.
  ///
  /// - Parameters:
  ///   - name: What the axis measures.
  ///   - edges: The inner edges, ascending.
  ///   - areRound: Whether the edges are round numbers, which are written out.
  ///   - hasMissing: Whether a bin for missing values follows.
  public init(
    name: String, edges: [Double], areRound: Bool = false, hasMissing: Bool = false
  ) {
    var texts = edges.map { areRound ? shortest($0) : figure($0) }
    // Edges so close that four digits do not tell them apart are written out as well.
    if zip(texts, texts.dropFirst()).contains(where: ==) { texts = edges.map(shortest) }
    let ends = [nil] + texts.map(Optional.some) + [nil]
    let ranges = zip(ends, ends.dropFirst()).map { Bin.range($0, $1) }
    self.init(
      name: name, bins: ranges + (hasMissing ? [.name("missing")] : []), isOrdered: true,
      hasMissing: hasMissing)
  }

  /// What is drawn as one.
  struct Group: Equatable {
    /// The bins, ascending.
    var bins: [Int]
    /// What they are called together.
    var label: String
  }

  /// The bins as they are drawn where there is room for so many.
  ///
  /// - Parameters:
  ///   - limit: How many there is room for, at least 2.
  ///   - weights: How much lies in each bin; equal ones stay in their order.
  ///   - style: How the labels are written.
  /// - Returns: Every bin in just one group: in its own where there is room; else of ordered bins as many
  ///   neighbours in each as are needed, of others the largest alone and the rest together.
  func groups(limit: Int, weights: [Double], _ style: PictureStyle) -> [Group] {
    if bins.count <= limit {
      return bins.indices.map { Group(bins: [$0], label: label(bins[$0], style)) }
    }
    let valued = bins.count - (hasMissing ? 1 : 0)
    let missing =
      hasMissing ? [Group(bins: [bins.count - 1], label: label(bins[bins.count - 1], style))] : []
    let room = max(1, limit - missing.count)
    if isOrdered {
      let step = (valued + room - 1) / room
      return stride(from: 0, to: valued, by: step).map { start in
        let last = min(start + step, valued) - 1
        return Group(
          bins: Array(start...last), label: label(from: bins[start], to: bins[last], style))
      } + missing
    }
    let order = (0..<valued).sorted {
      weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1
    }
    let rest = order[(room - 1)...].sorted()
    return order[..<(room - 1)].sorted().map {
      Group(bins: [$0], label: label(bins[$0], style))
    } + [Group(bins: rest, label: "\(grouped(rest.count)) others")] + missing
  }

  private func label(_ bin: Bin, _ style: PictureStyle) -> String {
    label(from: bin, to: bin, style)
  }

  private func label(from first: Bin, to last: Bin, _ style: PictureStyle) -> String {
    switch (first, last) {
    case (.range(let start, _), .range(_, let end)):
      switch (start, end) {
      case (nil, nil): "all"
      case (nil, let end?): "below \(end)"
      case (let start?, nil): "from \(start)"
      case (let start?, let end?): "\(start) to \(end)"
      }
    case (.name(let name), .name(let other)):
      name == other
        ? shown(name, style) : "\(shown(name, style)) \(style.ellipsis) \(shown(other, style))"
    case (.name(let name), .range), (.range, .name(let name)): shown(name, style)
    }
  }

  /// A name that can be seen.
  private func shown(_ name: String, _ style: PictureStyle) -> String {
    name.allSatisfy(\.isWhitespace) ? "(blank)" : lineText(name, style)
  }
}
