internal import CommandLineKit
internal import Storage

/// `gamut-benchmarks lengthen`: the same records with longer texts.
struct LengthenCommand: Command {
  static let name = "lengthen"
  static let abstract = "Repeat every text of a pool."
  static let discussion = """
    Every string of 24 bytes or more that is a member's value, as it stands in the file, is repeated with \
    a space between. Shorter ones (roles, labels, identifiers) stay.
    """

  var input = ""
  var output = ""
  var times = 10

  static var arguments: [Argument<Self>] {
    [.value("INPUT", \.input, help: "A pool in JSONL.")]
  }

  static var options: [Option<Self>] {
    [
      .value("output", short: "o", \.output, valueName: "FILE", help: "Where to write it.")
        .required(),
      .value("times", \.times, valueName: "N", help: "How often a text stands there then."),
    ]
  }

  func run(on console: Console) throws -> ExitCode {
    let pool = try DividedBytes(file: input, threads: 1)
    let file = try StagedOutput(path: output, replacing: true)
    let bytes = pool.bytes
    var isValue = false
    var pending: [UInt8] = []
    var place = 0
    while place < pool.count {
      let byte = bytes[place]
      pending.append(byte)
      place += 1
      if byte == UInt8(ascii: "\"") {
        let start = place
        while place < pool.count, bytes[place] != UInt8(ascii: "\"") {
          place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        let text = bytes[start..<min(place, pool.count)]
        pending += text
        if isValue, text.count >= 24 {
          for _ in 1..<max(times, 1) {
            pending.append(UInt8(ascii: " "))
            pending += text
          }
        }
        pending.append(UInt8(ascii: "\""))
        place += 1
        isValue = false
      } else if byte == UInt8(ascii: ":") {
        isValue = true
      } else if byte != UInt8(ascii: " ") {
        isValue = false
      }
      if pending.count > 1 << 20 {
        try file.write(pending.span)
        pending.removeAll(keepingCapacity: true)
      }
    }
    try file.write(pending.span)
    try file.finish()
    try file.commit()
    return .success
  }
}
