internal import CommandLineKit
internal import Storage

/// `gamut-benchmarks vectors`: vectors with a falling spectrum, for the components.
struct VectorsCommand: Command {
  static let name = "vectors"
  static let abstract = "Make a .npy file of seeded float32 or float16 vectors."
  static let discussion = """
    Numbers look normal; column j has the standard deviation 1/√(j+1), so that a few directions lead, \
    as in real embeddings.
    """

  var output = ""
  var rows = 1_000_000
  var dimension = 384
  var isHalf = false

  static var options: [Option<Self>] {
    [
      .value("output", short: "o", \.output, valueName: "FILE.npy", help: "Where to write them.")
        .required(),
      .value("rows", \.rows, valueName: "N", help: "How many vectors."),
      .value("dimension", \.dimension, valueName: "N", help: "Numbers in each."),
      .flag("half", \.isHalf, help: "Write float16, which takes half the room."),
    ]
  }

  func run(on console: Console) throws -> ExitCode {
    let file = try VectorFile(path: output, rowCount: rows, dimension: dimension, isHalf: isHalf)
    var generator = SplitMix(state: 1)
    let scales = (0..<dimension).map { 1 / Float($0 + 1).squareRoot() }
    var row = [Float](repeating: 0, count: dimension)
    for _ in 0..<rows {
      for index in row.indices { row[index] = generator.bell() * scales[index] }
      try file.write(row)
    }
    try file.finish()
    return .success
  }
}
