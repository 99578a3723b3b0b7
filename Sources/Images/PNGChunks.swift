import BackpropFiles

/// The chunks of a PNG that say how the picture looks, their checksums and order checked.
struct PNGChunks {
  let header: PNGHeader
  /// Red, green, blue, alpha of each entry.
  private(set) var palette: [UInt8] = []
  /// The samples of the one colour that is transparent: none, one (gray) or three.
  private(set) var transparentColor: [Int] = []
  /// The zlib stream, put together from all IDAT chunks.
  private(set) var imageData: [UInt8] = []

  init(_ bytes: [UInt8], maximumPixelCount: Int) throws(ImageError) {
    guard PNG.isPNG(bytes) else {
      throw ImageError(.notAnImage(firstBytes: Array(bytes.prefix(8))))
    }
    var position = PNG.signature.count
    let (type, range) = try Self.nextChunk(bytes, at: &position)
    if type != "IHDR" {
      throw ImageError(.invalid("the first chunk is \(type), and IHDR was expected"))
    }
    header = try PNGHeader(Array(bytes[range]), maximumPixelCount: maximumPixelCount)
    var previous = type
    while true {
      let (type, range) = try Self.nextChunk(bytes, at: &position)
      switch type {
      case "PLTE": try readPalette(bytes[range])
      case "tRNS": readTransparency(Array(bytes[range]))
      case "IDAT":
        if !imageData.isEmpty && previous != "IDAT" {
          throw ImageError(.invalid("the IDAT chunks do not follow one another"))
        }
        if header.colorType == .palette && palette.isEmpty {
          throw ImageError(.invalid("the palette (PLTE) is missing"))
        }
        imageData.append(contentsOf: bytes[range])
      case "IEND":
        if imageData.isEmpty { throw ImageError(.invalid("it has no image data (IDAT)")) }
        return
      default:
        // Bit 5 of the first letter says that a reader may pass the chunk over.
        if type.utf8.first! & 0x20 == 0 {
          throw ImageError(.unsupported("the critical chunk \(type)"))
        }
      }
      previous = type
    }
  }

  /// Where the data of the next chunk are; moves behind the chunk.
  private static func nextChunk(
    _ bytes: [UInt8], at position: inout Int
  ) throws(ImageError) -> (type: String, data: Range<Int>) {
    let left = bytes.count - position
    if left < 12 {
      throw ImageError(.truncated(part: "the file", expected: position + 12, found: bytes.count))
    }
    let count = Int(bytes.bigEndian(UInt32.self, at: position))
    let letters = bytes[position + 4..<position + 8]
    guard letters.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) }) else {
      throw ImageError(.invalid("a chunk's name is not four letters (at byte \(position + 4))"))
    }
    let type = String(decoding: letters, as: UTF8.self)
    if count > left - 12 {
      throw ImageError(
        .truncated(part: "the chunk \(type)", expected: count, found: max(0, left - 12)))
    }
    let data = position + 8..<position + 8 + count
    let found = Zlib.crc32(bytes, in: position + 4..<data.upperBound)
    let expected = bytes.bigEndian(UInt32.self, at: data.upperBound)
    if found != expected {
      throw ImageError(
        .badChecksum(part: "the chunk \(type)", expected: expected, found: found))
    }
    position = data.upperBound + 4
    return (type, data)
  }

  private mutating func readPalette(_ data: ArraySlice<UInt8>) throws(ImageError) {
    if data.isEmpty || data.count % 3 != 0 || data.count > 768 || !palette.isEmpty {
      // Of another picture it only suggests colours.
      if header.colorType != .palette { return }
      throw ImageError(.invalid("the palette (PLTE) of \(data.count) bytes breaks the format"))
    }
    var start = data.startIndex
    while start < data.endIndex {
      palette.append(contentsOf: data[start..<start + 3])
      palette.append(255)
      start += 3
    }
  }

  /// The transparency is a chunk that a reader may pass over: one that breaks the format, or does not
  /// belong to such pictures, is as if it were not there, as in other decoders.
  private mutating func readTransparency(_ data: [UInt8]) {
    switch header.colorType {
    case .palette:
      if 4 * data.count > palette.count { return }
      for (index, alpha) in data.enumerated() { palette[4 * index + 3] = alpha }
    case .gray, .rgb:
      if data.count != 2 * header.colorType.channels { return }
      transparentColor = stride(from: 0, to: data.count, by: 2).map {
        Int(data.bigEndian(UInt16.self, at: $0))
      }
    case .grayAlpha, .rgba: break
    }
  }

  /// Whether a pixel may let something through.
  var hasTransparency: Bool {
    switch header.colorType {
    case .grayAlpha, .rgba: true
    case .gray, .rgb: !transparentColor.isEmpty
    case .palette: stride(from: 3, to: palette.count, by: 4).contains { palette[$0] != 255 }
    }
  }
}
