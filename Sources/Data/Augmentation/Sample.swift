/// The four pixels around a place, and how much each counts there.
struct Sample<T: BinaryFloatingPoint> {
  private let first: Int
  private let below: Int
  private let weights: (T, T, T, T)

  init(_ place: (row: Double, column: Double), rows: Int, columns: Int) {
    let (top, left) = (place.row.rounded(.down), place.column.rounded(.down))
    let (y, x) = (place.row - top, place.column - left)
    let (row, column) = (Int(top), Int(left))
    // What lies outside counts nothing.
    func weight(_ row: Int, _ column: Int, _ share: Double) -> T {
      (0..<rows).contains(row) && (0..<columns).contains(column) ? T(share) : 0
    }
    weights = (
      weight(row, column, (1 - y) * (1 - x)), weight(row, column + 1, (1 - y) * x),
      weight(row + 1, column, y * (1 - x)), weight(row + 1, column + 1, y * x)
    )
    (first, below) = (row * columns + column, columns)
  }

  func callAsFunction(_ pixels: UnsafeBufferPointer<T>, from start: Int) -> T {
    func part(_ offset: Int, _ weight: T) -> T {
      weight == 0 ? 0 : weight * pixels[start + first + offset]
    }
    return part(0, weights.0) + part(1, weights.1) + part(below, weights.2)
      + part(below + 1, weights.3)
  }
}
