import Glibc
import Synchronization

/// Hands out numbered blocks and lets the threads' results through in the order of the numbers.
///
/// A thread whose result comes too early leaves it here and goes on; whoever brings the one that all
/// wait for lets through those behind it as well. So no thread sleeps for another that is a little
/// slower.
///
/// `@unchecked Sendable` because the source's state is read and written under `sourceLock` only, and
/// all about results under `lock` only. `@safe` because the locks and the condition never leave this
/// class; this is the one place where a thread must sleep until another says so, for which the
/// standard library has no type.
@safe final class Turnstile<Result: Sendable>: @unchecked Sendable {
  // Guards `nextTicket` and what the source of blocks keeps. Of the same kind as `lock`, since a
  // thread sanitizer knows it and not `Mutex`.
  private let sourceLock: UnsafeMutablePointer<pthread_mutex_t>
  private var nextTicket = 0
  // Set without the lock: the source may be waiting, under it, for the very block that failed.
  private let isStopped = Atomic(false)
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let turnChanged: UnsafeMutablePointer<pthread_cond_t>
  private let mostWaiting: Int
  private var waiting: [Int: Result] = [:]
  private var turn = 0
  private var isPassing = false
  private var hasFailed = false

  /// - Parameter mostWaiting: How many results may wait before those who bring more have to, at least 1.
  init(mostWaiting: Int) {
    self.mostWaiting = mostWaiting
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

  /// Takes in a result, and lets through all whose turn it is.
  ///
  /// - Parameters:
  ///   - result: What came of a block.
  ///   - ticket: The block's.
  ///   - consume: Takes the results in turn, called by one thread at a time.
  /// - Throws: What `consume` threw, with the ticket of the result that it was given.
  func pass(
    _ result: Result, _ ticket: Int, _ consume: (Result) throws -> Void
  ) throws(TakeFailure) {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    waiting[ticket] = result
    if !isPassing {
      isPassing = true
      while let next = waiting.removeValue(forKey: turn) {
        unsafe pthread_mutex_unlock(lock)
        do {
          defer { unsafe pthread_mutex_lock(lock) }
          try consume(next)
        } catch {
          // Nothing passes any more: `isPassing` stays.
          throw TakeFailure(ticket: turn, underlying: error)
        }
        turn += 1
        unsafe pthread_cond_broadcast(turnChanged)
      }
      isPassing = false
    }
    // Somebody else works on the block whose turn it is, or all of these would have passed.
    while waiting.count >= mostWaiting && !hasFailed {
      unsafe pthread_cond_wait(turnChanged, lock)
    }
  }

  /// Takes no more blocks, and wakes those who wait for results to pass that never will.
  ///
  /// Results of blocks before the failed one still pass: its own never comes, so none behind it does.
  func fail() {
    stop()
    unsafe pthread_mutex_lock(lock)
    hasFailed = true
    unsafe pthread_cond_broadcast(turnChanged)
    unsafe pthread_mutex_unlock(lock)
  }
}

/// An error of the block source, with the ticket that its block would have had, or of a result's consumer.
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
