/// Relatives that lead from one to the next.
///
/// Numbers: hops. Words: for each hop and then for each distracting fact a person, a relation and
/// the relative; the text gives the facts in an order that follows from the words' bytes.
struct KinHops: TaskKind {
  let name = "kin-hops"
  let topic = Topic.family
  let skill = Skill.hops

  private static let female = ["mother", "sister", "aunt", "daughter", "grandmother", "niece"]
  private static let male = ["father", "brother", "uncle", "son", "grandfather", "nephew"]

  private struct Fact {
    var person: String
    var relation: String
    var relative: String
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let women = dice.shuffled(Vocabulary.women)
    let men = dice.shuffled(Vocabulary.men)
    var used = 0
    var words: [String] = []
    func stranger(_ dice: inout Dice) -> (name: String, relation: String) {
      used += 1
      return dice.chance(permille: 500)
        ? (women[used], dice.pick(KinHops.female)) : (men[used], dice.pick(KinHops.male))
    }
    var path = [stranger(&dice).name]
    for _ in 0..<level {
      let next = stranger(&dice)
      words += [path[path.count - 1], next.relation, next.name]
      path.append(next.name)
    }
    // Distracting facts start from people of the path, but never repeat a relation of theirs.
    for _ in 0..<1 + level {
      let next = stranger(&dice)
      let person = dice.pick(path)
      let isTaken = stride(from: 0, to: words.count, by: 3).contains {
        words[$0] == person && words[$0 + 1] == next.relation
      }
      if !isTaken { words += [person, next.relation, next.name] }
    }
    return Facts(numbers: [level], words: words)
  }

  private func parse(_ facts: Facts) throws(FactError) -> (hops: Int, facts: [Fact]) {
    var reader = FactReader(facts)
    let hops = try reader.number(in: 1...5)
    var parsed: [Fact] = []
    while reader.hasWords {
      parsed.append(
        Fact(
          person: try reader.word(), relation: try reader.word(), relative: try reader.word()))
    }
    guard parsed.count >= hops else { throw .tooFew }
    return (hops, parsed)
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (hops, known) = try parse(facts)
    var sentences = known.map { "\($0.person)'s \($0.relation) is \($0.relative)." }
    // Any fixed order that does not give the path away: by the sentence read backwards.
    sentences.sort { $0.utf8.reversed().lexicographicallyPrecedes($1.utf8.reversed()) }
    let path = known.prefix(hops)
    let relations = path.reversed().map { "the \($0.relation) of " }.joined()
    let start = known[0].person
    var possessive = start
    for fact in path { possessive += "'s \(fact.relation)" }
    let story = sentences.joined(separator: " ")
    return [
      Prompt("\(story) Who is \(relations)\(start)?"),
      Prompt("Read the family notes and name \(possessive).", input: story),
      Prompt("Who is \(possessive)?", input: sentences.joined(separator: "\n")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (hops, known) = try parse(facts)
    var person = known[0].person
    var steps: [String] = []
    for step in 0..<hops where !Slip.skips(slip, step) {
      let fact = known[step]
      let error = Slip.error(slip, step).map { abs($0) } ?? 0
      let next = error == 0 ? fact.relative : known[(step + error) % known.count].relative
      steps.append("\(person) → \(fact.relation) \(next)")
      person = next
    }
    return Attempt(steps: steps, answer: person)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let (hops, known) = try parse(facts)
    var person = known[0].person
    for step in 0..<hops {
      let relation = known[step].relation
      let matches = known.filter { $0.person == person && $0.relation == relation }
      // Two matches would make the question ambiguous.
      guard matches.count == 1 else { throw .outOfRange }
      person = matches[0].relative
    }
    return person
  }
}

/// An age that follows from another, which follows from another.
///
/// Numbers: the chain. Words: the people, from the one whose age is given.
struct KinAges: TaskKind {
  let name = "kin-ages"
  let topic = Topic.family
  let skill = Skill.chain

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let chain = Chain(
      level: level, start: 4...70, limit: 99, amounts: 2...25,
      allowed: [.add, .subtract, .add, .subtract, .multiply, .divide], using: &dice)
    return Facts(numbers: chain.numbers, words: dice.sample(level + 1, of: Vocabulary.people))
  }

  private func parse(_ facts: Facts) throws(FactError) -> (chain: Chain, people: [String]) {
    var reader = FactReader(facts)
    let chain = try Chain(from: &reader)
    return (chain, try reader.words(chain.links.count + 1))
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (chain, people) = try parse(facts)
    var clauses = ["\(people[0]) is \(chain.start) years old."]
    for (step, link) in chain.links.enumerated() {
      let (person, other) = (people[step + 1], people[step])
      let times = ["", "", "twice", "three times", "four times", "five times"]
      let parts = ["", "", "half", "a third", "a quarter", "a fifth"]
      switch link.operation {
      case .add: clauses.append("\(person) is \(link.amount) years older than \(other).")
      case .subtract: clauses.append("\(person) is \(link.amount) years younger than \(other).")
      case .multiply:
        clauses.append("\(person) is \(times[min(link.amount, 5)]) as old as \(other).")
      default: clauses.append("\(person) is \(parts[min(link.amount, 5)]) as old as \(other).")
      }
    }
    let target = people[chain.links.count]
    return [
      Prompt("\(clauses.joined(separator: " ")) How old is \(target)?"),
      Prompt("Find the age of \(target). \(clauses.joined(separator: " "))"),
      Prompt("What is \(target)'s age in years?", input: clauses.reversed().joined(separator: " ")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (chain, people) = try parse(facts)
    return chain.work(slip: slip) { step, before, link, after in
      "\(people[step + 1]): \(before) \(link.operation.sign) \(link.amount) = \(after)"
    }
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    String(try parse(facts).chain.solve())
  }
}
