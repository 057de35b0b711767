/// What a straight-line program prints.
///
/// Numbers: the chain. Words: the variable of the start and of each statement.
struct CodeTrace: TaskKind {
  let name = "code-trace"
  let topic = Topic.code
  let skill = Skill.chain
  let languages = Language.allCases

  private static let variables = [
    "x", "y", "z", "n", "m", "total", "count", "size", "score", "value", "width", "height",
    "index", "speed", "level", "limit", "temp", "rate", "depth", "weight",
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let chain = Chain(
      level: level, start: 3...99, limit: 999, amounts: 2...60,
      allowed: [.add, .subtract, .multiply, .divide, .remainder], using: &dice)
    var words = [dice.pick(CodeTrace.variables)]
    for _ in 0..<level {
      let current = words[words.count - 1]
      words.append(dice.chance(permille: 600) ? current : dice.pick(CodeTrace.variables))
    }
    return Facts(numbers: chain.numbers, words: words)
  }

  private func parse(_ facts: Facts) throws(FactError) -> (chain: Chain, variables: [String]) {
    var reader = FactReader(facts)
    let chain = try Chain(from: &reader)
    return (chain, try reader.words(chain.links.count + 1))
  }

  private static func sign(_ operation: Chain.Operation) -> String {
    switch operation {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "//"
    case .remainder: "%"
    }
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (chain, variables) = try parse(facts)
    var code = "\(variables[0]) = \(chain.start)\n"
    for (step, link) in chain.links.enumerated() {
      let expression =
        "\(variables[step]) \(CodeTrace.sign(link.operation)) \(link.amount)"
      code += "\(variables[step + 1]) = \(expression)\n"
    }
    code += "print(\(variables[chain.links.count]))"
    let questions: [String]
    switch language {
    case .english:
      questions = [
        "What does this program print?", "Trace the code and give its output.",
        "Run the following Python program in your head. Which number does it print?",
      ]
    case .german:
      questions = ["Was gibt dieses Programm aus?", "Welche Zahl druckt das folgende Programm?"]
    case .spanish:
      questions = ["¿Qué imprime este programa?", "Sigue el código e indica qué número imprime."]
    case .chinese:
      questions = ["这个程序输出什么？", "请逐行执行代码，并写出输出的数字。"]
    }
    return questions.map { Prompt($0, input: code) }
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (chain, variables) = try parse(facts)
    return chain.work(slip: slip) { step, before, link, after in
      "\(variables[step + 1]) = \(before) \(CodeTrace.sign(link.operation)) \(link.amount)"
        + " = \(after)"
    }
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    String(try parse(facts).chain.solve())
  }
}

/// What a loop with a condition prints.
///
/// Numbers: start, condition (0 even, 1 greater than), its bound, the two branches (0 adds the
/// element, 1 subtracts it, 2 adds a constant, 3 subtracts one) each with a constant, then the
/// list. Words: the running variable and the element.
struct CodeLoop: TaskKind {
  let name = "code-loop"
  let topic = Topic.code
  let skill = Skill.chain

  private struct Parsed {
    var start: Int
    var condition: Int
    var bound: Int
    var branches: [(kind: Int, constant: Int)]
    var list: [Int]
    var total: String
    var element: String
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let kinds = dice.sample(2, of: [0, 1, 2, 3])
    var numbers = [dice.number(in: 0...30), dice.below(2), dice.number(in: 4...15)]
    for kind in kinds { numbers += [kind, kind < 2 ? 0 : dice.number(in: 1...12)] }
    for _ in 0..<level { numbers.append(dice.number(in: 1...20)) }
    let names = [
      dice.pick(["total", "result", "acc", "score", "balance", "sum_so_far"]),
      dice.pick(["n", "item", "v", "k", "step", "entry"]),
    ]
    return Facts(numbers: numbers, words: names)
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    var parsed = Parsed(
      start: try reader.number(), condition: try reader.number(in: 0...1),
      bound: try reader.number(), branches: [], list: [], total: try reader.word(),
      element: try reader.word())
    for _ in 0..<2 {
      parsed.branches.append((try reader.number(in: 0...3), try reader.number()))
    }
    while reader.hasNumbers { parsed.list.append(try reader.number()) }
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    let (total, element) = (parsed.total, parsed.element)
    let list = parsed.list.map(String.init).joined(separator: ", ")
    let statements = parsed.branches.map { branch in
      let sign = branch.kind.isMultiple(of: 2) ? "+" : "-"
      return "\(total) = \(total) \(sign) \(branch.kind < 2 ? element : String(branch.constant))"
    }
    let condition =
      parsed.condition == 0 ? "\(element) % 2 == 0" : "\(element) > \(parsed.bound)"
    let code = """
      \(total) = \(parsed.start)
      for \(element) in [\(list)]:
          if \(condition):
              \(statements[0])
          else:
              \(statements[1])
      print(\(total))
      """
    return [
      Prompt("What is printed by this loop?", input: code),
      Prompt("Follow the loop pass by pass. What is the output?", input: code),
      Prompt("Here is a short Python program. State the number it prints at the end.", input: code),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var total = parsed.start
    var steps: [String] = []
    for (step, element) in parsed.list.enumerated() where !Slip.skips(slip, step) {
      let holds = parsed.condition == 0 ? element.isMultiple(of: 2) : element > parsed.bound
      let branch = parsed.branches[holds ? 0 : 1]
      let amount = branch.kind < 2 ? element : branch.constant
      let before = total
      total = branch.kind.isMultiple(of: 2) ? total + amount : total - amount
      if let error = Slip.error(slip, step) { total += error }
      let sign = branch.kind.isMultiple(of: 2) ? "+" : "-"
      steps.append("\(parsed.element) = \(element): \(before) \(sign) \(amount) = \(total)")
    }
    return Attempt(steps: steps, answer: String(total))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    func effect(_ branch: (kind: Int, constant: Int), _ elements: [Int]) -> Int {
      switch branch.kind {
      case 0: elements.reduce(0, +)
      case 1: -elements.reduce(0, +)
      case 2: elements.count * branch.constant
      default: -elements.count * branch.constant
      }
    }
    let chosen = parsed.list.filter {
      parsed.condition == 0 ? $0 & 1 == 0 : parsed.bound < $0
    }
    let others = parsed.list.filter {
      parsed.condition == 0 ? $0 & 1 == 1 : parsed.bound >= $0
    }
    let change = effect(parsed.branches[0], chosen) + effect(parsed.branches[1], others)
    return String(parsed.start + change)
  }
}
