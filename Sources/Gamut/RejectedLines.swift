import Numbers
import Samples

/// The lines that are no readable record, in the order of the pool.
///
/// Millions of them usually have a handful of problems, and a problem may carry text; so each problem is
/// kept once, and no more than `problemLimit` different ones.
struct RejectedLines: Sendable {
  /// One line.
  struct Line: Sendable {
    /// How many samples of the pool come before it.
    var sampleCountBefore: Int
    /// Its number, from 1.
    var line: Int
    /// Why it is no record; `nil` where too many others had other reasons.
    var problem: Problem?
    /// What its source seems to be, where it is the first line of one and tells.
    var format: ForeignFormat?
  }

  /// Why a line is no record.
  enum Problem: Hashable, Sendable {
    /// As the reading found.
    case found(RecordProblem)
    /// As an archive tells, in words.
    case told(String)

    /// The problem as a clause.
    func message(textFields: [String]) -> String {
      switch self {
      case .found(let problem): problem.message(textFields: textFields)
      case .told(let message): message
      }
    }
  }

  /// How many different problems are kept.
  static let problemLimit = 10_000

  private var sampleCountsBefore: [Int32] = []
  private var lines: [UInt32] = []
  /// The place of each line's problem among `problems`, −1 for one that was not kept.
  private var problemCodes: [Int32] = []
  private var problems: [Problem] = []
  private var codes: [Problem: Int32] = [:]
  private var firstFormat: ForeignFormat?

  /// How many lines there are.
  var count: Int { lines.count }

  /// Whether there is none.
  var isEmpty: Bool { lines.isEmpty }

  /// The first line, if there is one; its problem is always known, and of it alone the format is.
  var first: Line? { isEmpty ? nil : self[0] }

  subscript(index: Int) -> Line {
    let code = Int(problemCodes[index])
    return Line(
      sampleCountBefore: Int(sampleCountsBefore[index]), line: Int(lines[index]),
      problem: code < 0 ? nil : problems[code], format: index == 0 ? firstFormat : nil)
  }

  /// How many samples come before each line, ascending.
  var gaps: [Int] { sampleCountsBefore.map(Int.init) }

  /// The places of the lines.
  var indices: Range<Int> { lines.indices }

  /// The place of each line's problem among `messages`, −1 for one that was not kept.
  var storedCodes: [Int32] { problemCodes }

  /// The different problems as clauses.
  func messages(textFields: [String]) -> [String] {
    problems.map { $0.message(textFields: textFields) }
  }

  /// Where samples stand among all lines of the pool that are not blank.
  ///
  /// - Parameter samples: Samples by their place among the samples, from 0, in any order.
  /// - Returns: For each its place from 0, the rejected lines before it counted.
  /// - Complexity: O(k log r) for k samples and r rejected lines.
  func places(of samples: [Int32]) -> [Int64] {
    samples.map { sample in
      let before = partitioningIndex(of: lines.indices) { sampleCountsBefore[$0] > sample }
      return Int64(sample) + Int64(before)
    }
  }

  /// The sample that stands at a place among all lines of the pool that are not blank.
  ///
  /// - Parameter place: The place, from 0.
  /// - Returns: The sample by its place among the samples; `nil` where a rejected line stands there.
  /// - Complexity: O(log r) for r rejected lines.
  func sample(at place: Int) -> Int? {
    // The i-th of them stands behind so many samples and i others of them.
    let before = partitioningIndex(of: lines.indices) {
      Int(sampleCountsBefore[$0]) + $0 >= place
    }
    if before < lines.count, Int(sampleCountsBefore[before]) + before == place { return nil }
    return place - before
  }

  /// Adds a line.
  mutating func append(_ line: Line) {
    if isEmpty { firstFormat = line.format }
    sampleCountsBefore.append(Int32(line.sampleCountBefore))
    lines.append(UInt32(line.line))
    problemCodes.append(line.problem.map { code(of: $0) } ?? -1)
  }

  /// Adds the lines of a block before which the pool has so many samples.
  mutating func append(contentsOf block: RejectedLines, after sampleCount: Int) {
    if block.isEmpty { return }
    if isEmpty { firstFormat = block.firstFormat }
    let codes = block.problems.map { code(of: $0) }
    lines += block.lines
    sampleCountsBefore += block.sampleCountsBefore.map { $0 + Int32(sampleCount) }
    problemCodes += block.problemCodes.map { $0 < 0 ? -1 : codes[Int($0)] }
  }

  private mutating func code(of problem: Problem) -> Int32 {
    if let code = codes[problem] { return code }
    if problems.count >= Self.problemLimit { return -1 }
    let code = Int32(problems.count)
    codes[problem] = code
    problems.append(problem)
    return code
  }
}
