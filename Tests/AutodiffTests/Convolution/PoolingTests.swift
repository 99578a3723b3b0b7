import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct PoolingTests {
  private func sequence(_ numbers: [Double]) -> Tensor {
    Tensor(NDArray(numbers, shape: [1, 1, numbers.count], scalarType: .float64))
  }

  /// What PyTorch gives for them.
  @Test func whatIsNotANumberWins() {
    let nan = Double.nan
    #expect(sequence([1, nan, 3, 2]).maxPool1D(3, stride: 1).doubles.allSatisfy { $0.isNaN })
    #expect(sequence([nan, 1, 2, 3]).maxPool1D(2).doubles[1] == 3)
    #expect(sequence([nan, 1, 2, 3]).averagePool1D(2).doubles[1] == 2.5)
    #expect(sequence([1, 2, 3]).maxPool1D(2, stride: 1, padding: 1).doubles == [1, 2, 3, 3])
  }

  /// Padding is never the largest, nor where the gradient goes.
  @Test func paddingIsBelowEverything() {
    let low = -Double.infinity
    let x = sequence([low, low, low, low]).requiringGradient()
    let y = x.maxPool1D(3, stride: 1, padding: 1)
    #expect(y.doubles == [low, low, low, low])
    #expect(y.sum().backward()[x].doubles == [2, 1, 1, 0])
    #expect(sequence([-3, -2, -1]).maxPool1D(2, padding: 1).doubles == [-3, -1])
  }

  /// A dilated window may have no number at all.
  @Test func windowsOfNothingAreMinusInfinity() {
    let x = sequence([1, 2, 3]).requiringGradient()
    let y = x.maxPool1D(2, stride: 1, padding: 1, dilation: 4)
    #expect(y.doubles == [-.infinity])
    #expect(y.sum().backward()[x].doubles == [0, 0, 0])
  }

  /// The first of several, as in PyTorch; and all that arrives adds up.
  @Test func oneOfSeveralLargestGetsTheGradient() {
    let x = sequence([5, 5, 1, 5]).requiringGradient()
    #expect(x.maxPool1D(2).sum().backward()[x].doubles == [1, 0, 0, 1])
    #expect(x.maxPool1D(3, stride: 1).sum().backward()[x].doubles == [1, 1, 0, 0])
    let z = sequence([1, 7, 2]).requiringGradient()
    #expect(z.maxPool1D(2, stride: 1).sum().backward()[z].doubles == [0, 2, 0])
  }

  /// Nothing is kept of the input, and positions only if a gradient may be asked for.
  @Test func theGraphKeepsPositionsAlone() {
    let x = Tensor(NDArray.numbers([1, 2, 4, 4])).requiringGradient()
    let y = x.maxPool2D(2)
    #expect(y.node!.memory.savedCount == 1)
    #expect(y.sum().backward()[x].doubles.reduce(0, +) == 8)
  }

  @Test func longRowsAreSummedPairwise() {
    let x = Tensor(repeating: 0.1, shape: [1, 1, 1000, 1000])
    #expect(abs(x.adaptiveAveragePool2D(to: 1).item - 0.1) < 1e-7)
    #expect(abs(x.averagePool2D(1000).item - 0.1) < 1e-7)
  }

  @Test func batchesOfNothingHaveEmptyResults() {
    let x = Tensor.zeros([0, 3, 6, 6]).requiringGradient()
    #expect(x.maxPool2D(2).sum().backward()[x].shape == [0, 3, 6, 6])
    #expect(x.averagePool2D(2).sum().backward()[x].shape == [0, 3, 6, 6])
    #expect(x.interpolated(by: 2).sum().backward()[x].shape == [0, 3, 6, 6])
    let y = Tensor.ones([2, 3, 6, 6]).requiringGradient()
    #expect(y.adaptiveMaxPool2D(to: [0, 2]).shape == [2, 3, 0, 2])
    #expect(y.adaptiveAveragePool2D(to: [0, 2]).sum().backward()[y].sum().item == 0)
  }

  // MARK: Mistakes

  private func error(_ tensor: Tensor) throws -> ShapeError {
    try #require(throws: ShapeError.self) { _ = try tensor.checkedType() }
  }

  private func shape(_ lengths: Int..., type: ScalarType = .float32) -> Tensor {
    Tensor(shapeOnly: TensorType(Shape(lengths), type))
  }

  @Test func mistakesSayWhatWasMeant() throws {
    let x = shape(2, 3, 8, 8)
    #expect(
      try error(x.maxPool1D(2)).reason == "the input has 4 axes, and not (batch, channels, length)")
    #expect(
      try error(shape(3, 8, 8).averagePool2D(2)).hint
        == "for a batch of one, expandingDimension(at: 0)")
    #expect(
      try error(x.maxPool2D(9)).description == """
        maxPool2D: a window that reaches over 9 positions does not fit on a length of 8 with 0 of \
        padding on both sides
          shapes: (2, 3, 8, 8)
          hint: pool with a smaller window, or shorten the input less on the way here
        """)
    #expect(
      try error(x.averagePool2D(2, padding: 2)).reason
        == "the padding is 2, and at most half the kernel, 2")
    #expect(
      try error(x.maxPool2D(0)).reason == "the kernel is 0, and is at least 1 along every axis")
    #expect(try error(x.maxPool2D(2, stride: 0)).reason.contains("the stride is 0"))
    #expect(try error(x.maxPool2D([2, 2, 2])).reason.contains("2x2x2"))
    #expect(
      try error(shape(2, 3, 8, 8, type: .int64).maxPool2D(2)).reason.hasPrefix(
        "the numbers are int64"))
    let nothing = try error(shape(2, 3, 0, 8).adaptiveMaxPool2D(to: 2))
    #expect(nothing.operation == "adaptiveMaxPool2D")
    #expect(nothing.reason == "there is nothing to pool along an axis of length 0")
    #expect(
      try error(shape(1, 1, 1 << 20, 1 << 20).maxPool2D(2)).reason
        == "a plane has more than 2147483647 numbers")

    #expect(try error(shape(2, 3).interpolated(by: 2)).reason.contains("the input has 2 axes"))
    #expect(try error(x.interpolated(to: [1, 0])).reason.contains("the result is 1x0"))
    #expect(try error(x.interpolated(by: 0.1)).reason == "of a length of 8 nothing would be left")
    #expect(try error(x.interpolated(by: -1)).reason.contains("the factors are [-1.0]"))
    #expect(try error(x.interpolated(by: [1, 2, 3])).reason.contains("one for each of 2"))
    #expect(try error(x.interpolated(by: 1e300)).reason == "more elements than can be counted")
  }

  /// Each position is that of the first of its window's largest numbers, of which there are often several.
  @Test func positionsAreThoseOfTheLargest() {
    var random = RandomSource(seed: 6)
    let (height, width) = (7, 6)
    let x = (Tensor.uniform([2, 3, height, width], scalarType: .float64, using: &random) * 4)
      .floor()
      .requiringGradient()
    let (values, positions) = x.maxPool2DWithPositions([3, 2], stride: 2, padding: 1)
    #expect(positions.scalarType == .int64 && positions.shape == [2, 3, 4, 4])
    #expect(values.doubles == x.maxPool2D([3, 2], stride: 2, padding: 1).doubles)
    let (numbers, found) = (x.doubles, positions.doubles)
    for plane in 0..<6 {
      for window in 0..<16 {
        let (top, left) = (window / 4 * 2 - 1, window % 4 * 2 - 1)
        var first = -1
        for row in max(0, top)..<min(height, top + 3) {
          for column in max(0, left)..<min(width, left + 2) {
            let place = row * width + column
            if first < 0 || numbers[plane * 42 + place] > numbers[plane * 42 + first] {
              first = place
            }
          }
        }
        #expect(found[plane * 16 + window] == Double(first))
      }
    }
    let gradient = values.sum().backward()[x]
    #expect(
      gradient.doubles == x.maxPool2D([3, 2], stride: 2, padding: 1).sum().backward()[x].doubles)
    let line = Tensor([3, 1, 4, 1, 5, 9]).reshaped(to: [1, 1, 6]).maxPool1DWithPositions(
      3, stride: 1)
    #expect(line.values.doubles == [4, 4, 5, 9])
    #expect(line.positions.doubles == [2, 2, 4, 5])
  }
}
