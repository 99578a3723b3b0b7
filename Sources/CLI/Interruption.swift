import BackpropFiles
import Synchronization

/// A wish to stop: Ctrl-C (SIGINT) or a polite `kill` (SIGTERM).
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether it was made.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first signal is only noted. A second one ends the program at once, as if
  /// nothing had been set up.
  static func watch() {
    // The handler must not be the first to touch the flag: it may allocate nothing.
    requested.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.requested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    // A program that was started from a thread that blocks signals has inherited the block.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
