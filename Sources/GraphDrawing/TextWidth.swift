/// How much room to leave for a text whose font the reader's browser chooses.
enum TextWidth {
  /// No smaller than the text's width in DejaVu Sans, which is wider than Helvetica, Arial and the
  /// systems' own sans-serif faces.
  static func of(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance($1) } * size
  }

  /// The text, or its two ends around an ellipsis if it has more than 24 characters.
  static func shortened(_ text: String) -> String {
    guard text.count > 24 else { return text }
    return text.prefix(12) + "…" + text.suffix(11)
  }

  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", "|": 0.35
    case " ", ".", ",", ":", ";", "!", "(", ")", "[", "]", "f", "t", "r", "/", "J": 0.42
    case "m", "w", "M", "W", "@", "%": 1.01
    case "0"..."9", "a"..."z": 0.64
    case " "..."~": 0.84
    case "\u{300}"..."\u{36F}": 0
    case "⁰"..."⁻", "²", "³", "¹": 0.55
    case "\u{A1}"..."\u{5FF}", "−": 0.84
    default: 1.1
    }
  }
}
