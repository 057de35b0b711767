/// What the command line asks for.
struct Options: Equatable {
  /// What to do.
  enum Job: Equatable {
    case help
    case make(output: String, truth: String?)
    case malformed(output: String)
    case check(pool: String, truth: String)
  }

  var job: Job
  var rows = 3000
  var seed: UInt64 = 1
  var force = false

  /// A command line that cannot be followed.
  enum Problem: Error, Equatable {
    case unknown(String)
    case missingValue(String)
    case notANumber(option: String, value: String)
    case missing(String)
    case conflict(String, String)
    case twice(String)
    case samePath(String)
  }

  static let help = """
    Make a pool of instruction data whose truth is known.

    Usage: gamut-make-pool --output FILE [--truth FILE] [--rows N] [--seed S] [--force]
           gamut-make-pool --check FILE --truth FILE
           gamut-make-pool --malformed FILE [--force]

      --rows N          Rows to make. A larger pool starts with the smaller one. (default: 3000)
      --seed S          Decides every row, 0 to 2^64 - 1. (default: 1)
      --output FILE     Where to write the pool, as JSON Lines.
      --truth FILE      Where to write, or with --check to read, the truth about each row.
      --check FILE      Derive every answer of this pool anew and compare it with --truth.
      --malformed FILE  Write the fixed set of broken lines instead.
      --force           Replace files that exist.
      --help            Show this page.

    Exit status: 0 done, 1 failed or found wrong, 2 wrong usage.
    """

  /// Reads the arguments after the program's name.
  ///
  /// - Throws: ``Problem`` for the first thing that cannot be followed.
  init(_ arguments: [String]) throws(Problem) {
    var values: [String: String] = [:]
    var rest = arguments[...]
    job = .help
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      switch name {
      case "--help" where parts.count == 1, "-h" where parts.count == 1: return
      case "--force" where parts.count == 1: force = true
      case "--rows", "--seed", "--output", "--truth", "--check", "--malformed":
        guard values[name] == nil else { throw .twice(name) }
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty
        else { throw .missingValue(name) }
        values[name] = value
      default: throw .unknown(argument)
      }
    }
    if let value = values["--rows"] {
      guard let number = Int(value), number >= 0 else {
        throw .notANumber(option: "--rows", value: value)
      }
      rows = number
    }
    if let value = values["--seed"] {
      guard let number = UInt64(value) else { throw .notANumber(option: "--seed", value: value) }
      seed = number
    }
    if let pool = values["--check"] {
      for other in ["--output", "--malformed", "--rows", "--seed"] where values[other] != nil {
        throw .conflict("--check", other)
      }
      guard let truth = values["--truth"] else { throw .missing("--truth") }
      job = .check(pool: pool, truth: truth)
    } else if let output = values["--malformed"] {
      for other in ["--output", "--truth", "--rows", "--seed"] where values[other] != nil {
        throw .conflict("--malformed", other)
      }
      job = .malformed(output: output)
    } else {
      guard let output = values["--output"] else { throw .missing("--output") }
      if output == values["--truth"] { throw .samePath(output) }
      job = .make(output: output, truth: values["--truth"])
    }
  }
}
