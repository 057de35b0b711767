import JSON
import Storage

/// What a tuning has measured, kept in a file beside its output while the run goes on.
///
/// | line | holds |
/// | --- | --- |
/// | first | `gamut_tuning_journal`, the version of the form, and `request`, the digest of all that decides a value |
/// | other | `rung`, `fold`, `batch`, and `values`: one list a set of the batch, one number an objective |
///
/// Which configurations are a batch follows from the request and the values before it. Numbers read back the
/// same, and so a run that was taken up again ends as one that was not.
struct TuningJournal {
  /// A part of the work that is done or not.
  struct Key: Hashable {
    var rung: Int
    var fold: Int
    var batch: Int
  }

  private let file: JournalFile
  private var batches: [Key: [[Double?]]] = [:]

  private static let formKey = "gamut_tuning_journal"

  /// Opens the journal beside an output.
  ///
  /// - Parameters:
  ///   - path: Where it stands, or is to stand.
  ///   - request: The digest of all that decides a value.
  ///   - replacing: Whether the journal of another request is dropped.
  /// - Throws: `GamutError.journalBusy`, `journalOfAnother`; `StorageError`.
  init(path: String, request: String, replacing: Bool) throws {
    guard let file = try JournalFile.open(path: path) else {
      throw GamutError.journalBusy(path: path)
    }
    self.file = file
    let head = JSONValue.members([Self.formKey: .integer(1), "request": .string(request)])
    if let first = file.lines.first {
      let found = JSONValue(parsing: first.span)
      if found == head {
        take(file.lines.dropFirst())
        return
      }
      // A file of something else is nobody's to drop.
      let isJournal = found?[Self.formKey] != nil
      guard isJournal, replacing else {
        throw GamutError.journalOfAnother(path: path, isJournal: isJournal)
      }
      try file.empty()
    }
    try file.append(head.compact)
  }

  private mutating func take(_ lines: ArraySlice<[UInt8]>) {
    for line in lines {
      guard let value = JSONValue(parsing: line.span), let rung = value["rung"]?.wholeNumber,
        let fold = value["fold"]?.wholeNumber, let batch = value["batch"]?.wholeNumber,
        let rows = value["values"]?.items
      else { continue }
      batches[Key(rung: rung, fold: fold, batch: batch)] = rows.map { row in
        (row.items ?? []).map(\.decimal)
      }
    }
  }

  /// How many batches are done.
  var count: Int { batches.count }

  /// What was measured of a batch; `nil` where that is not known.
  ///
  /// - Parameters:
  ///   - key: Which batch.
  ///   - sets: How many sets it has.
  ///   - objectives: How many objectives there are.
  /// - Returns: One list a set, one value an objective; `nil` also where they are not as many.
  func values(_ key: Key, sets: Int, objectives: Int) -> [[Double?]]? {
    guard let rows = batches[key], rows.count == sets,
      rows.allSatisfy({ $0.count == objectives })
    else { return nil }
    return rows
  }

  /// Keeps what was measured.
  ///
  /// - Throws: `StorageError.cannotWrite`.
  mutating func append(_ key: Key, _ values: [[Double?]]) throws {
    batches[key] = values
    let line = JSONValue.members([
      "rung": .integer(key.rung), "fold": .integer(key.fold), "batch": .integer(key.batch),
      "values": .array(values.map { .array($0.map { $0.map { .number($0) } ?? .null }) }),
    ])
    try file.append(line.compact)
  }

  /// Removes the file, which has done its work, or has none to keep.
  func remove() { file.remove() }
}
