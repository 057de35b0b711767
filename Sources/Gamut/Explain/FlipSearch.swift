import Descriptors
import EliteArchive
import Numbers
import Reporting
import Selection

/// Looks for the smallest changes that flip what became of a sample.
///
/// Where one sample's place can be counted (`CellContest`), many values are tried; else the choice is made
/// again for each. What is told has in either case been found by making the choice again.
struct FlipSearch {
  private typealias Change = Explanation.Change

  private let trials: ChoiceTrials
  private let sample: Int
  private let status: ReceiptStatus
  /// Counts the sample's place, where that is enough.
  private let contest: CellContest?
  /// Whether it does so under other qualities too.
  private let contestTellsQuality: Bool

  private var choice: Choice { trials.choice }
  private var recipe: Recipe { trials.recipe }
  private var costsAreOne: Bool { recipe.budget.unit == .samples }
  private var isSelected: Bool { status == .selected }

  /// Evenness is told in millionths.
  static let evennessParts = 1_000_000

  init(_ trials: ChoiceTrials, sample: Int) {
    self.trials = trials
    self.sample = sample
    let choice = trials.choice
    let recipe = trials.recipe
    status = choice.statuses[sample]
    let isByQuality = recipe.method == .top || recipe.method == .archive && recipe.greed == 1
    let isCounted =
      (isByQuality || recipe.method == .archive && recipe.greed == 0)
      && recipe.budget.unit == .samples && recipe.redundancyThreshold == nil
      && recipe.includedIdentifiers.isEmpty
    contest =
      isCounted
      ? CellContest(
        of: sample, in: Int(choice.grid.cells[sample]), archive: choice.archive,
        quality: choice.quality, contentHash: trials.columns.hashHigh, isByQuality: isByQuality)
      : nil
    var hasFixedFloor = true
    if case .percentile = recipe.qualityFloor { hasFixedFloor = false }
    contestTellsQuality =
      isCounted && hasFixedFloor && !trials.movesAxes && recipe.dropped.isEmpty
      && recipe.nearDuplicates == nil && choice.standing.exclusion(of: sample) == .none
      && !trials.hasTwins(sample)
  }

  /// All changes that can be asked for, the budget first.
  ///
  /// - Returns: None for a sample that no change of a number can flip.
  /// - Throws: What making a choice again throws.
  func changes() throws -> [Explanation.Change] {
    if choice.standing.isIncluded(sample) || choice.standing.exclusion(of: sample) != .none {
      return []
    }
    switch status {
    case .selected, .outranked, .redundant:
      return [try budget(), try quality(), try evenness()].compactMap(\.self)
    case .capped:
      return [try perCell(), try budget(), try quality(), try evenness()].compactMap(\.self)
    case .belowFloor: return [try floor(), try quality()].compactMap(\.self)
    case .duplicate, .unscored: return [try quality()].compactMap(\.self)
    case .excluded:
      return choice.exclusions[sample] == .repeatedAnswer
        ? [try quality()].compactMap(\.self) : []
    case .rejected: return []
    }
  }

  private func tried(_ value: Double, _ change: ChoiceTrials.Change) throws -> Change.Trial {
    Change.Trial(value: value, status: try trials.status(of: sample, change))
  }

  private func isFlip(_ status: ReceiptStatus) -> Bool { (status == .selected) != isSelected }

  /// What a search found, held against the choice made again.
  ///
  /// - Parameters:
  ///   - change: What is known of the change.
  ///   - flip: The value found.
  ///   - before: The next one towards the present.
  ///   - make: The change to a value.
  /// - Returns: The change with both trials; `nil` where they are not as the search had it.
  /// - Throws: What making a choice again throws.
  private func verified(
    _ change: Change, flip: Double, before: Double?, _ make: (Double) -> ChoiceTrials.Change
  ) throws -> Change? {
    var change = change
    let trial = try tried(flip, make(flip))
    guard isFlip(trial.status) else { return nil }
    change.flip = trial
    if let before {
      let trial = try tried(before, make(before))
      guard !isFlip(trial.status) else { return nil }
      change.before = trial
    }
    return change
  }

  private func unflipped(
    _ subject: Change.Subject, present: Double?, furthest: [Change.Trial], isExact: Bool
  ) -> Change {
    Change(subject: subject, present: present, furthest: furthest, isExact: isExact)
  }

  // MARK: Budget

  private var costs: [UInt32]? {
    switch recipe.budget.unit {
    case .samples: nil
    case .tokens: trials.columns.tokens
    case .bytes: trials.columns.lineByteCounts
    }
  }

  private func budget() throws -> Change {
    let costs = costs
    func cost(_ sample: Int32) -> Int { costs.map { Int($0[Int(sample)]) } ?? 1 }
    let total = choice.archive.byQuality.reduce(0) { $0 + cost($1) }
    let most = max(total, choice.limit)
    let present = Double(choice.limit)
    var change = Change(subject: .budget, present: present, isExact: true)
    if costs == nil {
      // Where every sample costs 1 budgets nest: one walk tells from which on a sample is bought.
      let turn = try trials.turn(of: sample)
      guard turn.status == .selected else {
        change.furthest = [.init(value: Double(most), status: turn.status)]
        return change
      }
      let place = turn.boughtBefore
      let (flip, before) = isSelected ? (place, place + 1) : (place + 1, place)
      if recipe.redundancyThreshold != nil {
        // The walk was the choice made again; two more would take as long each.
        change.flip = .init(value: Double(flip), status: isSelected ? .outranked : .selected)
        change.before = .init(value: Double(before), status: status)
        return change
      }
      return try verified(change, flip: Double(flip), before: Double(before)) { .budget(Int($0)) }
        ?? change
    }
    let included = choice.archive.byQuality.filter { choice.standing.isIncluded(Int($0)) }
    let end = isSelected ? included.reduce(0) { $0 + cost($1) } : most
    var start = choice.limit
    if recipe.redundancyThreshold == nil, recipe.budgets.count == 1, included.isEmpty,
      choice.places[sample] > 0, recipe.method != .kCenter
    {
      let walk = walk(cost: cost)
      let finding =
        isSelected
        ? walk.largestNotBuying(from: start - 1) : walk.leastBuying(from: start + 1)
      switch finding {
      case .budget(let flip):
        let before = flip + (isSelected ? 1 : -1)
        if let found = try verified(
          change, flip: Double(flip), before: Double(before), { .budget(Int($0)) })
        {
          return found
        }
      case .none:
        change.furthest = [try tried(Double(end), .budget(end))]
        return change
      case .unknown(let through): start = through
      }
    }
    change.isExact = false
    let flip = try nearestFlip(from: start, to: end, steps: 4) {
      isFlip(try trials.status(of: sample, .budget($0)))
    }
    guard let flip else {
      change.furthest = [try tried(Double(end), .budget(end))]
      return change
    }
    return try verified(
      change, flip: Double(flip), before: Double(flip + (isSelected ? 1 : -1))
    ) { .budget(Int($0)) } ?? change
  }

  /// The samples ahead of this one in the total order, with what they cost.
  private func walk(cost: (Int32) -> Int) -> BudgetWalk {
    let own = Int(choice.places[sample])
    var ahead = [(cell: Int, cost: Int)](repeating: (0, 0), count: own - 1)
    for other in choice.archive.byQuality where choice.places[Int(other)] < own {
      ahead[Int(choice.places[Int(other)]) - 1] = (Int(choice.grid.cells[Int(other)]), cost(other))
    }
    return BudgetWalk(
      ahead: ahead, cell: Int(choice.grid.cells[sample]), cost: cost(Int32(sample)),
      perCell: recipe.perCell, cellCount: choice.grid.reachableCellCount)
  }

  // MARK: Quality

  /// Whether a better quality can only help.
  private var qualityIsMonotone: Bool {
    if case .percentile = recipe.qualityFloor { return false }
    return costsAreOne && recipe.redundancyThreshold == nil && recipe.nearDuplicates == nil
      && !recipe.dropped.contains(.repeated) && !trials.movesAxes
      && [.archive, .top, .random, .randomBalanced].contains(recipe.method)
  }

  private func quality() throws -> Change {
    let own = choice.quality[sample]
    var change = Change(
      subject: .quality, present: own.isNaN ? nil : own, isExact: qualityIsMonotone)
    change.movesAxes = trials.movesAxes
    // Nothing ranks below a sample without quality.
    if own.isNaN, isSelected { return change }
    var values = choice.quality.filter { !$0.isNaN }
    if case .value(let floor) = recipe.qualityFloor { values.append(floor) }
    values = sortedAscending(values)
    var distinct: [Double] = []
    for value in values where distinct.last != value { distinct.append(value) }
    let points = QualityPoints(distinct)
    let start =
      own.isNaN ? -1 : 2 * partitioningIndex(of: distinct.indices) { distinct[$0] >= own } + 1
    let end = isSelected ? 0 : 2 * distinct.count
    if contestTellsQuality, let contest {
      let found = nearestFlip(from: start, to: end, steps: 1) {
        isFlip(counted(contest, at: points.value($0, downwards: isSelected)))
      }
      if let change = try settled(change, points: points, found: found, start: start, end: end) {
        return change
      }
    }
    let found = try nearestFlip(from: start, to: end, steps: change.isExact ? 1 : 4) {
      isFlip(
        try trials.status(
          of: sample, .quality(points.value($0, downwards: isSelected))))
    }
    return try settled(change, points: points, found: found, start: start, end: end) ?? change
  }

  /// The values of quality at which a sample's rank changes, and those between.
  private struct QualityPoints {
    private let values: [Double]

    init(_ values: [Double]) { self.values = values }

    /// The value at an odd point, or one between two values at an even one: the nearest to where a search
    /// in this direction comes from.
    func value(_ point: Int, downwards: Bool) -> Double {
      if point % 2 == 1 { return values[point / 2] }
      let above = point / 2
      let isBelow = above < values.count && (downwards || above == 0)
      let value = isBelow ? values[above].nextDown : values[above - 1].nextUp
      return min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }
  }

  /// What a search for a quality found, held against the choice made again; `nil` where it is not so.
  private func settled(
    _ given: Change, points: QualityPoints, found: Int?, start: Int, end: Int
  ) throws -> Change? {
    var change = given
    guard let found else {
      let trial = try tried(
        points.value(end, downwards: isSelected), .quality(points.value(end, downwards: isSelected))
      )
      guard !isFlip(trial.status) else { return nil }
      change.furthest = [trial]
      return change
    }
    let flip = points.value(found, downwards: isSelected)
    let towards = found + (isSelected ? 1 : -1)
    var candidates: [Double?] = [isSelected ? flip.nextUp : flip.nextDown]
    if towards < 0 {
      // Without any quality it was not chosen.
      candidates = [nil]
    } else if trials.movesAxes {
      candidates = [points.value(towards, downwards: isSelected)]
    } else {
      candidates.append(points.value(towards, downwards: isSelected))
    }
    for before in candidates {
      if let change = try verified(change, flip: flip, before: before, { .quality($0) }) {
        return change
      }
    }
    return nil
  }

  /// What becomes of the sample with another quality, as it is counted.
  private func counted(_ contest: CellContest, at value: Double) -> ReceiptStatus {
    if case .value(let floor) = recipe.qualityFloor, value < floor { return .belowFloor }
    return outcome(
      contest.standing(
        ahead: contest.countAhead(at: value), evenness: recipe.evenness, perCell: recipe.perCell))
  }

  private func outcome(_ standing: CellContest.Standing) -> ReceiptStatus {
    if let perCell = recipe.perCell, standing.rank > perCell { return .capped }
    return standing.countBefore < choice.limit ? .selected : .outranked
  }

  // MARK: Evenness

  private func evenness() throws -> Change? {
    switch recipe.method {
    case .archive, .randomLength: if recipe.greed == 1 { return nil }
    default: return nil
    }
    if let contest {
      let ahead = contest.countAhead(at: choice.quality[sample])
      let found = evennessFlip(
        parts: Self.evennessParts,
        steps: max(50, min(1000, 20_000_000 / choice.grid.reachableCellCount))
      ) {
        isFlip(
          outcome(contest.standing(ahead: ahead, evenness: $0, perCell: recipe.perCell)))
      }
      if let change = try settled(found) { return change }
    }
    let found = try evennessFlip(parts: 10_000, steps: 4) {
      isFlip(try trials.status(of: sample, .evenness($0)))
    }
    return try settled(found)
  }

  /// The nearest evenness that flips the decision, and the one before it.
  private func evennessFlip(
    parts: Int, steps: Int, isFlipped: (Double) throws -> Bool
  ) rethrows -> (flip: Double, before: Double)? {
    let present = recipe.evenness
    let scaled = present * Double(parts)
    let down = try nearestFlip(from: Int(scaled.rounded(.up)), to: 0, steps: steps) {
      try isFlipped(Double($0) / Double(parts))
    }
    let up = try nearestFlip(from: Int(scaled.rounded(.down)), to: parts, steps: steps) {
      try isFlipped(Double($0) / Double(parts))
    }
    let below = down.map {
      (flip: Double($0) / Double(parts), before: min(Double($0 + 1) / Double(parts), present))
    }
    let above = up.map {
      (flip: Double($0) / Double(parts), before: max(Double($0 - 1) / Double(parts), present))
    }
    guard let below, let above else { return below ?? above }
    return present - below.flip <= above.flip - present ? below : above
  }

  private func settled(_ found: (flip: Double, before: Double)?) throws -> Change? {
    // A cap is one of rank in the cell, on which evenness has no hold.
    let isExact = status == .capped && costsAreOne && recipe.redundancyThreshold == nil
    let change = Change(subject: .evenness, present: recipe.evenness, isExact: isExact)
    if let found {
      return try verified(change, flip: found.flip, before: found.before) { .evenness($0) }
    }
    let ends = try [0.0, 1.0].map { try tried($0, .evenness($0)) }
    guard !ends.contains(where: { isFlip($0.status) }) else { return nil }
    return unflipped(
      .evenness, present: recipe.evenness, furthest: ends, isExact: isExact)
  }

  // MARK: Cap and floor

  private func perCell() throws -> Change? {
    guard let present = recipe.perCell else { return nil }
    let cell = Int(choice.grid.cells[sample])
    let rank = Int(choice.archive.ranks[sample])
    let isTold =
      costsAreOne && recipe.redundancyThreshold == nil && recipe.includedIdentifiers.isEmpty
    let change = Change(subject: .perCell, present: Double(present), isExact: isTold)
    let end = isTold ? rank : Int(choice.archive.masses[cell])
    // Where ranks alone are capped, a lower cap caps it and a higher one lets in more before it.
    let flip = try nearestFlip(from: isTold ? rank - 1 : present, to: end, steps: isTold ? 1 : 4) {
      isFlip(try trials.status(of: sample, .perCell($0)))
    }
    if let flip {
      return try verified(change, flip: Double(flip), before: Double(flip - 1)) {
        .perCell(Int($0))
      }
    }
    return unflipped(
      .perCell, present: Double(present), furthest: [try tried(Double(end), .perCell(end))],
      isExact: isTold)
  }

  private func floor() throws -> Change? {
    let own = choice.quality[sample]
    guard !own.isNaN else { return nil }
    // A higher floor keeps it out, so none nearer can flip it.
    let change = Change(subject: .floor, present: choice.floor, isExact: true)
    if let change = try verified(change, flip: own, before: own.nextUp, { .floor($0) }) {
      return change
    }
    return unflipped(
      .floor, present: choice.floor, furthest: [try tried(own, .floor(own))], isExact: false)
  }
}
