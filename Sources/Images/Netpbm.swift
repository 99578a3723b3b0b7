import BackpropFiles

/// The plain picture formats of Netpbm: PGM (P2, P5) in gray and PPM (P3, P6) in colour.
///
/// A header of width, height and the value of white (1...65535), in text, with comments from `#` to
/// the end of the line; then the samples in text (P2, P3) or in bytes, two for each sample if white
/// is above 255 (P5, P6). Definition: the manual pages pgm(5) and ppm(5) of Netpbm.
public enum Netpbm {
  /// Whether the bytes begin as a PGM or PPM does.
  public static func isNetpbm(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 3 && bytes[0] == UInt8(ascii: "P")
      && "2356".utf8.contains(bytes[1]) && (isSpace(bytes[2]) || bytes[2] == UInt8(ascii: "#"))
  }

  /// Decodes a PGM or PPM; samples are scaled to 0...255 and rounded.
  ///
  /// - Throws: `ImageError`.
  public static func decode(
    _ bytes: [UInt8], maximumPixelCount: Int = ImageFile.maximumPixelCount
  ) throws(ImageError) -> RGBAImage {
    guard isNetpbm(bytes) else {
      throw ImageError(.notAnImage(firstBytes: Array(bytes.prefix(8))))
    }
    let format = bytes[1]
    let channels = "36".utf8.contains(format) ? 3 : 1
    let isText = "23".utf8.contains(format)
    var reader = Reader(bytes: bytes, position: 2)
    let width = try reader.number("the width")
    let height = try reader.number("the height")
    let white = try reader.number("the value of white")
    if width == 0 || height == 0 || !(1...65535).contains(white) {
      throw ImageError(
        .invalid("the header gives \(width) x \(height) pixels with white as \(white)"))
    }
    guard let pixelCount = checkedProduct([width, height]), pixelCount <= maximumPixelCount else {
      throw ImageError(.tooLarge(width: width, height: height, limit: maximumPixelCount))
    }
    let sampleBytes = white > 255 ? 2 : 1
    // A sample in text takes a digit, and a space before the next.
    let needed = pixelCount * channels * (isText ? 2 : sampleBytes) - (isText ? 1 : 0)
    if !isText { reader.position += 1 }
    let found = max(0, bytes.count - reader.position)
    if found < needed {
      throw ImageError(.truncated(part: "the pixel data", expected: needed, found: found))
    }
    var pixels = [UInt8](repeating: 255, count: 4 * pixelCount)
    for index in 0..<pixelCount {
      for channel in 0..<channels {
        let value: Int
        if isText {
          value = try reader.number("a sample")
        } else {
          let at = reader.position + (index * channels + channel) * sampleBytes
          value = sampleBytes == 2 ? Int(bytes[at]) << 8 | Int(bytes[at + 1]) : Int(bytes[at])
        }
        if value > white {
          throw ImageError(
            .invalid("sample \(index * channels + channel) is \(value), above white (\(white))"))
        }
        pixels[4 * index + channel] = UInt8((value * 255 + white / 2) / white)
      }
      if channels == 1 {
        pixels[4 * index + 1] = pixels[4 * index]
        pixels[4 * index + 2] = pixels[4 * index]
      }
    }
    return RGBAImage(width: width, height: height, pixels: pixels)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  /// Reads the numbers of a header, or of samples in text.
  private struct Reader {
    let bytes: [UInt8]
    var position: Int

    mutating func number(_ what: String) throws(ImageError) -> Int {
      while position < bytes.count {
        if bytes[position] == UInt8(ascii: "#") {
          while position < bytes.count && bytes[position] != 10 && bytes[position] != 13 {
            position += 1
          }
        } else if Netpbm.isSpace(bytes[position]) {
          position += 1
        } else {
          break
        }
      }
      let start = position
      var value = 0
      while position < bytes.count, (48...57).contains(bytes[position]) {
        value = value * 10 + Int(bytes[position] - 48)
        position += 1
        if value > Int(Int32.max) {
          throw ImageError(.invalid("\(what) at byte \(start) is too large"))
        }
      }
      if position == start {
        if position == bytes.count {
          throw ImageError(.truncated(part: what, expected: start + 1, found: start))
        }
        throw ImageError(.invalid("\(what) at byte \(start) is not a number"))
      }
      return value
    }
  }
}
