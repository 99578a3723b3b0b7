import CRuntime
import Synchronization

/// A value that any task may read and change, one at a time.
///
/// It does what the standard library's `Mutex` does, for a value that hardly ever two want at once:
/// taking it is one atomic exchange and letting go a plain store, which is half of what a mutex
/// costs that knows who waits for it. A model's parameters are read at every step, and for a small
/// model this shows. Whoever does have to wait gives way to others meanwhile.
struct Guarded<Value: Sendable>: ~Copyable, @unchecked Sendable {
  private let isTaken = Atomic(false)
  private let value: UnsafeMutablePointer<Value>

  init(_ value: Value) {
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
  }

  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
  }

  /// Calls `body` with the value, while no one else sees it. `body` must not ask for it again.
  @inline(__always)
  func withLock<R>(_ body: (inout Value) -> R) -> R {
    if isTaken.exchange(true, ordering: .acquiring) { wait() }
    defer { isTaken.store(false, ordering: .releasing) }
    return body(&value.pointee)
  }

  @inline(never)
  private func wait() {
    var tries = 0
    repeat {
      bp_give_way(tries)
      tries += 1
    } while isTaken.exchange(true, ordering: .acquiring)
  }
}
