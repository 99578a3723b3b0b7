import CBackpropRuntime

/// Whether operations record themselves, and what the graph keeps.
struct Recording {
  private let state: UnsafeMutablePointer<bp_recording_state>

  /// What is asked for on this thread, now and as it changes.
  @inline(__always)
  static var ofThisThread: Recording { Recording(state: bp_recording()) }

  @inline(__always)
  var isEnabled: Bool { state.pointee.unrecorded_depth == 0 }
  @inline(__always)
  var keepsAllNumbers: Bool { state.pointee.keeping_depth != 0 }
}

/// Computes without recording: results are constants, and nothing is kept for a gradient.
///
/// ```swift
/// let logits = withoutGradient { model(images) }
/// ```
///
/// This holds for what `body` computes itself, on the calling thread; a task that it starts records
/// again.
public func withoutGradient<R>(_ body: () throws -> R) rethrows -> R {
  bp_recording().pointee.unrecorded_depth += 1
  // The body does not suspend, so that it ends on the thread on which it began.
  defer { bp_recording().pointee.unrecorded_depth -= 1 }
  return try body()
}

/// Computes and keeps all numbers that operations see and give, not only those that gradients need:
/// for drawings, which show them.
///
/// ```swift
/// let loss = withAllNumbersKept { (x * c + c).sum() }
/// GraphDrawing(of: loss)
/// ```
///
/// This holds for what `body` computes itself, on the calling thread.
public func withAllNumbersKept<R>(_ body: () throws -> R) rethrows -> R {
  bp_recording().pointee.keeping_depth += 1
  defer { bp_recording().pointee.keeping_depth -= 1 }
  return try body()
}
