import CBackpropTurboJPEG

/// JPEG (ISO/IEC 10918-1), decoded by the system's libturbojpeg, which is loaded when the first picture
/// comes.
///
/// The orientation that a camera notes is not applied. A picture that ends too early is an error, as
/// is one in the colours of printing (CMYK).
public enum JPEG {
  /// The library, and the packages that hold it.
  static let library =
    "libturbojpeg (Debian and Ubuntu: libturbojpeg0; Fedora: turbojpeg; Homebrew: jpeg-turbo)"

  /// Whether the bytes begin as a JPEG does.
  public static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xff, 0xd8, 0xff]) }

  /// Whether the library that decodes JPEG is there.
  public static var isAvailable: Bool {
    withReason { bp_jpeg_load($0) }.end == BP_JPEG_DONE
  }

  /// Decodes a picture.
  ///
  /// - Throws: `ImageError`; of the kind `.noDecoder` where there is no libturbojpeg.
  public static func decode(
    _ bytes: [UInt8], maximumPixelCount: Int = ImageFile.maximumPixelCount
  ) throws(ImageError) -> RGBAImage {
    let (width, height, _, pixels) = try decode(
      bytes, channels: 4, covering: nil, maximumPixelCount: maximumPixelCount)
    return RGBAImage(width: width, height: height, pixels: pixels)
  }

  /// Decodes a picture in shades of gray, which spares the colours.
  ///
  /// - Parameter size: the picture may be decoded at a half, a quarter or an eighth of its size, as
  ///   long as it is no smaller than this; `nil` for all of it.
  /// - Throws: as `decode(_:maximumPixelCount:)`.
  static func decodeGray(
    _ bytes: [UInt8], covering size: (width: Int, height: Int)? = nil
  ) throws(ImageError) -> (image: GrayImage, extent: Extent) {
    let (width, height, extent, pixels) = try decode(bytes, channels: 1, covering: size)
    return (GrayImage(width: width, height: height, pixels: pixels), extent)
  }

  /// Decodes a picture in red, green and blue; as `decodeGray`.
  static func decodeRGB(
    _ bytes: [UInt8], covering size: (width: Int, height: Int)? = nil
  ) throws(ImageError) -> (image: RGBImage, extent: Extent) {
    let (width, height, extent, pixels) = try decode(bytes, channels: 3, covering: size)
    return (RGBImage(width: width, height: height, pixels: pixels), extent)
  }

  private static func decode(
    _ bytes: [UInt8], channels: Int, covering size: (width: Int, height: Int)?,
    maximumPixelCount: Int = ImageFile.maximumPixelCount
  ) throws(ImageError) -> (width: Int, height: Int, extent: Extent, pixels: [UInt8]) {
    var header = bp_jpeg_header()
    try check(withReason { bp_jpeg_read_header(bytes, bytes.count, &header, $0) })
    if header.is_cmyk { throw ImageError(.unsupported("JPEG in the colours of printing (CMYK)")) }
    let (width, height) = (Int(header.width), Int(header.height))
    if width < 1 || height < 1 {
      throw ImageError(.invalid("the header gives a size of \(width) x \(height) pixels"))
    }
    if width * height > maximumPixelCount {
      throw ImageError(.tooLarge(width: width, height: height, limit: maximumPixelCount))
    }
    // Of each block of 64 pixels the file has a bit at least.
    if width * height > 512 * bytes.count {
      throw ImageError(
        .truncated(part: "the image data", expected: width * height / 512, found: bytes.count))
    }
    var eighths: Int32 = 8
    if let size {
      eighths =
        [1, 2, 4].first {
          Int(bp_jpeg_scaled(header.width, $0)) >= size.width
            && Int(bp_jpeg_scaled(header.height, $0)) >= size.height
        } ?? 8
    }
    let scaledWidth = Int(bp_jpeg_scaled(header.width, eighths))
    let scaledHeight = Int(bp_jpeg_scaled(header.height, eighths))
    let count = scaledWidth * scaledHeight * channels
    var result: (end: bp_jpeg_end, reason: String) = (BP_JPEG_FAILED, "")
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      result = withReason {
        bp_jpeg_decode(
          bytes, bytes.count, eighths, Int32(channels), buffer.baseAddress, $0)
      }
      // What a damaged picture leaves out is not shown to anybody.
      filled = result.end == BP_JPEG_DONE ? count : 0
    }
    try check(result)
    // The last column and row may be of less than eight pixels.
    let extent = (Double(width) * Double(eighths) / 8, Double(height) * Double(eighths) / 8)
    return (scaledWidth, scaledHeight, extent, pixels)
  }

  private static func withReason(
    _ body: (UnsafeMutablePointer<CChar>) -> bp_jpeg_end
  ) -> (end: bp_jpeg_end, reason: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(BP_JPEG_REASON_SIZE)) { reason in
      let end = body(reason.baseAddress!)
      return (end, String(cString: reason.baseAddress!))
    }
  }

  private static func check(_ result: (end: bp_jpeg_end, reason: String)) throws(ImageError) {
    switch result.end {
    case BP_JPEG_DONE: return
    case BP_JPEG_NOT_LOADED:
      throw ImageError(.noDecoder(format: "JPEG", library: library, result.reason))
    default: throw ImageError(.invalid("it is damaged: \(result.reason)"))
    }
  }
}
