import BackpropArrays
import Synchronization

/// An array that any thread may read and replace, one at a time.
///
/// A `Mutex` whose order the thread sanitizer sees. Who has to wait for a mutex gets it inside the
/// system's library, of which the sanitizer knows nothing: it would take what the mutex guards for a
/// race. The order of turns says the same again, at the price of a load and a store.
package struct SharedArray: ~Copyable, Sendable {
  private let current: Mutex<NDArray>
  private let turn = Atomic<Bool>(false)

  package init(_ array: NDArray) { current = Mutex(array) }

  /// Runs `body` with the array while nobody else reads or changes it.
  @inline(__always)
  package func withLock<Result: Sendable>(_ body: (inout NDArray) -> Result) -> Result {
    current.withLock { array in
      _ = turn.load(ordering: .acquiring)
      defer { turn.store(true, ordering: .releasing) }
      return body(&array)
    }
  }
}
