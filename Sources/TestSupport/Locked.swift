import Foundation

/// A value that several threads may change, one at a time.
///
/// The thread sanitizer sees the lock of the system that this uses; that of Synchronization's
/// `Mutex` it does not see, and takes what `Mutex` guards for a race.
public final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  /// Guards a value.
  public init(_ value: Value) { self.value = value }

  /// Calls `body` with the value while no one else has it.
  public func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
    try lock.withLock { try body(&value) }
  }
}
