/// A pool of any size: row *i* follows from the seed and *i* alone, so a larger pool starts with
/// the smaller one, and memory does not grow with the size.
struct Pool {
  /// Decides everything.
  var seed: UInt64

  /// How far back a twin may lie.
  static let window = 512
  /// Of a thousand rows, how many repeat another exactly.
  static let exactPermille = 20
  /// Of a thousand rows, how many repeat another with small changes.
  static let nearPermille = 30
  /// One row of so many is ugly.
  static let uglyPeriod = 150
  private static let uglyPlace = 137

  /// What makes a row ugly, or nil: the kinds take turns.
  static func ugliness(of index: Int) -> Ugliness? {
    guard index % uglyPeriod == uglyPlace else { return nil }
    return Ugliness.allCases[index / uglyPeriod % Ugliness.allCases.count]
  }

  /// Whether and how a row repeats an earlier one.
  private func twinKind(of index: Int) -> Row.Twin? {
    if index == 0 || Pool.ugliness(of: index) != nil { return nil }
    var dice = Dice(seed: seed, row: index, purpose: .twin)
    let roll = dice.below(1000)
    if roll < Pool.exactPermille { return .exact }
    return roll < Pool.exactPermille + Pool.nearPermille ? .near : nil
  }

  /// The row that a row repeats: one of the ``window`` rows before it that is neither ugly nor a
  /// twin; nil if there is none.
  private func original(of index: Int) -> Int? {
    var dice = Dice(seed: seed, row: index, purpose: .twin)
    _ = dice.next()
    let first = max(0, index - Pool.window)
    let start = dice.below(index - first)
    for step in 0..<index - first {
      let candidate = first + (start + step) % (index - first)
      if twinKind(of: candidate) == nil, Pool.ugliness(of: candidate) == nil { return candidate }
    }
    return nil
  }

  /// The row at an index.
  ///
  /// - Parameter index: From 0; any size.
  /// - Returns: The row, the same for every size of pool.
  /// - Complexity: O(1), and about twice that for a twin.
  func row(_ index: Int) -> Row {
    if let kind = twinKind(of: index), let original = original(of: index) {
      return twin(of: original, kind: kind, at: index)
    }
    let problem = problem(index)
    let (answer, generator) = answer(to: problem, index)
    var row = assemble(index, problem, problem.prompt, answer, generator)
    if let ugliness = Pool.ugliness(of: index) {
      var dice = Dice(seed: seed, row: index, purpose: .twist)
      ugliness.deface(&row, using: &dice)
    }
    return row
  }

  private func problem(_ index: Int) -> Problem {
    var form = Dice(seed: seed, row: index, purpose: .task)
    var content = Dice(seed: seed, row: index, purpose: .facts)
    return Problem(cell: Plan.cell(seed: seed, row: index), form: &form, content: &content)
  }

  private func answer(to problem: Problem, _ index: Int) -> (Answer, Generator) {
    var dice = Dice(seed: seed, row: index, purpose: .source)
    let weights = Generator.allCases.map { $0.weight(problem.cell) }
    let generator = Generator.allCases[dice.index(weights: weights)]
    dice = Dice(seed: seed, row: index, purpose: .answer)
    let answer = Answer(to: problem, by: generator, using: &dice) {
      var other = Dice(seed: seed, row: index, purpose: .elsewhere)
      let topic = other.pick(Topic.allCases.filter { $0 != problem.cell.topic })
      let cell = Plan.Cell(topic: topic, level: other.number(in: 1...3))
      var content = other
      return Problem(cell: cell, form: &other, content: &content)
    }
    return (answer, generator)
  }

  private func assemble(
    _ index: Int, _ problem: Problem, _ prompt: Prompt, _ answer: Answer, _ generator: Generator
  ) -> Row {
    var dice = Dice(seed: seed, row: index, purpose: .judge)
    let quality = Judge.score(answer, level: problem.cell.level, using: &dice)
    return Row(
      index: index, instruction: prompt.instruction, input: prompt.input, output: answer.text,
      cell: problem.cell, generator: generator, quality: quality, task: problem.task,
      language: problem.language, facts: problem.facts, answer: problem.solution.answer,
      defect: answer.defect)
  }

  /// Repeats a row under a new id; the judge scores it anew.
  private func twin(of original: Int, kind: Row.Twin, at index: Int) -> Row {
    let problem = problem(original)
    let (answer, generator) = answer(to: problem, original)
    var prompt = problem.prompt
    if kind == .near {
      var dice = Dice(seed: seed, row: index, purpose: .twist)
      prompt = Rewording.reword(problem, using: &dice)
    }
    var row = assemble(index, problem, prompt, answer, generator)
    row.twin = (original, kind)
    return row
  }
}
