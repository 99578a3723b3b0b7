import BackpropFiles
import BackpropFiles
import Synchronization

/// What the program says.
///
/// A write that fails is remembered and does not interrupt: whoever works on may stop in good order,
/// and the program ends with the error.
enum StandardOutput {
  private static let code = Atomic<Int32>(0)

  /// Whether it is a terminal that can go back to the start of a line.
  static let isTerminal =
    isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb"

  /// Whether it shows colours, and nobody asked for none (`NO_COLOR`, see no-color.org).
  static let hasColor =
    isTerminal && environment("NO_COLOR").isEmpty

  /// The width of the terminal as it is now, or 80 where there is none or it does not tell.
  static var columns: Int {
    var size = winsize()
    guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0
    else { return 80 }
    return Int(size.ws_col)
  }

  /// The width of a chart: that of the terminal, as far as a chart can use it.
  static var chartColumns: Int { min(max(columns, 20), 100) }

  /// Whether a write failed.
  static var hasFailed: Bool { code.load(ordering: .relaxed) != 0 }

  /// Writes a line, at once.
  static func write(_ line: String) { put(line + "\n") }

  /// Writes a text as it is, at once.
  static func put(_ text: String) {
    if hasFailed { return }
    let failure = writeAll(text, to: STDOUT_FILENO)
    if failure != 0 { code.store(failure, ordering: .relaxed) }
  }

  /// Reports a write that failed.
  ///
  /// - Throws: `ExitStatus.outputClosed` if the reader went away, and otherwise `FileError`.
  static func check() throws {
    let code = code.load(ordering: .relaxed)
    if code == EPIPE { throw ExitStatus.outputClosed }
    if code != 0 {
      throw FileError(operation: "write", path: "standard output", code: code)
    }
  }
}

/// What the program says beside its results: warnings and errors.
enum StandardError {
  /// Writes a line.
  static func write(_ line: String) { _ = writeAll(line + "\n", to: STDERR_FILENO) }
}

/// The value of an environment variable; empty if there is none.
private func environment(_ name: String) -> String {
  getenv(name).map { String(cString: $0) } ?? ""
}

/// Writes all of a text; returns 0 or the system's error number.
private func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
    if count < 0 && errno == EINTR { continue }
    if count < 0 { return errno }
    rest = rest.dropFirst(count)
  }
  return 0
}
