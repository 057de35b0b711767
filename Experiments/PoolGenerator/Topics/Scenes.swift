/// Where a walk over a grid ends.
///
/// Numbers: start x and y; 0 for compass moves or 1 for turns; the first heading (0 north, 1 east,
/// 2 south, 3 west); then, by turns, direction (a heading, or 0 straight on, 1 right, 2 back,
/// 3 left) and squares. Words: the walker.
struct GridWalk: TaskKind {
  let name = "grid-walk"
  let topic = Topic.scenes
  let skill = Skill.position

  private static let walkers = [
    "a robot 🤖", "a beetle 🐞", "a snail 🐌", "a toy car", "a knight", "a drone", "a turtle 🐢",
    "a hen 🐔", "a cursor", "a tiny submarine", "a rover", "a hedgehog 🦔", "a courier",
    "a lost sock", "a paper plane", "an ant 🐜", "a tram", "a ghost 👻",
  ]
  private static let headings = ["north", "east", "south", "west"]
  private static let turns = ["goes straight on", "turns right", "turns around", "turns left"]

  private struct Parsed {
    var x: Int
    var y: Int
    var turns: Bool
    var heading: Int
    var moves: [(direction: Int, squares: Int)] = []
    var walker: String
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let turns = dice.below(2)
    var numbers = [dice.number(in: 0...40), dice.number(in: 0...40), turns, dice.below(4)]
    var last = -1
    while numbers.count < 4 + 2 * level {
      let direction = dice.below(4)
      if turns == 0 && direction == last { continue }
      last = direction
      numbers += [direction, dice.number(in: 2...15)]
    }
    return Facts(numbers: numbers, words: [dice.pick(GridWalk.walkers)])
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    var parsed = Parsed(
      x: try reader.number(), y: try reader.number(), turns: try reader.number() == 1,
      heading: try reader.number(in: 0...3), walker: try reader.word())
    while reader.hasNumbers {
      parsed.moves.append((try reader.number(in: 0...3), try reader.number()))
    }
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    let moves = parsed.moves.enumerated().map { step, move in
      let opening = step == 0 ? "It" : ["Then it", "Next it", "After that it"][step % 3]
      return parsed.turns
        ? "\(opening) \(GridWalk.turns[move.direction]) and moves \(move.squares) squares."
        : "\(opening) moves \(move.squares) squares \(GridWalk.headings[move.direction])."
    }
    let story = moves.joined(separator: " ")
    let facing = parsed.turns ? " facing \(GridWalk.headings[parsed.heading])" : ""
    let walker = parsed.walker.capitalizedFirst
    let rule = "North adds to y and east adds to x."
    let start = "(\(parsed.x), \(parsed.y))"
    return [
      Prompt("\(walker) stands at \(start)\(facing). \(story) \(rule) Where is it now?"),
      Prompt(
        "On a grid, \(parsed.walker) starts at \(start)\(facing). \(rule) "
          + "At which square does it end?", input: story),
      Prompt(
        "Give the final coordinates (x, y). \(walker) begins at \(start)\(facing). "
          + "\(rule) \(story)"),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var (x, y, heading) = (parsed.x, parsed.y, parsed.heading)
    var steps: [String] = []
    for (step, move) in parsed.moves.enumerated() where !Slip.skips(slip, step) {
      let error = Slip.error(slip, step) ?? 0
      heading = parsed.turns ? (heading + move.direction) % 4 : move.direction
      let squares = move.squares + error
      let before = "(\(x), \(y))"
      switch heading {
      case 0: y += squares
      case 1: x += squares
      case 2: y -= squares
      default: x -= squares
      }
      steps.append("\(before) \(GridWalk.headings[heading]) \(move.squares) → (\(x), \(y))")
    }
    return Attempt(steps: steps, answer: "(\(x), \(y))")
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    let (east, north) = ([0, 1, 0, -1], [1, 0, -1, 0])
    var headings: [Int] = []
    for move in parsed.moves {
      let before = headings.last ?? parsed.heading
      headings.append(parsed.turns ? (before + move.direction) & 3 : move.direction)
    }
    let x = zip(headings, parsed.moves).reduce(parsed.x) { $0 + east[$1.0] * $1.1.squares }
    let y = zip(headings, parsed.moves).reduce(parsed.y) { $0 + north[$1.0] * $1.1.squares }
    return "(\(x), \(y))"
  }
}

/// How many things of a scene meet every condition.
///
/// Numbers: how many conditions; attribute (0 size, 1 colour, 2 material, 3 pattern, 4 shape),
/// value and whether it is excluded (1) by turns; then five values a thing. No words.
struct SceneFilter: TaskKind {
  let name = "scene-filter"
  let topic = Topic.scenes
  let skill = Skill.filter

  private static let values = [
    ["tiny", "small", "large", "huge"],
    ["red", "blue", "green", "yellow", "violet"],
    ["wooden", "glass", "metal", "paper"],
    ["plain", "striped", "dotted"],
    ["cube-shaped", "ball-shaped", "ring-shaped", "star-shaped", "cone-shaped"],
  ]
  private static let emoji = ["🟥", "🟦", "🟩", "🟨", "🟪"]

  private struct Condition {
    var attribute: Int
    var value: Int
    var isExcluded: Bool

    func holds(_ thing: [Int]) -> Bool { (thing[attribute] == value) != isExcluded }
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    while true {
      let things = (0..<5 + 2 * level).map { _ in
        SceneFilter.values.map { dice.below($0.count) }
      }
      var rest = things
      var numbers: [Int] = []
      for attribute in dice.sample(level, of: [0, 1, 2, 3, 4]) {
        let isExcluded = dice.chance(permille: level > 3 ? 700 : 300)
        let value = dice.pick(rest)[attribute]
        let condition = Condition(attribute: attribute, value: value, isExcluded: isExcluded)
        let next = rest.filter(condition.holds)
        guard next.count < rest.count, !next.isEmpty else { break }
        rest = next
        numbers += [attribute, value, isExcluded ? 1 : 0]
      }
      guard numbers.count == 3 * level else { continue }
      return Facts(numbers: [level] + numbers + things.flatMap { $0 }, words: [])
    }
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (conditions: [Condition], things: [[Int]]) {
    var reader = FactReader(facts)
    var conditions: [Condition] = []
    for _ in 0..<(try reader.number(in: 1...5)) {
      conditions.append(
        Condition(
          attribute: try reader.number(in: 0...4), value: try reader.number(),
          isExcluded: try reader.number() == 1))
    }
    var things: [[Int]] = []
    while reader.hasNumbers {
      var thing: [Int] = []
      for values in SceneFilter.values { thing.append(try reader.number(in: 0...values.count - 1)) }
      things.append(thing)
    }
    guard conditions.allSatisfy({ SceneFilter.values[$0.attribute].indices.contains($0.value) })
    else { throw .outOfRange }
    return (conditions, things)
  }

  private static func label(_ condition: Condition) -> String {
    (condition.isExcluded ? "not " : "") + values[condition.attribute][condition.value]
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (conditions, things) = try parse(facts)
    let lines = things.enumerated().map { index, thing in
      let words = thing.enumerated().map { SceneFilter.values[$0.offset][$0.element] }
      return "\(index + 1). \(words.joined(separator: ", "))"
    }
    let pictures = things.enumerated().map { index, thing in
      let words = thing.enumerated().map {
        $0.offset == 1
          ? SceneFilter.emoji[$0.element] : SceneFilter.values[$0.offset][$0.element]
      }
      return "\(index + 1). \(words.joined(separator: ", "))"
    }
    let wanted = conditions.map(SceneFilter.label)
    return [
      Prompt(
        "How many of the objects are \(wanted.joined(separator: " and "))?",
        input: lines.joined(separator: "\n")),
      Prompt(
        "Count the objects that meet all of these: \(wanted.joined(separator: "; ")).",
        input: lines.joined(separator: "; ")),
      Prompt(
        "The squares stand for colours. How many objects are "
          + "\(wanted.joined(separator: " and "))?", input: pictures.joined(separator: "\n")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (conditions, things) = try parse(facts)
    var rest = Array(things.indices)
    var steps: [String] = []
    for (step, condition) in conditions.enumerated() where !Slip.skips(slip, step) {
      let before = rest
      rest = rest.filter { condition.holds(things[$0]) }
      if let error = Slip.error(slip, step) {
        if error > 0, let missed = before.first(where: { !rest.contains($0) }) {
          rest = (rest + [missed]).sorted()
        } else if !rest.isEmpty {
          rest.remove(at: abs(error) % rest.count)
        }
      }
      let numbers = rest.map { String($0 + 1) }.joined(separator: " ")
      steps.append("\(SceneFilter.label(condition)): \(numbers.isEmpty ? "none" : numbers)")
    }
    return Attempt(steps: steps, answer: String(rest.count))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let (conditions, things) = try parse(facts)
    var count = 0
    for thing in things where conditions.allSatisfy({ $0.holds(thing) }) { count += 1 }
    return String(count)
  }
}
