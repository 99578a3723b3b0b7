import BackpropFiles

/// What a terminal can show.
public enum TerminalStyle: Sendable, Hashable {
  /// Braille dots, boxes and blocks: eight dots to a character.
  case unicode
  /// Characters of ASCII alone.
  case ascii
}

/// A raster of characters, each made of 2 by 4 dots, that marks draw on.
///
/// In ASCII a character has one dot of its own; the raster is the same, so that a frame fits both.
struct TerminalCanvas {
  struct Cell {
    var dots: UInt8 = 0
    var character: String?
    var color: PlotColor?
    var background: RGB?
    var foreground: RGB?
  }

  static let shades = ["█", "▓", "▒", "░"]
  static let plainShades = ["#", "=", "+", ":"]

  let columns: Int
  let rows: Int
  let style: TerminalStyle
  let hasColor: Bool
  /// Dots across a character.
  let dotsAcross = 2.0
  /// Dots down a character.
  let dotsDown = 4.0
  private(set) var cells: [Cell]

  init(columns: Int, rows: Int, style: TerminalStyle, hasColor: Bool) {
    self.columns = columns
    self.rows = rows
    self.style = style
    self.hasColor = hasColor
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  // MARK: - Drawing, in dots from the top left

  mutating func dot(_ point: Point, color: PlotColor) {
    let (x, y) = (Int(point.x.rounded(.down)), Int(point.y.rounded(.down)))
    guard x >= 0, y >= 0, x < columns * 2, y < rows * 4 else { return }
    let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    let index = y / 4 * columns + x / 2
    cells[index].dots |= bits[y % 4 * 2 + x % 2]
    cells[index].color = color
  }

  mutating func line(_ a: Point, _ b: Point, color: PlotColor, style: LineStyle) {
    let steps = max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up)))
    for step in 0...steps {
      let t = Double(step) / Double(steps)
      let point = Point(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t)
      // The phase follows the place, so that many short segments do not restart the pattern.
      let phase = Int(point.x.rounded(.down)) + Int(point.y.rounded(.down))
      switch style {
      case .dashed where phase % 6 > 3: continue
      case .dotted where phase % 3 != 0: continue
      case .dashDotted where phase % 8 == 5 || phase % 8 == 7: continue
      default: dot(point, color: color)
      }
    }
  }

  mutating func put(_ sign: String, _ plain: String, at point: Point, color: PlotColor) {
    let (column, row) = (Int(point.x / 2), Int(point.y / 4))
    let place = min(max(row, 0), rows - 1) * columns + min(max(column, 0), columns - 1)
    cells[place].character = style == .ascii ? plain : sign
    cells[place].color = color
  }

  /// Fills an upright bar; its top ends at an eighth of a character.
  mutating func fill(_ rect: Rect, color: PlotColor, shade: Int) {
    let first = Int((rect.x / 2).rounded())
    let last = max(first, Int((rect.maxX / 2).rounded()) - 1)
    guard first < columns, rect.height > 0 else { return }
    let eighths = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]
    for row in 0..<rows {
      let (top, bottom) = (Double(row * 4), Double(row * 4 + 4))
      let covered = (min(rect.maxY, bottom) - max(rect.y, top)) / 4
      guard covered > 0 else { continue }
      for column in max(0, first)...min(columns - 1, max(0, last)) {
        let index = row * columns + column
        if style == .ascii {
          guard covered >= 0.5 else { continue }
          cells[index].character = TerminalCanvas.plainShades[shade % 4]
        } else if covered >= 0.94 || shade % 4 != 0 {
          guard covered >= 0.5 else { continue }
          cells[index].character = TerminalCanvas.shades[shade % 4]
        } else if rect.maxY >= bottom - 0.25 {
          let part = Int((covered * 8).rounded())
          guard part > 0 else { continue }
          cells[index].character = part >= 8 ? "█" : eighths[part - 1]
        } else {
          guard covered >= 0.5 else { continue }
          cells[index].character = "▀"
        }
        cells[index].color = color
      }
    }
  }

  /// Colours every character of a rectangle by the colour at a place in it: two pixels to a
  /// character with colour, else a grey made of ink.
  mutating func image(in rect: Rect, _ color: (Double, Double) -> RGB?) {
    let ramp = style == .ascii ? Array(" .:-=+*#%@") : Array(" ░▒▓█")
    for row in 0..<rows {
      for column in 0..<columns {
        let x = Double(column * 2) + 1
        guard x >= rect.x, x <= rect.maxX else { continue }
        let upper = color(x, Double(row * 4) + 1)
        let lower = color(x, Double(row * 4) + 3)
        guard upper != nil || lower != nil else { continue }
        let index = row * columns + column
        if hasColor, style == .unicode {
          cells[index].character = "▀"
          cells[index].foreground = upper ?? lower
          cells[index].background = lower ?? upper
        } else {
          // Perceived lightness, about the cube root of luminance.
          let lights = [upper, lower].compactMap { $0.map { cbrt($0.luminance) } }
          let light = lights.reduce(0, +) / Double(lights.count)
          cells[index].character = String(ramp[Int((light * Double(ramp.count - 1)).rounded())])
        }
      }
    }
  }

  /// Writes a text on a coloured ground.
  mutating func write(_ text: String, centeredAt point: Point, on ground: RGB) {
    let characters = style == .ascii ? plain(text).map(String.init) : text.map(String.init)
    let row = min(max(Int(point.y / 4), 0), rows - 1)
    let start = Int((point.x / 2 - Double(characters.count) / 2).rounded())
    let light = RGB(255, 255, 255)
    let dark = RGB(0, 0, 0)
    let ink = RGB.contrast(ground, dark) >= RGB.contrast(ground, light) ? dark : light
    for (offset, character) in characters.enumerated() {
      let column = start + offset
      guard column >= 0, column < columns else { continue }
      cells[row * columns + column].character = character
      if hasColor {
        cells[row * columns + column].foreground = ink
        cells[row * columns + column].background = ground
      }
    }
  }

  /// The text with signs that ASCII has.
  func plain(_ text: String) -> String { TerminalCanvas.plain(text) }

  static func plain(_ text: String) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let subscripts = Array("₀₁₂₃₄₅₆₇₈₉")
    var result = ""
    var isRaised = false
    for character in text {
      if let digit = subscripts.firstIndex(of: character) {
        result += String(digit)
        continue
      }
      if let digit = superscripts.firstIndex(of: character) {
        result += (isRaised ? "" : "^") + String(digit)
        isRaised = true
        continue
      }
      if character == "⁻" {
        result += "^-"
        isRaised = true
        continue
      }
      isRaised = false
      switch character {
      case "−": result += "-"
      case "×": result += "x"
      case "…": result += "..."
      case "“", "”": result += "\""
      case _ where character.isASCII: result += String(character)
      default: result += TextColumns.count(character) == 0 ? "" : "?"
      }
    }
    return result
  }

  // MARK: - Output

  /// The rows as pieces of text of one character each, with their colours.
  func lines() -> [[TerminalPiece]] {
    (0..<rows).map { row in
      cells[row * columns..<(row + 1) * columns].map { cell in
        let ink = cell.foreground ?? cell.color.map { Shades.terminal.rgb($0) }
        let isInk = cell.color == .ink && cell.foreground == nil
        return TerminalPiece(
          text: text(of: cell), foreground: isInk ? nil : ink, background: cell.background)
      }
    }
  }

  private func text(of cell: Cell) -> String {
    if let character = cell.character { return character }
    guard cell.dots != 0 else { return " " }
    if style == .unicode {
      return String(Unicode.Scalar(0x2800 + UInt32(cell.dots))!)
    }
    // Which part of the character the dots are in: high, low, or both.
    let (high, low) = (cell.dots & 0x1B, cell.dots & 0xE4)
    return high != 0 && low == 0 ? "'" : high == 0 ? "." : "*"
  }
}

/// A piece of a line in a terminal.
struct TerminalPiece {
  var text: String
  var foreground: RGB?
  var background: RGB?
}

extension Shades {
  /// Colours that can be read on both light and dark terminals.
  static let terminal = Shades(
    surface: RGB(0), ink: RGB(0x808080), muted: RGB(0x808080), frame: RGB(0x808080),
    grid: RGB(0x808080), pane: RGB(0),
    cycle: [
      RGB(0x0087D7), RGB(0xD75F00), RGB(0x00AF87), RGB(0xD787AF), RGB(0xD78700), RGB(0x5FAFD7),
      RGB(0xAFAF00), RGB(0x808080),
    ])
}
