import Glibc
import Synchronization

/// Hands out numbered blocks and lets the threads' results through in the order of the numbers.
///
/// `@unchecked Sendable` because the source's state is read and written under `sourceLock` only, and
/// the turn's under `lock` only. `@safe` because the locks and the condition never leave this class;
/// this is the one place where a thread must sleep until another says so, for which the standard
/// library has no type.
@safe final class Turnstile: @unchecked Sendable {
  // Guards `nextTicket` and what the source of blocks keeps. Of the same kind as `lock`, since a
  // thread sanitizer knows it and not `Mutex`.
  private let sourceLock: UnsafeMutablePointer<pthread_mutex_t>
  private var nextTicket = 0
  // Set without the lock: the source may be waiting, under it, for the very block that failed.
  private let isStopped = Atomic(false)
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let turnChanged: UnsafeMutablePointer<pthread_cond_t>
  private var turn = 0
  private var failedTicket = Int.max

  init() {
    unsafe sourceLock = .allocate(capacity: 1)
    unsafe pthread_mutex_init(sourceLock, nil)
    unsafe lock = .allocate(capacity: 1)
    unsafe turnChanged = .allocate(capacity: 1)
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(turnChanged, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(turnChanged)
    unsafe pthread_mutex_destroy(lock)
    unsafe turnChanged.deallocate()
    unsafe lock.deallocate()
    unsafe pthread_mutex_destroy(sourceLock)
    unsafe sourceLock.deallocate()
  }

  /// Takes the next block and its ticket; `nil` once there is none or the job was stopped.
  func take<Block>(_ next: () throws -> Block?) throws(TakeFailure) -> (Int, Block)? {
    unsafe pthread_mutex_lock(sourceLock)
    defer { unsafe pthread_mutex_unlock(sourceLock) }
    if isStopped.load(ordering: .relaxed) { return nil }
    do {
      guard let block = try next() else {
        stop()
        return nil
      }
      defer { nextTicket += 1 }
      return (nextTicket, block)
    } catch {
      throw TakeFailure(ticket: nextTicket, underlying: error)
    }
  }

  /// Takes no more blocks; those already taken may still pass.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Waits until every earlier block has passed; false when an earlier one failed.
  func waitForTurn(_ ticket: Int) -> Bool {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while turn != ticket && failedTicket > ticket { unsafe pthread_cond_wait(turnChanged, lock) }
    return failedTicket > ticket
  }

  /// Lets the next block through.
  func passTurn() {
    unsafe pthread_mutex_lock(lock)
    turn += 1
    unsafe pthread_cond_broadcast(turnChanged)
    unsafe pthread_mutex_unlock(lock)
  }

  /// Takes no more blocks, and wakes those behind the failed one, which will never pass.
  func fail(at ticket: Int) {
    stop()
    unsafe pthread_mutex_lock(lock)
    failedTicket = min(failedTicket, ticket)
    unsafe pthread_cond_broadcast(turnChanged)
    unsafe pthread_mutex_unlock(lock)
  }
}

/// An error of the block source, with the ticket that its block would have had.
struct TakeFailure: Error {
  var ticket: Int
  var underlying: any Error
}

/// Keeps the error of the earliest block.
final class FirstFailure: Sendable {
  private let state = Mutex<(ticket: Int, error: any Error)?>(nil)

  var error: (any Error)? { state.withLock { $0?.error } }

  func record(_ error: any Error, at ticket: Int) {
    state.withLock { if $0.map({ ticket < $0.ticket }) ?? true { $0 = (ticket, error) } }
  }
}

/// Counts up from zero, one caller at a time.
final class Counter: Sendable {
  private let value = Atomic(0)

  func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
