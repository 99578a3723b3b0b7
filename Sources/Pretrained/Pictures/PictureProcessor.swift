import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropImages

/// What a folder says of how pictures become numbers: `preprocessor_config.json`, with a size, a way to
/// get there, and a mean and a deviation for each colour.
///
/// The numbers are those of the image processors of `transformers` that work with Pillow.
public struct PictureProcessor: Sendable {
  /// How the size is reached.
  enum Sizing: Sendable, Equatable {
    /// The picture is stretched.
    case exact(height: Int, width: Int)
    /// The shorter side has this length, and the other follows.
    case shortestEdge(Int)
    /// As ConvNeXt's: a little larger than this length, and then cut; at 384 or more stretched.
    case cropped(Int, share: Double)
  }

  let sizing: Sizing?
  /// What is cut out of the middle at last; `nil` for nothing.
  let crop: (height: Int, width: Int)?
  let resampling: PictureResampling
  /// By what shades are multiplied.
  let factor: Double
  let mean: [Double]
  let deviation: [Double]

  private static let sides = 1...4096

  /// Reads a folder's settings.
  ///
  /// - Throws: `FileError` or `PretrainedError`.
  public init(_ folder: ModelFolder) throws {
    let name = "preprocessor_config.json"
    guard folder.has(name) else {
      throw PretrainedError(.missingFile(name), path: folder.path)
    }
    let settings = try ModelConfiguration(contentsOf: folder.file(name))
    let kind = try settings.text(
      "image_processor_type", "feature_extractor_type", default: "ImageProcessor")
    sizing =
      try settings.flag("do_resize", default: true)
      ? Self.sizing(settings, isCropping: kind.hasPrefix("ConvNext")) : nil
    crop =
      try settings.flag("do_center_crop", default: false)
      ? Self.rectangle(settings, "crop_size") : nil
    let number = try settings.integer("resample", in: 0...5, default: 2)
    guard let resampling = PictureResampling(rawValue: number) else {
      throw PretrainedError(.unsupported("the setting resample \(number)"), path: settings.path)
    }
    self.resampling = resampling
    factor =
      try settings.flag("do_rescale", default: true)
      ? settings.number("rescale_factor", in: 0...1, default: 1.0 / 255) : 1
    let normalizes = try settings.flag("do_normalize", default: true)
    mean = normalizes ? try Self.numbers(settings, "image_mean", in: -255...255) : [0, 0, 0]
    deviation = normalizes ? try Self.numbers(settings, "image_std", in: 1e-6...255) : [1, 1, 1]
  }

  private static func sizing(
    _ settings: ModelConfiguration, isCropping: Bool
  ) throws(PretrainedError) -> Sizing {
    if case .number? = settings.document["size"] {
      let side = try settings.integer("size", in: sides)
      return isCropping
        ? .cropped(side, share: try share(settings)) : .exact(height: side, width: side)
    }
    if let size = try settings.section("size"), size.has("shortest_edge") {
      let side = try size.integer("shortest_edge", in: sides)
      return isCropping ? .cropped(side, share: try share(settings)) : .shortestEdge(side)
    }
    let (height, width) = try rectangle(settings, "size")
    return .exact(height: height, width: width)
  }

  private static func share(_ settings: ModelConfiguration) throws(PretrainedError) -> Double {
    try settings.number("crop_pct", in: 0.1...1, default: 224.0 / 256)
  }

  private static func rectangle(
    _ settings: ModelConfiguration, _ key: String
  ) throws(PretrainedError) -> (height: Int, width: Int) {
    if case .number? = settings.document[key] {
      let side = try settings.integer(key, in: sides)
      return (side, side)
    }
    guard let size = try settings.section(key) else {
      throw settings.error(key, expected: "a height and a width", found: "nothing")
    }
    return (try size.integer("height", in: sides), try size.integer("width", in: sides))
  }

  private static func numbers(
    _ settings: ModelConfiguration, _ key: String, in range: ClosedRange<Double>
  ) throws(PretrainedError) -> [Double] {
    guard case .array(let values)? = settings.document[key], values.count == 3 else {
      throw settings.error(key, expected: "three numbers", found: "something else")
    }
    var numbers: [Double] = []
    for value in values {
      guard case .number = value, let number = value.double, range.contains(number) else {
        throw settings.error(key, expected: "numbers in \(range)", found: "\(value)")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// A picture as numbers: of shape (1, 3, height, width).
  ///
  /// Traps if the picture has no pixels.
  public func callAsFunction(_ picture: RGBImage) -> Tensor {
    let picture = cropped(resized(picture))
    let (height, width) = (picture.height, picture.width)
    var numbers = [Float](repeating: 0, count: 3 * height * width)
    for channel in 0..<3 {
      let (mean, deviation) = (Float(mean[channel]), Float(deviation[channel]))
      let values = (0...255).map { (Float(Double($0) * factor) - mean) / deviation }
      for pixel in 0..<height * width {
        numbers[channel * height * width + pixel] = values[Int(picture.pixels[3 * pixel + channel])]
      }
    }
    return Tensor(NDArray(numbers, shape: [1, 3, height, width]))
  }

  private func resized(_ picture: RGBImage) -> RGBImage {
    precondition(
      picture.width > 0 && picture.height > 0, "PictureProcessor: a picture without pixels")
    switch sizing {
    case nil: return picture
    case .exact(let height, let width):
      return resampling.resized(picture, width: width, height: height)
    case .shortestEdge(let side): return shrunk(picture, to: side)
    case .cropped(let side, let share):
      if side >= 384 { return resampling.resized(picture, width: side, height: side) }
      return Self.cut(shrunk(picture, to: Int(Double(side) / share)), side, side)
    }
  }

  /// The picture with a shorter side of this length.
  private func shrunk(_ picture: RGBImage, to side: Int) -> RGBImage {
    let (short, long) = (
      min(picture.width, picture.height), max(picture.width, picture.height)
    )
    // A picture of one row must not ask for more than the rest of the program can hold.
    let other = min(Int(Double(side * long) / Double(short)), 1 << 14)
    return picture.width <= picture.height
      ? resampling.resized(picture, width: side, height: other)
      : resampling.resized(picture, width: other, height: side)
  }

  private func cropped(_ picture: RGBImage) -> RGBImage {
    crop.map { Self.cut(picture, $0.height, $0.width) } ?? picture
  }

  /// The middle of a picture; black where it has not so much.
  private static func cut(_ picture: RGBImage, _ height: Int, _ width: Int) -> RGBImage {
    // Half of what is too much is cut off in front, rounded down; half of what lacks is put in front,
    // rounded up.
    func start(_ old: Int, _ new: Int) -> Int {
      old >= new ? (old - new) / 2 : -((new - old + 1) / 2)
    }
    let (top, left) = (start(picture.height, height), start(picture.width, width))
    var result = RGBImage(
      width: width, height: height, pixels: [UInt8](repeating: 0, count: 3 * width * height))
    for y in 0..<height where (0..<picture.height).contains(y + top) {
      for x in 0..<width where (0..<picture.width).contains(x + left) {
        for channel in 0..<3 {
          result.pixels[3 * (y * width + x) + channel] =
            picture.pixels[3 * ((y + top) * picture.width + x + left) + channel]
        }
      }
    }
    return result
  }
}
