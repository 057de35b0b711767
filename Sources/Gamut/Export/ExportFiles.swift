import Conversations
import JSON
import Reporting
import Samples
import Storage

/// The files of an exported folder.
final class ExportFiles {
  let train: StagedOutput
  let validation: StagedOutput?
  /// The records that are left out.
  let rejects: StagedOutput?
  private let folder: StagedFolder
  private let request: ExportRequest
  private var records: [(name: String, output: StagedOutput)] = []

  /// Prepares the files for records.
  ///
  /// - Parameters:
  ///   - folder: The folder that is going to appear.
  ///   - request: What is asked for.
  ///   - report: How many records there are of each kind.
  ///   - plan: How they are written.
  /// - Throws: `StorageError`.
  init(
    folder: StagedFolder, request: ExportRequest, report: ExportReport, plan: ExportPlan
  ) throws {
    self.folder = folder
    self.request = request
    func add(_ name: String) throws -> StagedOutput {
      let output = try folder.add(name)
      output.addUpHash()
      return output
    }
    train = try add(Self.trainName)
    records = [(Self.trainName, train)]
    if report.validationCount > 0 {
      let output = try add(Self.validationName)
      validation = output
      records.append((Self.validationName, output))
    } else {
      validation = nil
    }
    if report.droppedCount > 0 {
      let output = try add(Self.rejectsName)
      rejects = output
      records.append((Self.rejectsName, output))
    } else {
      rejects = nil
    }
  }

  static let trainName = "train.jsonl"
  static let validationName = "validation.jsonl"
  static let rejectsName = "rejects.jsonl"

  /// Waits until the disk has the records.
  func finishRecords() throws {
    for record in records { try record.output.finish() }
  }

  /// The files that hold the records of a part.
  var dataFiles: [(split: String, path: String)] {
    [("train", Self.trainName)] + (validation == nil ? [] : [("validation", Self.validationName)])
  }

  /// Writes what stands beside the records: the trainer's configuration, the card, the record of the export.
  ///
  /// - Parameters:
  ///   - report: What was done.
  ///   - plan: How records are written.
  ///   - source: The subset.
  ///   - manifest: Its manifest, if there is one.
  /// - Returns: All files of the folder but the record of the export itself.
  /// - Throws: `StorageError`.
  func writeCompanions(
    report: ExportReport, plan: ExportPlan, source: SourceSummary, manifest: RecordedRun?
  ) throws -> [ExportReport.File] {
    var files = records.map { name, output in
      ExportReport.File(name: name, bytes: output.byteCount, sha256: output.sha256 ?? "")
    }
    func add(_ name: String, _ text: String) throws {
      let output = try folder.add(name)
      output.addUpHash()
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
      dataFiles: dataFiles, trainer: trainer)
    try add("README.md", card.text)
    var finished = report
    finished.files = files
    let record = ExportRecord(
      report: finished, layout: plan.layout, request: request, source: source, manifest: manifest)
    try folder.add(ExportRun.marker).write(record.json.pretty)
    return files
  }
}
