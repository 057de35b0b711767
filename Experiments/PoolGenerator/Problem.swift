/// A question with its facts, its wording and its solution.
struct Problem {
  var cell: Plan.Cell
  var task: any TaskKind
  var language: Language
  var facts: Facts
  /// All wordings in the language.
  var prompts: [Prompt]
  /// Which wording is used.
  var promptIndex: Int
  var solution: Attempt

  /// The wording used.
  var prompt: Prompt { prompts[promptIndex] }

  /// Draws a problem.
  ///
  /// - Parameters:
  ///   - cell: Its topic and level.
  ///   - form: The stream that decides task, language and wording.
  ///   - content: The stream that decides the facts.
  init(cell: Plan.Cell, form: inout Dice, content: inout Dice) {
    self.cell = cell
    task = form.pick(Catalogue.tasks(of: cell.topic))
    language = .english
    if task.languages.count > 1, form.chance(permille: 420) {
      language = form.pick(task.languages.filter { $0 != .english })
    }
    facts = task.draw(level: cell.level, using: &content)
    do throws(FactError) {
      prompts = try task.prompts(for: facts, in: language)
      solution = try task.work(facts, slip: nil)
    } catch {
      preconditionFailure("a task must accept the facts that it drew")
    }
    promptIndex = form.below(prompts.count)
  }

  /// Works the problem out with a mistake that changes the result.
  ///
  /// - Parameters:
  ///   - wanted: A wrong result or a skipped step; a problem of one step has no step to skip and
  ///     gets a wrong result.
  ///   - dice: The row's stream for answers.
  /// - Returns: The working and what is wrong with it, or nil if twenty draws all left the result
  ///   as it is.
  func mistake(_ wanted: Defect, using dice: inout Dice) -> (attempt: Attempt, defect: Defect)? {
    for draw in 0..<20 {
      let skips = wanted == .skippedStep && cell.level > 1 && draw < 10
      let size = dice.pick([1, 1, 1, 2, 2, 3, 10])
      let slip = Slip(
        kind: skips ? .skip : .wrong, step: dice.below(cell.level),
        amount: dice.chance(permille: 500) ? size : -size)
      let attempt: Attempt
      do throws(FactError) {
        attempt = try task.work(facts, slip: slip)
      } catch {
        preconditionFailure("a task must accept the facts that it drew")
      }
      if attempt.answer != solution.answer, !attempt.answer.isEmpty {
        return (attempt, skips ? .skippedStep : .wrongResult)
      }
    }
    return nil
  }
}
