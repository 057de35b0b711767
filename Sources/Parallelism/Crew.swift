import Dispatch
import Synchronization

/// Threads that do one piece of work together: the caller, and whichever others come while it lasts.
///
/// Unlike `DispatchQueue.concurrentPerform`, which runs on one thread where it is called within another,
/// so that a job among jobs may use several threads itself. Nobody has to come: the caller waits only for
/// those who did, so that a pool of threads that is fully busy blocks nobody.
final class Crew: Sendable {
  /// What is to be done; `nil` once the caller has nothing left to do.
  private let body: Mutex<(@Sendable () -> Void)?>
  private let helpers = DispatchGroup()

  private init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

  /// Runs a closure on the caller's thread, and at the same time on up to `threads` − 1 others.
  ///
  /// - Parameters:
  ///   - threads: How many threads may work at once, at least 1.
  ///   - body: Takes what there is to do from a place that all share, and returns when nothing is left.
  static func run(threads: Int, _ body: @Sendable () -> Void) {
    withoutActuallyEscaping(body) { body in
      let crew = Crew(body)
      for _ in 1..<max(threads, 1) { DispatchQueue.global().async { crew.help() } }
      body()
      crew.body.withLock { $0 = nil }
      crew.helpers.wait()
    }
  }

  private func help() {
    let isWelcome = body.withLock { body in
      if body != nil { helpers.enter() }
      return body != nil
    }
    guard isWelcome else { return }
    work()
    helpers.leave()
  }

  // Apart, so that the closure is let go before the caller hears that the helper has left.
  @inline(never)
  private func work() { body.withLock { $0 }?() }
}
