/// Checks a pool against its truth, row by row: every true answer is derived anew from the task and
/// its facts, and compared with what the pool says.
struct Checker {
  /// What is wrong with a row.
  enum Issue: Equatable {
    /// The pool's line is not JSON; the byte where it stops being JSON.
    case poolNotJSON(offset: Int)
    /// The truth's line is not JSON; the byte where it stops being JSON.
    case truthNotJSON(offset: Int)
    /// A field is missing or of another kind.
    case field(String)
    /// The two files do not name the same row.
    case id(pool: String, truth: String)
    /// The task is not in the catalogue.
    case task(String)
    /// The facts are not ones that the task draws.
    case facts
    /// The truth's answer is not the derived one.
    case answer(expected: String, found: String)
    /// Topic, level or skill are not those of the task and its facts.
    case label(field: String, expected: String, found: String)
    /// An output marked right does not end in the answer, or one marked wrong does.
    case verdict(marked: Bool, answer: String, output: String?)
    /// `correct` and `defect` contradict each other.
    case defect(String)
    /// The question is none of the task's wordings for the facts.
    case wording
    /// The score is not within 0…1.
    case quality(String)
    /// A twin of a row that is not there, or is a twin itself, or is not told apart as marked.
    case twin(String)
    /// One file ends before the other.
    case length
  }

  private struct Question: Equatable {
    var instruction: String
    var input: String
    var output: String
    var isTwin: Bool
  }

  /// Rows seen.
  private(set) var rowCount = 0
  /// The last questions, for twins: as many as a twin can lie back.
  private var recent: [String: Question] = [:]
  private var order: [String] = []
  private var oldest = 0

  /// Checks the next row.
  ///
  /// - Parameters:
  ///   - pool: Its line in the pool, without line break.
  ///   - truth: Its line in the truth, without line break.
  /// - Returns: The first thing wrong, or nil.
  mutating func check(pool: [UInt8], truth: [UInt8]) -> Issue? {
    rowCount += 1
    let row: JSONValue
    let mark: JSONValue
    do throws(JSONError) { row = try JSONReader.value(of: pool) } catch {
      return .poolNotJSON(offset: error.offset)
    }
    do throws(JSONError) { mark = try JSONReader.value(of: truth) } catch {
      return .truthNotJSON(offset: error.offset)
    }
    var texts: [String: String] = [:]
    for key in ["id", "instruction", "input", "output", "topic", "source"] {
      guard let text = row[key]?.text else { return .field(key) }
      texts[key] = text
    }
    let question = Question(
      instruction: texts["instruction", default: ""], input: texts["input", default: ""],
      output: texts["output", default: ""], isTwin: mark["twin"] != .null)
    let id = texts["id", default: ""]
    guard mark["id"] == .string(id) else { return .id(pool: id, truth: mark["id"]?.text ?? "") }
    defer { remember(question, id) }
    return checkAnswer(row, mark, question) ?? checkQuality(row) ?? checkTwin(mark, question)
  }

  private func checkAnswer(_ row: JSONValue, _ mark: JSONValue, _ question: Question) -> Issue? {
    guard let name = mark["task"]?.text else { return .field("task") }
    guard let task = Catalogue.task(named: name) else { return .task(name) }
    guard let facts = Checker.facts(mark) else { return .facts }
    guard let language = mark["language"]?.text.flatMap(Language.init(rawValue:)) else {
      return .field("language")
    }
    let answer: String
    let level: Int
    let prompts: [Prompt]
    do throws(FactError) {
      answer = try task.solve(facts)
      level = try task.work(facts, slip: nil).steps.count
      prompts = try task.prompts(for: facts, in: language)
    } catch {
      return .facts
    }
    guard let stated = mark["answer"]?.text else { return .field("answer") }
    guard stated == answer else { return .answer(expected: answer, found: stated) }
    let labels = [
      ("topic", task.topic.rawValue, row["topic"]?.text ?? ""),
      ("level", String(level), row["level"].map(Checker.digits) ?? ""),
      ("skill", task.skill.rawValue, mark["skill"]?.text ?? ""),
    ]
    for (field, expected, found) in labels where expected != found {
      return .label(field: field, expected: expected, found: found)
    }
    guard case .bool(let isCorrect)? = mark["correct"] else { return .field("correct") }
    let result = Answer.result(in: question.output)
    guard isCorrect == (result == answer) else {
      return .verdict(marked: isCorrect, answer: answer, output: result)
    }
    guard let defect = mark["defect"]?.text, Defect(rawValue: defect) != nil,
      isCorrect == (defect == Defect.none.rawValue)
    else { return .defect(mark["defect"]?.text ?? "") }
    let prompt = Prompt(question.instruction, input: question.input)
    let isAsWritten = mark["ugly"] == .null && mark["twin"] != .string(Row.Twin.near.rawValue)
    return isAsWritten && !prompts.contains(prompt) ? .wording : nil
  }

  private func checkQuality(_ row: JSONValue) -> Issue? {
    guard case .number(let digits)? = row["quality"] else { return .field("quality") }
    guard let quality = Double(digits), quality >= 0, quality <= 1 else { return .quality(digits) }
    return nil
  }

  private func checkTwin(_ mark: JSONValue, _ question: Question) -> Issue? {
    guard let of = mark["twin_of"] else { return .field("twin_of") }
    guard question.isTwin else { return of == .null ? nil : .twin(of.text ?? "") }
    guard let id = of.text, let other = recent[id], !other.isTwin else {
      return .twin(of.text ?? "")
    }
    var same = other
    same.isTwin = true
    let isExact = mark["twin"] == .string(Row.Twin.exact.rawValue)
    return isExact == (same == question) && other.output == question.output ? nil : .twin(id)
  }

  private mutating func remember(_ question: Question, _ id: String) {
    recent[id] = question
    if order.count < Pool.window {
      order.append(id)
    } else {
      recent[order[oldest]] = nil
      order[oldest] = id
      oldest = (oldest + 1) % Pool.window
    }
  }

  private static func digits(_ value: JSONValue) -> String {
    if case .number(let digits) = value { digits } else { "" }
  }

  private static func facts(_ mark: JSONValue) -> Facts? {
    guard case .array(let numbers)? = mark["numbers"], case .array(let words)? = mark["words"]
    else { return nil }
    var facts = Facts(numbers: [], words: [])
    for number in numbers {
      guard let value = Int(digits(number)) else { return nil }
      facts.numbers.append(value)
    }
    for word in words {
      guard let text = word.text else { return nil }
      facts.words.append(text)
    }
    return facts
  }
}
