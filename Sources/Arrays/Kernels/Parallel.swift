import CBackpropRuntime

/// Work split over the thread pool.
///
/// The pieces depend on the amount of work alone and never on the number of threads, so that every
/// result has the same bits on any number of them.
public enum Parallel {
  /// The number of threads that one operation may use.
  ///
  /// The default is `$BACKPROP_THREADS`, else the number of processors that this process may run on.
  /// On Linux it is no more than the quotas of its control groups pay for, rounded up: a container with
  /// `--cpus 1.5` gets two threads on any machine.
  public static var threadCount: Int {
    get { bp_thread_count() }
    set { bp_set_thread_count(max(1, newValue)) }
  }

  /// About how many element-wise operations are worth a piece of their own.
  package static let elementGrain = 32_768

  /// Calls `body` for 0, 1, … `count` - 1, in any order and on any thread.
  package static func forEach(_ count: Int, _ body: (Int) -> Void) {
    if count <= 1 {
      if count == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { pointer in
        bp_parallel(
          count,
          { context, chunk in
            context!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(chunk)
          }, UnsafeMutableRawPointer(mutating: pointer))
      }
    }
  }

  /// Splits 0..<count in ranges of at least `grain` and calls `body` with each.
  package static func forEachRange(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    if count < 2 * grain { return body(0..<count) }
    // More pieces than threads let a thread that starts late take fewer.
    let pieces = min(count / grain, 16)
    let size = (count + pieces - 1) / pieces
    forEach(pieces) { piece in
      let start = min(piece * size, count)
      let end = min(start + size, count)
      if start < end { body(start..<end) }
    }
  }
}
