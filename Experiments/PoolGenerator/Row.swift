/// One row of the pool and the truth about it.
struct Row {
  /// How a row repeats another.
  enum Twin: String {
    /// The same instruction, input and output.
    case exact
    /// The same question worded or written slightly otherwise, and the same output.
    case near
  }

  /// The row's number, from 0.
  var index: Int
  var instruction: String
  var input: String
  var output: String
  var cell: Plan.Cell
  var generator: Generator
  /// The judge's score in ten-thousandths.
  var quality: Int

  var task: any TaskKind
  var language: Language
  var facts: Facts
  /// The true answer.
  var answer: String
  var defect: Defect
  /// The row repeated, which is never a twin itself, and how.
  var twin: (of: Int, kind: Twin)?
  /// What makes the record ugly, if anything.
  var ugliness: Ugliness?

  /// The id of a row: `p` and at least six digits.
  static func id(_ index: Int) -> String {
    let digits = String(index)
    return "p" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
