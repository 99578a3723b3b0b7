import Backprop
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

  /// Says where a training that it ended has left its results.
  ///
  /// - Throws: `ExitStatus.interrupted` if it ended one.
  static func report(_ result: TrainingResult, savedIn folder: RunFolder) throws {
    guard result.end == .interrupted && isRequested else { return }
    StandardError.write(
      "interrupted after step \(result.steps); all that was reached is saved in \(folder.path)")
    throw ExitStatus.interrupted
  }
}

/// Ends the training when the user or the reader of the output wants no more.
final class InterruptionWatch: TrainingObserver {
  private let control: TrainingControl

  init(_ control: TrainingControl) { self.control = control }

  func receive(_ event: TrainingEvent) {
    if Interruption.isRequested || StandardOutput.hasFailed { control.stop() }
  }
}
