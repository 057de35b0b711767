import CommandLineKit
import Gamut
import Glibc
import JSON
import Reporting

extension VerifyFinding {
  /// The finding in words.
  ///
  /// - Parameter report: What it was found in.
  /// - Returns: A sentence or two, without a closing full stop.
  func message(_ report: VerifyReport) -> String {
    switch self {
    case .manifestUnreadable(let path, let code):
      code == ENOENT
        ? "\(report.path) has no manifest: there is no \(path); name it with --manifest"
        : "\(path) cannot be read: \(system(code))"
    case .manifestNotJSON(let path):
      "\(path) is damaged: it is no JSON; fetch it again"
    case .manifestMalformed(let path, let member):
      "\(path) is no manifest that can be verified: '\(member)' is missing or not what it should be;"
        + " fetch it again, or choose anew"
    case .manifestNewer(let path, let found, let supported):
      "\(path) has format \(found), and this version reads formats up to \(supported); use a newer gamut"
    case .recipeChanged(let path):
      "\(path): the recipe is not the one that made the subset: it was edited, for its SHA-256 is not the"
        + " one that stands beside it"
    case .recipeUnreadable(let path, let error):
      "\(path): the recipe cannot be read: "
        + ((error as? CommandLineError)?.message ?? explain(error).message)
    case .budgetNotInRecipe(let path, let budget, let budgets):
      "\(path): it is of the budget \(budget), and its recipe has \(budgets.joined(separator: ", "))"
    case .manifestFacts(let path, let members):
      "\(path): the subset is what the recipe gives, but \(quoted(members)) of the manifest"
        + " \(members.count == 1 ? "is" : "are") not: it was edited"
    case .sourceMissing(let path):
      "\(path), which was chosen from, is neither there nor beside the manifest; put it back"
    case .sourceNotAFile(let path):
      "\(report.path) cannot be derived again: \(path == "-" ? "standard input" : path), which was chosen"
        + " from, cannot be read twice; only the subset's own digest was checked"
    case .sourceSize(let path, let expected, let found):
      "\(path), which was chosen from, has changed: it has \(grouped(found)) bytes, not"
        + " \(grouped(expected)); put it back as it was"
    case .sourceDigest(let path):
      "\(path), which was \(report.subject == .archive ? "read" : "chosen from"), has changed: its size is"
        + " the same, its SHA-256 is not; put it back as it was"
    case .sourceCounts(let path):
      "\(path) has the bytes that were chosen from, but not as many samples and rejected lines as the"
        + " manifest says"
    case .archiveMissing(let path):
      "\(path), the archive that was chosen from, is neither there nor beside the manifest; put it back"
    case .archiveModel(let path, let expected, let found):
      "\(path) is not the archive that was chosen from: its model is \(found), not \(expected)"
    case .archiveSegments(let path, let missing):
      "\(path) lacks \(missing.count) of the segments that were chosen from, the first \(missing[0])"
    case .archiveSource(let path, let source):
      "\(path) was made of another \(source) than the one that was chosen from"
    case .recipeFileMissing(let path):
      "\(path), which the recipe names, is neither there nor beside the manifest; put it back"
    case .recipeFileChanged(let path):
      "\(path), which the recipe names, has changed: its SHA-256 is another; put it back as it was"
    case .subsetUnreadable(let path, let code): "\(path) cannot be read: \(system(code))"
    case .subsetChanged(let path, let expected, let found):
      "\(path) is not the file that was written: "
        + (expected == found
          ? "its size is the same, its SHA-256 is not"
          : "it has \(grouped(found)) bytes, not \(grouped(expected))")
    case .cannotRederive(let error):
      "\(report.path) cannot be derived again: \(error.message)"
    case .lines(let difference, let isAsWritten, let causes):
      (isAsWritten
        ? "what \(report.manifest ?? "the manifest") says gives another subset than"
          + " \(report.path): "
        : "\(report.path) is not the file that was written: ")
        + difference.message(report.path)
        + possible(causes)
    case .outputFacts(let path):
      "\(path): \(report.path) is what the recipe gives, but the manifest notes another size or SHA-256:"
        + " it was edited"
    case .receipts(let path, let line, let causes):
      "\(path):\(line): not the receipt that belongs to \(report.path)" + possible(causes)
    case .archive(let error): error.message
    case .indexChanged(let path):
      "\(path) is not what was written: its SHA-256 is not the one at its end; fetch the archive again, or"
        + " make it anew with gamut fit"
    case .indexWithoutDigest(let path):
      "\(path) does not end with its own SHA-256, as gamut writes it; make the archive anew with gamut fit"
    case .modelIdentity(let path):
      "\(path): the model is not the one that its name was made of; make the archive anew with gamut fit"
    case .segmentIdentity(let path, let segment):
      "\(path): the segment \(segment) is not the one that its name was made of, or stands twice"
    case .derivedWrong(let path):
      "\(path) is not what the archive's columns give; remove it, and choices work it out again"
    case .fileMissing(let path):
      "\(path) is missing; fetch the archive again, or make it anew with gamut fit"
    case .fileSize(let path, let expected, let found):
      "\(path) is damaged: it has \(grouped(found)) bytes, not \(grouped(expected)); fetch the archive"
        + " again, or make it anew with gamut fit"
    case .fileDigest(let path):
      "\(path) is damaged: its size is the same, its SHA-256 is not; fetch the archive again, or make it"
        + " anew with gamut fit"
    }
  }

  /// A short name for programs.
  var kind: String {
    switch self {
    case .manifestUnreadable: "manifest-unreadable"
    case .manifestNotJSON, .manifestMalformed: "manifest-malformed"
    case .manifestNewer: "manifest-newer"
    case .recipeChanged: "recipe-changed"
    case .recipeUnreadable: "recipe-unreadable"
    case .budgetNotInRecipe: "budget-not-in-recipe"
    case .manifestFacts: "manifest-facts"
    case .sourceMissing: "source-missing"
    case .sourceNotAFile: "source-not-a-file"
    case .sourceSize, .sourceDigest: "source-changed"
    case .sourceCounts: "source-counts"
    case .archiveMissing: "archive-missing"
    case .archiveModel, .archiveSegments, .archiveSource: "archive-changed"
    case .recipeFileMissing: "recipe-file-missing"
    case .recipeFileChanged: "recipe-file-changed"
    case .subsetUnreadable: "subset-unreadable"
    case .subsetChanged: "subset-changed"
    case .cannotRederive: "cannot-rederive"
    case .lines(let difference, _, _): difference.kind.name
    case .outputFacts: "output-facts"
    case .receipts: "receipts-changed"
    case .archive: "archive-unreadable"
    case .indexChanged: "index-changed"
    case .indexWithoutDigest: "index-without-digest"
    case .modelIdentity: "model-identity"
    case .segmentIdentity: "segment-identity"
    case .derivedWrong: "derived-wrong"
    case .fileMissing: "file-missing"
    case .fileSize, .fileDigest: "file-changed"
    }
  }

  private func json(_ report: VerifyReport) -> JSONValue {
    var line: Int?
    var place: SubsetDifference.Place?
    switch self {
    case .lines(let difference, _, _): (line, place) = (difference.line, difference.expected)
    case .receipts(_, let number, _): line = number
    default: break
    }
    return .members([
      "kind": .string(kind), "line": line.map { .integer($0) },
      "expected": place.map {
        .members(["source": .string($0.path), "line": .integer($0.line)])
      },
      "message": .string(message(report)),
    ])
  }

  fileprivate static func json(_ report: VerifyReport) -> JSONValue {
    .array(report.findings.map { $0.json(report) })
  }

  private func system(_ code: Int32) -> String {
    // The text belongs to the C library and is copied at once.
    unsafe code == 0 ? "it ended early" : String(cString: strerror(code))
  }

  private func possible(_ causes: [VerifyCause]) -> String {
    causes.isEmpty
      ? "" : "; it may be because " + causes.map(\.message).joined(separator: ", or because ")
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ")
  }
}

extension SubsetDifference {
  /// The difference in words.
  ///
  /// - Parameter path: The subset.
  /// - Returns: A clause or two.
  func message(_ path: String) -> String {
    let place = "line \(grouped(line))"
    let should =
      expected.map { "\($0.path):\($0.line) should stand there" }
      ?? "the subset should have ended before it"
    func more(_ count: Int, _ noun: String) -> String {
      count > 1 ? " and \(grouped(count - 1)) more \(noun)\(count == 2 ? "" : "s")" : ""
    }
    switch kind {
    case .changed:
      return "\(place)\(more(count, "line")) \(count == 1 ? "is" : "are") changed; \(should)"
    case .reordered:
      let stands = found.map { ", and \($0.path):\($0.line) does" } ?? ""
      return "the same lines stand in another order: the first of \(grouped(count)) out of place is"
        + " \(place); \(should)\(stands)"
    case .missing:
      return "\(expected.map { "\($0.path):\($0.line)" } ?? "a line")\(more(count, "line"))"
        + " \(count == 1 ? "is" : "are") missing, the first before \(place)"
    case .extra:
      return "\(place)\(more(count, "line")) \(count == 1 ? "is" : "are") too many; \(should)"
    case .mixed(let missing, let extra):
      return "\(grouped(missing)) lines are missing and \(grouped(extra)) too many, the first at"
        + " \(place); \(should)"
    case .lineEnds:
      return "the lines are the same, but not what stands between or behind them, first in \(place)"
    }
  }
}

extension SubsetDifference.Kind {
  fileprivate var name: String {
    switch self {
    case .changed: "lines-changed"
    case .reordered: "lines-reordered"
    case .missing: "lines-missing"
    case .extra: "lines-extra"
    case .mixed: "lines-other"
    case .lineEnds: "line-ends"
    }
  }
}

extension VerifyCause {
  /// The cause as a clause.
  var message: String {
    switch self {
    case .otherVersion(let recorded, let own): "gamut \(recorded) made it, and this is \(own)"
    case .otherDuckDB(let recorded, let own):
      "duckdb \(recorded) read and wrote Parquet for it, and duckdb \(own) does now"
    case .otherKernel(let recorded, let own):
      "OpenBLAS fitted its topics with the kernel \(recorded), and here with \(own)"
    case .recipeChanged: "the recipe was edited"
    }
  }
}

extension VerifyNote {
  /// The note in words.
  var message: String {
    switch self {
    case .archiveGrew(let path, let segments):
      "\(path) has \(grouped(segments)) more segment\(segments == 1 ? "" : "s") now; those of then were"
        + " chosen from"
    case .unknownFile(let path):
      "\(path) is not in the archive's index, so nothing reads it"
    case .manifestFacts(let path, let members, let causes):
      "\(path): \(members.joined(separator: ", ")) come out otherwise; it may be because "
        + causes.map(\.message).joined(separator: ", or because ")
    }
  }
}

extension VerifyReport {
  /// What is told when all is well.
  var verdict: String {
    switch subject {
    case .subset:
      "\(path): \(counted(sampleCount, "line")) as its manifest says, re-derived byte for byte"
        + (hasReceipts ? ", receipts too" : "")
    case .archive:
      "\(path): \(counted(fileCount, "file")) of \(counted(sampleCount, "sample")) as they were written"
        + (sourceCount > 0 ? ", and so \(counted(sourceCount, "source"))" : "")
    }
  }

  /// The report as JSON.
  var json: JSONValue {
    let isSubset = subject == .subset
    return .members([
      "path": .string(path), "subject": .string(subject.rawValue),
      "verified": .bool(isVerified),
      "manifest": manifest.map { .string($0) },
      "samples": .integer(sampleCount),
      "rederived": isSubset ? .bool(isRederived) : nil,
      "receipts": isSubset ? .bool(hasReceipts) : nil,
      "files": isSubset ? nil : .integer(fileCount),
      "sources": isSubset ? nil : .integer(sourceCount),
      "findings": VerifyFinding.json(self),
      "notes": .array(notes.map { .string($0.message) }),
      "timing": .object(
        timing.map { .init(key: $0.stage, value: .number(($0.seconds * 1e4).rounded() / 1e4)) }),
    ])
  }
}

private func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}
