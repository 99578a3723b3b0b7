/// A picture in shades of gray, laid over white, and over black too where that makes a difference.
package struct GrayOverBackgrounds: Sendable {
  /// The picture over white.
  package let overWhite: GrayImage
  /// The picture over black; `nil` for one that is opaque.
  package let overBlack: GrayImage?

  init(overWhite: GrayImage, overBlack: GrayImage?) {
    self.overWhite = overWhite
    self.overBlack = overBlack
  }

  /// Both from a picture in colour.
  package init(_ image: RGBAImage) {
    let isOpaque = image.isOpaque
    self.init(
      overWhite: GrayImage(image, over: .white),
      overBlack: isOpaque ? nil : GrayImage(image, over: .black))
  }
}

extension GrayImage {
  /// A picture in colour as shades of gray, laid over a background where it is transparent.
  package init(_ image: RGBAImage, over background: RGBAImage.Background) {
    let count = image.width * image.height
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { shades, filled in
      image.pixels.withUnsafeBufferPointer { colors in
        for index in 0..<count {
          shades[index] = gray(colors.baseAddress! + 4 * index, over: background)
        }
      }
      filled = count
    }
    self.init(width: image.width, height: image.height, pixels: pixels)
  }
}

/// The shade of a pixel of red, green, blue and alpha over a background, by the formulas of
/// `RGBAImage.over` and `RGBImage.gray`.
@inline(__always)
func gray(_ pixel: UnsafePointer<UInt8>, over background: RGBAImage.Background) -> UInt8 {
  let (alpha, below) = (Int(pixel[3]), Int(background.rawValue))
  func laid(_ channel: Int) -> Int {
    alpha == 255
      ? Int(pixel[channel]) : (alpha * Int(pixel[channel]) + (255 - alpha) * below + 127) / 255
  }
  return UInt8((299 * laid(0) + 587 * laid(1) + 114 * laid(2) + 500) / 1000)
}
