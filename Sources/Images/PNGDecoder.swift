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
    let header = chunks.header
    let expected = header.inflatedCount
    if chunks.imageData.count < expected / Zlib.maximumExpansion {
      throw ImageError(
        .truncated(
          part: "the compressed image data", expected: expected / Zlib.maximumExpansion,
          found: chunks.imageData.count))
    }
    var data: [UInt8]
    do {
      data = try Zlib.inflate(
        chunks.imageData, wrapper: .zlib, expectedCount: expected, limit: expected
      ).output
    } catch {
      switch error {
      case .truncated:
        throw ImageError(.invalid("the compressed image data end too early"))
      case .corrupt(let text):
        throw ImageError(.invalid("the compressed image data are damaged (\(text))"))
      case .tooLarge:
        throw ImageError(.invalid("the image data hold more than \(expected) bytes"))
      }
    }
    if data.count != expected {
      throw ImageError(
        .truncated(part: "the image data", expected: expected, found: data.count))
    }
    var result = [UInt8](repeating: 0, count: 4 * header.width * header.height)
    var position = 0
    for pass in header.passes {
      try unfilter(&data, at: position, pass: pass, header: header)
      try unpack(data, at: position, pass: pass, chunks: chunks, into: &result)
      position += pass.height * (1 + header.rowBytes(pass.width))
    }
    return RGBAImage(width: header.width, height: header.height, pixels: result)
  }

  /// Undoes the filter of each row in place (PNG specification, section 9).
  private static func unfilter(
    _ data: inout [UInt8], at start: Int, pass: PNGHeader.Pass, header: PNGHeader
  ) throws(ImageError) {
    let count = header.rowBytes(pass.width)
    let distance = max(1, header.bitsPerPixel / 8)
    var badFilter: UInt8?
    data.withUnsafeMutableBufferPointer { buffer in
      for row in 0..<pass.height {
        let filterByte = start + row * (count + 1)
        let current = buffer.baseAddress! + filterByte + 1
        let above = row == 0 ? nil : UnsafePointer(current - (count + 1))
        switch buffer[filterByte] {
        case 0: break
        case 1:
          for i in distance..<max(distance, count) { current[i] &+= current[i - distance] }
        case 2:
          if let above { for i in 0..<count { current[i] &+= above[i] } }
        case 3:
          for i in 0..<count {
            let left = i < distance ? 0 : Int(current[i - distance])
            current[i] &+= UInt8((left + Int(above?[i] ?? 0)) / 2)
          }
        case 4:
          for i in 0..<count {
            let left = i < distance ? 0 : Int(current[i - distance])
            let corner = i < distance ? 0 : Int(above?[i - distance] ?? 0)
            current[i] &+= paeth(left, Int(above?[i] ?? 0), corner)
          }
        default:
          badFilter = buffer[filterByte]
          return
        }
      }
    }
    if let badFilter {
      throw ImageError(.invalid("a row has filter \(badFilter), and only 0 to 4 exist"))
    }
  }

  /// Whichever of the three neighbours is nearest to `left + above - corner`.
  private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> UInt8 {
    let estimate = left + above - corner
    let toLeft = abs(estimate - left)
    let toAbove = abs(estimate - above)
    let toCorner = abs(estimate - corner)
    if toLeft <= toAbove && toLeft <= toCorner { return UInt8(left) }
    return UInt8(toAbove <= toCorner ? above : corner)
  }

  /// Puts the pixels of a pass where they belong.
  private static func unpack(
    _ data: [UInt8], at start: Int, pass: PNGHeader.Pass, chunks: PNGChunks,
    into result: inout [UInt8]
  ) throws(ImageError) {
    let header = chunks.header
    let depth = header.bitDepth
    let channels = header.colorType.channels
    let rowBytes = header.rowBytes(pass.width)
    let palette = chunks.palette
    var badIndex: Int?
    data.withUnsafeBufferPointer { data in
      result.withUnsafeMutableBufferPointer { result in
        for row in 0..<pass.height {
          let line = data.baseAddress! + start + row * (rowBytes + 1) + 1
          var target = 4 * ((pass.y + row * pass.stepY) * header.width + pass.x)
          for column in 0..<pass.width {
            func sample(_ channel: Int) -> Int {
              let index = column * channels + channel
              switch depth {
              case 8: return Int(line[index])
              case 16: return Int(line[2 * index]) << 8 | Int(line[2 * index + 1])
              default:
                let bit = index * depth
                return Int(line[bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
              }
            }
            func byte(_ value: Int) -> UInt8 {
              switch depth {
              case 8: UInt8(value)
              case 16: UInt8((value * 255 + 32767) / 65535)
              default: UInt8(value * 255 / (1 << depth - 1))
              }
            }
            switch header.colorType {
            case .gray, .grayAlpha:
              let gray = sample(0)
              for channel in 0..<3 { result[target + channel] = byte(gray) }
              result[target + 3] =
                channels == 2
                ? byte(sample(1)) : (chunks.transparentColor.first == gray ? 0 : 255)
            case .rgb, .rgba:
              var isTransparent = chunks.transparentColor.count == 3
              for channel in 0..<3 {
                let value = sample(channel)
                result[target + channel] = byte(value)
                if isTransparent { isTransparent = chunks.transparentColor[channel] == value }
              }
              result[target + 3] = channels == 4 ? byte(sample(3)) : (isTransparent ? 0 : 255)
            case .palette:
              let index = sample(0)
              if 4 * index >= palette.count {
                badIndex = index
                return
              }
              for channel in 0..<4 { result[target + channel] = palette[4 * index + channel] }
            }
            target += 4 * pass.stepX
          }
        }
      }
    }
    if let badIndex {
      throw ImageError(
        .invalid("a pixel has colour \(badIndex) of a palette of \(palette.count / 4)"))
    }
  }
}
