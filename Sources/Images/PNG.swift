import BackpropFiles

/// Portable Network Graphics (W3C PNG specification, third edition; ISO/IEC 15948).
///
/// ```swift
/// try PNG.write(image, to: "digit.png")
/// let again = try PNG.decode(PNG.encode(image)).over(.white).gray   // the same picture
/// ```
public enum PNG {
  static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Whether the bytes begin as a PNG does.
  public static func isPNG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

  /// The bytes of a PNG file in 8-bit gray.
  ///
  /// Traps if the picture has no pixels, which no PNG can say.
  public static func encode(_ image: GrayImage) -> [UInt8] {
    encode(image.width, image.height, channels: 1, type: .gray, pixels: image.pixels)
  }

  /// The bytes of a PNG file in 8-bit red, green and blue.
  ///
  /// Traps if the picture has no pixels, which no PNG can say.
  public static func encode(_ image: RGBImage) -> [UInt8] {
    encode(image.width, image.height, channels: 3, type: .rgb, pixels: image.pixels)
  }

  /// The bytes of a PNG file in 8-bit red, green, blue and alpha.
  ///
  /// Traps if the picture has no pixels, which no PNG can say.
  public static func encode(_ image: RGBAImage) -> [UInt8] {
    encode(image.width, image.height, channels: 4, type: .rgba, pixels: image.pixels)
  }

  /// Writes a PNG file: whole or not at all.
  ///
  /// Traps if the picture has no pixels, which no PNG can say.
  ///
  /// - Throws: `FileError`.
  public static func write(_ image: GrayImage, to path: String) throws {
    try AtomicFile.write(encode(image), to: path)
  }

  /// Writes a PNG file: whole or not at all.
  ///
  /// Traps if the picture has no pixels, which no PNG can say.
  ///
  /// - Throws: `FileError`.
  public static func write(_ image: RGBImage, to path: String) throws {
    try AtomicFile.write(encode(image), to: path)
  }

  /// Writes a PNG file: whole or not at all.
  ///
  /// Traps if the picture has no pixels, which no PNG can say.
  ///
  /// - Throws: `FileError`.
  public static func write(_ image: RGBAImage, to path: String) throws {
    try AtomicFile.write(encode(image), to: path)
  }

  private static func encode(
    _ width: Int, _ height: Int, channels: Int, type: PNGHeader.ColorType, pixels: [UInt8]
  ) -> [UInt8] {
    if width == 0 || height == 0 || width > Int(Int32.max) || height > Int(Int32.max) {
      fatalError("PNG.encode: a PNG cannot have \(width) x \(height) pixels")
    }
    var header: [UInt8] = []
    header.append(bigEndian: UInt32(width))
    header.append(bigEndian: UInt32(height))
    header.append(contentsOf: [8, type.rawValue, 0, 0, 0])
    let rows = filtered(pixels, rowBytes: width * channels, distance: channels)
    var file = signature
    append(chunk: "IHDR", header, to: &file)
    append(chunk: "IDAT", Zlib.deflate(rows, wrapper: .zlib), to: &file)
    append(chunk: "IEND", [], to: &file)
    return file
  }

  /// Filters each row by whichever of none, sub and up leaves the smallest sum of differences from
  /// zero: the rule of thumb of section 12.7 of the specification.
  private static func filtered(_ pixels: [UInt8], rowBytes: Int, distance: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count + pixels.count / max(1, rowBytes))
    var candidates = [[UInt8]](repeating: [UInt8](repeating: 0, count: rowBytes), count: 3)
    for start in stride(from: 0, to: pixels.count, by: rowBytes) {
      var sums = [0, 0, 0]
      for i in 0..<rowBytes {
        let value = pixels[start + i]
        let left = i < distance ? 0 : pixels[start + i - distance]
        let above = start == 0 ? 0 : pixels[start + i - rowBytes]
        candidates[0][i] = value
        candidates[1][i] = value &- left
        candidates[2][i] = value &- above
        for filter in 0..<3 {
          sums[filter] += Int(Int8(bitPattern: candidates[filter][i]).magnitude)
        }
      }
      let best = sums.firstIndex(of: sums.min()!)!
      result.append(UInt8(best))
      result.append(contentsOf: candidates[best])
    }
    return result
  }

  private static func append(chunk type: String, _ data: [UInt8], to file: inout [UInt8]) {
    file.append(bigEndian: UInt32(data.count))
    let start = file.count
    file.append(contentsOf: type.utf8)
    file.append(contentsOf: data)
    file.append(bigEndian: Zlib.crc32(file, in: start..<file.count))
  }
}
