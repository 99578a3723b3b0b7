import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropTestSupport
import Testing

// Serialized: the number of threads belongs to the whole process.
@Suite(.serialized) struct ImageAugmentationTests {
  private static func ramp(_ shape: Shape, _ type: ScalarType = .float32) -> Tensor {
    Tensor.range(from: 1, to: Double(shape.elementCount + 1), scalarType: type)
      .reshaped(to: shape)
  }

  @Test func nothingToChange() {
    var random = RandomSource(seed: 1)
    let images = Self.ramp([2, 3, 4, 5])
    let none = ImageAugmentation(rotation: 0, scaling: 0, shift: 0)
    #expect(none(images, using: &random).doubles == images.doubles)
  }

  /// A plane of grey, moved by (d, r), is lower by what its slopes say, where nothing comes in from
  /// outside; the move is the same for all pixels and channels, and within what was asked for.
  @Test(arguments: [ScalarType.float32, .float64]) func pixelsAreInterpolated(_ type: ScalarType) {
    var random = RandomSource(seed: 2)
    let images = Self.ramp([50, 2, 8, 8], type)
    let moved = ImageAugmentation(rotation: 0, scaling: 0, shift: 1.5)(images, using: &random)
    #expect(moved.scalarType == type)
    var moves = Set<Double>()
    for picture in 0..<50 {
      let difference = (images - moved)[picture, .all, 2..<6, 2..<6].doubles
      let move = difference[0]
      #expect(difference.allSatisfy { abs($0 - move) < (type == .float64 ? 1e-10 : 2e-3) })
      // 8 a row and 1 a column.
      #expect(abs(move) <= 1.5 * 9 + 1e-3)
      moves.insert(move)
    }
    #expect(moves.count == 50)
    #expect(moves.max()! > 5 && moves.min()! < -5)
  }

  /// What is round stays where it is, and what lies in the corners is turned out or in.
  @Test func turnsAreAboutTheMiddle() {
    var random = RandomSource(seed: 3)
    // A paraboloid over the middle: the same after any turn, but for the interpolation.
    let axis = Tensor.range(from: -4, to: 5, scalarType: .float64)
    let round = (axis.squared().reshaped(to: [9, 1]) + axis.squared()).reshaped(to: [1, 1, 9, 9])
    let images = Tensor.concatenate(Array(repeating: round, count: 20))
    let turned = ImageAugmentation(rotation: 180, scaling: 0, shift: 0)(images, using: &random)
    let inner = (turned - images)[.all, .all, 3..<6, 3..<6].doubles
    // Linear interpolation of a square is off by at most 1/4 an axis.
    #expect(inner.allSatisfy { (-1e-9...0.5 + 1e-9).contains($0) })
    #expect(turned[.all, .all, 4, 4].doubles.allSatisfy { abs($0) < 1e-9 })
    let scaled = ImageAugmentation(rotation: 0, scaling: 0.5, shift: 0)(images, using: &random)
    let ratios = scaled[.all, 0, 4, 6].doubles
    // x² at x / s with s from 0.5 to 1.5.
    #expect(ratios.allSatisfy { (4 / 2.25 - 0.01...16.01).contains($0) })
    #expect(ratios.max()! > 6 && ratios.min()! < 3)
  }

  @Test func whatComesInIsZero() {
    var random = RandomSource(seed: 4)
    let images = Tensor.ones([30, 1, 4, 4])
    let moved = ImageAugmentation(rotation: 0, scaling: 0, shift: 10)(images, using: &random)
    #expect(moved.doubles.allSatisfy { (0...1.000001).contains($0) })
    #expect(moved.doubles.contains(0))
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let images = Self.ramp([64, 1, 28, 28])
    func result() -> NDArray {
      var random = RandomSource(seed: 5)
      return ImageAugmentation()(images, using: &random).array
    }
    Parallel.threadCount = 1
    let expected = result()
    for threads in [2, 7] {
      Parallel.threadCount = threads
      #expect(mismatch(result(), expected) == nil)
    }
  }
}
