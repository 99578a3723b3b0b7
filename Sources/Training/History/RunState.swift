import BackpropFiles

/// Where a run is: how it ended, or that it has not.
public enum RunState: String, Sendable, Hashable, CaseIterable, Codable {
  /// A process is computing it now.
  case running
  /// All that was asked for is done.
  case completed
  /// It got no better, and was ended for that.
  case stoppedEarly = "stopped-early"
  /// It was asked to stop, and saved what it had reached.
  case interrupted
  /// An error ended it.
  case failed
  /// It ended without a word: it was killed, or its machine lost power.
  case killed

  /// Whether it is not over, and not going on either: it may be taken up again.
  public var isUnfinished: Bool { self == .interrupted || self == .failed || self == .killed }
}

/// The lock that a run's process holds on its folder while it lives: `FileLock`.
enum RunLock {
  static let fileName = ".lock"

  /// Whether a process holds it.
  static func isHeld(in folder: String) -> Bool {
    let descriptor = open("\(folder)/\(fileName)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { return false }
    defer { close(descriptor) }
    // Shared, so that two who look do not take each other for the run.
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
