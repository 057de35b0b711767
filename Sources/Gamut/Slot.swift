import Synchronization

/// A place for one result of work done side by side.
final class Slot<Value: Sendable>: Sendable {
  private let content = Mutex<Value?>(nil)

  func fill(_ value: Value) { content.withLock { $0 = value } }

  /// The result; the work must be done.
  var value: Value {
    guard let value = content.withLock({ $0 }) else {
      preconditionFailure("a result was asked for before it was there")
    }
    return value
  }
}
