/// Whether a figure follows the reader's light or dark colour scheme, or keeps to one.
public enum Theme: Sendable, Hashable {
  /// Light, unless the page's reader prefers dark (the CSS query `prefers-color-scheme`).
  /// A renderer that knows no such query draws the light figure.
  case automatic
  /// Dark text on white, always.
  case light
  /// Light text on a dark background, always.
  case dark
}

/// The actual colours of a figure on a light or a dark background.
struct Shades: Sendable {
  var surface: RGB
  var ink: RGB
  var muted: RGB
  var frame: RGB
  var grid: RGB
  var pane: RGB
  var cycle: [RGB]

  // Orange, sky blue and yellow of the original palette are too pale on white, blue and black
  // too dark on black: those are moved in lightness until the contrast is 3 : 1, the hue kept.
  static let light = Shades(
    surface: RGB(0xFFFFFF), ink: RGB(0x1F2328), muted: RGB(0x59636E), frame: RGB(0x8C959F),
    grid: RGB(0xE4E7EB), pane: RGB(0xF4F6F8),
    cycle: [
      RGB(0x0072B2), RGB(0xD55E00), RGB(0x009E73), RGB(0xBF6396), RGB(0xC98500), RGB(0x3399D6),
      RGB(0x9A8F00), RGB(0x1F2328),
    ])
  static let dark = Shades(
    surface: RGB(0x14181D), ink: RGB(0xE6EAEE), muted: RGB(0xA3ADB8), frame: RGB(0x6B7682),
    grid: RGB(0x2C333B), pane: RGB(0x1B2026),
    cycle: [
      RGB(0x3B9CDB), RGB(0xE8702A), RGB(0x1DB88B), RGB(0xD98BB9), RGB(0xE69F00), RGB(0x8FD0F5),
      RGB(0xF0E442), RGB(0xE6EAEE),
    ])

  func rgb(_ color: PlotColor) -> RGB {
    switch color {
    case .cycle(let index): cycle[((index % cycle.count) + cycle.count) % cycle.count]
    case .ink: ink
    case .muted: muted
    case .rgb(let red, let green, let blue): RGB(red, green, blue)
    }
  }

  /// The style rules of a figure. They are the same in every figure and reach only below the class
  /// `backprop-plot`, so that several figures in one HTML page do not disturb each other.
  static func styleSheet(_ theme: Theme) -> String {
    switch theme {
    case .light: light.rules
    case .dark: dark.rules
    case .automatic: light.rules + "@media (prefers-color-scheme:dark){" + dark.rules + "}"
    }
  }

  private var rules: String {
    func rule(_ name: String, _ property: String, _ color: RGB) -> String {
      ".backprop-plot .plot-\(name){\(property):\(color.hex)}"
    }
    var rules = [
      rule("surface", "fill", surface), rule("ink", "fill", ink), rule("muted", "fill", muted),
      rule("pane", "fill", pane), rule("frame", "stroke", frame), rule("grid", "stroke", grid),
      rule("line-ink", "stroke", ink), rule("line-muted", "stroke", muted),
    ]
    for (index, color) in cycle.enumerated() {
      rules.append(rule("fill-\(index)", "fill", color))
      rules.append(rule("line-\(index)", "stroke", color))
    }
    return rules.joined()
  }
}
