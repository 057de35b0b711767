/// An answer as its generator wrote it.
struct Answer {
  /// What every answer that reaches a result puts before it, on a line of its own.
  static let label = "Answer: "

  /// The whole text.
  var text: String
  var defect: Defect
  /// Share of the level's composition steps that the text shows, 0 to 1.
  var completeness: Double

  /// The result on the last answer line of a text, or nil where there is none.
  static func result(in text: String) -> String? {
    // Scalars, not characters: a combining mark after a line break must not hide it.
    let lines = text.unicodeScalars.split(separator: "\n")
    guard let line = lines.last(where: { $0.starts(with: label.unicodeScalars) }) else {
      return nil
    }
    return String(line.dropFirst(label.unicodeScalars.count))
  }

  private static let openers = [
    "Sure!", "Okay, here we go.", "Let me see.", "Happy to help!", "Easy one:", "Hmm, I think so:",
  ]
  private static let refusals = [
    "I'm sorry, but I can't help with that.", "As an assistant, I am unable to answer this.",
    "I do not have enough information to solve this.", "Sorry, I would rather not guess.",
    "This question cannot be answered.", "I'm not able to do calculations like this one.",
    "Please consult an expert for this kind of question.",
  ]

  /// Writes the answer to a problem.
  ///
  /// - Parameters:
  ///   - problem: The question and its facts.
  ///   - generator: Who answers.
  ///   - dice: The row's stream for answers.
  ///   - elsewhere: A problem of another topic, asked for only where the answer strays.
  init(
    to problem: Problem, by generator: Generator, using dice: inout Dice,
    elsewhere: () -> Problem
  ) {
    let style = generator.style(using: &dice)
    let level = problem.cell.level
    let opener =
      generator == .sloppy && problem.language == .english && dice.chance(permille: 600)
      ? dice.pick(Answer.openers) + "\n" : ""
    var wanted = Defect.none
    if dice.chance(permille: generator.defectPermille(level: level)) {
      wanted = Defect.made[dice.index(weights: generator.defectWeights)]
    }

    func whole(_ attempt: Attempt, _ defect: Defect) -> Answer {
      let shown = style == .bare ? 0 : Double(min(attempt.steps.count, level)) / Double(level)
      let working = Answer.lay(attempt.steps, style)
      return Answer(
        text: opener + working + Answer.label + attempt.answer, defect: defect,
        completeness: shown)
    }

    switch wanted {
    case .wrongResult, .skippedStep:
      if let (attempt, defect) = problem.mistake(wanted, using: &dice) {
        self = whole(attempt, defect)
      } else {
        self = whole(problem.solution, .none)
      }
    case .truncated:
      let working = Answer.lay(problem.solution.steps, style == .bare ? .lines : style)
      let kept = max(1, working.count * dice.number(in: 25...85) / 100)
      self = Answer(text: opener + working.prefix(kept), defect: .truncated, completeness: 0.5)
    case .refusal:
      self = Answer(text: dice.pick(Answer.refusals), defect: .refusal, completeness: 0)
    case .echo:
      let rest = problem.prompt.input.isEmpty ? "" : "\n" + problem.prompt.input
      self = Answer(
        text: problem.prompt.instruction + rest, defect: .echo, completeness: 0)
    case .empty:
      self = Answer(text: "", defect: .empty, completeness: 0)
    case .offTopic:
      let other = elsewhere()
      if other.solution.answer == problem.solution.answer {
        self = whole(problem.solution, .none)
      } else {
        self = whole(other.solution, .offTopic)
        completeness = 0
      }
    case .none:
      self = whole(problem.solution, .none)
    }
  }

  private init(text: String, defect: Defect, completeness: Double) {
    self.text = text
    self.defect = defect
    self.completeness = completeness
  }

  private static func lay(_ steps: [String], _ style: Generator.Style) -> String {
    if steps.isEmpty { return "" }
    switch style {
    case .numbered:
      return steps.enumerated().map { "\($0.offset + 1). \($0.element)\n" }.joined()
    case .labelled:
      return steps.enumerated().map { "Step \($0.offset + 1): \($0.element)\n" }.joined()
    case .lines: return steps.map { $0 + "\n" }.joined()
    case .inline: return steps.joined(separator: "; ") + "\n"
    case .bare: return ""
    }
  }
}
