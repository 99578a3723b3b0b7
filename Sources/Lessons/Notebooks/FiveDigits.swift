import Backprop

/// The pictures of notebook 001: five digits of 5 × 5 pixels, and five that are damaged.
enum FiveDigits {
  /// 1 to 5, as the network learns them.
  static let training = pictures([
    ".##.. ..#.. ..#.. ..#.. .###.",
    "####. ....# .###. #.... #####",
    "####. ....# .###. ....# ####.",
    "...#. ..##. .#.#. ##### ...#.",
    "##### #.... ####. ....# ####.",
  ])

  /// A 1, a 3, a 4, a 2 and a 5, damaged.
  static let noisy = pictures([
    "..... .#... #.#.. ..#.. .###.",
    "####. ..... .###. ....# ####.",
    "...#. ..##. .#... ###.# ...#.",
    "####. ....# .###. #.... ###..",
    ".#### ##... ####. ...## ####.",
  ])

  /// Which digits the noisy ones were.
  static let noisyDigits = [1, 3, 4, 2, 5]

  private static func pictures(_ drawings: [String]) -> [Tensor] {
    drawings.map { drawing in
      Tensor(
        drawing.split(separator: " ").map { row in row.map { $0 == "#" ? 1 : 0 } },
        scalarType: .float64)
    }
  }

  /// Pictures in rows of five.
  static func figure(_ rows: [(pictures: [Tensor], titles: [String])]) -> Figure {
    Figure(
      images: rows.flatMap(\.pictures).map { picture in (0..<5).map { picture[$0].doubles } },
      columns: 5, titles: rows.flatMap(\.titles), colorMap: .viridis, limits: 0...1, cell: 150)
  }
}
