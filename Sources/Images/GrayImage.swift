/// A picture in shades of gray, 8 bits a pixel.
public struct GrayImage: Equatable, Sendable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The pixels row by row from the top left: 0 is black, 255 is white.
  public var pixels: [UInt8]

  /// Makes a picture from its pixels, `width * height` bytes.
  ///
  /// Traps if there are not as many bytes as the size needs.
  ///
  /// - Parameters:
  ///   - width: the number of pixels in a row.
  ///   - height: the number of rows.
  ///   - pixels: the shades, row by row from the top left.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    checkSize(width, height, channels: 1, count: pixels.count, type: "GrayImage")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Makes a picture of one shade.
  ///
  /// Traps if a length is negative.
  ///
  /// - Parameters:
  ///   - width: the number of pixels in a row.
  ///   - height: the number of rows.
  ///   - shade: from 0, black, to 255, white.
  public init(width: Int, height: Int, filledWith shade: UInt8 = 0) {
    self.init(
      width: width, height: height,
      pixels: [UInt8](repeating: shade, count: max(0, width) * max(0, height)))
  }

  /// The pixel in column `x` of row `y`.
  ///
  /// Traps if there is no such pixel.
  public subscript(x: Int, y: Int) -> UInt8 {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }

  /// The negative: black for white.
  public func inverted() -> GrayImage {
    GrayImage(width: width, height: height, pixels: pixels.map { 255 - $0 })
  }

  /// A part of the picture.
  ///
  /// Traps if the part is not inside the picture.
  ///
  /// - Parameters:
  ///   - x: its first column.
  ///   - y: its first row.
  ///   - width: the number of its columns.
  ///   - height: the number of its rows.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> GrayImage {
    if x < 0 || y < 0 || x + width > self.width || y + height > self.height {
      fatalError(
        "cropped: the part at (\(x), \(y)) of \(width) x \(height) is not inside the picture of "
          + "\(self.width) x \(self.height)")
    }
    var result = GrayImage(width: width, height: height)
    for row in 0..<height {
      let start = (y + row) * self.width + x
      result.pixels.replaceSubrange(
        row * width..<(row + 1) * width, with: pixels[start..<start + width])
    }
    return result
  }
}

func checkSize(_ width: Int, _ height: Int, channels: Int, count: Int, type: String) {
  if width < 0 || height < 0 || count != width * height * channels {
    fatalError(
      "\(type): \(width) x \(height) pixels of \(channels) bytes need "
        + "\(width * height * channels) bytes, and \(count) were given")
  }
}
