import Backprop
import BackpropFiles
import Synchronization

/// A wish to stop: Ctrl-C (SIGINT), a polite `kill` (SIGTERM), or a terminal that was closed (SIGHUP).
enum Interruption {
  private static let requested = Atomic<Bool>(false)
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Whether it was made.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first signal is only noted. A second one ends the program at once, as if
  /// nothing had been set up.
  static func watch() {
    // The handler must not be the first to touch the flag: it may allocate nothing.
    requested.store(false, ordering: .relaxed)
    for number in signals {
      let before = signal(number) { number in
        Interruption.requested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
      // Whoever starts a program with nohup wants it to go on.
      if number == SIGHUP && address(before) == address(SIG_IGN) { signal(SIGHUP, SIG_IGN) }
    }
    // A program that was started from a thread that blocks signals has inherited the block.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in signals { sigaddset(&unblocked, number) }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  }

  private static func address(_ handler: (@convention(c) (Int32) -> Void)?) -> Int {
    unsafeBitCast(handler, to: Int.self)
  }

  /// Says where a training that it ended has left its results.
  ///
  /// - Parameters:
  ///   - result: how the training ended.
  ///   - folder: where its results are.
  ///   - command: the command by which it goes on.
  /// - Throws: `ExitStatus.interrupted` if it ended one.
  static func report(
    _ result: TrainingResult, savedIn folder: RunFolder, goingOn command: String
  ) throws {
    guard result.end == .interrupted && isRequested else { return }
    StandardError.write(
      "interrupted after step \(result.steps); all that was reached is saved in \(folder.path)\n"
        + "Go on with: \(command)")
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
