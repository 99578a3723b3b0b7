import BackpropArrays

/// The machine's limit: as many fused multiply-adds as it can do, on all threads.
struct Peak: BenchmarkWork {
  let name = "peak"
  let summary = "the machine's fused multiply-add limit, float32"

  func measure() -> Measurement {
    let threads = Parallel.threadCount
    let rounds = 200_000
    // Every floating-point type has it.
    let peak = ScalarType.float32.kernels.pointee.peak_flops!
    var operations = 0
    let seconds = Stopwatch().secondsPerCall {
      let counts = Counts(threads)
      Parallel.forEach(threads) { thread in
        var sink: Float = 0
        counts.set(thread, peak(rounds, &sink))
      }
      operations = counts.total
    }
    return measurement("GFLOP/s", seconds.map { Double(operations) / $0 / 1e9 })
  }

  /// A number for each thread to write.
  private final class Counts: @unchecked Sendable {
    private let values: UnsafeMutableBufferPointer<Int>
    init(_ count: Int) {
      values = .allocate(capacity: count)
      values.initialize(repeating: 0)
    }
    func set(_ index: Int, _ value: Int) { values[index] = value }
    var total: Int { values.reduce(0, +) }
    deinit { values.deallocate() }
  }
}
