import BackpropFiles

/// Reads a picture of any known format: PNG, JPEG, PGM or PPM, told apart by their first bytes.
///
/// ```swift
/// let gray = try ImageFile.readGray("digit.png")
/// ```
///
/// JPEG is decoded by the system's libturbojpeg, which is loaded when the first one comes.
public enum ImageFile {
  /// The most pixels that are accepted if nothing else is said: 64 Mi, 256 MiB as RGBA.
  public static let maximumPixelCount = 1 << 26

  /// How the names of pictures end, in small letters.
  public static let nameEndings = ["png", "jpg", "jpeg", "pgm", "ppm", "pnm"]

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
    let gray = try readGrayOverBackgrounds(path)
    return background == .black ? gray.overBlack ?? gray.overWhite : gray.overWhite
  }

  /// Reads a picture in red, green and blue, laid over a background where it is transparent.
  ///
  /// - Throws: as `read`.
  public static func readRGB(
    _ path: String, over background: RGBAImage.Background = .white
  ) throws -> RGBImage { try read(path).over(background) }

  /// Reads a picture in shades of gray, over white, in a size of one's own. A JPEG of more than twice the
  /// size is not decoded as a whole.
  ///
  /// - Throws: as `read`.
  package static func readGray(
    _ path: String, resizedTo size: (width: Int, height: Int)
  ) throws -> GrayImage {
    let bytes = try File.read(path)
    return try naming(path) { () throws(ImageError) in
      if JPEG.isJPEG(bytes) {
        let (image, extent) = try JPEG.decodeGray(bytes, covering: size)
        return image.resized(size, showing: extent)
      }
      let image =
        PNG.isPNG(bytes)
        ? try PNG.decodeGray(bytes, maximumPixelCount: maximumPixelCount).overWhite
        : GrayImage(try decode(bytes), over: .white)
      return image.resized(width: size.width, height: size.height)
    }
  }

  /// Reads a picture in red, green and blue, over white, in a size of one's own; as
  /// `readGray(_:resizedTo:)`.
  ///
  /// - Throws: as `read`.
  package static func readRGB(
    _ path: String, resizedTo size: (width: Int, height: Int)
  ) throws -> RGBImage {
    let bytes = try File.read(path)
    return try naming(path) { () throws(ImageError) in
      if JPEG.isJPEG(bytes) {
        let (image, extent) = try JPEG.decodeRGB(bytes, covering: size)
        return image.resized(size, showing: extent)
      }
      return try decode(bytes).over(.white).resized(width: size.width, height: size.height)
    }
  }

  /// Reads a picture in shades of gray, over white and over black where it is transparent.
  ///
  /// - Throws: as `read`.
  package static func readGrayOverBackgrounds(_ path: String) throws -> GrayOverBackgrounds {
    let bytes = try File.read(path)
    return try naming(path) { () throws(ImageError) in
      if PNG.isPNG(bytes) {
        return try PNG.decodeGray(bytes, maximumPixelCount: maximumPixelCount)
      }
      if JPEG.isJPEG(bytes) {
        return GrayOverBackgrounds(overWhite: try JPEG.decodeGray(bytes).image, overBlack: nil)
      }
      return GrayOverBackgrounds(try decode(bytes))
    }
  }

  /// Reads many pictures, and names all that cannot be read, not only the first.
  ///
  /// ```swift
  /// let pictures = try ImageFile.readAll(paths) { try ImageFile.readGray($0) }
  /// ```
  ///
  /// - Parameters:
  ///   - paths: the files.
  ///   - read: how one of them is read.
  /// - Throws: `BadImages`.
  public static func readAll<Picture>(
    _ paths: [String], _ read: (String) throws -> Picture
  ) throws(BadImages) -> [Picture] {
    var pictures: [Picture] = []
    var errors: [any Error] = []
    for path in paths {
      do { pictures.append(try read(path)) } catch { errors.append(error) }
    }
    if !errors.isEmpty { throw BadImages(errors) }
    return pictures
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
    try naming(file) { () throws(ImageError) in
      if PNG.isPNG(bytes) {
        return try PNG.decode(bytes, maximumPixelCount: maximumPixelCount)
      }
      if JPEG.isJPEG(bytes) {
        return try JPEG.decode(bytes, maximumPixelCount: maximumPixelCount)
      }
      if Netpbm.isNetpbm(bytes) {
        return try Netpbm.decode(bytes, maximumPixelCount: maximumPixelCount)
      }
      throw ImageError(.notAnImage(firstBytes: Array(bytes.prefix(8))))
    }
  }

  /// What `body` gives; its errors get the name of the file.
  static func naming<Result>(
    _ file: String?, _ body: () throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    do { return try body() } catch { throw ImageError(error.reason, file: file) }
  }
}

/// Pictures that cannot be read: all of them, with why.
public struct BadImages: Error, CustomStringConvertible {
  /// Why, one for each picture.
  public let errors: [any Error]

  /// An error for so many pictures. Traps if there are none.
  public init(_ errors: [any Error]) {
    guard !errors.isEmpty else { fatalError("BadImages: no picture is bad") }
    self.errors = errors
  }

  public var description: String {
    let lines = errors.map { "\($0)" }
    return lines.count == 1
      ? lines[0]
      : "\(lines.count) pictures cannot be used:\n  " + lines.joined(separator: "\n  ")
  }
}
