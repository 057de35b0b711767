internal import Synchronization

/// How far a reading has come, for another thread to look at.
public final class ReadingProgress: Sendable {
  private let total = Atomic(0)
  private let done = Atomic(0)
  private let counted = Atomic(0)

  /// Starts at nothing.
  public init() {}

  /// Bytes of all sources on disk; standard input adds to it as it comes.
  public var totalByteCount: Int { total.load(ordering: .relaxed) }
  /// Bytes on disk that were taken in so far.
  public var doneByteCount: Int { done.load(ordering: .relaxed) }
  /// Records that were handed on so far.
  public var recordCount: Int { counted.load(ordering: .relaxed) }

  func addTotal(_ count: Int) { total.wrappingAdd(count, ordering: .relaxed) }
  func addDone(_ count: Int) { done.wrappingAdd(count, ordering: .relaxed) }
  func addRecords(_ count: Int) { counted.wrappingAdd(count, ordering: .relaxed) }
}
