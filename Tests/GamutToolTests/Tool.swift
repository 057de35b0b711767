import TestSupport

/// The tool as it was built, and the pool that belongs to the repository.
enum Tool {
  static let program = Program(beside: "gamut")

  /// Runs `gamut` with a command line.
  static func run(
    _ arguments: [String], input: Program.Input = .none, outputPath: String? = nil
  ) -> Program.Outcome {
    program.run(arguments, input: input, outputPath: outputPath)
  }

  /// The repository's folder, without a slash at its end.
  static let repository: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// 3,000 records with a score in `quality`.
  static let pool = repository + "/Data/pool.jsonl"

  /// Axes that need no topics, so that a run takes a moment.
  static let plainAxes = ["--axis", "complexity:3", "--axis", "tokens:3"]
  /// Three axes, two of them topics.
  static let threeAxes = ["--axis", "complexity", "--axis", "topic1", "--axis", "topic2"]
}
