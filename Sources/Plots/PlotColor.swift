/// A colour to draw with.
///
/// The cycle is the palette of Okabe and Ito, which people with any of the common forms of colour
/// blindness can tell apart, in shades that keep a contrast of at least 3 : 1 on a light and on a
/// dark page. A figure that follows the reader's colour scheme swaps the shades by itself; a colour
/// given as `rgb` stays as it is.
///
/// Source: M. Okabe and K. Ito, *Color Universal Design*, 2008.
public enum PlotColor: Sendable, Hashable {
  /// The colour at a place in the cycle of eight: 0 blue, 1 vermilion, 2 green, 3 purple,
  /// 4 orange, 5 sky blue, 6 yellow, 7 the colour of the text. Larger numbers start again.
  case cycle(Int)
  /// The colour of the text: dark on a light page, light on a dark one.
  case ink
  /// A grey between text and background.
  case muted
  /// A fixed colour, each part from 0 to 255.
  case rgb(UInt8, UInt8, UInt8)

  /// The first colour of the cycle.
  public static let blue = PlotColor.cycle(0)
  /// The second colour of the cycle.
  public static let vermilion = PlotColor.cycle(1)
  /// The third colour of the cycle.
  public static let green = PlotColor.cycle(2)
  /// The fourth colour of the cycle.
  public static let purple = PlotColor.cycle(3)
  /// The fifth colour of the cycle.
  public static let orange = PlotColor.cycle(4)
  /// The sixth colour of the cycle.
  public static let skyBlue = PlotColor.cycle(5)
  /// The seventh colour of the cycle, dark enough to be seen on white.
  public static let yellow = PlotColor.cycle(6)
}

/// Three parts of a colour in sRGB, from 0 to 255.
struct RGB: Sendable, Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// From a number written in hexadecimal: `RGB(0x0072B2)`.
  init(_ hex: UInt32) {
    self.init(UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255))
  }

  /// As CSS writes it: `#0072b2`.
  var hex: String {
    let digits = Array("0123456789abcdef")
    return "#"
      + String([red, green, blue].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Relative luminance from 0 (black) to 1 (white), as WCAG 2 defines it.
  var luminance: Double {
    func linear(_ part: UInt8) -> Double { RGB.linear(Double(part) / 255) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast of two colours, from 1 to 21: (lighter + 0.05) / (darker + 0.05), after WCAG 2.
  static func contrast(_ a: RGB, _ b: RGB) -> Double {
    let (high, low) = (max(a.luminance, b.luminance), min(a.luminance, b.luminance))
    return (high + 0.05) / (low + 0.05)
  }

  /// The nearest of the 256 colours that terminals number (the 6×6×6 cube and the grey ramp).
  var terminalIndex: Int {
    let steps = [0, 95, 135, 175, 215, 255]
    func nearest(_ part: UInt8) -> Int {
      steps.indices.min { abs(steps[$0] - Int(part)) < abs(steps[$1] - Int(part)) }!
    }
    if red == green, green == blue {
      // 24 greys from 8 to 238 in steps of 10; black and white come from the cube.
      if red < 4 { return 16 }
      if red > 246 { return 231 }
      return 232 + min(23, max(0, (Int(red) - 3) / 10))
    }
    return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue)
  }
}
