import Backprop

/// A piece of work whose speed, or need of memory, is compared with that of other libraries.
///
/// Each is written with the public, eager API, exactly as a user would write it. The same works in
/// NumPy, PyTorch and JAX lie in the folder `Benchmarks/peers`.
public protocol BenchmarkWork: Sendable {
  /// The name: `two-layer`.
  var name: String { get }
  /// What it does, in a line.
  var summary: String { get }
  /// Does it until its speed or its need of memory is known.
  func measure() throws -> Measurement
}

/// All works, in the order in which they are reported.
public enum BenchmarkWorks {
  /// All works.
  public static let all: [any BenchmarkWork] =
    [Peak()] + [64, 128, 256, 512, 1024, 2048].map { MatrixProductWork(size: $0) }
    + [
      TwoLayer(), MLPAdam(), LeNetAdam(), LSTMLanguageModel(), GPTAdamW(), Tiny(),
      PredictOne(), ElementwiseChain(), Start(),
      MemoryResidual(), MemoryComposed(), MemoryRecurrent(),
    ]
}

extension BenchmarkWork {
  func measurement(_ unit: String, _ values: [Double], data: String? = nil) -> Measurement {
    Measurement(work: name, unit: unit, threads: Parallel.threadCount, values: values, data: data)
  }
}
