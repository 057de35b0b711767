/// The value of a compound statement.
///
/// Numbers: the first truth value (0 or 1), then connective (0 and, 1 or, 2 exactly one, 3 if–then),
/// negation (0 or 1) and truth value by turns; grouping is from the left. Words: the place, then a
/// statement for each value.
struct TruthValue: TaskKind {
  let name = "truth-value"
  let topic = Topic.logic
  let skill = Skill.truth

  private static let statements = [
    "the lamp is on", "the door is locked", "the window is open", "the radio is playing",
    "the kettle is hot", "the floor is wet", "the alarm is set", "the cat is asleep",
    "the plant is green", "the clock is fast", "the fridge is empty", "the stove is cold",
    "the curtain is drawn", "the phone rings", "the mirror is clean", "the heating works",
    "the letterbox is full", "the table is laid", "the printer is ready", "the bin is full",
    "the candle burns", "the tap drips", "the screen is dark", "the dog is outside",
    "the bed is made", "the kite is red", "the sofa is new", "the fan is spinning",
    "the jar is sealed", "the shelf is straight",
  ]
  private static let places = [
    "flat", "office", "workshop", "cottage", "studio", "shop", "houseboat", "garage", "library",
    "tea house",
  ]
  private static let connectives = ["and", "or", "xor", "implies"]

  private struct Parsed {
    var first: Bool
    var terms: [(connective: Int, negated: Bool, value: Bool)]
    var place: String
    var statements: [String]
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    var numbers = [dice.below(2)]
    for _ in 0..<level {
      numbers += [dice.below(4), dice.chance(permille: 350) ? 1 : 0, dice.below(2)]
    }
    let place = "\(dice.pick(Vocabulary.people))'s \(dice.pick(TruthValue.places))"
    return Facts(
      numbers: numbers, words: [place] + dice.sample(level + 1, of: TruthValue.statements))
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    var parsed = Parsed(
      first: try reader.number(in: 0...1) == 1, terms: [], place: try reader.word(),
      statements: [try reader.word()])
    while reader.hasNumbers {
      let connective = try reader.number(in: 0...3)
      let negated = try reader.number(in: 0...1) == 1
      parsed.terms.append((connective, negated, try reader.number(in: 0...1) == 1))
      parsed.statements.append(try reader.word())
    }
    guard parsed.terms.count < 26 else { throw .outOfRange }
    return parsed
  }

  private static func name(_ index: Int) -> String {
    String(Character(Unicode.Scalar(UInt8(65 + index))))
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    let values = [parsed.first] + parsed.terms.map(\.value)
    var lines: [String] = []
    for (index, statement) in parsed.statements.enumerated() {
      lines.append("\(TruthValue.name(index)): \(statement) – \(values[index])")
    }
    var expression = "A"
    for (index, term) in parsed.terms.enumerated() {
      if index > 0 { expression = "(\(expression))" }
      let operand = (term.negated ? "not " : "") + TruthValue.name(index + 1)
      expression += " \(TruthValue.connectives[term.connective]) \(operand)"
    }
    let table = lines.joined(separator: "\n")
    return [
      Prompt(
        "These statements about \(parsed.place) are marked true or false. "
          + "Is \(expression) true or false?", input: table),
      Prompt("Evaluate \(expression) for \(parsed.place).", input: table),
      Prompt(
        "In \(parsed.place): \(lines.joined(separator: "; ")). "
          + "What is the truth value of \(expression)?"),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var value = parsed.first
    var steps: [String] = []
    for (step, term) in parsed.terms.enumerated() where !Slip.skips(slip, step) {
      let before = value
      let operand = term.value != term.negated
      switch term.connective {
      case 0: value = before && operand
      case 1: value = before || operand
      case 2: value = before != operand
      default: value = !before || operand
      }
      if Slip.error(slip, step) != nil { value.toggle() }
      steps.append("\(before) \(TruthValue.connectives[term.connective]) \(operand) = \(value)")
    }
    return Attempt(steps: steps, answer: String(value))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    // One column of each connective's truth table, indexed by 2 · left + right.
    let tables = [[0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1]]
    var value = parsed.first ? 1 : 0
    for term in parsed.terms {
      let operand = (term.value ? 1 : 0) ^ (term.negated ? 1 : 0)
      value = tables[term.connective][2 * value + operand]
    }
    return value == 1 ? "true" : "false"
  }
}

/// Operations on sets of numbers, each of which changes the running set.
///
/// Numbers: the first set (its size, then its members), then operation (0 union, 1 intersection,
/// 2 difference, 3 symmetric difference) and set by turns. No words.
struct SetOperations: TaskKind {
  let name = "set-operations"
  let topic = Topic.logic
  let skill = Skill.pipeline

  private static let signs = ["∪", "∩", "\\", "△"]

  private struct Parsed {
    var first: [Int]
    var terms: [(operation: Int, set: [Int])] = []
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let universe = Array(1...24)
    let first = dice.sample(dice.number(in: 4...6), of: universe).sorted()
    var value = Set(first)
    var numbers = [first.count] + first
    var added = 0
    while added < level {
      let operation = dice.below(4)
      let near = dice.sample(min(2, value.count), of: value.sorted())
      let others = dice.sample(dice.number(in: 2...4), of: universe)
      let set = Set(near + others)
      let next: Set<Int>
      switch operation {
      case 0: next = value.union(set)
      case 1: next = value.intersection(set)
      case 2: next = value.subtracting(set)
      default: next = value.symmetricDifference(set)
      }
      guard next != value, next.count >= 2, next.count <= 9 else { continue }
      value = next
      added += 1
      numbers += [operation, set.count] + set.sorted()
    }
    return Facts(numbers: numbers, words: [])
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    var parsed = Parsed(first: try reader.numbers(try reader.number(in: 0...100)))
    while reader.hasNumbers {
      let operation = try reader.number(in: 0...3)
      parsed.terms.append((operation, try reader.numbers(try reader.number(in: 0...100))))
    }
    guard parsed.terms.count < 26 else { throw .outOfRange }
    return parsed
  }

  private static func name(_ index: Int) -> String {
    String(Character(Unicode.Scalar(UInt8(65 + index))))
  }

  private static func braces(_ set: [Int]) -> String {
    "{" + set.map(String.init).joined(separator: ", ") + "}"
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    let sets = [parsed.first] + parsed.terms.map(\.set)
    let definitions = sets.enumerated().map {
      "\(SetOperations.name($0.offset)) = \(SetOperations.braces($0.element))"
    }
    var expression = "A"
    for (index, term) in parsed.terms.enumerated() {
      if index > 0 { expression = "(\(expression))" }
      expression += " \(SetOperations.signs[term.operation]) \(SetOperations.name(index + 1))"
    }
    let list = definitions.joined(separator: "\n")
    return [
      Prompt("List the elements of \(expression) in ascending order.", input: list),
      Prompt(
        "Let \(definitions.joined(separator: ", ")). Which elements are in \(expression)? "
          + "Give them in ascending order."),
      Prompt(
        "Given the sets below, compute \(expression). Write the elements from smallest to "
          + "largest.", input: list),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var value = parsed.first
    var steps: [String] = []
    for (step, term) in parsed.terms.enumerated() where !Slip.skips(slip, step) {
      let before = value
      switch term.operation {
      case 0: value += term.set.filter { !before.contains($0) }
      case 1: value = before.filter(term.set.contains)
      case 2: value = before.filter { !term.set.contains($0) }
      default:
        value = before.filter { !term.set.contains($0) }
        value += term.set.filter { !before.contains($0) }
      }
      value.sort()
      if let error = Slip.error(slip, step) {
        if error > 0 || value.count < 2 {
          let missing = (1...25).first { !value.contains($0) && $0 > error } ?? 25
          value = (value + [missing]).sorted()
        } else {
          value.remove(at: abs(error) % value.count)
        }
      }
      steps.append(
        "\(SetOperations.braces(before)) \(SetOperations.signs[term.operation]) "
          + "\(SetOperations.name(step + 1)) = \(SetOperations.braces(value))")
    }
    return Attempt(steps: steps, answer: value.map(String.init).joined(separator: ", "))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    // Membership of each number on its own.
    var candidates: [Int] = parsed.first + parsed.terms.flatMap(\.set)
    candidates.sort()
    var result: [String] = []
    var previous: Int?
    for number in candidates where number != previous {
      previous = number
      var isMember = parsed.first.contains(number)
      for term in parsed.terms {
        let isOther = term.set.contains(number)
        switch term.operation {
        case 0: isMember = isMember || isOther
        case 1: isMember = isMember && isOther
        case 2: isMember = isMember && !isOther
        default: isMember = isMember != isOther
        }
      }
      if isMember { result.append(String(number)) }
    }
    return result.joined(separator: ", ")
  }
}
