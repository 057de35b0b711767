/// A subject area: a vocabulary and two kinds of task.
enum Topic: String, CaseIterable {
  case market
  case lists
  case letters
  case calendar
  case code
  case logic
  case tables
  case family
  case places
  case kitchen
  case scenes
  case language = "invented-language"

  /// How many of a thousand rows belong to the topic: a long tail on purpose.
  var permille: Int {
    switch self {
    case .market: 250
    case .lists: 150
    case .letters: 120
    case .calendar: 100
    case .code: 90
    case .logic: 70
    case .tables: 60
    case .family: 50
    case .places: 40
    case .kitchen: 30
    case .scenes: 20
    case .language: 20
    }
  }
}

/// What must be done, whatever the words: tasks of one skill in different topics share structure,
/// so that what is learned in one topic can help in another.
enum Skill: String, CaseIterable {
  /// A running number changed by one operation after another.
  case chain
  /// A running position on a circle or a grid.
  case position
  /// A list, a set or a text changed by one operation after another.
  case pipeline
  /// A collection narrowed by one condition after another.
  case filter
  /// One looked-up fact leading to the next.
  case hops
  /// Amounts worked out one by one and added up.
  case tally
  /// Truth values combined.
  case truth
  /// Symbols replaced by other symbols by a given rule.
  case substitution
}

/// The language of a prompt.
///
/// Working and answers use digits, symbols and short English key words.
enum Language: String, CaseIterable {
  case english = "en"
  case german = "de"
  case spanish = "es"
  case chinese = "zh"
}

/// Everything that decides a question besides its wording.
struct Facts: Equatable {
  /// Numbers in the order that the task defines.
  var numbers: [Int]
  /// Words in the order that the task defines.
  var words: [String]
}

/// Facts that a task cannot have drawn.
enum FactError: Error {
  /// The facts end before the task has read what it needs.
  case tooFew
  /// A fact is outside what the task draws.
  case outOfRange
}

/// Reads facts front to back.
struct FactReader {
  private var numbers: ArraySlice<Int>
  private var words: ArraySlice<String>

  init(_ facts: Facts) {
    numbers = facts.numbers[...]
    words = facts.words[...]
  }

  /// Whether a number is left.
  var hasNumbers: Bool { !numbers.isEmpty }

  /// Whether a word is left.
  var hasWords: Bool { !words.isEmpty }

  /// The next number, which must lie in `range`.
  mutating func number(
    in range: ClosedRange<Int> = -1_000_000...1_000_000
  ) throws(FactError) -> Int {
    guard let number = numbers.popFirst() else { throw .tooFew }
    guard range.contains(number) else { throw .outOfRange }
    return number
  }

  /// The next `count` numbers.
  mutating func numbers(_ count: Int) throws(FactError) -> [Int] {
    var result: [Int] = []
    for _ in 0..<count { result.append(try number()) }
    return result
  }

  /// The next word.
  mutating func word() throws(FactError) -> String {
    guard let word = words.popFirst() else { throw .tooFew }
    return word
  }

  /// The next `count` words.
  mutating func words(_ count: Int) throws(FactError) -> [String] {
    var result: [String] = []
    for _ in 0..<count { result.append(try word()) }
    return result
  }
}

/// One wording of a question.
struct Prompt: Equatable {
  /// The request.
  var instruction: String
  /// The material, or empty.
  var input: String

  init(_ instruction: String, input: String = "") {
    self.instruction = instruction
    self.input = input
  }
}

/// Working, one line a composition step, and where it ends.
struct Attempt: Equatable {
  /// One line a step.
  var steps: [String]
  /// The result, without a label.
  var answer: String
}

/// A mistake made on purpose.
struct Slip {
  enum Kind {
    /// The step's result is wrong, and the following steps build on it.
    case wrong
    /// The step is left out.
    case skip
  }

  var kind: Kind
  /// The step concerned, from 0.
  var step: Int
  /// How the result goes wrong; not 0.
  ///
  /// Numbers are off by it, lists use it as a place.
  var amount: Int

  /// Whether the step is left out.
  static func skips(_ slip: Slip?, _ step: Int) -> Bool {
    if let slip, slip.kind == .skip { slip.step == step } else { false }
  }

  /// How far the result of the step is off, or nil where it is right.
  static func error(_ slip: Slip?, _ step: Int) -> Int? {
    if let slip, slip.kind == .wrong, slip.step == step { slip.amount } else { nil }
  }
}

/// A kind of question whose answer follows from its facts by rule.
protocol TaskKind: Sendable {
  /// The name in the truth file.
  var name: String { get }
  var topic: Topic { get }
  var skill: Skill { get }
  /// The languages its prompts are written in.
  var languages: [Language] { get }

  /// Draws the facts of a question that takes exactly `level` composition steps.
  ///
  /// - Parameters:
  ///   - level: Composition steps, 1 to 5.
  ///   - dice: The row's stream for facts.
  /// - Returns: Facts that the task's other functions accept.
  func draw(level: Int, using dice: inout Dice) -> Facts

  /// All wordings of the question.
  ///
  /// - Throws: ``FactError`` for facts that the task cannot have drawn.
  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt]

  /// Works the question out line by line, with a mistake where one is asked for.
  ///
  /// - Throws: ``FactError`` for facts that the task cannot have drawn.
  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt

  /// The true answer straight from the facts, by code that ``work(_:slip:)`` does not use where
  /// there is more than one way to reach it; the checker uses nothing else.
  ///
  /// - Throws: ``FactError`` for facts that the task cannot have drawn.
  func solve(_ facts: Facts) throws(FactError) -> String
}

extension TaskKind {
  var languages: [Language] { [.english] }
}
