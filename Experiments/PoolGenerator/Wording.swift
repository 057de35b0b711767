/// Sentences for what went wrong.
enum Wording {
  static func sentence(for problem: Options.Problem) -> String {
    switch problem {
    case .unknown(let argument): "unknown argument '\(argument)'"
    case .missingValue(let option): "'\(option)' needs a value"
    case .notANumber(let option, let value):
      "'\(value)' is not valid for '\(option)': expected a whole number, not negative"
    case .missing(let option): "'\(option)' is required"
    case .conflict(let one, let other): "'\(one)' and '\(other)' do not go together"
    case .twice(let option): "'\(option)' is given twice"
    case .samePath(let path): "'\(path)' cannot be both the pool and the truth"
    }
  }

  static func sentence(for error: FileError) -> String {
    switch error {
    case .exists(let path): "'\(path)' exists; choose another name or add --force"
    case .cannotOpen(let path, let code): "cannot open '\(path)': \(System.reason(code))"
    case .cannotRead(let path, let code): "cannot read '\(path)': \(System.reason(code))"
    case .cannotWrite(let path, let code): "cannot write '\(path)': \(System.reason(code))"
    }
  }

  static func sentence(for issue: Checker.Issue) -> String {
    switch issue {
    case .poolNotJSON(let offset): "the pool's line is not JSON from byte \(offset + 1) on"
    case .truthNotJSON(let offset): "the truth's line is not JSON from byte \(offset + 1) on"
    case .field(let name): "'\(name)' is missing or of the wrong kind"
    case .id(let pool, let truth): "the pool has row '\(pool)' where the truth has '\(truth)'"
    case .task(let name): "there is no task '\(name)'"
    case .facts: "the facts do not fit the task"
    case .answer(let expected, let found): "the true answer is '\(expected)', not '\(found)'"
    case .label(let field, let expected, let found):
      "'\(field)' should be '\(expected)', not '\(found)'"
    case .verdict(let marked, let answer, let output):
      "marked \(marked ? "right" : "wrong"), but the output's result is "
        + "\(output.map { "'\($0)'" } ?? "missing") and the true answer '\(answer)'"
    case .defect(let defect): "defect '\(defect)' contradicts 'correct'"
    case .wording: "the question is none of the task's wordings for these facts"
    case .quality(let digits): "quality \(digits) is not within 0 to 1"
    case .twin(let id): "this is not the twin of '\(id)' that the truth says it is"
    case .length: "one file ends before the other"
    }
  }
}
