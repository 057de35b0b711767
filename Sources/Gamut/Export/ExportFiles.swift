import Conversations
import JSON
import Reporting
import Samples
import Storage

/// The files of an export.
final class ExportFiles {
  /// The records to train on.
  let train: RecordFile?
  /// The records to validate on.
  let validation: RecordFile?
  /// The records that are left out.
  let rejects: StagedOutput?
  private let place: ExportPlace
  private let rejectsName: String
  private let request: ExportRequest
  private let layout: ConversationLayout

  /// A file of records: lines, or what becomes Parquet.
  final class RecordFile {
    let split: String
    let name: String
    fileprivate let output: StagedOutput
    /// The lines of what becomes Parquet.
    fileprivate let lines: TemporaryFile?
    private(set) var longestLine = 0

    init(split: String, name: String, output: StagedOutput, lines: TemporaryFile?) {
      self.split = split
      self.name = name
      self.output = output
      self.lines = lines
    }

    /// Adds lines, of which the longest has at most so many bytes.
    func write(_ bytes: [UInt8], longest: Int) throws {
      if bytes.isEmpty { return }
      longestLine = max(longestLine, longest)
      if let lines { try lines.write(bytes.span) } else { try output.write(bytes.span) }
    }
  }

  /// Prepares the files for records.
  ///
  /// - Parameters:
  ///   - place: Where they are going to appear.
  ///   - request: What is asked for.
  ///   - report: How many records there are of each kind.
  ///   - plan: How they are written.
  /// - Throws: `StorageError`.
  init(
    place: ExportPlace, request: ExportRequest, report: ExportReport, plan: ExportPlan
  ) throws {
    self.place = place
    self.request = request
    layout = plan.layout
    func add(_ part: ExportPlace.Part) throws -> RecordFile {
      let (name, output) = try place.add(part)
      return RecordFile(
        split: part.rawValue, name: name, output: output,
        lines: request.target.isParquet
          ? try TemporaryFile(folder: request.temporaryFolder) : nil)
    }
    train = report.trainCount > 0 ? try add(.train) : nil
    validation = report.validationCount > 0 ? try add(.validation) : nil
    let rejects = report.droppedCount > 0 ? try place.add(.rejects) : nil
    self.rejects = rejects?.output
    rejectsName = rejects?.name ?? ""
  }

  private var recordFiles: [RecordFile] { [train, validation].compactMap(\.self) }

  /// Makes Parquet of lines where that is wanted, and waits until the disk has the records.
  ///
  /// - Throws: `DuckDBError`, `StorageError`.
  func finishRecords() throws {
    let parquet = ParquetFile(columns: layout.columns)
    for file in recordFiles {
      if let lines = file.lines {
        try parquet.write(lines, longestLine: file.longestLine, to: file.output)
      }
      try file.output.finish()
    }
    try rejects?.finish()
  }

  /// The files that hold the records of a part.
  var dataFiles: [(split: String, path: String)] { recordFiles.map { ($0.split, $0.name) } }

  /// Writes what stands beside the records: the trainer's configuration, the card, the record of the export.
  ///
  /// - Parameters:
  ///   - report: What was done.
  ///   - plan: How records are written.
  ///   - source: The subset.
  ///   - manifest: Its manifest, if there is one.
  /// - Returns: All files but the record of the export itself; where a file is written and no folder, those of
  ///   records alone.
  /// - Throws: `StorageError`.
  func writeCompanions(
    report: ExportReport, plan: ExportPlan, source: SourceSummary, manifest: RecordedRun?
  ) throws -> [ExportReport.File] {
    var files = recordFiles.map { file in
      ExportReport.File(
        name: file.name, bytes: file.output.byteCount, sha256: file.output.sha256 ?? "")
    }
    if let rejects {
      files.append(
        ExportReport.File(
          name: rejectsName, bytes: rejects.byteCount, sha256: rejects.sha256 ?? ""))
    }
    if place.isFile { return files }
    func add(_ name: String, _ text: String) throws {
      let output = try place.addCompanion(name)
      try output.write(text)
      try output.finish()
      files.append(
        ExportReport.File(name: name, bytes: output.byteCount, sha256: output.sha256 ?? ""))
    }
    let trainer = TrainerFiles(
      report: report, layout: plan.layout, dataFiles: dataFiles, folder: request.output)
    if let file = trainer.configuration { try add(file.name, file.text) }
    let card = DatasetCard(
      report: report, layout: plan.layout, request: request, source: source, manifest: manifest,
      dataFiles: dataFiles, recordFiles: Array(files.prefix(recordFiles.count)), trainer: trainer)
    try add("README.md", card.text)
    var finished = report
    finished.files = files
    let record = ExportRecord(
      report: finished, layout: plan.layout, request: request, source: source, manifest: manifest)
    try place.addCompanion(ExportRun.marker).write(record.json.pretty)
    return files
  }
}
