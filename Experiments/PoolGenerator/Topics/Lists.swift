/// One operation on a list of numbers.
///
/// Some carry an amount.
enum NumberListOperation: Int, CaseIterable {
  case ascending = 0
  case descending
  case even
  case odd
  case above
  case unique
  case reverse
  case add
  case first
  case last
  case sum
  case largest

  /// Whether only the order changes.
  var isReordering: Bool { self == .ascending || self == .descending || self == .reverse }

  /// Whether the result is the same for every order of the list.
  var ignoresOrder: Bool {
    self == .ascending || self == .descending || self == .sum || self == .largest
  }

  /// Whether the operation goes by the place in the list, so that an earlier order matters.
  var usesOrder: Bool { self == .first || self == .last }

  /// What the operation makes of `list`.
  func apply(to list: [Int], amount: Int) -> [Int] {
    switch self {
    case .ascending: return list.sorted()
    case .descending: return list.sorted(by: >)
    case .even: return list.filter { $0.isMultiple(of: 2) }
    case .odd: return list.filter { !$0.isMultiple(of: 2) }
    case .above: return list.filter { $0 > amount }
    case .unique:
      var result: [Int] = []
      for number in list where !result.contains(number) { result.append(number) }
      return result
    case .reverse: return list.reversed()
    case .add: return list.map { $0 &+ amount }
    case .first: return Array(list.prefix(max(0, amount)))
    case .last: return Array(list.suffix(max(0, amount)))
    case .sum: return [list.reduce(0, &+)]
    case .largest: return list.max().map { [$0] } ?? []
    }
  }

  /// The key word used in workings.
  func label(_ amount: Int) -> String {
    switch self {
    case .ascending: "ascending"
    case .descending: "descending"
    case .even: "even"
    case .odd: "odd"
    case .above: "above \(amount)"
    case .unique: "unique"
    case .reverse: "reverse"
    case .add: "add \(amount)"
    case .first: "first \(amount)"
    case .last: "last \(amount)"
    case .sum: "sum"
    case .largest: "largest"
    }
  }

  /// The request in words.
  func words(_ amount: Int, in language: Language) -> String {
    switch language {
    case .english:
      [
        "sort the numbers in ascending order", "sort the numbers in descending order",
        "keep only the even numbers", "keep only the odd numbers",
        "keep only numbers greater than \(amount)", "remove repeated numbers (keep the first)",
        "reverse the order", "add \(amount) to every number", "keep the first \(amount) numbers",
        "keep the last \(amount) numbers", "take the sum", "take the largest number",
      ][rawValue]
    case .german:
      [
        "sortiere die Zahlen aufsteigend", "sortiere die Zahlen absteigend",
        "behalte nur die geraden Zahlen", "behalte nur die ungeraden Zahlen",
        "behalte nur Zahlen größer als \(amount)",
        "entferne wiederholte Zahlen (behalte die erste)", "kehre die Reihenfolge um",
        "addiere \(amount) zu jeder Zahl", "behalte die ersten \(amount) Zahlen",
        "behalte die letzten \(amount) Zahlen", "bilde die Summe", "nimm die größte Zahl",
      ][rawValue]
    case .spanish:
      [
        "ordena los números de menor a mayor", "ordena los números de mayor a menor",
        "quédate solo con los números pares", "quédate solo con los números impares",
        "quédate solo con los números mayores que \(amount)",
        "elimina los números repetidos (deja el primero)", "invierte el orden",
        "suma \(amount) a cada número", "quédate con los \(amount) primeros números",
        "quédate con los \(amount) últimos números", "calcula la suma", "toma el número mayor",
      ][rawValue]
    case .chinese:
      [
        "按从小到大排序", "按从大到小排序", "只保留偶数", "只保留奇数", "只保留大于\(amount)的数",
        "去掉重复的数（保留第一个）", "把顺序倒过来", "给每个数加\(amount)", "只保留前\(amount)个数",
        "只保留后\(amount)个数", "求和", "取最大的数",
      ][rawValue]
    }
  }
}

/// Operations on a list of numbers, each of which changes it.
///
/// Numbers: length, the list, then operation and amount by turns. No words.
struct ListNumbers: TaskKind {
  let name = "list-numbers"
  let topic = Topic.lists
  let skill = Skill.pipeline
  let languages = Language.allCases

  private struct Parsed {
    var list: [Int]
    var operations: [(operation: NumberListOperation, amount: Int)] = []
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    while true {
      let list = (0..<5 + level).map { _ in dice.number(in: 1...60) }
      let doubled = list.dropLast() + [list[dice.below(list.count - 1)]]
      let start = dice.chance(permille: 400) ? dice.shuffled(Array(doubled)) : list
      if let operations = drawOperations(level, start, &dice) {
        return Facts(numbers: [start.count] + start + operations, words: [])
      }
    }
  }

  private func drawOperations(_ level: Int, _ start: [Int], _ dice: inout Dice) -> [Int]? {
    var value = start
    var numbers: [Int] = []
    // Whether the list was put in an order that nothing has used yet: no step may undo another.
    var isFreshlyOrdered = false
    for step in 0..<level {
      var found = false
      for _ in 0..<60 where !found {
        let closing = step == level - 1
        let operation =
          closing && dice.chance(permille: 300)
          ? dice.pick([NumberListOperation.sum, .largest])
          : NumberListOperation.allCases[dice.below(NumberListOperation.sum.rawValue)]
        let amount: Int
        switch operation {
        case .above: amount = dice.number(in: 5...50)
        case .add: amount = dice.number(in: 2...20)
        case .first, .last: amount = dice.number(in: 2...6)
        default: amount = 0
        }
        let next = operation.apply(to: value, amount: amount)
        guard next != value, next.count >= 2 || closing, !next.isEmpty else { continue }
        if isFreshlyOrdered, operation.ignoresOrder { continue }
        if operation.isReordering { isFreshlyOrdered = true }
        if operation.usesOrder { isFreshlyOrdered = false }
        value = next
        numbers += [operation.rawValue, amount]
        found = true
      }
      if !found { return nil }
    }
    return numbers
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    var parsed = Parsed(list: try reader.numbers(try reader.number(in: 1...1000)))
    while reader.hasNumbers {
      guard let operation = NumberListOperation(rawValue: try reader.number()) else {
        throw .outOfRange
      }
      parsed.operations.append((operation, try reader.number()))
    }
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    let list = parsed.list.map(String.init).joined(separator: ", ")
    let requests = parsed.operations.map { $0.operation.words($0.amount, in: language) }
    let numbered = requests.enumerated().map { "\($0.offset + 1)) \($0.element)" }
    switch language {
    case .english:
      return [
        Prompt(
          "Start with the list [\(list)]. "
            + "\(requests.joined(separator: ", then ").capitalizedFirst). What do you get?"),
        Prompt(
          "Apply to the numbers in this order: \(requests.joined(separator: "; ")).",
          input: list),
        Prompt(
          "Numbers: \(list)\nSteps: \(numbered.joined(separator: " "))\n"
            + "Give the result, separated by commas."),
      ]
    case .german:
      return [
        Prompt(
          "Gegeben ist die Liste [\(list)]. Führe nacheinander aus: "
            + "\(numbered.joined(separator: "; ")). Was ist das Ergebnis?"),
        Prompt(
          "Bearbeite die Zahlen in dieser Reihenfolge: "
            + "\(requests.joined(separator: "; ")).", input: list),
      ]
    case .spanish:
      return [
        Prompt(
          "Dada la lista [\(list)], sigue estos pasos: "
            + "\(numbered.joined(separator: "; ")). ¿Cuál es el resultado?"),
        Prompt(
          "Aplica a los números, en este orden: \(requests.joined(separator: "; ")).",
          input: list),
      ]
    case .chinese:
      return [
        Prompt("给定列表[\(list)]，依次执行：\(requests.joined(separator: "；"))。结果是什么？"),
        Prompt("请按顺序处理这些数：\(requests.joined(separator: "；"))。", input: list),
      ]
    }
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var value = parsed.list
    var steps: [String] = []
    for (step, (operation, amount)) in parsed.operations.enumerated()
    where !Slip.skips(slip, step) {
      value = operation.apply(to: value, amount: amount)
      if let error = Slip.error(slip, step), !value.isEmpty {
        value[abs(error) % value.count] += error
      }
      let list = value.map(String.init).joined(separator: ", ")
      steps.append("\(operation.label(amount)): \(list)")
    }
    return Attempt(steps: steps, answer: value.map(String.init).joined(separator: ", "))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    let result = parsed.operations.reduce(parsed.list) { list, next in
      next.operation.apply(to: list, amount: next.amount)
    }
    return result.map(String.init).joined(separator: ", ")
  }
}

/// One operation on a list of words.
///
/// Some carry a number or a letter (its code).
enum WordListOperation: Int, CaseIterable {
  case alphabetical = 0
  case byLength
  case reverse
  case unique
  case without
  case containing
  case longer
  case first
  case last

  /// Whether only the order changes.
  var isReordering: Bool { self == .alphabetical || self == .byLength || self == .reverse }

  /// Whether the result is the same for every order of the list.
  var ignoresOrder: Bool { self == .alphabetical }

  /// Whether the operation goes by the place in the list, so that an earlier order matters.
  var usesOrder: Bool { self == .first || self == .last }

  /// What the operation makes of `list`.
  func apply(to list: [String], amount: Int) -> [String] {
    switch self {
    case .alphabetical: return list.sorted()
    case .byLength:
      // Insertion keeps the order of equal lengths, which `sort` does not promise.
      var result: [String] = []
      for word in list {
        let place = result.firstIndex { $0.count > word.count } ?? result.endIndex
        result.insert(word, at: place)
      }
      return result
    case .reverse: return list.reversed()
    case .unique:
      var result: [String] = []
      for word in list where !result.contains(word) { result.append(word) }
      return result
    case .without: return list.filter { !$0.contains(letter(amount)) }
    case .containing: return list.filter { $0.contains(letter(amount)) }
    case .longer: return list.filter { $0.count > amount }
    case .first: return Array(list.prefix(max(0, amount)))
    case .last: return Array(list.suffix(max(0, amount)))
    }
  }

  private func letter(_ code: Int) -> Character {
    Character(Unicode.Scalar(UInt8(truncatingIfNeeded: code)))
  }

  /// The key word used in workings.
  func label(_ amount: Int) -> String {
    switch self {
    case .alphabetical: "alphabetical"
    case .byLength: "by length"
    case .reverse: "reverse"
    case .unique: "unique"
    case .without: "without \(letter(amount))"
    case .containing: "with \(letter(amount))"
    case .longer: "longer than \(amount)"
    case .first: "first \(amount)"
    case .last: "last \(amount)"
    }
  }

  /// The request in words.
  func words(_ amount: Int) -> String {
    switch self {
    case .alphabetical: "sort the words alphabetically"
    case .byLength:
      "sort the words from shortest to longest (words of equal length keep their order)"
    case .reverse: "reverse the order of the words"
    case .unique: "remove repeated words (keep the first)"
    case .without: "remove every word with the letter \"\(letter(amount))\""
    case .containing: "keep only words with the letter \"\(letter(amount))\""
    case .longer: "keep only words longer than \(amount) letters"
    case .first: "keep the first \(amount) words"
    case .last: "keep the last \(amount) words"
    }
  }
}

/// Operations on a list of words, each of which changes it.
///
/// Numbers: operation and amount by turns. Words: the list.
struct ListWords: TaskKind {
  let name = "list-words"
  let topic = Topic.lists
  let skill = Skill.pipeline

  func draw(level: Int, using dice: inout Dice) -> Facts {
    while true {
      var list = dice.sample(4 + level, of: Vocabulary.commonWords)
      if dice.chance(permille: 400) {
        list[0] = list[1]
        list = dice.shuffled(list)
      }
      if let operations = drawOperations(level, list, &dice) {
        return Facts(numbers: operations, words: list)
      }
    }
  }

  private func drawOperations(_ level: Int, _ start: [String], _ dice: inout Dice) -> [Int]? {
    var value = start
    var numbers: [Int] = []
    // Whether the list was put in an order that nothing has used yet: no step may undo another.
    var isFreshlyOrdered = false
    for step in 0..<level {
      var found = false
      for _ in 0..<60 where !found {
        let operation = dice.pick(WordListOperation.allCases)
        let amount: Int
        switch operation {
        case .without, .containing: amount = Int(dice.pick(Array("aeiourlnst".utf8)))
        case .longer: amount = dice.number(in: 4...6)
        case .first, .last: amount = dice.number(in: 2...6)
        default: amount = 0
        }
        let next = operation.apply(to: value, amount: amount)
        guard next != value, next.count >= 2 || step == level - 1, !next.isEmpty else { continue }
        if isFreshlyOrdered, operation.ignoresOrder { continue }
        if operation.isReordering { isFreshlyOrdered = true }
        if operation.usesOrder { isFreshlyOrdered = false }
        value = next
        numbers += [operation.rawValue, amount]
        found = true
      }
      if !found { return nil }
    }
    return numbers
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> [(operation: WordListOperation, amount: Int)] {
    var reader = FactReader(facts)
    var operations: [(operation: WordListOperation, amount: Int)] = []
    while reader.hasNumbers {
      guard let operation = WordListOperation(rawValue: try reader.number()) else {
        throw .outOfRange
      }
      operations.append((operation, try reader.number()))
    }
    return operations
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let requests = try parse(facts).map { $0.operation.words($0.amount) }
    let list = facts.words.joined(separator: ", ")
    let numbered = requests.enumerated().map { "\($0.offset + 1)) \($0.element)" }
    return [
      Prompt(
        "Here are some words: \(list). "
          + "\(requests.joined(separator: ", then ").capitalizedFirst). Which list results?"),
      Prompt(
        "Do this with the words, in this order: \(requests.joined(separator: "; ")).",
        input: list),
      Prompt(
        "Rearrange and trim the word list.",
        input: "\(list)\n\(numbered.joined(separator: "\n"))"),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    var value = facts.words
    var steps: [String] = []
    for (step, (operation, amount)) in try parse(facts).enumerated()
    where !Slip.skips(slip, step) {
      value = operation.apply(to: value, amount: amount)
      if let error = Slip.error(slip, step), !value.isEmpty {
        let place = abs(error) % value.count
        if value.count > 1, error > 0 {
          value.swapAt(place, (place + 1) % value.count)
        } else {
          value[place] = facts.words[abs(error) % facts.words.count]
        }
      }
      steps.append("\(operation.label(amount)): \(value.joined(separator: ", "))")
    }
    return Attempt(steps: steps, answer: value.joined(separator: ", "))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let result = try parse(facts).reduce(facts.words) { list, next in
      next.operation.apply(to: list, amount: next.amount)
    }
    return result.joined(separator: ", ")
  }
}
