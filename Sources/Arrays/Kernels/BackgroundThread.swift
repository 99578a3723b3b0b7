import CBackpropRuntime

/// A thread beside the pool, for work that others need later: it leaves the pool to those who wait.
package enum BackgroundThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a thread of its own.
  ///
  /// - Returns: whether there is one; the system may have no more.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let context = Unmanaged.passRetained(Body(body))
    let started = bp_start_thread(
      { Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() }, context.toOpaque())
    if !started { context.release() }
    return started
  }
}
