/// How wide a text is when a browser draws it.
///
/// The advance widths are those of DejaVu Sans, in thousandths of the font size. It is wider than
/// Helvetica, Arial and the systems' own sans-serif faces, so that a text which fits by this
/// measure fits in all of them.
enum TextWidths {
  /// The width of `text` in the unit of `size`.
  static func width(of text: String, size: Double, isBold: Bool = false) -> Double {
    var sum = 0
    for character in text { sum += advance(of: character) }
    // Semibold letters are wider by a tenth to a sixth.
    return Double(sum) / 1000 * size * (isBold ? 1.16 : 1)
  }

  /// The text, or its beginning with an ellipsis when it is wider than `limit`.
  static func truncated(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false
  ) -> String {
    if width(of: text, size: size, isBold: isBold) <= limit { return text }
    var kept = text
    while !kept.isEmpty {
      kept.removeLast()
      let shown = kept.trimmingEnd() + "…"
      if width(of: shown, size: size, isBold: isBold) <= limit { return shown }
    }
    return ""
  }

  /// The text, or its two ends around an ellipsis when it is wider than `limit`: names in a list
  /// often differ only at the end.
  static func shortened(_ text: String, to limit: Double, size: Double) -> String {
    if width(of: text, size: size) <= limit { return text }
    for kept in stride(from: text.count - 1, through: 2, by: -1) {
      let head = String(text.prefix((kept + 1) / 2)).trimmingEnd()
      let shown = head + "…" + text.suffix(kept / 2)
      if width(of: shown, size: size) <= limit { return shown }
    }
    return truncated(text, to: limit, size: size)
  }

  /// The text broken at spaces (and line breaks) into lines no wider than `limit`. A word that is
  /// too wide, and what does not fit on the last line, is shortened with an ellipsis.
  static func wrapped(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false, lines maximum: Int
  ) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n") {
      var line = ""
      for word in paragraph.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if line.isEmpty || width(of: longer, size: size, isBold: isBold) <= limit {
          line = longer
        } else {
          lines.append(line)
          line = String(word)
        }
      }
      if !line.isEmpty { lines.append(line) }
    }
    if lines.count > maximum {
      lines[maximum - 1] = lines[(maximum - 1)...].joined(separator: " ")
      lines.removeSubrange(maximum...)
    }
    return lines.map { truncated($0, to: limit, size: size, isBold: isBold) }
  }

  private static func advance(of character: Character) -> Int {
    if let ascii = character.asciiValue, ascii >= 0x20 {
      return Self.ascii[Int(min(ascii, 0x7E)) - 0x20]
    }
    // As wide as in the common fonts of coloured pictures.
    if TextColumns.isEmoji(character) { return 1275 }
    return character.unicodeScalars.reduce(0) { $0 + advance(of: $1) }
  }

  private static func advance(of scalar: Unicode.Scalar) -> Int {
    let value = Int(scalar.value)
    switch value {
    case 0x20...0x7E: return ascii[value - 0x20]
    case 0xA0...0xFF: return latin[value - 0xA0]
    case 0x391...0x3C9: return greek[value - 0x391]
    case 0xB2, 0xB3, 0xB9, 0x2070...0x2079, 0x2080...0x2089: return 401
    case 0x207B: return 528
    case 0x2009, 0x202F: return 200
    case 0x2013: return 500
    case 0x2200...0x22FF: return 838
    case _ where TextColumns.isNone(scalar): return 0
    default: return TextColumns.isTwo(scalar) ? 1040 : value < 0x2000 ? 1100 : 1000
    }
  }

  private static let ascii = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
  ]

  private static let latin = [
    318, 401, 636, 636, 636, 636, 337, 500, 500, 1000, 471, 612, 838, 361, 1000, 500, 500, 838, 401,
    401, 500, 636, 636, 318, 500, 401, 471, 612, 969, 969, 969, 531, 684, 684, 684, 684, 684, 684,
    974, 698, 632, 632, 632, 632, 295, 295, 295, 295, 775, 748, 787, 787, 787, 787, 787, 838, 787,
    732, 732, 732, 732, 611, 605, 630, 613, 613, 613, 613, 613, 613, 982, 550, 615, 615, 615, 615,
    278, 278, 278, 278, 612, 634, 612, 612, 612, 612, 612, 838, 612, 634, 634, 634, 634, 592, 635,
    592,
  ]

  private static let greek = [
    684, 686, 557, 684, 632, 685, 752, 787, 295, 656, 684, 863, 748, 632, 787, 752, 603, 603, 632,
    611, 611, 787, 685, 787, 764, 295, 611, 659, 541, 634, 338, 579, 659, 638, 592, 612, 541, 544,
    634, 612, 338, 589, 592, 636, 559, 558, 612, 602, 635, 587, 634, 602, 579, 660, 578, 660, 837,
  ]
}

extension String {
  fileprivate func trimmingEnd() -> String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
