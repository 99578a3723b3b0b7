import Backprop

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The product of two matrices, (rows, inner) and (inner, columns).
struct MatrixProduct: BenchmarkWork {
  static let prefix = "gemm-"

  let name: String
  let rows: Int
  let columns: Int
  let inner: Int

  /// Powers of two, and lengths that fit no block of a kernel.
  static let usual: [MatrixProduct] = [64, 128, 256, 500, 512, 1000, 1024, 2048].map {
    MatrixProduct(name: "\(prefix)\($0)", rows: $0, columns: $0, inner: $0)
  }

  private init(name: String, rows: Int, columns: Int, inner: Int) {
    (self.name, self.rows, self.columns, self.inner) = (name, rows, columns, inner)
  }

  /// The product that a name means: `gemm-500` is square, `gemm-128x512x784` has a result of 128 x 512
  /// and sums over 784.
  ///
  /// - Throws: `BenchmarkError` where what follows `gemm-` are not one or three whole numbers from 1, or
  ///   the matrices do not fit into memory.
  init(named name: String) throws(BenchmarkError) {
    let parts = name.dropFirst(Self.prefix.count).split(
      separator: "x", omittingEmptySubsequences: false)
    let lengths = parts.compactMap { part in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    guard name.hasPrefix(Self.prefix), lengths.count == parts.count, [1, 3].contains(parts.count),
      lengths.allSatisfy({ $0 > 0 })
    else { throw .badMatrixProduct(name: name) }
    self.init(
      name: name, rows: lengths[0], columns: lengths.count == 3 ? lengths[1] : lengths[0],
      inner: lengths[lengths.count - 1])
    let memory = ProcessInfo.processInfo.physicalMemory
    guard bytes <= Double(memory) else { throw .matricesTooLarge(name: name, bytes: memory) }
  }

  var summary: String {
    rows == columns && columns == inner
      ? "the product of two \(rows) x \(rows) matrices, float32"
      : "the product of a \(rows) x \(inner) and a \(inner) x \(columns) matrix, float32"
  }

  /// What the three matrices take. In floating point, which does not overflow.
  private var bytes: Double {
    let (m, n, k) = (Double(rows), Double(columns), Double(inner))
    return 4 * (m * k + k * n + m * n)
  }

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let a = Tensor.normal([rows, inner], using: &random)
    let b = Tensor.normal([inner, columns], using: &random)
    let seconds = Stopwatch().secondsPerCall { _ = a.matmul(b) }
    let operations = 2 * Double(rows) * Double(columns) * Double(inner)
    return measurement("GFLOP/s", seconds.map { operations / $0 / 1e9 })
  }
}
