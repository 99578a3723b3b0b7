import BackpropArrays
import BackpropAutodiff

/// Pictures with a square cut out, so that a model learns to go by more than one part.
///
/// ```swift
/// let cut = Cutout(side: 8)(images, using: &random)
/// ```
///
/// The middle of the square is any pixel, each as likely as any other; what of it lies outside is lost.
/// All channels are cut alike, and become 0.
///
/// Source: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout",
/// arXiv:1708.04552.
public struct Cutout: ImageTransform, Hashable {
  /// The side of the square, in pixels.
  public let side: Int

  /// Squares of this side. Traps if it is negative.
  public init(side: Int) {
    guard side >= 0 else { fatalError("Cutout: a square with a side of \(side) pixels") }
    self.side = side
  }

  public func callAsFunction(_ images: Tensor, using random: inout RandomSource) -> Tensor {
    images.requirePictures("Cutout")
    let (rows, columns) = (images.shape[2], images.shape[3])
    if rows == 0 || columns == 0 { return images.detached }
    let corners = (0..<images.shape[0]).map { _ in
      let middle = (Int(random.below(UInt32(rows))), Int(random.below(UInt32(columns))))
      return (row: middle.0 - side / 2, column: middle.1 - side / 2)
    }
    return Tensor(
      images.scalarType == .float64
        ? cut(images.array, corners, Double.self) : cut(images.array, corners, Float.self))
  }

  private func cut<T: BinaryFloatingPoint & Scalar>(
    _ images: NDArray, _ corners: [(row: Int, column: Int)], _ type: T.Type
  ) -> NDArray {
    let (channels, rows, columns) = (images.shape[1], images.shape[2], images.shape[3])
    return images.changingPictures(as: T.self) { picture, source, result in
      _ = result.update(fromContentsOf: source)
      let corner = corners[picture]
      let across = max(0, corner.column)..<max(0, min(columns, corner.column + side))
      for channel in 0..<channels {
        for row in max(0, corner.row)..<max(0, min(rows, corner.row + side)) {
          for column in across { result[(channel * rows + row) * columns + column] = 0 }
        }
      }
    }
  }
}
