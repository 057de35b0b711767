/// The fictional writers of the pool's answers.
///
/// They differ in what they write about, in how hard
/// their questions are, in how they put their answers and in how often they are wrong.
enum Generator: String, CaseIterable {
  /// Spread over topics and levels; shows numbered working; seldom wrong.
  case careful
  /// The bulk: common topics, low levels, terse.
  case prolific
  /// Everything, chatty, often wrong.
  case sloppy

  /// How much of a topic and level the generator writes, relative to the others.
  func weight(_ cell: Plan.Cell) -> Int {
    let rank = Topic.allCases.firstIndex(of: cell.topic) ?? 0
    switch self {
    case .careful: return 3 * [6, 8, 10, 13, 16][cell.level - 1] * (8 + rank)
    case .prolific: return 5 * [14, 11, 8, 5, 3][cell.level - 1] * (14 - rank)
    case .sloppy: return 2 * 10 * 12
    }
  }

  /// How many of a thousand answers of the level are defective.
  func defectPermille(level: Int) -> Int {
    switch self {
    case .careful: 60 + 20 * level
    case .prolific: 190 + 30 * level
    case .sloppy: 480 + 40 * level
    }
  }

  /// How often each defect occurs among the defective answers, in the order of ``Defect/made``.
  var defectWeights: [Int] {
    switch self {
    case .careful: [60, 25, 6, 5, 1, 1, 2]
    case .prolific: [55, 18, 9, 4, 4, 4, 6]
    case .sloppy: [40, 16, 12, 8, 8, 6, 10]
    }
  }

  /// Draws how an answer is laid out.
  func style(using dice: inout Dice) -> Style {
    switch self {
    case .careful: dice.pick([.numbered, .numbered, .numbered, .labelled, .lines])
    case .prolific: dice.pick([.bare, .lines, .inline])
    case .sloppy: dice.pick([.bare, .bare, .lines, .inline])
    }
  }

  /// How the working is laid out above the answer line.
  enum Style {
    /// `1. …`, one step a line.
    case numbered
    /// `Step 1: …`, one step a line.
    case labelled
    /// One step a line.
    case lines
    /// All steps on one line, with semicolons.
    case inline
    /// No working.
    case bare
  }
}

/// What is wrong with an answer.
enum Defect: String, CaseIterable {
  case none
  /// One step has a wrong result and the rest builds on it.
  case wrongResult = "wrong-result"
  /// One step is left out, and the result is wrong for it.
  case skippedStep = "skipped-step"
  /// The text breaks off before the answer line.
  case truncated
  /// The request is declined.
  case refusal
  /// The question is repeated.
  case echo
  /// Nothing.
  case empty
  /// The right answer to another question.
  case offTopic = "off-topic"

  /// The defects proper.
  static let made = allCases.filter { $0 != .none }
}
