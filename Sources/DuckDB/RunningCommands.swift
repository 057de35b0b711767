internal import Glibc
internal import Synchronization

/// The process groups of commands that run now, so that a signal that ends this process ends them too.
///
/// A command whose reader has gone ends at its next write in any case; what is killed here is one that
/// computes at length before it writes. Kept are at most four at a time, more than ever run.
public enum RunningCommands {
  private static let first = Atomic<Int32>(0)
  private static let second = Atomic<Int32>(0)
  private static let third = Atomic<Int32>(0)
  private static let fourth = Atomic<Int32>(0)

  /// Kills all of them; calls only what a signal handler may call.
  public static func killAll() {
    end(first.load(ordering: .relaxed))
    end(second.load(ordering: .relaxed))
    end(third.load(ordering: .relaxed))
    end(fourth.load(ordering: .relaxed))
  }

  private static func end(_ group: Int32) {
    if group > 0 { kill(-group, SIGKILL) }
  }

  static func add(_ group: Int32) { exchange(0, for: group) }

  static func remove(_ group: Int32) { exchange(group, for: 0) }

  private static func exchange(_ old: Int32, for new: Int32) {
    if first.compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged { return }
    if second.compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged { return }
    if third.compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged { return }
    _ = fourth.compareExchange(expected: old, desired: new, ordering: .relaxed)
  }
}
