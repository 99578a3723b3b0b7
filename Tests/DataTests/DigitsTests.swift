import Testing

@testable import BackpropData

@Suite("Drawn digits")
struct DigitsTests {
  private static let size = 784

  /// Enough images for the averages below, few enough for a debug build.
  private static let train = DigitRenderer.draw(count: 2_000, split: .train, seed: 1)
  private static let test = DigitRenderer.draw(count: 1_000, split: .test, seed: 1)

  @Test("The same seed gives the same bytes, however the work is cut up")
  func determinism() {
    let alone = DigitRenderer.draw(count: 300, split: .train, seed: 9, imagesPerPiece: 300)
    for imagesPerPiece in [1, 7, 64] {
      let shared = DigitRenderer.draw(
        count: 300, split: .train, seed: 9, imagesPerPiece: imagesPerPiece)
      #expect(shared.images == alone.images)
      #expect(shared.labels == alone.labels)
    }
  }

  @Test("A shorter set is the beginning of a longer one")
  func prefix() {
    let short = DigitRenderer.draw(count: 40, split: .train, seed: 1)
    #expect(short.images == Array(Self.train.images.prefix(40 * Self.size)))
    #expect(short.labels == Array(Self.train.labels.prefix(40)))
  }

  @Test("No images are drawn when none are asked for")
  func empty() {
    let none = DigitRenderer.draw(count: 0, split: .test, seed: 1)
    #expect(none.images.isEmpty)
    #expect(none.labels.isEmpty)
  }

  @Test("Seeds and splits share no image")
  func disjointness() {
    let other = DigitRenderer.draw(count: 500, split: .train, seed: 2)
    var seen: Set<[UInt8]> = []
    for (images, count) in [
      (Self.train.images, 2_000), (Self.test.images, 1_000), (other.images, 500),
    ] {
      for i in 0..<count { seen.insert(Array(images[i * Self.size..<(i + 1) * Self.size])) }
    }
    #expect(seen.count == 3_500)
    #expect(other.labels != Array(Self.train.labels.prefix(500)))
  }

  @Test("Every digit is as frequent as the others, up to chance")
  func balance() {
    var counts = [Int](repeating: 0, count: 10)
    for label in Self.train.labels { counts[Int(label)] += 1 }
    // Binomial: 200 ± 13.4; five standard deviations either side.
    for count in counts { #expect((133...267).contains(count)) }
  }

  @Test("Labels come in random order")
  func order() {
    let labels = Self.train.labels
    let repeats = zip(labels, labels.dropFirst()).count { $0 == $1 }
    // One in ten neighbours agrees by chance: 200 ± 13.4.
    #expect((133...267).contains(repeats))
  }

  @Test("Every digit's centre of mass is the image's centre, to half a pixel")
  func centring() {
    for i in 0..<2_000 {
      var mass = 0.0
      var x = 0.0
      var y = 0.0
      for (p, value) in Self.train.images[i * Self.size..<(i + 1) * Self.size].enumerated() {
        mass += Double(value)
        x += Double(value) * Double(p % 28)
        y += Double(value) * Double(p / 28)
      }
      // A shift by whole pixels leaves half a pixel; grain moves the centre by a hair more.
      #expect(abs(x / mass - 13.5) < 0.6, "image \(i)")
      #expect(abs(y / mass - 13.5) < 0.6, "image \(i)")
    }
  }

  @Test("Every digit fills a box of 20 pixels")
  func boxes() {
    for i in 0..<2_000 {
      var columns = (low: 28, high: -1)
      var rows = (low: 28, high: -1)
      for (p, value) in Self.train.images[i * Self.size..<(i + 1) * Self.size].enumerated()
      where value >= 128 {
        columns = (min(columns.low, p % 28), max(columns.high, p % 28))
        rows = (min(rows.low, p / 28), max(rows.high, p / 28))
      }
      let side = max(columns.high - columns.low, rows.high - rows.low) + 1
      #expect((18...22).contains(side), "image \(i)")
    }
  }

  @Test("Greys run from paper to full ink, and most of an image is paper")
  func greys() {
    var histogram = [Int](repeating: 0, count: 256)
    for value in Self.train.images { histogram[Int(value)] += 1 }
    #expect(histogram.allSatisfy { $0 > 0 })
    for i in 0..<2_000 {
      let image = Self.train.images[i * Self.size..<(i + 1) * Self.size]
      #expect(image.max()! >= 200, "image \(i)")
      let ink = Double(image.reduce(0) { $0 + Int($1) }) / (255 * Double(Self.size))
      #expect((0.015...0.4).contains(ink), "image \(i)")
    }
    // MNIST's mean is 0.1307.
    let mean = Double(Self.train.images.reduce(0) { $0 + Int($1) }) / (255 * 784 * 2_000)
    #expect(abs(mean - 0.1307) < 0.01)
  }

  @Test("The nearest mean image names most digits of the test split")
  func nearestCentroid() {
    var centroids = [[Float]](repeating: [Float](repeating: 0, count: Self.size), count: 10)
    var counts = [Float](repeating: 0, count: 10)
    for (i, label) in Self.train.labels.enumerated() {
      counts[Int(label)] += 1
      for p in 0..<Self.size {
        centroids[Int(label)][p] += Float(Self.train.images[i * Self.size + p])
      }
    }
    for digit in 0..<10 {
      for p in 0..<Self.size { centroids[digit][p] /= counts[digit] }
    }
    var correct = 0
    for (i, label) in Self.test.labels.enumerated() {
      let distances = centroids.map { centroid in
        var sum: Float = 0
        for p in 0..<Self.size {
          let difference = Float(Self.test.images[i * Self.size + p]) - centroid[p]
          sum += difference * difference
        }
        return sum
      }
      if distances.firstIndex(of: distances.min()!) == Int(label) { correct += 1 }
    }
    #expect(correct > 700)
  }

  @Test("SplitMix64's outputs, and the moments of the numbers made from them")
  func random() {
    var random = DigitRandom(state: 1_234_567)
    // The reference implementation's first outputs for this state.
    let reference: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
    ]
    #expect(reference.allSatisfy { $0 == random.next() })

    let count = 20_000
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<count {
      let value = Double(random.normal())
      sum += value
      squares += value * value
    }
    // Five standard errors: 5/√n for the mean, 5·√(kurtosis − 1)/√n for the variance.
    #expect(abs(sum / Double(count)) < 0.036)
    #expect(abs(squares / Double(count) - 1) < 0.05)
  }
}
