import BackpropArrays

/// Draws the digits data set: images of handwritten digits that are made, not downloaded.
enum DigitRenderer {
  /// Draws `count` images of 28 × 28 grey bytes (0 paper, 255 ink) and their labels.
  ///
  /// Image i depends on the seed, the split and i alone, so the result is the same for any number
  /// of threads, and a shorter set is the beginning of a longer one.
  static func draw(
    count: Int, split: DatasetSplit, seed: UInt64
  ) -> (images: [UInt8], labels: [UInt8]) {
    draw(count: count, split: split, seed: seed, imagesPerPiece: 256)
  }

  /// Draws with a chosen number of images per parallel piece of work.
  static func draw(
    count: Int, split: DatasetSplit, seed: UInt64, imagesPerPiece: Int
  ) -> (images: [UInt8], labels: [UInt8]) {
    let size = DigitPen.side * DigitPen.side
    var labels = [UInt8](repeating: 0, count: count)
    let images = [UInt8](unsafeUninitializedCapacity: count * size) { images, initialized in
      labels.withUnsafeMutableBufferPointer { labels in
        // Safe to share: each piece of work writes its own images and labels.
        Parallel.forEach((count + imagesPerPiece - 1) / imagesPerPiece) { piece in
          let pen = DigitPen()
          for i in piece * imagesPerPiece..<min(count, (piece + 1) * imagesPerPiece) {
            var random = DigitRandom(seed: seed, split: stream(of: split), index: i)
            let digit = random.below(10)
            labels[i] = UInt8(digit)
            pen.draw(digit, into: images.baseAddress! + i * size, using: &random)
          }
        }
      }
      initialized = count * size
    }
    return (images, labels)
  }

  /// The splits draw from disjoint random streams.
  private static func stream(of split: DatasetSplit) -> UInt64 {
    switch split {
    case .train: 0
    case .test: 1
    }
  }
}
