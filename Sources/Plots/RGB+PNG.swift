import BackpropImages

extension [RGB] {
  /// The pixels, row by row from the top left, as a PNG file.
  func png(width: Int, height: Int) -> [UInt8] {
    // Grey images are the common case, and one byte a pixel suffices for them.
    if allSatisfy({ $0.red == $0.green && $0.green == $0.blue }) {
      return PNG.encode(GrayImage(width: width, height: height, pixels: map(\.red)))
    }
    let parts = flatMap { [$0.red, $0.green, $0.blue] }
    return PNG.encode(RGBImage(width: width, height: height, pixels: parts))
  }
}
