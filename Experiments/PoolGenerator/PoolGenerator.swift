import Glibc

/// The command `gamut-make-pool`.
@main
struct PoolGenerator {
  static func main() {
    let options: Options
    do throws(Options.Problem) {
      options = try Options(Array(CommandLine.arguments.dropFirst()))
    } catch {
      complain(Wording.sentence(for: error))
      complain("Run 'gamut-make-pool --help' for the options.")
      exit(2)
    }
    do throws(FileError) {
      switch options.job {
      case .help: print(Options.help)
      case .make(let output, let truth): try make(options, output, truth)
      case .malformed(let output):
        let writer = try FileWriter(path: output, replaces: options.force)
        try writer.append(Malformed.file)
        try writer.finish()
      case .check(let pool, let truth):
        if try !check(pool, truth) { exit(1) }
      }
    } catch {
      complain(Wording.sentence(for: error))
      exit(1)
    }
  }

  private static func make(
    _ options: Options, _ output: String, _ truth: String?
  ) throws(FileError) {
    let rows = try FileWriter(path: output, replaces: options.force)
    var marks: FileWriter?
    if let truth { marks = try FileWriter(path: truth, replaces: options.force) }
    let pool = Pool(seed: options.seed)
    var line: [UInt8] = []
    for index in 0..<options.rows {
      let row = pool.row(index)
      line.removeAll(keepingCapacity: true)
      JSONWriter.appendPool(row, to: &line)
      try rows.append(line)
      guard let marks else { continue }
      line.removeAll(keepingCapacity: true)
      JSONWriter.appendTruth(row, to: &line)
      try marks.append(line)
    }
    try marks?.finish()
    try rows.finish()
  }

  /// Prints up to twenty issues and a closing line.
  private static func check(_ poolPath: String, _ truthPath: String) throws(FileError) -> Bool {
    let pool = try LineReader(path: poolPath)
    let truth = try LineReader(path: truthPath)
    var checker = Checker()
    var issueCount = 0
    while true {
      let row = try pool.next()
      let mark = try truth.next()
      if row == nil, mark == nil { break }
      var issue: Checker.Issue? = .length
      if let row, let mark { issue = checker.check(pool: row, truth: mark) }
      guard let issue else { continue }
      issueCount += 1
      if issueCount <= 20 {
        let line = issue == .length ? checker.rowCount + 1 : checker.rowCount
        complain("\(poolPath):\(line): \(Wording.sentence(for: issue))")
      }
      if issue == .length { break }
    }
    print("\(checker.rowCount) rows checked, \(issueCount) wrong")
    return issueCount == 0
  }

  private static func complain(_ sentence: String) {
    System.complain("gamut-make-pool: " + sentence)
  }
}
