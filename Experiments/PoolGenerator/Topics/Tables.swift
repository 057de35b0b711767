/// A question about a small table: all conditions but the last step narrow the rows, and the last
/// step counts, adds up or picks.
///
/// Numbers: row count; price, stock and kind of each row; then condition and bound by turns; last
/// the closing (0 count, 1 total price, 2 dearest, 3 smallest stock). Words: the row names, then
/// the kinds.
struct TableQuery: TaskKind {
  let name = "table-query"
  let topic = Topic.tables
  let skill = Skill.filter

  private struct Row {
    var name: String
    var price: Int
    var stock: Int
    var kind: String
  }
  private struct Parsed {
    var rows: [Row]
    var kinds: [String]
    var conditions: [(condition: Int, bound: Int)] = []
    var closing = 0
  }

  private static let shops = [
    (
      ["tool", "paint", "wire", "lock"],
      [
        "drill", "hinge", "varnish", "clamp", "chisel", "primer", "padlock", "cable", "plane",
        "spanner", "enamel", "fuse", "bolt", "file", "gasket", "pulley",
      ]
    ),
    (
      ["novel", "atlas", "poetry", "comic"],
      [
        "Harbour Lights", "North Wind", "Salt Road", "Nine Lanterns", "Ürsprung", "The Kiln",
        "Paper Boats", "Ceniza", "Low Tide", "Quiet Orbit", "Field Notes", "Das Tal", "Sète",
        "Iron Garden", "Second Rain", "Kōan",
      ]
    ),
    (
      ["lens", "lamp", "cable", "sensor"],
      [
        "K-100", "K-250", "Mira 2", "Mira 5", "Orbit X", "Orbit S", "Vela", "Vela Pro", "T-1",
        "T-3", "Argo", "Argo+", "Nova 8", "Nova 9", "Ion", "Ion Max",
      ]
    ),
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    while true {
      let shop = dice.pick(TableQuery.shops)
      let kinds = dice.sample(3, of: shop.0)
      let names = dice.sample(4 + level, of: shop.1)
      let prices = dice.sample(names.count, of: Array(3...90))
      let stocks = dice.sample(names.count, of: Array(1...60))
      var parsed = Parsed(rows: [], kinds: kinds)
      for (index, name) in names.enumerated() {
        parsed.rows.append(
          Row(name: name, price: prices[index], stock: stocks[index], kind: dice.pick(kinds)))
      }
      guard drawConditions(level, &parsed, &dice) else { continue }
      var numbers = [names.count]
      for row in parsed.rows {
        numbers += [row.price, row.stock, kinds.firstIndex(of: row.kind) ?? 0]
      }
      for next in parsed.conditions { numbers += [next.condition, next.bound] }
      return Facts(numbers: numbers + [parsed.closing], words: names + kinds)
    }
  }

  private func drawConditions(_ level: Int, _ parsed: inout Parsed, _ dice: inout Dice) -> Bool {
    var rows = parsed.rows
    for _ in 0..<level - 1 {
      var found = false
      for _ in 0..<40 where !found {
        let condition = dice.below(6)
        guard !parsed.conditions.contains(where: { $0.condition == condition }) else { continue }
        let bound: Int
        switch condition {
        case 0, 1: bound = dice.below(3)
        case 2, 3: bound = 5 * dice.number(in: 2...16)
        default: bound = 5 * dice.number(in: 1...11)
        }
        let next = rows.filter { TableQuery.holds(condition, bound, $0, parsed.kinds) }
        guard next.count < rows.count, next.count >= 2 else { continue }
        rows = next
        parsed.conditions.append((condition, bound))
        found = true
      }
      if !found { return false }
    }
    parsed.closing = dice.below(4)
    return true
  }

  private static func holds(_ condition: Int, _ bound: Int, _ row: Row, _ kinds: [String]) -> Bool {
    switch condition {
    case 0: row.kind == kinds[bound]
    case 1: row.kind != kinds[bound]
    case 2: row.price > bound
    case 3: row.price < bound
    case 4: row.stock > bound
    default: row.stock < bound
    }
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    let count = try reader.number(in: 1...1000)
    let names = try reader.words(count)
    let kinds = try reader.words(3)
    var parsed = Parsed(rows: [], kinds: kinds)
    for name in names {
      parsed.rows.append(
        Row(
          name: name, price: try reader.number(), stock: try reader.number(),
          kind: kinds[try reader.number(in: 0...2)]))
    }
    parsed.closing = try reader.number()
    while reader.hasNumbers {
      guard (0...5).contains(parsed.closing) else { throw .outOfRange }
      let bound = try reader.number()
      guard parsed.closing > 1 || (0...2).contains(bound) else { throw .outOfRange }
      parsed.conditions.append((parsed.closing, bound))
      parsed.closing = try reader.number()
    }
    guard (0...3).contains(parsed.closing) else { throw .outOfRange }
    return parsed
  }

  private static func label(_ condition: Int, _ bound: Int, _ kinds: [String]) -> String {
    switch condition {
    case 0: "kind = \(kinds[bound])"
    case 1: "kind ≠ \(kinds[bound])"
    case 2: "price > \(bound)"
    case 3: "price < \(bound)"
    case 4: "stock > \(bound)"
    default: "stock < \(bound)"
    }
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    var table = "name,kind,price,stock"
    for row in parsed.rows { table += "\n\(row.name),\(row.kind),\(row.price),\(row.stock)" }
    let wordings = parsed.conditions.map { condition, bound in
      switch condition {
      case 0: "the kind is \(parsed.kinds[bound])"
      case 1: "the kind is not \(parsed.kinds[bound])"
      case 2: "the price is above \(bound)"
      case 3: "the price is below \(bound)"
      case 4: "the stock is above \(bound)"
      default: "the stock is below \(bound)"
      }
    }
    let question = [
      "how many rows are there", "what is the sum of the prices",
      "what is the name of the row with the highest price",
      "what is the name of the row with the smallest stock",
    ][parsed.closing]
    let labels = parsed.conditions.map { TableQuery.label($0.condition, $0.bound, parsed.kinds) }
    let close = ["COUNT", "SUM(price)", "name with MAX(price)", "name with MIN(stock)"]
    if wordings.isEmpty {
      return [
        Prompt("In the table, \(question)?", input: table),
        Prompt("Read the CSV and answer: \(question)?", input: table),
        Prompt("Query: \(close[parsed.closing]) over all rows.", input: table),
      ]
    }
    return [
      Prompt(
        "Among the rows where \(wordings.joined(separator: " and ")), \(question)?",
        input: table),
      Prompt(
        "Read the CSV. Looking only at rows where \(wordings.joined(separator: ", and ")): "
          + "\(question)?", input: table),
      Prompt(
        "Query: \(close[parsed.closing]) where \(labels.joined(separator: " and ")).",
        input: table),
    ]
  }

  private static func close(_ closing: Int, _ rows: [Row]) -> String {
    switch closing {
    case 0: return String(rows.count)
    case 1: return String(rows.map(\.price).reduce(0, &+))
    case 2: return rows.max { $0.price < $1.price }?.name ?? "none"
    default: return rows.min { $0.stock < $1.stock }?.name ?? "none"
    }
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var rows = parsed.rows
    var steps: [String] = []
    for (step, (condition, bound)) in parsed.conditions.enumerated()
    where !Slip.skips(slip, step) {
      rows = rows.filter { TableQuery.holds(condition, bound, $0, parsed.kinds) }
      if let error = Slip.error(slip, step), rows.count > 1 {
        rows.remove(at: abs(error) % rows.count)
      }
      let names = rows.map(\.name).joined(separator: ", ")
      steps.append("\(TableQuery.label(condition, bound, parsed.kinds)): \(names)")
    }
    var answer = TableQuery.close(parsed.closing, rows)
    let isLast = slip?.step == parsed.conditions.count
    if isLast, let slip {
      switch parsed.closing {
      case 0: answer = String(abs(rows.count + slip.amount))
      case 1: answer = String(abs(rows.map(\.price).reduce(0, &+) + slip.amount))
      default: answer = rows[abs(slip.amount) % max(1, rows.count)].name
      }
    }
    let label = ["count", "sum of price", "highest price", "smallest stock"][parsed.closing]
    let terms =
      parsed.closing == 1 ? rows.map { String($0.price) }.joined(separator: " + ") + " = " : ""
    steps.append("\(label): \(terms)\(answer)")
    return Attempt(steps: steps, answer: answer)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    let rows = parsed.rows.filter { row in
      parsed.conditions.allSatisfy { condition, bound in
        TableQuery.holds(condition, bound, row, parsed.kinds)
      }
    }
    switch parsed.closing {
    case 0: return String(rows.count)
    case 1:
      var sum = 0
      for row in rows { sum = sum &+ row.price }
      return String(sum)
    case 2: return rows.sorted { $0.price > $1.price }.first?.name ?? "none"
    default: return rows.sorted { $0.stock < $1.stock }.first?.name ?? "none"
    }
  }
}

/// Looked-up rows that lead from one to the next.
///
/// Numbers: hops, row count, then for each row the index of its manager and its room; last whether
/// the last hop asks for the room (1) or for the manager (0). Words: the people by row; the
/// question starts at the first of them, and row order in the text is alphabetical.
struct TableHops: TaskKind {
  let name = "table-hops"
  let topic = Topic.tables
  let skill = Skill.hops

  private struct Parsed {
    var hops: Int
    var managers: [Int]
    var rooms: [Int]
    var asksRoom: Bool
    var people: [String]
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let count = 4 + level
    let people = dice.sample(count, of: Vocabulary.people)
    let asksRoom = dice.chance(permille: 600)
    let rooms = dice.sample(count, of: Array(101...399))
    var numbers = [level, count]
    for index in 0..<count {
      // The first rows form the path; the others report to anyone but themselves.
      var manager = index + 1
      if index >= level {
        manager = dice.below(count - 1)
        if manager >= index { manager += 1 }
      }
      numbers += [manager, rooms[index]]
    }
    return Facts(numbers: numbers + [asksRoom ? 1 : 0], words: people)
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    let hops = try reader.number(in: 1...5)
    let count = try reader.number(in: 1...1000)
    var parsed = Parsed(
      hops: hops, managers: [], rooms: [], asksRoom: false, people: try reader.words(count))
    for _ in 0..<count {
      parsed.managers.append(try reader.number(in: 0...count - 1))
      parsed.rooms.append(try reader.number())
    }
    parsed.asksRoom = try reader.number(in: 0...1) == 1
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    var lines: [String] = []
    for index in parsed.people.indices {
      let manager = parsed.people[parsed.managers[index]]
      lines.append("\(parsed.people[index]),\(manager),\(parsed.rooms[index])")
    }
    lines.sort { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    let table = "name,manager,room\n" + lines.joined(separator: "\n")
    let managers = parsed.asksRoom ? parsed.hops - 1 : parsed.hops
    let person =
      String(repeating: "the manager of ", count: managers) + parsed.people[0]
    return parsed.asksRoom
      ? [
        Prompt("Which room does \(person) have?", input: table),
        Prompt("Use the staff table to find the room of \(person).", input: table),
      ]
      : [
        Prompt("Who is \(person)?", input: table),
        Prompt("Use the staff table to name \(person).", input: table),
      ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var person = 0
    var steps: [String] = []
    var answer = ""
    for step in 0..<parsed.hops where !Slip.skips(slip, step) {
      let from = parsed.people[person]
      if step == parsed.hops - 1, parsed.asksRoom {
        let shift = Slip.error(slip, step).map { abs($0) } ?? 0
        answer = String(parsed.rooms[(person + shift) % parsed.rooms.count])
        steps.append("\(from) → room \(answer)")
      } else {
        let shift = Slip.error(slip, step).map { abs($0) } ?? 0
        person = (parsed.managers[person] + shift) % parsed.people.count
        answer = parsed.people[person]
        steps.append("\(from) → manager \(answer)")
      }
    }
    return Attempt(steps: steps, answer: answer)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    func manager(of person: Int, after hops: Int) -> Int {
      hops == 0 ? person : manager(of: parsed.managers[person], after: hops - 1)
    }
    return parsed.asksRoom
      ? String(parsed.rooms[manager(of: 0, after: parsed.hops - 1)])
      : parsed.people[manager(of: 0, after: parsed.hops)]
  }
}
