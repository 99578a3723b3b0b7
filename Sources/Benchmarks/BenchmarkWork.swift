import Backprop

/// A piece of work whose speed, or need of memory, is compared with that of other libraries.
///
/// Each is written with the public, eager API, exactly as a user would write it. The same works in
/// NumPy, PyTorch, JAX, ONNX Runtime and `tokenizers` lie in the folder `Benchmarks/peers`.
public protocol BenchmarkWork: Sendable {
  /// The name: `two-layer`.
  var name: String { get }
  /// What it does, in a line.
  var summary: String { get }
  /// Does it until its speed or its need of memory is known.
  func measure() throws -> Measurement
}

/// The table of works. What else lists them (`Benchmarks/README.md`, `Benchmarks/peers/works.py`) is
/// held to it by a test.
public enum BenchmarkWorks {
  /// The usual works, in the order in which they are reported.
  public static let all: [any BenchmarkWork] =
    [Peak()] + MatrixProduct.usual
    + [
      TwoLayer(), MLPAdam(), Tiny(), LeNetAdam(), BabyGPT(), CharLSTM(),
    ] + ConvolutionLayer.usual
    + [
      AttentionLayer(), LayerNormLayer(), PredictOne(), LeNetPredictOne(), GPTPredictOne(),
      ElementwiseChain(), Start(),
    ] + EncodeTexts.usual + Decode.usual
    + [
      SearchVectors(), TokenizeTexts(),
      MemoryResidual(), MemoryComposed(), MemoryRecurrent(), MemoryLeNet(), MemoryGPT(),
    ]

  /// The work of this name: one of ``all``, or the product of matrices of any lengths.
  ///
  /// ```swift
  /// try BenchmarkWorks.work(named: "gemm-128x512x784").measure()
  /// ```
  ///
  /// - Throws: `BenchmarkError` where there is none, or its matrices have no length or do not fit into
  ///   the machine's memory.
  public static func work(named name: String) throws(BenchmarkError) -> any BenchmarkWork {
    if let work = all.first(where: { $0.name == name }) { return work }
    guard name.hasPrefix(MatrixProduct.prefix) else { throw .unknownWork(name: name) }
    return try MatrixProduct(named: name)
  }
}

extension BenchmarkWork {
  func measurement(_ unit: String, _ values: [Double], data: String? = nil) -> Measurement {
    Measurement(work: name, unit: unit, threads: Parallel.threadCount, values: values, data: data)
  }
}
