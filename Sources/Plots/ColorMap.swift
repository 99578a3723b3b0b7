import BackpropFiles

/// A map from numbers to colours, for images, heat maps and surfaces.
///
/// ```swift
/// figure.imshow(pixels, colorMap: .viridis)
/// let (red, green, blue) = ColorMap.gray.color(at: 0.5)   // (128, 128, 128)
/// ```
public struct ColorMap: Sendable, Equatable {
  /// The name under which users of matplotlib know the map (or the map it stands for).
  public let name: String
  /// 256 colours from the lowest value to the highest.
  let table: [RGB]
  /// What a value that is not a number is drawn in.
  static let missing = RGB(0x8A8F98)

  /// Makes a map that passes through colours at even distances, mixed in OKLab.
  ///
  /// Traps if there are fewer than two colours.
  ///
  /// - Parameters:
  ///   - name: what to call it.
  ///   - stops: two or more colours as (red, green, blue), each from 0 to 255.
  public init(name: String, through stops: [(red: UInt8, green: UInt8, blue: UInt8)]) {
    guard stops.count >= 2 else {
      fatalError("ColorMap: \(stops.count) colours given; a map needs two or more to mix between")
    }
    let labs = stops.map { OKLab(RGB($0.red, $0.green, $0.blue)) }
    self.init(name: name) { t in
      let place = t * Double(labs.count - 1)
      let index = min(Int(place), labs.count - 2)
      return labs[index].mixed(with: labs[index + 1], place - Double(index))
    }
  }

  init(name: String, _ color: (Double) -> OKLab) {
    self.name = name
    table = (0..<256).map { color(Double($0) / 255).rgb }
  }

  private init(name: String, table: [RGB]) {
    self.name = name
    self.table = table
  }

  /// Black to white in even steps of the pixel value.
  public static let gray = ColorMap(
    name: "gray", table: (0..<256).map { RGB(UInt8($0), UInt8($0), UInt8($0)) })

  /// White to black: ink on paper.
  public static let reversedGray = ColorMap(name: "gray_r", table: gray.table.reversed())

  /// Dark violet through blue and green to yellow.
  ///
  /// In the manner of matplotlib's viridis, but derived here: along a path in OKLCh on which
  /// lightness grows at a constant rate, so that equal steps of the value look equally large, are
  /// in order when printed in grey, and can be told apart with colour blindness.
  ///
  /// Source of the colour space: B. Ottosson, *A perceptual color space for image processing*,
  /// 2020.
  public static let viridis = ColorMap(name: "viridis") { t in
    OKLab(
      lightness: 0.27 + 0.64 * t, chroma: 0.115 + 0.075 * t * t, hue: 308 - 200 * pow(t, 1.1))
  }

  /// Blue through light grey to red: for values on either side of a middle, such as weights.
  /// Both ends are equally dark.
  public static let coolwarm = ColorMap(name: "coolwarm") { t in
    let distance = abs(2 * t - 1)
    return OKLab(
      lightness: 0.94 - 0.44 * distance, chroma: 0.175 * pow(distance, 0.9),
      hue: t < 0.5 ? 258 : 27)
  }

  /// The same map from high to low.
  public var reversed: ColorMap {
    ColorMap(
      name: name.hasSuffix("_r") ? String(name.dropLast(2)) : name + "_r", table: table.reversed())
  }

  /// The colour at a place from 0 (lowest) to 1 (highest); places outside take the end's colour.
  ///
  /// - Returns: red, green and blue from 0 to 255; a medium grey for a value that is not a number.
  public func color(at place: Double) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let color = rgb(at: place)
    return (color.red, color.green, color.blue)
  }

  func rgb(at place: Double) -> RGB {
    if place.isNaN { return ColorMap.missing }
    return table[Int((min(max(place, 0), 1) * 255).rounded())]
  }
}

/// A colour by lightness and two opposing hues, in which equal distances look equal.
struct OKLab {
  var l: Double
  var a: Double
  var b: Double

  init(_ l: Double, _ a: Double, _ b: Double) {
    self.l = l
    self.a = a
    self.b = b
  }

  /// By lightness (0 to 1), chroma and hue in degrees. A chroma that sRGB cannot show is lowered
  /// until it can.
  init(lightness: Double, chroma: Double, hue: Double) {
    let angle = hue * .pi / 180
    var chroma = chroma
    repeat {
      self.init(lightness, chroma * cos(angle), chroma * sin(angle))
      chroma -= 0.002
    } while chroma > 0 && !isInGamut
  }

  init(_ color: RGB) {
    let red = RGB.linear(Double(color.red) / 255)
    let green = RGB.linear(Double(color.green) / 255)
    let blue = RGB.linear(Double(color.blue) / 255)
    let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    l = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
  }

  func mixed(with other: OKLab, _ t: Double) -> OKLab {
    OKLab(l + (other.l - l) * t, a + (other.a - a) * t, b + (other.b - b) * t)
  }

  private var linear: (Double, Double, Double) {
    let long = l + 0.3963377774 * a + 0.2158037573 * b
    let middle = l - 0.1055613458 * a - 0.0638541728 * b
    let short = l - 0.0894841775 * a - 1.2914855480 * b
    let (x, y, z) = (long * long * long, middle * middle * middle, short * short * short)
    return (
      4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
      -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
      -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z
    )
  }

  private var isInGamut: Bool {
    let (red, green, blue) = linear
    return [red, green, blue].allSatisfy { $0 >= -1e-4 && $0 <= 1 + 1e-4 }
  }

  var rgb: RGB {
    func part(_ value: Double) -> UInt8 {
      let value = min(max(value, 0), 1)
      let encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
      return UInt8((encoded * 255).rounded())
    }
    let (red, green, blue) = linear
    return RGB(part(red), part(green), part(blue))
  }
}

extension RGB {
  /// Undoes the transfer curve of sRGB, for a part from 0 to 1.
  static func linear(_ part: Double) -> Double {
    part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
  }
}
