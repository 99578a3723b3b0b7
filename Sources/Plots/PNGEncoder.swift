import CZlib

/// Writes an 8-bit RGB image as PNG.
///
/// Source: W3C, *Portable Network Graphics (PNG) Specification*, second edition.
enum PNGEncoder {
  /// - Parameters:
  ///   - pixels: row by row from the top left, `width * height` of them.
  /// - Returns: the bytes of a PNG file.
  static func encode(width: Int, height: Int, pixels: [RGB]) -> [UInt8] {
    guard width > 0, height > 0, pixels.count == width * height else {
      fatalError("PNGEncoder: \(pixels.count) pixels do not fill \(width) × \(height)")
    }
    // Grey images are the common case, and one byte a pixel suffices for them.
    let isGray = pixels.allSatisfy { $0.red == $0.green && $0.green == $0.blue }
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (1 + width * (isGray ? 1 : 3)))
    for row in 0..<height {
      rows.append(0)  // no filter
      for pixel in pixels[row * width..<(row + 1) * width] {
        if isGray {
          rows.append(pixel.red)
        } else {
          rows += [pixel.red, pixel.green, pixel.blue]
        }
      }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = bigEndian(width) + bigEndian(height) + [8, isGray ? 0 : 2, 0, 0, 0]
    append("IHDR", header, to: &file)
    append("IDAT", deflated(rows), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
    let body = Array(type.utf8) + data
    file += bigEndian(data.count) + body
    file += bigEndian(Int(crc32(0, body, UInt32(body.count))))
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(size))
    let status = compress2(&result, &size, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
    guard status == Z_OK else { fatalError("PNGEncoder: zlib failed with status \(status)") }
    return Array(result[..<Int(size)])
  }
}
