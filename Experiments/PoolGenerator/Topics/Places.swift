/// An invented landscape in which one fact leads to the next.
///
/// Numbers: hops, the place in the sequence town, river, lake, province, capital, founder at which
/// the question starts, and how many landscapes there are. Words: six names a landscape, the one
/// asked about first.
struct PlaceHops: TaskKind {
  let name = "place-hops"
  let topic = Topic.places
  let skill = Skill.hops

  private struct Parsed {
    var hops: Int
    var start: Int
    var landscapes: [[String]]
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let count = 2 + level / 4
    let start = dice.below(6 - level)
    let names = Vocabulary.inventedNames(5 * count, syllables: 2, accents: true, using: &dice)
    let founders = dice.sample(count, of: Vocabulary.people)
    var words: [String] = []
    for index in 0..<count {
      words += names[5 * index..<5 * index + 5].map(\.capitalizedFirst) + [founders[index]]
    }
    return Facts(numbers: [level, start, count], words: words)
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    let hops = try reader.number(in: 1...5)
    var parsed = Parsed(hops: hops, start: try reader.number(in: 0...5 - hops), landscapes: [])
    for _ in 0..<(try reader.number(in: 1...10)) { parsed.landscapes.append(try reader.words(6)) }
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    var sentences: [String] = []
    for names in parsed.landscapes {
      let all = [
        "The town of \(names[0]) lies on the river \(names[1]).",
        "The river \(names[1]) flows into Lake \(names[2]).",
        "Lake \(names[2]) is in the province of \(names[3]).",
        "The capital of the province of \(names[3]) is \(names[4]).",
        "The city of \(names[4]) was founded by \(names[5]).",
      ]
      sentences += all[parsed.start..<parsed.start + parsed.hops]
      // One more fact, so that a single hop is not the only thing known of the landscape.
      if parsed.start + parsed.hops < 5 { sentences.append(all[parsed.start + parsed.hops]) }
    }
    sentences.sort { $0.utf8.reversed().lexicographicallyPrecedes($1.utf8.reversed()) }
    let names = parsed.landscapes[0]
    let end = parsed.start + parsed.hops
    var target = [
      "the town of \(names[0])", "the river \(names[1])", "Lake \(names[2])",
      "the province of \(names[3])", "the city of \(names[4])",
    ][parsed.start]
    for kind in parsed.start + 1..<end {
      switch kind {
      case 1: target = "the river on which \(target) lies"
      case 2: target = "the lake into which \(target) flows"
      case 3: target = "the province that contains \(target)"
      default: target = "the capital of \(target)"
      }
    }
    let question: String
    switch end {
    case 1: question = "On which river does \(target) lie?"
    case 2: question = "Into which lake does \(target) flow?"
    case 3: question = "In which province is \(target)?"
    case 4: question = "What is the capital of \(target)?"
    default: question = "Who founded \(target)?"
    }
    let passage = sentences.joined(separator: " ")
    return [
      Prompt(question, input: passage),
      Prompt("Answer with one name from the passage. \(question)", input: passage),
      Prompt("\(passage)\n\n\(question)"),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var landscape = 0
    var answer = parsed.landscapes[0][parsed.start]
    var steps: [String] = []
    let kinds = ["town", "river", "lake", "province", "capital", "founder"]
    for step in 0..<parsed.hops where !Slip.skips(slip, step) {
      if let error = Slip.error(slip, step), parsed.landscapes.count > 1 {
        landscape = 1 + abs(error) % (parsed.landscapes.count - 1)
      }
      let kind = parsed.start + step + 1
      let next = parsed.landscapes[landscape][kind]
      steps.append("\(answer) → \(kinds[kind]) \(next)")
      answer = next
    }
    return Attempt(steps: steps, answer: answer)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    // By name, as a reader does: the row of each fact is found anew.
    var answer = parsed.landscapes[0][parsed.start]
    for kind in parsed.start..<parsed.start + parsed.hops {
      let matches = parsed.landscapes.filter { $0[kind] == answer }
      guard matches.count == 1 else { throw .outOfRange }
      answer = matches[0][kind + 1]
    }
    return answer
  }
}

/// The length of a journey.
///
/// Numbers: the legs in kilometres, then one distracting leg. Words: the stops (one more than legs)
/// and the far end of the distracting leg.
struct PlaceDistance: TaskKind {
  let name = "place-distance"
  let topic = Topic.places
  let skill = Skill.tally

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let names = Vocabulary.inventedNames(level + 3, syllables: 2, accents: true, using: &dice)
    let legs = (0..<level + 2).map { _ in dice.number(in: 3...90) }
    return Facts(numbers: legs, words: names.map(\.capitalizedFirst))
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (legs: [Int], detour: Int, stops: [String], aside: String) {
    var reader = FactReader(facts)
    guard facts.numbers.count >= 3 else { throw .tooFew }
    let legs = try reader.numbers(facts.numbers.count - 1)
    let detour = try reader.number()
    return (legs, detour, try reader.words(legs.count + 1), try reader.word())
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (legs, detour, stops, aside) = try parse(facts)
    var lines: [String] = []
    for (index, leg) in legs.enumerated() {
      lines.append("From \(stops[index]) to \(stops[index + 1]) it is \(leg) km.")
    }
    lines.insert("From \(stops[1]) to \(aside) it is \(detour) km.", at: detour % lines.count)
    let via = stops[1..<legs.count].joined(separator: ", then ")
    let end = stops[legs.count]
    let passage = lines.joined(separator: " ")
    return [
      Prompt(
        "How many kilometres is the trip from \(stops[0]) to \(end) by way of \(via)?",
        input: passage),
      Prompt("\(passage) How long, in km, is the route \(stops.joined(separator: " – "))?"),
      Prompt(
        "Find the length in km of the journey that goes from \(stops[0]) through \(via) "
          + "to \(end).", input: lines.joined(separator: "\n")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let legs = try parse(facts).legs
    var total = legs[0]
    var steps: [String] = []
    for (step, leg) in legs.dropFirst().enumerated() where !Slip.skips(slip, step) {
      let before = total
      total += leg
      if let error = Slip.error(slip, step) { total = abs(total + error) }
      steps.append("\(before) + \(leg) = \(total)")
    }
    return Attempt(steps: steps, answer: String(total))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    String(try parse(facts).legs.reduce(0, +))
  }
}
