import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropTestSupport
import Testing

// Serialized: the number of threads belongs to the whole process.
@Suite(.serialized) struct ImageTransformTests {
  private static func ramp(_ shape: Shape, _ type: ScalarType = .float32) -> Tensor {
    Tensor.range(from: 1, to: Double(shape.elementCount + 1), scalarType: type)
      .reshaped(to: shape)
  }

  static let transforms: [any ImageTransform] = [
    ImageNoise(0.1), HorizontalFlip(), Cutout(side: 5), ElasticDeformation(strength: 20),
    ImageAugmentation(),
    ImageTransforms([HorizontalFlip(), ImageAugmentation(), ImageNoise(0.1), Cutout(side: 5)]),
  ]

  /// The same seed gives the same pictures on any number of threads, another seed gives others, and
  /// shape and type stay.
  @Test(arguments: transforms.indices) func sameSeedSameBits(_ index: Int) {
    let transform = Self.transforms[index]
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    for type in [ScalarType.float32, .float64] {
      let images = Self.ramp([40, 2, 12, 14], type)
      func result(_ seed: UInt64) -> NDArray {
        var random = RandomSource(seed: seed)
        return transform(images, using: &random).array
      }
      Parallel.threadCount = 1
      let expected = result(5)
      #expect(expected.shape == images.shape && expected.scalarType == type)
      #expect(mismatch(result(6), expected) != nil)
      for threads in [2, 7] {
        Parallel.threadCount = threads
        #expect(mismatch(result(5), expected) == nil)
      }
    }
  }

  @Test func noiseHasItsDeviation() {
    var random = RandomSource(seed: 1)
    let images = Tensor(repeating: 0.5, shape: [20, 1, 50, 50])
    let noise = (ImageNoise(0.2)(images, using: &random) - images).doubles
    let mean = noise.reduce(0, +) / 50_000
    let deviation = (noise.reduce(0) { $0 + $1 * $1 } / 50_000).squareRoot()
    // Six standard errors: 0.2 / √50000 and 0.2 / √100000.
    #expect(abs(mean) < 0.0054 && abs(deviation - 0.2) < 0.0038)
  }

  @Test func aboutHalfAreMirrored() {
    var random = RandomSource(seed: 2)
    let images = Self.ramp([200, 2, 3, 5])
    let flipped = HorizontalFlip()(images, using: &random)
    var count = 0
    for picture in 0..<200 {
      let (before, after) = (images[picture], flipped[picture])
      let mirrored = before.flipped(axis: -1)
      if after.doubles == mirrored.doubles {
        count += 1
      } else {
        #expect(after.doubles == before.doubles)
      }
    }
    #expect((70...130).contains(count), "\(count)")
    #expect(HorizontalFlip(probability: 0)(images, using: &random).doubles == images.doubles)
  }

  /// A square that holds a pixel at least, zero in all channels, and nothing else is.
  @Test func aSquareIsCutOut() {
    var random = RandomSource(seed: 3)
    let images = Self.ramp([300, 2, 9, 7])
    let cut = Cutout(side: 4)(images, using: &random)
    var sizes = Set<Int>()
    for picture in 0..<300 {
      let numbers = cut[picture].doubles
      let isCut = numbers.map { $0 == 0 }
      #expect(Array(isCut[..<63]) == Array(isCut[63...]))
      let places = (0..<63).filter { isCut[$0] }.map { (row: $0 / 7, column: $0 % 7) }
      let rows = Set(places.map(\.row)), columns = Set(places.map(\.column))
      #expect(places.count == rows.count * columns.count && !places.isEmpty)
      #expect(rows.max()! - rows.min()! < 4 && columns.max()! - columns.min()! < 4)
      sizes.insert(places.count)
      for (before, after) in zip(images[picture].doubles, numbers) where after != 0 {
        #expect(before == after)
      }
    }
    #expect(sizes.contains(16) && sizes.min()! < 16)
    #expect(Cutout(side: 0)(images, using: &random).doubles == images.doubles)
  }

  /// On a slope of the numbers, what changes is how far each pixel is moved: neighbours nearly alike, and
  /// no further than the strength.
  @Test func elasticMovesAreSmooth() {
    var random = RandomSource(seed: 4)
    let slope = Tensor.range(from: 0, to: 40, scalarType: .float64)
    let images = Tensor.zeros([4, 1, 40, 40], scalarType: .float64) + slope
    let bent = ElasticDeformation(strength: 30, smoothness: 4)(images, using: &random)
    let moves = (images - bent)[.all, 0, 12..<28, 12..<28]
    let largest = moves.doubles.map(abs).max()!
    #expect(largest > 0.5 && largest < 12, "\(largest)")
    let steps = (moves[.all, .all, 1...] - moves[.all, .all, ..<15]).doubles.map(abs).max()!
    #expect(steps < largest / 2, "\(steps) of \(largest)")
    let none = ElasticDeformation(strength: 0)(images, using: &random)
    #expect(none.doubles == images.doubles)
  }
}
