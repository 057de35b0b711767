import Descriptors
import EliteArchive
import JSON
import Reporting
import Samples
import Storage

/// In which cells the samples of a subset lie, and how many of the pool lie there.
struct ExportStrata {
  /// The cell of each sample, in the order of the subset.
  var cells: [Int32]
  /// How many samples of the pool each cell has to choose from.
  var masses: [Int]

  /// Finds the cells: in the receipts beside the subset, or by making the choice again.
  ///
  /// - Parameters:
  ///   - request: What is exported.
  ///   - sampleCount: How many samples the subset has.
  ///   - sha256: The digest of its file.
  ///   - manifest: Its manifest, as it was read.
  ///   - onEvent: Is told of stages and progress.
  /// - Returns: The cells, or why there are none.
  /// - Throws: Errors of the modules, for what keeps from looking.
  static func find(
    for request: ExportRequest, sampleCount: Int, sha256: String, manifest: RecordedRun?,
    _ onEvent: (Event) -> Void
  ) throws -> Result<ExportStrata, ExportNoCells> {
    guard let manifest else { return .failure(ExportNoCells(reason: .noManifest)) }
    guard manifest.outputSHA256 == sha256 else {
      return .failure(ExportNoCells(reason: .subsetChanged))
    }
    let receipts = OutputPaths(subset: request.input).receipts
    if manifest.order != .shuffle, regularFileSize(receipts) != nil,
      let strata = try fromReceipts(receipts, manifest, request: request, onEvent),
      strata.cells.count == sampleCount
    {
      return .success(strata)
    }
    var verifying = VerifyRequest(
      path: request.input, threads: request.threads, readRecipe: request.readRecipe)
    verifying.temporaryFolder = request.temporaryFolder
    var verification = SubsetVerification(verifying)
    let found = try verification.remadeChoice(onEvent)
    guard let remade = found.remade, found.report.isRederived, remade.samples.count == sampleCount
    else { return .failure(ExportNoCells(reason: .notRederived)) }
    let cells = remade.choice.grid.cells
    return .success(
      ExportStrata(
        cells: remade.samples.map { cells[Int($0)] },
        masses: remade.choice.archive.masses.map(Int.init)))
  }

  /// What one block of receipts tells.
  private struct Receipts: Sendable {
    var cells: [[Int32]] = []
    var isRanked: [Bool] = []
    var isSelected: [Bool] = []
    var orders: [Double] = []
  }

  /// Reads the receipts; `nil` where they do not look like those of the manifest.
  private static func fromReceipts(
    _ path: String, _ manifest: RecordedRun, request: ExportRequest, _ onEvent: (Event) -> Void
  ) throws -> ExportStrata? {
    let axisCount = manifest.json["axes"]?.items?.count ?? 0
    var options = ReadingOptions()
    options.textFields = ["status"]
    options.categoryColumns = ["status"]
    options.numericColumns = ["rank", "order"] + (0..<axisCount).map { "cell.\($0)" }
    options.unreadable = .deliver
    options.hashesSources = false
    options.temporaryFolder = request.temporaryFolder
    let reader = try SampleReader(sources: [Source(path: path)], options: options)
    var places: [[Int32]: Int32] = [:]
    var masses: [Int] = []
    var chosen: [(order: Double, cell: Int32)] = []
    _ = try reader.read(
      threads: request.threads, makeWorker: {},
      work: { (_: inout Void, block: borrowing ParsedBlock) -> Receipts in
        var found = Receipts()
        for record in block.records where record.isReadable {
          let status = block.withLabel(0, of: record) { $0.count }
          let isSelected =
            status == 8
            && block.withLabel(0, of: record) { $0[0] == UInt8(ascii: "s") } == true
          let isRanked = block.numericValue(0, of: record).number != nil
          guard isRanked || isSelected else { continue }
          found.cells.append(
            (0..<axisCount).map { axis in
              Int32(block.numericValue(2 + axis, of: record).number ?? -1)
            })
          found.isRanked.append(isRanked)
          found.isSelected.append(isSelected)
          found.orders.append(block.numericValue(1, of: record).number ?? 0)
        }
        return found
      },
      consume: { found in
        for (place, bins) in found.cells.enumerated() {
          let cell: Int32
          if let known = places[bins] {
            cell = known
          } else {
            cell = Int32(masses.count)
            places[bins] = cell
            masses.append(0)
          }
          if found.isRanked[place] { masses[Int(cell)] += 1 }
          if found.isSelected[place] { chosen.append((found.orders[place], cell)) }
        }
      })
    if manifest.order == .rank { chosen.sort { $0.order < $1.order } }
    return ExportStrata(cells: chosen.map(\.cell), masses: masses)
  }

  /// What each cell's samples weigh so that the subset counts as its pool does: the pool's samples of a cell for
  /// each of those that are trained on, divided by the mean of that over the latter.
  ///
  /// - Parameter isTrained: Whether each sample is trained on.
  /// - Returns: A weight for each cell; 1 where nothing is trained on.
  func weights(ofTrained isTrained: [Bool]) -> [Double] {
    var counts = [Int](repeating: 0, count: masses.count)
    for (sample, cell) in cells.enumerated() where isTrained[sample] && cell >= 0 {
      counts[Int(cell)] += 1
    }
    var (mass, total) = (0, 0)
    for (cell, count) in counts.enumerated() where count > 0 {
      mass += masses[cell]
      total += count
    }
    guard mass > 0 else { return masses.map { _ in 1 } }
    let scale = Double(total) / Double(mass)
    return zip(masses, counts).map { $1 > 0 ? Double($0) / Double($1) * scale : 1 }
  }
}

/// Why the cells of a subset are not known.
struct ExportNoCells: Error {
  /// The reason.
  var reason: ExportNote.NoCells
}
