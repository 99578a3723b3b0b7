/// A picture in colour, 8 bits each of red, green and blue a pixel.
public struct RGBImage: Equatable, Sendable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Red, green, blue of the pixels, row by row from the top left.
  public var pixels: [UInt8]

  /// Makes a picture from its pixels, `3 * width * height` bytes.
  ///
  /// Traps if there are not as many bytes as the size needs.
  ///
  /// - Parameters:
  ///   - width: the number of pixels in a row.
  ///   - height: the number of rows.
  ///   - pixels: red, green, blue of the pixels, row by row from the top left.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    checkSize(width, height, channels: 3, count: pixels.count, type: "RGBImage")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The picture in shades of gray: `Y = 0.299 R + 0.587 G + 0.114 B`, rounded.
  ///
  /// The weights are those of ITU-R BT.601, which the eye's sensitivity gave and which Pillow's
  /// `convert("L")` uses too.
  public var gray: GrayImage {
    var result = GrayImage(width: width, height: height)
    for index in 0..<width * height {
      result.pixels[index] = shade(
        Int(pixels[3 * index]), Int(pixels[3 * index + 1]), Int(pixels[3 * index + 2]))
    }
    return result
  }
}

/// The shade of gray of a colour; see `RGBImage.gray`.
@inline(__always)
func shade(_ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
  UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
}

/// A picture in colour whose pixels may be transparent, 8 bits each of red, green, blue and alpha.
public struct RGBAImage: Equatable, Sendable {
  /// What shows through where a picture is transparent.
  public enum Background: UInt8, Sendable {
    /// Black.
    case black = 0
    /// White, as paper: what most viewers show.
    case white = 255

    /// A channel of a pixel laid over the background; see `over`.
    @inline(__always)
    func under(_ channel: UInt8, alpha: UInt8) -> Int {
      if alpha == 255 { return Int(channel) }
      return (Int(alpha) * Int(channel) + (255 - Int(alpha)) * Int(rawValue) + 127) / 255
    }
  }

  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Red, green, blue, alpha of the pixels, row by row from the top left. Alpha 0 is transparent,
  /// and the colours are not multiplied by it.
  public var pixels: [UInt8]

  /// Makes a picture from its pixels, `4 * width * height` bytes.
  ///
  /// Traps if there are not as many bytes as the size needs.
  ///
  /// - Parameters:
  ///   - width: the number of pixels in a row.
  ///   - height: the number of rows.
  ///   - pixels: red, green, blue, alpha of the pixels, row by row from the top left.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    checkSize(width, height, channels: 4, count: pixels.count, type: "RGBAImage")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Whether no pixel lets anything through.
  public var isOpaque: Bool {
    for index in stride(from: 3, to: pixels.count, by: 4) where pixels[index] != 255 {
      return false
    }
    return true
  }

  /// The picture laid over a background: `alpha * colour + (1 - alpha) * background`, rounded.
  public func over(_ background: Background) -> RGBImage {
    var result = [UInt8](repeating: 0, count: 3 * width * height)
    for index in 0..<width * height {
      let alpha = pixels[4 * index + 3]
      for channel in 0..<3 {
        result[3 * index + channel] = UInt8(
          background.under(pixels[4 * index + channel], alpha: alpha))
      }
    }
    return RGBImage(width: width, height: height, pixels: result)
  }
}
