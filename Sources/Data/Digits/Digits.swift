/// Handwritten digits that the program draws itself: MNIST's size and classes, with nothing to
/// download.
///
/// Each picture is strokes with random slant, scale, shift, thickness, blur and noise, centred and
/// sized as MNIST's are. The same seed gives the same pictures.
public enum Digits {
  /// The seed of the pictures that everyone gets.
  public static let standardSeed: UInt64 = 0

  /// The number of pictures in a split if nothing else is said: as many as MNIST has.
  public static func count(of split: DatasetSplit) -> Int {
    split == .train ? 60_000 : 10_000
  }

  /// Both splits: 60,000 pictures to train with and 10,000 to test with.
  ///
  /// ```swift
  /// let (train, test) = Digits.draw()
  /// ```
  ///
  /// Traps if a count is negative.
  ///
  /// - Parameters:
  ///   - trainCount: how many pictures to train with.
  ///   - testCount: how many to test with.
  ///   - seed: other seeds give other pictures.
  ///   - options: how pictures are handed out.
  public static func draw(
    trainCount: Int = 60_000, testCount: Int = 10_000, seed: UInt64 = standardSeed,
    options: ImageOptions = ImageOptions()
  ) -> (train: ImageDataset, test: ImageDataset) {
    (
      draw(.train, count: trainCount, seed: seed, options: options),
      draw(.test, count: testCount, seed: seed, options: options)
    )
  }

  /// One split.
  ///
  /// Traps if `count` is negative.
  ///
  /// - Parameters:
  ///   - split: which of the two; they have no picture in common.
  ///   - count: how many pictures; fewer are the first of more.
  ///   - seed: other seeds give other pictures.
  ///   - options: how pictures are handed out.
  public static func draw(
    _ split: DatasetSplit, count: Int, seed: UInt64 = standardSeed,
    options: ImageOptions = ImageOptions()
  ) -> ImageDataset {
    let drawn = DigitRenderer.draw(count: count, split: split, seed: seed)
    return ImageDataset(
      pixels: drawn.images, rows: DigitPen.side, columns: DigitPen.side, labels: drawn.labels,
      classNames: (0...9).map(String.init), options: options)
  }
}
