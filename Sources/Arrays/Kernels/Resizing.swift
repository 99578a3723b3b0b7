import CBackpropKernels

/// Resizing of planes that follow one another, into memory that the caller gives: contiguous and seen
/// by nobody else yet.
package struct PlaneResizing {
  /// The lengths of a plane.
  private let (height, width): (Int, Int)
  private let rows: [bp_tap]
  private let columns: [bp_tap]
  private let blends: Bool

  /// Planes of `height` rows and `width` columns to those of which these say what they are made of.
  ///
  /// - Parameter blends: whether numbers are blended; if not, each is that of its tap's first.
  package init(height: Int, width: Int, rows: [bp_tap], columns: [bp_tap], blends: Bool) {
    (self.height, self.width) = (height, width)
    self.rows = rows
    self.columns = columns
    self.blends = blends
  }

  /// result = the planes in the other size.
  package func resize(_ input: NDArray, into result: NDArray) {
    let resize = input.scalarType.kernels.pointee.resize!
    forEachPlane(input, height * width, result, rows.count * columns.count) {
      resize($0, $1, $2)
    }
  }

  /// result = the gradient with respect to the input of ``resize(_:into:)``.
  package func gradient(_ cotangent: NDArray, into result: NDArray) {
    let gradient = cotangent.scalarType.kernels.pointee.resize_gradient!
    result.fillWithZeros()
    forEachPlane(cotangent, rows.count * columns.count, result, height * width) {
      gradient($0, $1, $2)
    }
  }

  private func forEachPlane(
    _ input: NDArray, _ inputArea: Int, _ result: NDArray, _ resultArea: Int,
    _ body: (UnsafePointer<bp_resizing>, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) {
    let size = result.scalarType.size
    rows.withUnsafeBufferPointer { rowTaps in
      columns.withUnsafeBufferPointer { columnTaps in
        guard let rowStart = rowTaps.baseAddress, let columnStart = columnTaps.baseAddress else {
          return
        }
        var resizing = bp_resizing(
          width: width, out_height: rowTaps.count, out_width: columnTaps.count, rows: rowStart,
          columns: columnStart, blends: blends)
        withUnsafePointer(to: &resizing) { resizing in
          input.forEachPlane(ofLength: inputArea, into: result, length: resultArea) {
            source, target, index in
            body(
              resizing, source + index * inputArea * size, target + index * resultArea * size)
          }
        }
      }
    }
  }
}
