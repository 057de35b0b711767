/// A running number changed by one operation after another, which several topics dress in words.
struct Chain {
  enum Operation: Int {
    case add = 0
    case subtract
    case multiply
    case divide
    case remainder

    var sign: String {
      switch self {
      case .add: "+"
      case .subtract: "-"
      case .multiply: "×"
      case .divide: "÷"
      case .remainder: "mod"
      }
    }
  }

  struct Link {
    var operation: Operation
    var amount: Int
  }

  var start: Int
  var links: [Link]

  /// Draws a chain whose values all stay in `2...limit` (a remainder, which comes last, may be
  /// smaller) and whose divisions are exact.
  init(
    level: Int, start: ClosedRange<Int>, limit: Int, amounts: ClosedRange<Int> = 2...40,
    allowed: [Operation], using dice: inout Dice
  ) {
    self.start = dice.number(in: start)
    links = []
    var value = self.start
    while links.count < level {
      let operation = dice.pick(allowed)
      let amount: Int
      switch operation {
      case .add:
        amount = dice.number(in: amounts)
        guard value + amount <= limit else { continue }
        value += amount
      case .subtract:
        amount = dice.number(in: amounts)
        guard value - amount >= 2 else { continue }
        value -= amount
      case .multiply:
        amount = dice.number(in: 2...4)
        guard value * amount <= limit else { continue }
        value *= amount
      case .divide:
        amount = dice.number(in: 2...5)
        guard value.isMultiple(of: amount), value / amount >= 2 else { continue }
        value /= amount
      case .remainder:
        amount = dice.number(in: 3...9)
        guard links.count == level - 1, value > amount else { continue }
        value %= amount
      }
      links.append(Link(operation: operation, amount: amount))
    }
  }

  /// Reads `count` links (all that are left where nil) after the start.
  init(from reader: inout FactReader, count: Int? = nil) throws(FactError) {
    start = try reader.number()
    links = []
    while count.map({ links.count < $0 }) ?? reader.hasNumbers {
      guard let operation = Operation(rawValue: try reader.number()) else { throw .outOfRange }
      let amount = try reader.number(in: 1...1_000_000)
      links.append(Link(operation: operation, amount: amount))
    }
  }

  /// The start and then operation and amount by turns.
  var numbers: [Int] {
    [start] + links.flatMap { [$0.operation.rawValue, $0.amount] }
  }

  /// Applies the links one by one.
  ///
  /// - Parameters:
  ///   - slip: A mistake to make, if any.
  ///   - line: Words one step: its place, the value before, the link and the value after.
  /// - Returns: One line a step done, and the value at the end.
  func work(slip: Slip?, line: (Int, Int, Link, Int) -> String) -> Attempt {
    var value = start
    var steps: [String] = []
    for (step, link) in links.enumerated() where !Slip.skips(slip, step) {
      var after: Int
      switch link.operation {
      case .add: after = value &+ link.amount
      case .subtract: after = value &- link.amount
      case .multiply: after = value &* link.amount
      case .divide: after = value / link.amount
      case .remainder: after = value % link.amount
      }
      if let error = Slip.error(slip, step) {
        after = after + error < 0 ? after - error : after + error
      }
      steps.append(line(step, value, link, after))
      value = after
    }
    return Attempt(steps: steps, answer: String(value))
  }

  /// Works with lines such as `12 + 5 = 17`.
  func work(slip: Slip?) -> Attempt {
    work(slip: slip) { _, before, link, after in
      "\(before) \(link.operation.sign) \(link.amount) = \(after)"
    }
  }

  /// The value at the end, carried as one fraction so that it does not repeat the steps of `work`.
  func solve() -> Int {
    var numerator = start
    var denominator = 1
    for link in links {
      switch link.operation {
      case .add: numerator = numerator &+ link.amount &* denominator
      case .subtract: numerator = numerator &- link.amount &* denominator
      case .multiply: numerator = numerator &* link.amount
      case .divide: denominator = denominator &* link.amount
      case .remainder:
        let whole = denominator == 0 ? 0 : numerator / denominator
        numerator = whole % link.amount
        denominator = 1
      }
    }
    return denominator == 0 ? 0 : numerator / denominator
  }
}
