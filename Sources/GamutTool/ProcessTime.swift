import CommandLineKit
import Gamut
import Reporting

/// The time of the whole process, from its start on.
enum ProcessTime {
  /// The moment in which the process began: what was done before `main` is what the processor did, since
  /// nothing of it waits.
  private static let began = Stopwatch.now - Stopwatch.processorNow

  /// Notes when the process began; to be called first of all.
  static func begin() { _ = began }

  /// What the process took so far.
  static var total: StageTime {
    StageTime(
      stage: "total", seconds: Stopwatch.now - began, processorSeconds: Stopwatch.processorNow)
  }
}

extension Console {
  /// Shows what each stage took, and the whole process.
  ///
  /// - Parameters:
  ///   - timing: What the stages took, and at last all of them.
  ///   - threads: How many threads might have been busy; `nil` for one a core.
  func writeTiming(_ timing: [StageTime], threads: Int?) {
    let table = TimingTable(
      timing, process: ProcessTime.total, threads: threads ?? Machine.coreCount)
    writeError(table.text)
  }
}
