import BackpropArrays
import BackpropAutodiff

/// Random matrices of orthonormal rows or columns.
enum OrthogonalMatrix {
  /// An array whose first axis is that of a matrix's rows, and the others that of its columns.
  static func array(
    _ shape: Shape, gain: Double, scalarType: ScalarType, using random: inout RandomSource
  ) -> NDArray {
    guard shape.rank >= 2 else {
      ShapeError(
        "Initializer.orthogonal", [shape], "the array is a matrix, or has more axes than that",
        hint: "start a bias as zeros"
      ).trap()
    }
    guard shape.elementCount > 0 else { return .zeros(shape, scalarType: scalarType) }
    let (rows, columns) = (shape[0], shape.elementCount / shape[0])
    let drawn = Tensor(NDArray.normal([rows, columns], scalarType: .float64, using: &random))
    let (count, length) = (min(rows, columns), max(rows, columns))
    var vectors = (rows > columns ? drawn.transposed() : drawn).doubles
    orthonormalize(&vectors, count: count, length: length)
    let found = Tensor(NDArray(vectors, shape: [count, length], scalarType: .float64)) * gain
    return (rows > columns ? found.transposed() : found)
      .reshaped(to: shape).cast(to: scalarType).array.contiguous()
  }

  /// How many vectors are made orthogonal to those before them by one product of matrices.
  private static let blockSize = 32

  /// Makes `count` vectors of one length, one behind the other, orthonormal: each becomes what it adds
  /// to those before it, times a positive number. This is the Q of a QR decomposition whose R has a
  /// positive diagonal, and the only one; of normally distributed numbers every Q is as likely as any
  /// other.
  ///
  /// By Gram and Schmidt, block by block. What once leaves of the other directions is of the size of the
  /// rounding errors where little is left of a vector; twice is enough.
  private static func orthonormalize(_ vectors: inout [Double], count: Int, length: Int) {
    for start in stride(from: 0, to: count, by: blockSize) {
      let block = start..<min(start + blockSize, count)
      let elements = block.lowerBound * length..<block.upperBound * length
      let done = NDArray(
        Array(vectors[..<elements.lowerBound]), shape: [start, length], scalarType: .float64)
      for _ in 0..<2 {
        let mine = Tensor(
          NDArray(Array(vectors[elements]), shape: [block.count, length], scalarType: .float64))
        let others = mine.matmul(Tensor(done), transposingOther: true).matmul(Tensor(done))
        vectors.replaceSubrange(elements, with: (mine - others).doubles)
        vectors.withUnsafeMutableBufferPointer { vectors in
          func vector(_ i: Int) -> Vector {
            Vector(rebasing: vectors[i * length..<(i + 1) * length])
          }
          for i in block {
            for j in block.lowerBound..<i { subtract(vector(j), from: vector(i)) }
            normalize(vector(i))
          }
        }
      }
    }
  }

  private typealias Vector = UnsafeMutableBufferPointer<Double>

  private static func dot(_ a: Vector, _ b: Vector) -> Double {
    var sum = 0.0
    for k in a.indices { sum += a[k] * b[k] }
    return sum
  }

  private static func normalize(_ vector: Vector) {
    let scale = 1 / dot(vector, vector).squareRoot()
    for k in vector.indices { vector[k] *= scale }
  }

  /// Takes out of `vector` what lies in the direction of `unit`.
  private static func subtract(_ unit: Vector, from vector: Vector) {
    let part = dot(unit, vector)
    for k in vector.indices { vector[k] -= part * unit[k] }
  }
}
