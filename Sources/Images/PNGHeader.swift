import BackpropFiles

/// The IHDR chunk: how the pixels of a PNG are stored.
struct PNGHeader {
  /// How a pixel says its colour (PNG specification, section 6.1).
  enum ColorType: UInt8 {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgba = 6

    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    var bitDepths: [Int] {
      switch self {
      case .gray: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .grayAlpha, .rgba: [8, 16]
      }
    }
  }

  let width: Int
  let height: Int
  let bitDepth: Int
  let colorType: ColorType
  let interlaced: Bool

  init(_ data: [UInt8], maximumPixelCount: Int) throws(ImageError) {
    if data.count != 13 {
      throw ImageError(.invalid("the header has \(data.count) bytes, and 13 were expected"))
    }
    let width = Int(data.bigEndian(UInt32.self, at: 0))
    let height = Int(data.bigEndian(UInt32.self, at: 4))
    if width == 0 || height == 0 || width > Int(Int32.max) || height > Int(Int32.max) {
      throw ImageError(.invalid("the header gives a size of \(width) x \(height) pixels"))
    }
    // No limit lets bytes be more than can be counted.
    if width * height > min(maximumPixelCount, 1 << 48) {
      throw ImageError(.tooLarge(width: width, height: height, limit: maximumPixelCount))
    }
    guard let colorType = ColorType(rawValue: data[9]),
      colorType.bitDepths.contains(Int(data[8]))
    else {
      throw ImageError(
        .invalid("colour type \(data[9]) with \(data[8]) bits a sample does not exist in PNG"))
    }
    if data[10] != 0 || data[11] != 0 || data[12] > 1 {
      throw ImageError(
        .unsupported(
          "compression method \(data[10]), filter method \(data[11]), interlace method "
            + "\(data[12])"))
    }
    self.width = width
    self.height = height
    self.bitDepth = Int(data[8])
    self.colorType = colorType
    self.interlaced = data[12] == 1
  }

  var bitsPerPixel: Int { bitDepth * colorType.channels }

  /// The bytes of a row of so many pixels, without its filter byte.
  func rowBytes(_ pixels: Int) -> Int { (pixels * bitsPerPixel + 7) / 8 }

  /// One pass over the picture: which pixels it holds. Adam7 has seven, no interlacing has one.
  struct Pass {
    let x: Int
    let y: Int
    let stepX: Int
    let stepY: Int
    let width: Int
    let height: Int
  }

  /// The passes that hold any pixels at all (PNG specification, section 8).
  var passes: [Pass] {
    let steps =
      interlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ] : [(0, 0, 1, 1)]
    return steps.compactMap { x, y, stepX, stepY in
      let columns = (width - x + stepX - 1) / stepX
      let rows = (height - y + stepY - 1) / stepY
      return columns > 0 && rows > 0
        ? Pass(x: x, y: y, stepX: stepX, stepY: stepY, width: columns, height: rows) : nil
    }
  }

  /// The size of the inflated data: every row of every pass with its filter byte.
  var inflatedCount: Int {
    passes.reduce(0) { $0 + $1.height * (1 + rowBytes($1.width)) }
  }
}
