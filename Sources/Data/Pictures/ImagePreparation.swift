import BackpropImages

/// A picture that shows nothing.
public struct BlankImage: Error, Equatable, CustomStringConvertible {
  /// The size of the picture.
  public let width: Int, height: Int
  /// The darkest and the lightest shade that it has.
  public let darkest: UInt8, lightest: UInt8
  /// The file that the picture came from, if it came from one.
  public internal(set) var file: String?

  public var description: String {
    "the picture\(file.map { " '\($0)'" } ?? "") of \(width) x \(height) pixels shows no stroke: its shades run only from "
      + "\(darkest) to \(lightest). Draw darker, or cut the picture to the digit."
  }
}

/// Makes any picture of a single character look like one of MNIST, so that a network that learned
/// from MNIST can read it.
///
/// The steps are those by which MNIST was made (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST
/// database"): the ink is cut out, scaled into a box of 20 x 20 pixels with its proportions kept,
/// and put into 28 x 28 so that its centre of mass is in the middle.
///
/// ```swift
/// let digit = try ImagePreparation.digit(contentsOf: "photo.png")   // 28 x 28
/// ```
public enum ImagePreparation {
  /// The side of a prepared image.
  public static let side = 28
  private static let box = 20
  /// Shades that differ by less than this from the paper are noise.
  private static let smallestContrast = 24

  /// Prepares the picture in a file: PNG, JPEG, PGM or PPM.
  ///
  /// - Throws: `FileError`, `ImageError` or `BlankImage`.
  public static func digit(contentsOf path: String) throws -> GrayImage {
    let image = try ImageFile.readGrayOverBackgrounds(path)
    do {
      return try digit(image)
    } catch {
      var blank = error
      blank.file = path
      throw blank
    }
  }

  /// Prepares a picture that may be transparent: it is laid over white, or over black if it cannot
  /// be seen over white.
  ///
  /// - Throws: `BlankImage` if it cannot be seen over either.
  public static func digit(_ image: RGBAImage) throws(BlankImage) -> GrayImage {
    try digit(GrayOverBackgrounds(image))
  }

  private static func digit(_ image: GrayOverBackgrounds) throws(BlankImage) -> GrayImage {
    do {
      return try digit(image.overWhite)
    } catch {
      guard let overBlack = image.overBlack else { throw error }
      return try digit(overBlack)
    }
  }

  /// Prepares a picture: a character in ink of any shade on paper of any other, of any size.
  ///
  /// A picture of 28 x 28 pixels with light ink on (nearly) black is returned as it is.
  ///
  /// - Returns: a picture of 28 x 28 pixels, light on black.
  /// - Throws: `BlankImage` if there is no ink.
  public static func digit(_ image: GrayImage) throws(BlankImage) -> GrayImage {
    let darkest = image.pixels.min() ?? 0
    let lightest = image.pixels.max() ?? 0
    if Int(lightest) - Int(darkest) < smallestContrast {
      throw BlankImage(
        width: image.width, height: image.height, darkest: darkest, lightest: lightest)
    }
    let paper = medianOfBorder(image)
    if image.width == side && image.height == side && Int(paper) < smallestContrast {
      return image
    }
    let ink = inkOnly(image, paper: paper, darkest: darkest, lightest: lightest)
    let bounds = boundsOfInk(ink)
    let cut = ink.cropped(
      x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height)
    let longest = max(cut.width, cut.height)
    let scaled = cut.resized(
      width: max(1, (cut.width * box + longest / 2) / longest),
      height: max(1, (cut.height * box + longest / 2) / longest))
    // A thin line in a large picture is faint once it is made small.
    let strongest = Int(scaled.pixels.max() ?? 0)
    if strongest == 0 {
      throw BlankImage(
        width: image.width, height: image.height, darkest: darkest, lightest: lightest)
    }
    return centred(
      GrayImage(
        width: scaled.width, height: scaled.height,
        pixels: scaled.pixels.map { UInt8((Int($0) * 255 + strongest / 2) / strongest) }))
  }

  /// The shade of the paper: what half of the pixels along the edge are not above.
  private static func medianOfBorder(_ image: GrayImage) -> UInt8 {
    var border: [UInt8] = []
    for x in 0..<image.width { border += [image[x, 0], image[x, image.height - 1]] }
    for y in 0..<image.height { border += [image[0, y], image[image.width - 1, y]] }
    border.sort()
    return border[border.count / 2]
  }

  /// How far each pixel is from the paper towards the ink, stretched so that the strongest is 255.
  ///
  /// The ink is on whichever side of the paper has the stronger contrast: below it for dark ink,
  /// above it for light ink.
  private static func inkOnly(
    _ image: GrayImage, paper: UInt8, darkest: UInt8, lightest: UInt8
  ) -> GrayImage {
    let isDark = Int(paper) - Int(darkest) > Int(lightest) - Int(paper)
    let strongest = isDark ? Int(paper - darkest) : Int(lightest - paper)
    // Paper in a photograph is uneven: what is fainter than an eighth of the ink is paper.
    let faintest = max(smallestContrast / 2, strongest / 8)
    let pixels = image.pixels.map { shade -> UInt8 in
      let ink = isDark ? Int(paper) - Int(shade) : Int(shade) - Int(paper)
      return ink < faintest ? 0 : UInt8((ink * 255 + strongest / 2) / strongest)
    }
    return GrayImage(width: image.width, height: image.height, pixels: pixels)
  }

  private static func boundsOfInk(
    _ image: GrayImage
  ) -> (x: Int, y: Int, width: Int, height: Int) {
    var (left, right, top, bottom) = (image.width, -1, image.height, -1)
    for y in 0..<image.height {
      for x in 0..<image.width where image[x, y] > 0 {
        left = min(left, x)
        right = max(right, x)
        top = min(top, y)
        bottom = max(bottom, y)
      }
    }
    return (left, top, right - left + 1, bottom - top + 1)
  }

  /// Puts the centre of mass at pixel (14, 14), where MNIST has it, as nearly as whole pixels and
  /// the edge allow.
  private static func centred(_ image: GrayImage) -> GrayImage {
    var (mass, sumX, sumY) = (0, 0, 0)
    for y in 0..<image.height {
      for x in 0..<image.width {
        mass += Int(image[x, y])
        sumX += x * Int(image[x, y])
        sumY += y * Int(image[x, y])
      }
    }
    func shift(_ sum: Int, _ size: Int) -> Int {
      let centre = (Double(sum) / Double(max(1, mass))).rounded()
      return max(0, min(side - size, side / 2 - Int(centre)))
    }
    let (shiftX, shiftY) = (shift(sumX, image.width), shift(sumY, image.height))
    var result = GrayImage(width: side, height: side)
    for y in 0..<image.height {
      for x in 0..<image.width { result[x + shiftX, y + shiftY] = image[x, y] }
    }
    return result
  }
}
