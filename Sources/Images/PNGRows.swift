import BackpropFiles

/// The rows of a PNG in the order of the file, inflated and unfiltered one at a time: a picture that
/// turns out to be damaged, or to hold less than it says, has taken no more memory than its rows so
/// far.
struct PNGRows: ~Copyable {
  private let data: [UInt8]
  private let pixelDistance: Int
  private var inflater = Inflater(.zlib)
  private var position = 0
  /// What is inflated ahead of the rows.
  private var ahead: [UInt8]
  /// The part of it that is still to come.
  private var waiting = 0..<0
  /// The row above, as long as the longest.
  private var above: [UInt8]
  /// The row, its filter byte removed.
  private(set) var row: [UInt8]

  /// The rows that `chunks` hold.
  ///
  /// - Throws: `ImageError` where the data are too short by any measure.
  init(_ chunks: PNGChunks) throws(ImageError) {
    let header = chunks.header
    let least = header.inflatedCount / Zlib.maximumExpansion
    if chunks.imageData.count < least {
      throw ImageError(
        .truncated(
          part: "the compressed image data", expected: least, found: chunks.imageData.count))
    }
    data = chunks.imageData
    pixelDistance = max(1, header.bitsPerPixel / 8)
    let longest = header.rowBytes(header.width)
    (row, above) = ([UInt8](repeating: 0, count: longest), [UInt8](repeating: 0, count: longest))
    ahead = [UInt8](repeating: 0, count: min(Inflater.pieceSize, header.inflatedCount))
  }

  /// Begins with a pass: there is no row above.
  mutating func beginPass() { for index in above.indices { above[index] = 0 } }

  /// Goes to the next row, which has so many bytes.
  mutating func advance(_ count: Int) throws(ImageError) {
    swap(&row, &above)
    let filter = try nextFilter()
    var filled = 0
    while filled < count {
      if waiting.isEmpty { try inflateMore() }
      let some = min(waiting.count, count - filled)
      for index in 0..<some { row[filled + index] = ahead[waiting.lowerBound + index] }
      waiting = waiting.lowerBound + some..<waiting.upperBound
      filled += some
    }
    try unfilter(filter, count)
  }

  /// Checks that the data end where the last row does.
  mutating func finish() throws(ImageError) {
    while waiting.isEmpty && !inflater.hasEnded { try inflateMore() }
    if !waiting.isEmpty {
      throw ImageError(.invalid("the image data hold more bytes than the picture has"))
    }
  }

  private mutating func nextFilter() throws(ImageError) -> UInt8 {
    while waiting.isEmpty { try inflateMore() }
    defer { waiting = waiting.lowerBound + 1..<waiting.upperBound }
    return ahead[waiting.lowerBound]
  }

  private mutating func inflateMore() throws(ImageError) {
    if inflater.hasEnded {
      throw ImageError(.invalid("the image data end before the picture does"))
    }
    do {
      let (taken, made) = try inflater.inflate(data, from: position, into: &ahead)
      position += taken
      waiting = 0..<made
    } catch {
      switch error {
      case .corrupt(let text):
        throw ImageError(.invalid("the compressed image data are damaged (\(text))"))
      case .truncated, .tooLarge:
        throw ImageError(.invalid("the compressed image data end too early"))
      }
    }
  }

  /// Undoes the filter of the row (PNG specification, section 9).
  private mutating func unfilter(_ filter: UInt8, _ count: Int) throws(ImageError) {
    if filter > 4 {
      throw ImageError(.invalid("a row has filter \(filter), and only 0 to 4 exist"))
    }
    let (distance, above) = (pixelDistance, self.above)
    row.withUnsafeMutableBufferPointer { current in
      above.withUnsafeBufferPointer { above in
        let first = min(distance, count)
        switch filter {
        case 1:
          for i in first..<count { current[i] &+= current[i &- distance] }
        case 2:
          for i in 0..<count { current[i] &+= above[i] }
        case 3:
          for i in 0..<first { current[i] &+= above[i] / 2 }
          for i in first..<count {
            current[i] &+= UInt8((Int(current[i &- distance]) + Int(above[i])) / 2)
          }
        case 4:
          for i in 0..<first { current[i] &+= above[i] }
          for i in first..<count {
            current[i] &+= Self.paeth(
              Int(current[i &- distance]), Int(above[i]), Int(above[i &- distance]))
          }
        default: break
        }
      }
    }
  }

  /// Whichever of the three neighbours is nearest to `left + above - corner`.
  @inline(__always)
  private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> UInt8 {
    let estimate = left + above - corner
    let toLeft = abs(estimate - left)
    let toAbove = abs(estimate - above)
    let toCorner = abs(estimate - corner)
    if toLeft <= toAbove && toLeft <= toCorner { return UInt8(left) }
    return UInt8(toAbove <= toCorner ? above : corner)
  }
}
