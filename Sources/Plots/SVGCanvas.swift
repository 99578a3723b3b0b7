/// Where a text starts, with respect to the point it is put at.
enum TextAnchor: String, Sendable {
  case start, middle, end
}

/// Collects the elements of an SVG picture as text.
///
/// A text carries its place, size and anchor itself, so that where it lies can be read off the
/// picture without knowing style rules.
struct SVGCanvas {
  private(set) var body = ""

  // MARK: - Elements

  mutating func rect(_ rect: Rect, fill: String, attributes: String = "") {
    body += "<rect x=\"\(num(rect.x))\" y=\"\(num(rect.y))\" width=\"\(num(rect.width))\""
    body += " height=\"\(num(rect.height))\" \(Self.paint("fill", fill))\(attributes)/>\n"
  }

  mutating func line(_ a: Point, _ b: Point, stroke: String, width: Double = 1) {
    path("M\(pair(a))L\(pair(b))", stroke: stroke, width: width)
  }

  /// An open path. Paint is the name of a style rule (`grid`, `line-3`) or a colour (`#0072b2`).
  mutating func path(
    _ data: String, stroke: String, width: Double, attributes: String = ""
  ) {
    guard !data.isEmpty else { return }
    body += "<path d=\"\(data)\" fill=\"none\" \(Self.paint("stroke", stroke))"
    body += " stroke-width=\"\(num(width))\"\(attributes)/>\n"
  }

  mutating func filled(_ data: String, fill: String, attributes: String = "") {
    guard !data.isEmpty else { return }
    body += "<path d=\"\(data)\" \(Self.paint("fill", fill))\(attributes)/>\n"
  }

  mutating func text(
    _ text: String, at point: Point, size: Double, anchor: TextAnchor = .start,
    fill: String = "ink", angle: Double = 0, isBold: Bool = false
  ) {
    guard !text.isEmpty else { return }
    body += "<text x=\"\(num(point.x))\" y=\"\(num(point.y))\" font-size=\"\(num(size))\""
    body += " text-anchor=\"\(anchor.rawValue)\" \(Self.paint("fill", fill))"
    if isBold { body += " font-weight=\"600\"" }
    if angle != 0 { body += " transform=\"rotate(\(num(angle)) \(pair(point, " ")))\"" }
    body += ">\(Self.escaped(text))</text>\n"
  }

  /// A picture of pixels stretched over a rectangle without smoothing.
  mutating func image(_ png: [UInt8], in rect: Rect) {
    body += "<image x=\"\(num(rect.x))\" y=\"\(num(rect.y))\" width=\"\(num(rect.width))\""
    body += " height=\"\(num(rect.height))\" preserveAspectRatio=\"none\""
    body += " style=\"image-rendering:pixelated\" href=\"data:image/png;base64,"
    body += Self.base64(png) + "\"/>\n"
  }

  mutating func open(_ attributes: String) { body += "<g \(attributes)>\n" }

  mutating func close() { body += "</g>\n" }

  // MARK: - Text of attributes

  func num(_ value: Double) -> String { NumberText.coordinate(value) }

  func pair(_ point: Point, _ separator: String = ",") -> String {
    num(point.x) + separator + num(point.y)
  }

  static func paint(_ property: String, _ name: String) -> String {
    name.hasPrefix("#") ? "\(property)=\"\(name)\"" : "class=\"plot-\(name)\""
  }

  /// The text with what XML reserves written as entities, and without the control characters that
  /// XML does not allow at all.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word = 0
      for (place, byte) in group.enumerated() { word |= Int(byte) << (16 - 8 * place) }
      for place in 0..<4 {
        text.append(place <= group.count ? digits[word >> (18 - 6 * place) & 63] : 61)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension PlotColor {
  /// The paint of an area.
  var fill: String { paint(cycle: "fill-", ink: "ink", muted: "muted") }

  /// The paint of a line.
  var stroke: String { paint(cycle: "line-", ink: "line-ink", muted: "line-muted") }

  private func paint(cycle prefix: String, ink: String, muted: String) -> String {
    switch self {
    case .cycle(let index): prefix + String(((index % 8) + 8) % 8)
    case .ink: ink
    case .muted: muted
    case .rgb(let red, let green, let blue): RGB(red, green, blue).hex
    }
  }
}
