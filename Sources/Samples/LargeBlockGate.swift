internal import Dispatch

/// Lets one large block at a time into memory.
///
/// A line of many megabytes takes several times its length while it is parsed; two threads with one
/// each would take twice that.
final class LargeBlockGate: Sendable {
  private let semaphore = DispatchSemaphore(value: 1)

  /// Waits until no other large block is in memory.
  ///
  /// - Returns: What keeps others out as long as it lives; it belongs to the block.
  func enter() -> Pass {
    semaphore.wait()
    return Pass(self)
  }

  /// Keeps others out as long as it lives, so that no way out of the work forgets to let them in.
  final class Pass: Sendable {
    private let gate: LargeBlockGate

    fileprivate init(_ gate: LargeBlockGate) { self.gate = gate }

    deinit { gate.semaphore.signal() }
  }
}
