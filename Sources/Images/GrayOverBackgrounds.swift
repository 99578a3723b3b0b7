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

/// The shade of a pixel of red, green, blue and alpha over a background.
@inline(__always)
func gray(_ pixel: UnsafePointer<UInt8>, over background: RGBAImage.Background) -> UInt8 {
  func laid(_ channel: Int) -> Int { background.under(pixel[channel], alpha: pixel[3]) }
  return shade(laid(0), laid(1), laid(2))
}
