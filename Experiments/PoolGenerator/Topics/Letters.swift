/// One operation on a text.
///
/// Some carry an amount.
enum TextOperation: Int, CaseIterable {
  case reverse = 0
  case shift
  case dropVowels
  case swapEnds
  case rotate
  case upper
  case doubleFirst
  case dropLast

  /// What the operation makes of `text`.
  func apply(to text: String, amount: Int) -> String {
    switch self {
    case .reverse: return String(text.reversed())
    case .shift:
      return String(
        String.UnicodeScalarView(
          text.unicodeScalars.map { scalar in
            let code = Int(scalar.value)
            switch code {
            case 97...122: return TextOperation.letter(97, code - 97 + amount)
            case 65...90: return TextOperation.letter(65, code - 65 + amount)
            default: return scalar
            }
          }))
    case .dropVowels: return text.filter { !"aeiouAEIOU".contains($0) }
    case .swapEnds:
      var characters = Array(text)
      if characters.count > 1 { characters.swapAt(0, characters.count - 1) }
      return String(characters)
    case .rotate:
      let count = min(max(amount, 0), text.count)
      return String(text.dropFirst(count)) + text.prefix(count)
    case .upper: return text.uppercased()
    case .doubleFirst: return text.prefix(1) + text
    case .dropLast: return String(text.dropLast())
    }
  }

  private static func letter(_ first: Int, _ offset: Int) -> Unicode.Scalar {
    let wrapped = ((offset % 26) + 26) % 26
    return Unicode.Scalar(UInt8(first + wrapped))
  }

  /// The key word used in workings.
  func label(_ amount: Int) -> String {
    switch self {
    case .reverse: "reverse"
    case .shift: "shift \(amount)"
    case .dropVowels: "no vowels"
    case .swapEnds: "swap ends"
    case .rotate: "rotate \(amount)"
    case .upper: "upper"
    case .doubleFirst: "double first"
    case .dropLast: "drop last"
    }
  }

  /// The request in words.
  func words(_ amount: Int) -> String {
    switch self {
    case .reverse: "write it backwards"
    case .shift: "move every letter \(amount) places forward in the alphabet (z is followed by a)"
    case .dropVowels: "delete all vowels (a, e, i, o, u)"
    case .swapEnds: "swap the first and the last character"
    case .rotate: "move the first \(amount) characters to the end"
    case .upper: "change it to upper case"
    case .doubleFirst: "write the first character twice"
    case .dropLast: "remove the last character"
    }
  }
}

/// Operations on a text, each of which changes it.
///
/// Numbers: operation and amount by turns. Words: the text.
struct TextPipeline: TaskKind {
  let name = "text-pipeline"
  let topic = Topic.letters
  let skill = Skill.pipeline

  private static let foreign = [
    "añorar", "straßen", "garçonne", "smörgås", "żółtko", "привет", "молоко", "θάλασσα",
    "日本語学校", "春夏秋冬花", "안녕하세요", "🍎🍐🍋🍇", "🚗🚲🚂🚀🛶", "naïveté", "čeština", "ığdırlı",
  ]
  /// Operations that do not depend on the Latin alphabet or on case rules.
  private static let anyScript: [TextOperation] = [
    .reverse, .swapEnds, .rotate, .doubleFirst, .dropLast,
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let isForeign = dice.chance(permille: 80)
    while true {
      let text =
        isForeign
        ? dice.pick(TextPipeline.foreign) + dice.pick(TextPipeline.foreign)
        : Vocabulary.invented(syllables: dice.number(in: 2...4), using: &dice)
      let choices = isForeign ? TextPipeline.anyScript : TextOperation.allCases
      if let operations = drawOperations(level, text, choices, &dice) {
        return Facts(numbers: operations, words: [text])
      }
    }
  }

  private func drawOperations(
    _ level: Int, _ start: String, _ choices: [TextOperation], _ dice: inout Dice
  ) -> [Int]? {
    var value = start
    var numbers: [Int] = []
    var last: TextOperation?
    for _ in 0..<level {
      var found = false
      for _ in 0..<60 where !found {
        let operation = dice.pick(choices)
        let amount: Int
        switch operation {
        case .shift: amount = dice.number(in: 1...12)
        case .rotate: amount = dice.number(in: 2...3)
        default: amount = 0
        }
        let next = operation.apply(to: value, amount: amount)
        guard next != value, next.count >= 3, operation != last else { continue }
        value = next
        last = operation
        numbers += [operation.rawValue, amount]
        found = true
      }
      if !found { return nil }
    }
    return value == start ? nil : numbers
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (text: String, operations: [(operation: TextOperation, amount: Int)]) {
    var reader = FactReader(facts)
    let text = try reader.word()
    var operations: [(operation: TextOperation, amount: Int)] = []
    while reader.hasNumbers {
      guard let operation = TextOperation(rawValue: try reader.number()) else {
        throw .outOfRange
      }
      operations.append((operation, try reader.number()))
    }
    return (text, operations)
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (text, operations) = try parse(facts)
    let requests = operations.map { $0.operation.words($0.amount) }
    return [
      Prompt(
        "Take the text \"\(text)\". \(requests.joined(separator: ", then ").capitalizedFirst). "
          + "What is the new text?"),
      Prompt(
        "Change the text as told, one step after another: "
          + "\(requests.joined(separator: "; ")).", input: text),
      Prompt(
        "How does \"\(text)\" read after these changes? "
          + requests.enumerated().map { "(\($0.offset + 1)) \($0.element)" }.joined(separator: " ")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (text, operations) = try parse(facts)
    var value = text
    var steps: [String] = []
    for (step, (operation, amount)) in operations.enumerated() where !Slip.skips(slip, step) {
      value = operation.apply(to: value, amount: amount)
      if let error = Slip.error(slip, step), value.count > 1 {
        var characters = Array(value)
        let place = abs(error) % (characters.count - 1)
        if error > 0 {
          characters.swapAt(place, place + 1)
        } else {
          characters.remove(at: place)
        }
        value = String(characters)
      }
      steps.append("\(operation.label(amount)): \(value)")
    }
    return Attempt(steps: steps, answer: value)
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let (text, operations) = try parse(facts)
    return operations.reduce(text) { $1.operation.apply(to: $0, amount: $1.amount) }
  }
}

/// How often a letter stands in a few words.
///
/// No numbers. Words: the letter, then the words.
struct LetterCount: TaskKind {
  let name = "letter-count"
  let topic = Topic.letters
  let skill = Skill.tally

  func draw(level: Int, using dice: inout Dice) -> Facts {
    let words = (0..<level).map { _ in
      dice.chance(permille: 150)
        ? dice.pick(Vocabulary.commonWords) + dice.pick(Vocabulary.commonWords)
        : Vocabulary.invented(syllables: dice.number(in: 3...4), using: &dice)
    }
    // A letter that occurs, so that the count is rarely 0.
    let letter = dice.pick(Array(words.joined()))
    return Facts(numbers: [], words: [String(letter)] + words)
  }

  private func parse(_ facts: Facts) throws(FactError) -> (letter: Character, words: [String]) {
    var reader = FactReader(facts)
    let letters = try reader.word()
    guard let letter = letters.first, letters.count == 1 else { throw .outOfRange }
    return (letter, Array(facts.words.dropFirst()))
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (letter, words) = try parse(facts)
    let list = words.joined(separator: " ")
    let noun = words.count == 1 ? "word" : "words"
    return [
      Prompt("How many times does the letter \"\(letter)\" occur in: \(list)?"),
      Prompt("Count the letter \"\(letter)\" in the \(noun) below.", input: list),
      Prompt("In the \(noun) \"\(list)\", how many letters are \"\(letter)\"?"),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (letter, words) = try parse(facts)
    var total = 0
    var steps: [String] = []
    for (step, word) in words.enumerated() where !Slip.skips(slip, step) {
      let count = word.count { $0 == letter }
      let sum = steps.isEmpty ? "" : "\(total) + \(count) = "
      total += count
      if let error = Slip.error(slip, step) { total = abs(total + error.signum()) }
      steps.append("\(word): \(sum)\(total)")
    }
    return Attempt(steps: steps, answer: String(total))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let (letter, words) = try parse(facts)
    let pieces = words.joined(separator: " ")
      .split(separator: letter, omittingEmptySubsequences: false)
    return String(pieces.count - 1)
  }
}
