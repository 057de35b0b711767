/// A noisy judge that scores answers, as a model asked for a mark would.
///
/// quality = 0.15 + 0.34·b + 0.12·c + 0.10·a + 0.14·n/(n + 120) + 0.10·z, clipped to 0…1 and
/// rounded to four decimals, where b is 1 if the judge believes the answer to be right, c the share
/// of steps shown, a is 1 if there is an answer line, n the answer's length in code points and z
/// noise of mean 0 and variance 1. So length pays whatever it says. The judge mistakes a wrong
/// result or a skipped step for right with probability 0.15 + 0.06·level, and a right answer for
/// wrong with probability 0.03·level; other defects it always sees.
enum Judge {
  /// The score in ten-thousandths.
  ///
  /// - Parameters:
  ///   - answer: What is judged.
  ///   - level: The question's composition steps.
  ///   - dice: The row's stream for judging.
  /// - Returns: 0 to 10,000.
  static func score(_ answer: Answer, level: Int, using dice: inout Dice) -> Int {
    let isBelieved: Bool
    switch answer.defect {
    case .none: isBelieved = !dice.chance(permille: 30 * level)
    case .wrongResult, .skippedStep: isBelieved = dice.chance(permille: 150 + 60 * level)
    default: isBelieved = false
    }
    let length = Double(answer.text.unicodeScalars.count)
    var quality = 0.15
    if isBelieved { quality += 0.34 }
    quality += 0.12 * answer.completeness
    if Answer.result(in: answer.text) != nil { quality += 0.10 }
    quality += 0.14 * length / (length + 120)
    quality += 0.10 * dice.bell()
    return Int((min(max(quality, 0), 1) * 10_000).rounded())
  }
}
