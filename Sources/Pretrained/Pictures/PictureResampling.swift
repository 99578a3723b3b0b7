import BackpropImages

/// Pictures in another size as Pillow makes them, to the bit: what models of hubs saw when they learned.
///
/// A new pixel is a weighted mean of the old ones around its centre, by a triangle or a cubic curve that
/// is as wide as a new pixel where the picture shrinks. Along x first and then along y, each time with
/// weights of 22 bits and a result of 8.
///
/// Source: Pillow's `Image.resize`; the curve: Keys, "Cubic convolution interpolation for digital image
/// processing" (1981), with a = −1/2.
enum PictureResampling: Int {
  /// A triangle: Pillow's `BILINEAR`.
  case bilinear = 2
  /// A cubic curve: Pillow's `BICUBIC`.
  case bicubic = 3

  private static let bits = 22

  /// How far the curve reaches.
  private var support: Double { self == .bilinear ? 1 : 2 }

  /// The height of the curve.
  private func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    if self == .bilinear { return max(1 - x, 0) }
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
  }

  /// Which old pixels a new one is made of, and by what weights.
  private struct Window {
    let start: Int
    let weights: [Int]
  }

  private func windows(from old: Int, to new: Int) -> [Window] {
    let scale = Double(old) / Double(new)
    let width = max(scale, 1)
    return (0..<new).map { index in
      let center = (Double(index) + 0.5) * scale
      let start = max(Int(center - support * width + 0.5), 0)
      let end = min(Int(center + support * width + 0.5), old)
      var weights = (start..<end).map { weight((Double($0) - center + 0.5) / width) }
      let sum = weights.reduce(0, +)
      if sum != 0 { for index in weights.indices { weights[index] /= sum } }
      return Window(
        start: start,
        weights: weights.map { weight in
          let scaled = weight * Double(1 << Self.bits)
          return Int(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
        })
    }
  }

  /// The picture in another size, of which each side is 1 at least.
  func resized(_ picture: RGBImage, width: Int, height: Int) -> RGBImage {
    let wide =
      width == picture.width
      ? picture
      : RGBImage(
        width: width, height: picture.height,
        pixels: resampled(
          picture.pixels, windows(from: picture.width, to: width), lines: picture.height,
          line: 3 * picture.width, step: 3, newLine: 3 * width, newStep: 3, repeats: 3))
    if height == picture.height { return wide }
    return RGBImage(
      width: width, height: height,
      pixels: resampled(
        wide.pixels, windows(from: picture.height, to: height), lines: 1, line: 0,
        step: 3 * width, newLine: 0, newStep: 3 * width, repeats: 3 * width))
  }

  /// Weighted means along an axis.
  ///
  /// - Parameters:
  ///   - pixels: the bytes.
  ///   - windows: what each new place along the axis is made of.
  ///   - lines: how many times the axis occurs, one behind the other.
  ///   - line: the bytes from one of these to the next.
  ///   - step: the bytes from a place along the axis to the next.
  ///   - newLine: the same as `line` of the result.
  ///   - newStep: the same as `step` of the result.
  ///   - repeats: how many bytes lie at a place, each by itself.
  private func resampled(
    _ pixels: [UInt8], _ windows: [Window], lines: Int, line: Int, step: Int, newLine: Int,
    newStep: Int, repeats: Int
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: lines * max(newLine, newStep * windows.count)) {
      out, filled in
      pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<lines {
          for (place, window) in windows.enumerated() {
            for part in 0..<repeats {
              var sum = 1 << (Self.bits - 1)
              var source = row * line + window.start * step + part
              for weight in window.weights {
                sum += weight * Int(pixels[source])
                source += step
              }
              out[row * newLine + place * newStep + part] =
                UInt8(min(max(sum >> Self.bits, 0), 255))
            }
          }
        }
      }
      filled = out.count
    }
  }
}
