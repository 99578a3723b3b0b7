import BackpropFiles

/// Reads a picture of any known format: PNG, PGM or PPM, told apart by their first bytes.
///
/// ```swift
/// let gray = try ImageFile.readGray("digit.png")
/// ```
public enum ImageFile {
  /// The most pixels that are accepted if nothing else is said: 64 Mi, 256 MiB as RGBA.
  public static let maximumPixelCount = 1 << 26

  /// Reads a picture with its transparency.
  ///
  /// - Throws: `FileError` if the file cannot be read, `ImageError` if it holds no picture that can
  ///   be decoded.
  public static func read(
    _ path: String, maximumPixelCount: Int = maximumPixelCount
  ) throws -> RGBAImage {
    try decode(File.read(path), file: path, maximumPixelCount: maximumPixelCount)
  }

  /// Reads a picture in shades of gray, laid over a background where it is transparent.
  ///
  /// - Throws: as `read`.
  public static func readGray(
    _ path: String, over background: RGBAImage.Background = .white
  ) throws -> GrayImage {
    try read(path).over(background).gray
  }

  /// Decodes a picture from bytes in memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: the name that errors give.
  ///   - maximumPixelCount: a picture of more pixels is refused before memory is taken for it.
  /// - Throws: `ImageError`.
  public static func decode(
    _ bytes: [UInt8], file: String? = nil, maximumPixelCount: Int = maximumPixelCount
  ) throws(ImageError) -> RGBAImage {
    do {
      if PNG.isPNG(bytes) {
        return try PNG.decode(bytes, maximumPixelCount: maximumPixelCount)
      }
      if Netpbm.isNetpbm(bytes) {
        return try Netpbm.decode(bytes, maximumPixelCount: maximumPixelCount)
      }
    } catch {
      throw ImageError(error.reason, file: file)
    }
    throw ImageError(.notAnImage(firstBytes: Array(bytes.prefix(8))), file: file)
  }
}
