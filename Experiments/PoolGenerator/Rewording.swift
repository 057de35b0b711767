/// Small changes that leave a question's meaning alone.
enum Rewording {
  private static let synonyms = [
    ("Work out", "Calculate"), ("Find", "Determine"), ("Give", "State"), ("Name", "State"),
    ("Count", "Tally"), ("Translate", "Render"), ("Evaluate", "Work out"), ("Read", "Study"),
    ("Start with", "Begin with"), ("Convert", "Change"), ("Use", "Consult"), ("Trace", "Follow"),
    ("List", "Write down"), ("Add up", "Sum up"), ("Given", "For"), ("Today is", "It is now"),
  ]

  /// A wording that differs from the problem's own: another template, a courtesy, another word,
  /// another letter case, a missing full stop or a doubled space.
  static func reword(_ problem: Problem, using dice: inout Dice) -> Prompt {
    var prompt = problem.prompt
    let text = prompt.instruction
    switch dice.below(6) {
    case 0, 1:
      let step = dice.number(in: 1...problem.prompts.count - 1)
      return problem.prompts[(problem.promptIndex + step) % problem.prompts.count]
    case 2:
      if let last = text.last, "?.？。".contains(last) {
        prompt.instruction = String(text.dropLast())
      }
    case 3:
      if problem.language == .english {
        for (word, other) in synonyms {
          // Only at the start, where the change cannot upset the grammar.
          if text.hasPrefix(word) {
            prompt.instruction = other + text.dropFirst(word.count)
            break
          }
        }
      }
    case 4:
      if problem.language == .english { prompt.instruction = text + " Thank you!" }
    default:
      prompt.instruction = text.lowercased()
      // Names and quoted text would change their meaning with their case.
      if !canLower(problem) { prompt.instruction = text }
    }
    if prompt.instruction == text {
      prompt.instruction = text.contains(" ") ? doubledSpace(text) : text + " "
    }
    return prompt
  }

  /// Whether the question stays the same in lower case: the text to work on is in the input.
  private static func canLower(_ problem: Problem) -> Bool {
    problem.language == .english && !problem.prompt.input.isEmpty
      && problem.task.skill != .substitution && problem.task.topic != .logic
  }

  private static func doubledSpace(_ text: String) -> String {
    guard let place = text.firstIndex(of: " ") else { return text }
    return text[..<place] + "  " + text[text.index(after: place)...]
  }
}
