import BackpropFiles

extension PNG {
  /// Decodes a PNG of any colour type, bit depth and interlacing.
  ///
  /// Samples of 1, 2 and 4 bits are stretched to 0...255; of 16 bits the nearest of 8 bits is taken,
  /// `round(v * 255 / 65535)`. A colour that a `tRNS` chunk makes transparent gets alpha 0. Gamma
  /// and colour profiles are not applied. Every chunk's checksum is checked. The memory taken is
  /// bounded by `maximumPixelCount` and by what the compressed data can hold at all, so that a small
  /// file cannot ask for much.
  ///
  /// - Throws: `ImageError`.
  public static func decode(
    _ bytes: [UInt8], maximumPixelCount: Int = ImageFile.maximumPixelCount
  ) throws(ImageError) -> RGBAImage {
    let chunks = try PNGChunks(bytes, maximumPixelCount: maximumPixelCount)
    let (width, height) = (chunks.header.width, chunks.header.height)
    var pixels: [UInt8] = []
    try forEachRow(of: chunks) { pass, y, row in
      if !chunks.header.interlaced {
        pixels.append(contentsOf: row)
        return
      }
      if pixels.isEmpty { pixels = [UInt8](repeating: 0, count: 4 * width * height) }
      for column in 0..<pass.width {
        let target = 4 * (y * width + pass.x + column * pass.stepX)
        for channel in 0..<4 { pixels[target + channel] = row[4 * column + channel] }
      }
    }
    return RGBAImage(width: width, height: height, pixels: pixels)
  }

  /// Decodes a PNG in shades of gray, a quarter of the memory of colours with transparency.
  ///
  /// - Returns: the picture over white, and over black where it is transparent somewhere.
  /// - Throws: `ImageError`.
  static func decodeGray(
    _ bytes: [UInt8], maximumPixelCount: Int
  ) throws(ImageError) -> GrayOverBackgrounds {
    let chunks = try PNGChunks(bytes, maximumPixelCount: maximumPixelCount)
    let header = chunks.header
    if header.interlaced {
      return GrayOverBackgrounds(try decode(bytes, maximumPixelCount: maximumPixelCount))
    }
    var white: [UInt8] = []
    var black: [UInt8] = []
    var isOpaque = true
    try forEachRow(of: chunks) { _, _, row in
      for pixel in 0..<header.width {
        white.append(gray(row.baseAddress! + 4 * pixel, over: .white))
      }
      guard chunks.hasTransparency else { return }
      for pixel in 0..<header.width {
        black.append(gray(row.baseAddress! + 4 * pixel, over: .black))
        if row[4 * pixel + 3] != 255 { isOpaque = false }
      }
    }
    func image(_ pixels: [UInt8]) -> GrayImage {
      GrayImage(width: header.width, height: header.height, pixels: pixels)
    }
    return GrayOverBackgrounds(overWhite: image(white), overBlack: isOpaque ? nil : image(black))
  }

  /// Calls `body` with each row of each pass, in red, green, blue and alpha, and the row of the picture
  /// that it belongs to.
  private static func forEachRow(
    of chunks: PNGChunks,
    _ body: (PNGHeader.Pass, Int, UnsafeBufferPointer<UInt8>) -> Void
  ) throws(ImageError) {
    let header = chunks.header
    var rows = try PNGRows(chunks)
    var colors = [UInt8](repeating: 255, count: 4 * header.width)
    for pass in header.passes {
      rows.beginPass()
      for row in 0..<pass.height {
        try rows.advance(header.rowBytes(pass.width))
        try unpack(rows.row, pass.width, chunks, into: &colors)
        colors.withUnsafeBufferPointer {
          body(
            pass, pass.y + row * pass.stepY, UnsafeBufferPointer(rebasing: $0[..<(4 * pass.width)]))
        }
      }
    }
    try rows.finish()
  }

  /// The pixels of a row in red, green, blue and alpha.
  private static func unpack(
    _ row: [UInt8], _ count: Int, _ chunks: PNGChunks, into colors: inout [UInt8]
  ) throws(ImageError) {
    let header = chunks.header
    let (depth, channels) = (header.bitDepth, header.colorType.channels)
    let palette = chunks.palette
    var badIndex: Int?
    row.withUnsafeBufferPointer { row in
      colors.withUnsafeMutableBufferPointer { colors in
        if depth == 8 && chunks.transparentColor.isEmpty && header.colorType != .palette {
          return copyBytes(row, count, channels, into: colors)
        }
        func sample(_ index: Int) -> Int {
          switch depth {
          case 8: return Int(row[index])
          case 16: return Int(row[2 * index]) << 8 | Int(row[2 * index + 1])
          default:
            let bit = index * depth
            return Int(row[bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
          }
        }
        func byte(_ value: Int) -> UInt8 {
          switch depth {
          case 8: UInt8(value)
          case 16: UInt8((value * 255 + 32767) / 65535)
          default: UInt8(value * 255 / (1 << depth - 1))
          }
        }
        for column in 0..<count {
          let (first, target) = (column * channels, 4 * column)
          switch header.colorType {
          case .gray, .grayAlpha:
            let gray = sample(first)
            for channel in 0..<3 { colors[target + channel] = byte(gray) }
            colors[target + 3] =
              channels == 2
              ? byte(sample(first + 1)) : (chunks.transparentColor.first == gray ? 0 : 255)
          case .rgb, .rgba:
            var isTransparent = chunks.transparentColor.count == 3
            for channel in 0..<3 {
              let value = sample(first + channel)
              colors[target + channel] = byte(value)
              if isTransparent { isTransparent = chunks.transparentColor[channel] == value }
            }
            colors[target + 3] = channels == 4 ? byte(sample(first + 3)) : (isTransparent ? 0 : 255)
          case .palette:
            let index = sample(first)
            if 4 * index >= palette.count {
              badIndex = index
              return
            }
            for channel in 0..<4 { colors[target + channel] = palette[4 * index + channel] }
          }
        }
      }
    }
    if let badIndex {
      throw ImageError(
        .invalid("a pixel has colour \(badIndex) of a palette of \(palette.count / 4)"))
    }
  }

  /// Bytes that are samples already, as nearly all pictures have them. What is opaque stays so.
  private static func copyBytes(
    _ row: UnsafeBufferPointer<UInt8>, _ count: Int, _ channels: Int,
    into colors: UnsafeMutableBufferPointer<UInt8>
  ) {
    for column in 0..<count {
      let (source, target) = (column &* channels, 4 &* column)
      colors[target] = row[source]
      colors[target &+ 1] = row[channels < 3 ? source : source &+ 1]
      colors[target &+ 2] = row[channels < 3 ? source : source &+ 2]
      colors[target &+ 3] = channels % 2 == 0 ? row[source &+ channels &- 1] : 255
    }
  }
}
