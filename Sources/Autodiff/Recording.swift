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
  /// Whether element-wise operations are put off.
  @inline(__always)
  var isFusing: Bool { state.pointee.fused_scope != nil }

  // MARK: For a while

  /// What was asked for before it was changed for a while.
  struct Before {
    fileprivate let unrecordedDepth: Int32
    fileprivate let fusedScope: UnsafeMutableRawPointer?
  }

  /// Computes at once and not later, and records or does not, until it is resumed.
  ///
  /// - Parameter isEnabled: whether operations record themselves; as they do already for `nil`.
  func suspend(isEnabled: Bool? = nil) -> Before {
    let before = now
    state.pointee.fused_scope = nil
    if let isEnabled { state.pointee.unrecorded_depth = isEnabled ? 0 : 1 }
    return before
  }

  /// Records, until it is resumed.
  func enable() -> Before {
    let before = now
    state.pointee.unrecorded_depth = 0
    return before
  }

  func resume(_ before: Before) {
    state.pointee.unrecorded_depth = before.unrecordedDepth
    state.pointee.fused_scope = before.fusedScope
  }

  private var now: Before {
    Before(
      unrecordedDepth: state.pointee.unrecorded_depth, fusedScope: state.pointee.fused_scope)
  }
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
