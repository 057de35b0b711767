/// A sentence put into an invented language with a dictionary and rules.
///
/// Numbers: how many words the sentence has, then the rules after the first step of looking words
/// up (0 reverse the word order, 1 ending on every word, 2 particle first, 3 double the first
/// word, 4 ending on the last word, 5 last word first). Words: the language, the particle, the
/// ending, then English and invented word by turns; the sentence is the first of them.
struct LanguageTranslate: TaskKind {
  let name = "language-translate"
  let topic = Topic.language
  let skill = Skill.substitution

  private static let subjects = [
    "fox", "queen", "miller", "owl", "child", "baker", "giant", "sailor", "crow", "monk",
  ]
  private static let verbs = [
    "sees", "finds", "carries", "hears", "follows", "paints", "guards", "sells",
  ]
  private static let adjectives = ["old", "white", "heavy", "quiet", "broken", "golden"]
  private static let objects = [
    "bridge", "stone", "boat", "bread", "bell", "moon", "letter", "ladder", "drum", "crown",
  ]

  private struct Parsed {
    var rules: [Int]
    var language: String
    var particle: String
    var ending: String
    var dictionary: [(english: String, invented: String)]
    var length: Int
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let withAdjective = dice.chance(permille: 500)
    var english = [dice.pick(LanguageTranslate.subjects), dice.pick(LanguageTranslate.verbs)]
    if withAdjective { english.append(dice.pick(LanguageTranslate.adjectives)) }
    english.append(dice.pick(LanguageTranslate.objects))
    let length = english.count
    let others =
      LanguageTranslate.subjects + LanguageTranslate.verbs + LanguageTranslate.adjectives
      + LanguageTranslate.objects
    while english.count < length + 3 {
      let other = dice.pick(others)
      if !english.contains(other) { english.append(other) }
    }
    let names = Vocabulary.inventedNames(
      english.count + 3, syllables: 2, accents: true, using: &dice)
    var words = [names[0].capitalizedFirst, String(names[1].prefix(2)), String(names[2].prefix(3))]
    for (index, word) in english.enumerated() { words += [word, names[index + 3]] }
    let rules = dice.sample(level - 1, of: [0, 1, 2, 3, 4, 5])
    return Facts(numbers: [length] + rules, words: words)
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    let length = try reader.number(in: 1...20)
    var parsed = Parsed(
      rules: [], language: try reader.word(), particle: try reader.word(),
      ending: try reader.word(), dictionary: [], length: length)
    while reader.hasNumbers { parsed.rules.append(try reader.number(in: 0...5)) }
    while reader.hasWords { parsed.dictionary.append((try reader.word(), try reader.word())) }
    guard parsed.dictionary.count >= length else { throw .tooFew }
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    let sentence = parsed.dictionary.prefix(parsed.length).map(\.english).joined(separator: " ")
    var entries = parsed.dictionary.map { "\($0.english) = \($0.invented)" }
    entries.sort { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    let rules = parsed.rules.map { rule in
      [
        "reverse the word order", "add -\(parsed.ending) to every word",
        "put the word \"\(parsed.particle)\" in front", "say the first word twice",
        "add -\(parsed.ending) to the last word", "move the last word to the front",
      ][rule]
    }
    let dictionary = entries.joined(separator: "\n")
    let name = parsed.language
    if rules.isEmpty {
      return [
        Prompt("Translate into \(name) word for word: \(sentence)", input: dictionary),
        Prompt("How do you say \"\(sentence)\" in \(name)? Replace each word.", input: dictionary),
        Prompt(
          "\(name) words: \(entries.joined(separator: ", ")). "
            + "Put \"\(sentence)\" into \(name), word for word."),
      ]
    }
    return [
      Prompt(
        "Translate into \(name): \(sentence)\nFirst replace each word; then "
          + "\(rules.joined(separator: "; then ")).", input: dictionary),
      Prompt(
        "How do you say \"\(sentence)\" in \(name)? Replace each word, then, in this order: "
          + "\(rules.joined(separator: "; ")).", input: dictionary),
      Prompt(
        "\(name) words: \(entries.joined(separator: ", ")). Put \"\(sentence)\" into \(name) "
          + "word for word and then apply these rules in order: \(rules.joined(separator: "; "))."),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var words = parsed.dictionary.prefix(parsed.length).map(\.english)
    var steps: [String] = []
    for step in 0...parsed.rules.count where !Slip.skips(slip, step) {
      if step == 0 {
        words = parsed.dictionary.prefix(parsed.length).map(\.invented)
      } else if !words.isEmpty {
        let last = words.count - 1
        switch parsed.rules[step - 1] {
        case 0: words.reverse()
        case 1: words = words.map { $0 + parsed.ending }
        case 2: words.insert(parsed.particle, at: 0)
        case 3: words.insert(words[0], at: 0)
        case 4: words[last] += parsed.ending
        default: words.insert(words.removeLast(), at: 0)
        }
      }
      if let error = Slip.error(slip, step) {
        let place = abs(error) % words.count
        let other = parsed.dictionary[(parsed.length + abs(error)) % parsed.dictionary.count]
        words[place] = other.invented
      }
      steps.append(words.joined(separator: " "))
    }
    return Attempt(steps: steps, answer: words.joined(separator: " "))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    let words = parsed.dictionary.prefix(parsed.length).map { "\($0.invented)" }
    return parsed.rules.reduce(words) { words, rule -> [String] in
      switch rule {
      case 0: Array(words.reversed())
      case 1: words.map { "\($0)\(parsed.ending)" }
      case 2: [parsed.particle] + words
      case 3: words.prefix(1) + words
      case 4: words.dropLast() + words.suffix(1).map { $0 + parsed.ending }
      default: words.suffix(1) + words.dropLast()
      }
    }.joined(separator: " ")
  }
}

/// A sum in the number words of an invented language.
///
/// Numbers: the values of the number words in the dictionary, then how many of them the sum uses,
/// then for each use the word's place and its sign (0 plus, 1 minus, first always plus). Words: the
/// language, then the number words.
struct LanguageNumbers: TaskKind {
  let name = "language-numbers"
  let topic = Topic.language
  let skill = Skill.chain

  private struct Parsed {
    var language: String
    var words: [String]
    var values: [Int]
    var terms: [(place: Int, isMinus: Bool)]
  }

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let count = level + 4
    let names = Vocabulary.inventedNames(count + 1, syllables: 2, accents: true, using: &dice)
    let values = dice.sample(count, of: Array(1...40))
    var numbers = values + [level + 1]
    var sum = 0
    var used = 0
    while used <= level {
      let place = dice.below(count)
      let isMinus = used > 0 && dice.chance(permille: 450)
      let next = isMinus ? sum - values[place] : sum + values[place]
      guard next >= 0 else { continue }
      sum = next
      used += 1
      numbers += [place, isMinus ? 1 : 0]
    }
    return Facts(
      numbers: numbers, words: [names[0].capitalizedFirst] + Array(names.dropFirst()))
  }

  private func parse(_ facts: Facts) throws(FactError) -> Parsed {
    var reader = FactReader(facts)
    let count = facts.words.count - 1
    guard count > 0 else { throw .tooFew }
    var parsed = Parsed(
      language: try reader.word(), words: try reader.words(count),
      values: try reader.numbers(count), terms: [])
    for _ in 0..<(try reader.number(in: 2...20)) {
      parsed.terms.append((try reader.number(in: 0...count - 1), try reader.number() == 1))
    }
    return parsed
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let parsed = try parse(facts)
    var expression = ""
    for (index, term) in parsed.terms.enumerated() {
      let sign = index == 0 ? "" : term.isMinus ? " minus " : " plus "
      expression += sign + parsed.words[term.place]
    }
    let entries = zip(parsed.words, parsed.values).map { "\($0) = \($1)" }
    return [
      Prompt(
        "What number is \"\(expression)\" in \(parsed.language)?",
        input: entries.joined(separator: "\n")),
      Prompt("In \(parsed.language), \(entries.joined(separator: ", ")). Work out: \(expression)."),
      Prompt(
        "Use the \(parsed.language) number words to calculate \(expression). "
          + "Answer in digits.", input: entries.joined(separator: ", ")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let parsed = try parse(facts)
    var value = parsed.values[parsed.terms[0].place]
    var steps: [String] = []
    for (step, term) in parsed.terms.dropFirst().enumerated() where !Slip.skips(slip, step) {
      let before = value
      let amount = parsed.values[term.place]
      value = term.isMinus ? value - amount : value + amount
      if let error = Slip.error(slip, step) { value = abs(value + error) }
      steps.append("\(before) \(term.isMinus ? "-" : "+") \(amount) = \(value)")
    }
    return Attempt(steps: steps, answer: String(value))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let parsed = try parse(facts)
    let plus = parsed.terms.filter { !$0.isMinus }.map { parsed.values[$0.place] }
    let minus = parsed.terms.filter(\.isMinus).map { parsed.values[$0.place] }
    return String(plus.reduce(0, +) - minus.reduce(0, +))
  }
}
