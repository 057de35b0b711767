/// Writes a subset as files that a trainer takes as they are.
///
/// The subset is read twice: once to look at every record, and once to write. Nothing is written where a record
/// is none that a trainer takes, or holds something that the target has no place for, unless the request says
/// what to do then. The folder appears whole or not at all. Text and keys are the same bytes for any number of
/// threads.
///
/// - Parameters:
///   - request: What is to be written, and where.
///   - onEvent: Is told of stages and progress, one event at a time, from any thread.
/// - Returns: What was written, and what was left out or lost.
/// - Throws: `GamutError`, among others `exportRefused`.
/// - Complexity: O(bytes), and that of choosing where cells are asked for and no receipts stand beside the
///   subset; memory grows with the number of records, not with their texts.
public func export(
  _ request: ExportRequest, onEvent: (Event) -> Void = { _ in }
) throws(GamutError) -> ExportReport {
  do {
    var run = try ExportRun(request)
    return try run.carryOut(onEvent)
  } catch {
    throw GamutError(error)
  }
}
