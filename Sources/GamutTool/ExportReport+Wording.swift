import Gamut
import Reporting

extension ExportReport {
  /// The report as lines of text, each with its line end.
  func text(for request: ExportRequest) -> String {
    var line = "\(grouped(trainCount)) sample\(trainCount == 1 ? "" : "s") to train on"
    if validationCount > 0 {
      line += ", \(grouped(validationCount)) to validate on"
      if let cellCount { line += " (drawn from \(grouped(cellCount)) cells)" }
    }
    if droppedCount > 0 {
      line += ", \(grouped(droppedCount)) left out"
      line += request.isFile ? "" : " (rejects.jsonl)"
    }
    var lines = [line]
    lines += findings.map { finding in
      let isDropped = finding.kind == .problem || request.onLoss == .drop
      return (isDropped ? "left out: " : "lost: ") + finding.text(path: request.input)
    }
    lines.append("columns: " + columns.joined(separator: ", "))
    lines.append(
      (request.isFile ? "wrote " : "wrote \(folder): ") + files.map(\.name).joined(separator: ", "))
    lines += notes.map { "note: \($0.message)" }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension ExportFinding {
  /// The finding with its first place and how many records have it.
  func text(path: String) -> String {
    "\(path):\(line): \(message)" + (count > 1 ? " (\(grouped(count)) records)" : "")
  }
}

extension ExportRefusal {
  /// The refusal, with a line for each kind of finding.
  var message: String {
    let problems = findings.filter { $0.kind == .problem }
    let losses = findings.filter { $0.kind == .loss }
    var advice: [String] = []
    var lines: [String] = []
    if !problems.isEmpty {
      lines += problems.map { "  " + $0.text(path: path) }
      advice.append("--drop-invalid leaves records out that no trainer takes")
    }
    if !losses.isEmpty {
      lines += losses.map {
        "  " + $0.text(path: path) + ", for which '\(target.rawValue)' has no place"
      }
      advice.append(
        "--on-loss accept writes records without what cannot be held, --on-loss drop leaves them out"
      )
    }
    return "nothing was written, since records do not fit:\n" + lines.joined(separator: "\n") + "\n"
      + advice.joined(separator: "; ")
  }
}
