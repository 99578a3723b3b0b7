import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct ConvolutionTests {
  /// The formula in loops: pictures with weight and bias.
  private func reference(
    _ x: NDArray, _ w: NDArray, _ b: NDArray, stride: [Int], before: [Int], after: [Int],
    dilation: [Int], groups: Int
  ) -> NDArray {
    let (input, weight, bias) = (x.doubles, w.doubles, b.doubles)
    let (n, c, h, v) = (x.shape[0], w.shape[1], x.shape[2], x.shape[3])
    let (o, kh, kw) = (w.shape[0], w.shape[2], w.shape[3])
    let lengths = [h, v].indices.map { axis in
      ([h, v][axis] + before[axis] + after[axis] - dilation[axis] * ([kh, kw][axis] - 1) - 1)
        / stride[axis] + 1
    }
    var result: [Double] = []
    for image in 0..<n {
      for filter in 0..<o {
        let first = filter / (o / groups) * c
        for i in 0..<lengths[0] {
          for j in 0..<lengths[1] {
            var sum = bias[filter]
            for channel in 0..<c {
              for k in 0..<kh {
                for l in 0..<kw {
                  let row = i * stride[0] + k * dilation[0] - before[0]
                  let column = j * stride[1] + l * dilation[1] - before[1]
                  guard row >= 0, row < h, column >= 0, column < v else { continue }
                  sum +=
                    weight[((filter * c + channel) * kh + k) * kw + l]
                    * input[((image * x.shape[1] + first + channel) * h + row) * v + column]
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return NDArray(result, shape: [n, o, lengths[0], lengths[1]], scalarType: .float64)
  }

  /// Every combination of settings gives the sums of the formula, and the three gradients those of its
  /// transposes: ⟨conv(x, w), g⟩ is linear in x, in w and in g, so that each gradient is known by its
  /// products with other numbers.
  @Test func everySettingAgreesWithTheFormula() {
    var seed: UInt64 = 0
    func draw(_ shape: Shape) -> NDArray {
      seed += 1
      return .numbers(shape, seed: seed)
    }
    for groups in [1, 2, 3, 6] {
      for stride in [[1, 1], [2, 1], [3, 4]] {
        for dilation in [[1, 1], [1, 2], [3, 2]] {
          for (before, after) in [([0, 0], [0, 0]), ([2, 1], [2, 1]), ([0, 3], [5, 1])] {
            for kernel in [[1, 1], [3, 2], [2, 4]] {
              let x = draw([2, 6, 8, 9])
              let w = draw(Shape([6, 6 / groups] + kernel))
              let b = draw([6])
              let settings =
                "\(groups) groups, stride \(stride), dilation \(dilation), padding \(before) "
                + "\(after), kernel \(kernel)"
              func convolution(_ x: Tensor, _ w: Tensor, _ b: Tensor) -> Tensor {
                x.conv2D(
                  w, b, stride: PerAxis(stride),
                  padding: .edges(before: PerAxis(before), after: PerAxis(after)),
                  dilation: PerAxis(dilation), groups: groups)
              }
              func sums(_ x: NDArray, _ w: NDArray, _ b: NDArray) -> NDArray {
                reference(
                  x, w, b, stride: stride, before: before, after: after, dilation: dilation,
                  groups: groups)
              }
              let inputs = [x, w, b].map { Tensor($0).requiringGradient() }
              let result = convolution(inputs[0], inputs[1], inputs[2])
              #expect(
                mismatch(result.array, sums(x, w, b), relative: 0, absolute: 1e-13) == nil,
                "\(settings)")
              let g = draw(result.shape)
              let gradients = result.backward(from: Tensor(g))
              let zero = NDArray.zeros([6], scalarType: .float64)
              let others = [x, w, b].map { draw($0.shape) }
              let moved = [
                sums(others[0], w, zero), sums(x, others[1], zero),
                sums(x, .zeros(w.shape, scalarType: .float64), others[2]),
              ]
              for index in 0..<3 {
                let found = (gradients[inputs[index]] * Tensor(others[index])).sum().item
                let expected = (Tensor(moved[index]) * Tensor(g)).sum().item
                #expect(abs(found - expected) < 1e-11, "\(settings): gradient \(index)")
              }
            }
          }
        }
      }
    }
  }

  /// Sizes that are split into several parts and over threads.
  private static func results() -> [NDArray] {
    var random = RandomSource(seed: 3)
    func draw(_ shape: Shape) -> Tensor {
      Tensor(NDArray.normal(shape, using: &random)).requiringGradient()
    }
    let (x, w, b) = (draw([13, 6, 41, 39]), draw([10, 3, 5, 3]), draw([10]))
    let (v, u) = (draw([10, 8, 3, 3]), draw([8, 8, 1, 1]))
    let sound = draw([2, 4, 5000])
    let filters = draw([4, 4, 9])
    let wide = draw([1, 300, 9, 9])
    let weight = draw([40, 300, 3, 3])
    var y = x.conv2D(w, b, stride: [1, 2], padding: [2, 1], groups: 2)
    y = y.maxPool2D(3, stride: 2, padding: 1)
    y = y.convTranspose2D(v, stride: 2, padding: 1).conv2D(u).averagePool2D(2)
    y = y.interpolated(by: 1.7, mode: .linear())
    let z = sound.conv1D(filters, padding: .same)
    let loss =
      y.squared().mean() + z.squared().mean()
      + wide.conv2D(weight, padding: 1).adaptiveMaxPool2D(to: 4).squared().mean()
    let value = loss.detached.array
    let gradients = loss.backward()
    return [value] + [x, w, b, v, u, sound, filters, wide, weight].map { gradients[$0].array }
  }

  @Test func bitsAreTheSameOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 1
      let expected = ConvolutionTests.results()
      for array in expected { #expect(array.isFinite) }
      for threads in [2, 7] {
        Parallel.threadCount = threads
        #expect(ConvolutionTests.results() == expected, "\(threads) threads")
      }
    }
  }

  /// Whatever else is in the batch.
  @Test func picturesOfABatchAreDoneByThemselves() {
    let w = Tensor(NDArray.numbers([4, 8, 5, 5])).detached
    for count in [1, 8] {
      let x = Tensor(NDArray.numbers([count, 8, 30, 30]))
      let whole = x.conv2D(w, padding: 2)
      for index in 0..<count {
        let one = x[index..<(index + 1)].conv2D(w, padding: 2)
        #expect(one.array == whole[index..<(index + 1)].array)
      }
    }
  }

  @Test func batchesOfNothingHaveEmptyResultsAndNoGradient() {
    let x = Tensor.zeros([0, 3, 5, 5]).requiringGradient()
    let w = Tensor.ones([2, 3, 3, 3]).requiringGradient()
    let y = x.conv2D(w, Tensor.ones([2]))
    #expect(y.shape == [0, 2, 3, 3])
    let gradients = y.sum().backward()
    #expect(gradients[x].shape == [0, 3, 5, 5])
    #expect(gradients[w].array == .zeros([2, 3, 3, 3]))
    #expect(Tensor.zeros([0, 2, 4]).convTranspose1D(.ones([2, 5, 2])).shape == [0, 5, 5])
    // Of no channels the sum is the bias.
    let biased = Tensor.zeros([1, 0, 4, 4]).conv2D(.zeros([1, 0, 2, 2]), Tensor([7]))
    #expect(biased.array == NDArray(repeating: 7, shape: [1, 1, 3, 3]))
  }

  @Test func theTransposedUndoesTheLengths() {
    for length in 5..<12 {
      let x = Tensor.zeros([1, 1, length])
      let w = Tensor.ones([1, 1, 3])
      let y = x.conv1D(w, stride: 2, padding: 1)
      let back = y.convTranspose1D(w, stride: 2, padding: 1, outputPadding: 1 - length % 2)
      #expect(back.shape == x.shape)
    }
  }

  // MARK: Mistakes

  private func error(_ tensor: Tensor) throws -> ShapeError {
    try #require(throws: ShapeError.self) { _ = try tensor.checkedType() }
  }

  private func shape(_ lengths: Int..., type: ScalarType = .float32) -> Tensor {
    Tensor(shapeOnly: TensorType(Shape(lengths), type))
  }

  @Test func mistakesSayWhatWasMeant() throws {
    let w = Tensor.zeros([16, 3, 3, 3])
    #expect(
      try error(shape(8, 1, 28, 28).conv2D(w)).description == """
        conv2D: the input has 1 channels, and the weight takes 3
          shapes: (8, 1, 28, 28) and (16, 3, 3, 3)
        """)
    #expect(
      try error(shape(8, 32, 32, 3).conv2D(w)).hint
        == "channels come in front of what the kernel slides along: transposed([0, 3, 1, 2])")
    #expect(
      try error(shape(8, 100, 3).conv1D(.zeros([4, 3, 5]))).hint
        == "channels come in front of what the kernel slides along: transposed([0, 2, 1])")
    let single = try error(shape(3, 32, 32).conv2D(w))
    #expect(single.reason == "the input has 3 axes, and not (batch, channels, height, width)")
    #expect(single.hint == "for a batch of one, expandingDimension(at: 0)")
    #expect(
      try error(shape(8, 784).conv2D(w)).hint
        == "reshape the rows, as with reshaped(to: [-1, 1, 28, 28])")
    #expect(
      try error(shape(8, 3, 2, 9).conv2D(w)).reason
        == "a kernel that reaches over 3 positions does not fit on a length of 2 with 0 and 0 of "
        + "padding")
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, dilation: 5)).reason.contains("reaches over 11"))
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, .zeros([3]))).reason
        == "the bias must have the shape (16,), one number for each channel of the result")
    #expect(
      try error(shape(8, 6, 9, 9).conv2D(w, groups: 3)).reason
        == "the first axis of the weight, 16, does not divide into 3 groups")
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, groups: 2)).reason
        == "the input has 3 channels, and the weight takes 3 in each of 2 groups")
    #expect(try error(shape(8, 3, 9, 9).conv2D(w, groups: 0)).reason.contains("0 groups"))
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, stride: 2, padding: .same)).hint
        == "with a stride, say how many zeros there are: padding: 1")
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, stride: [1, 2, 3])).reason
        == "the stride is 1x2x3, and there are 2 axes to slide along")
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, stride: 0)).reason
        == "the stride is 0, and is at least 1 along every axis")
    #expect(
      try error(shape(8, 3, 9, 9).conv2D(w, dilation: [1, 0])).reason.contains("dilation is 1x0"))
    #expect(
      try error(shape(8, 3, 9, 9, type: .float64).conv2D(w)).hint
        == "convert one, with cast(to: .float64)")
    #expect(
      try error(
        shape(8, 3, 9, 9, type: .int32).conv2D(.zeros([4, 3, 3, 3], scalarType: .int32))
      ).reason.hasPrefix("the numbers are int32"))
    #expect(try error(shape(8, 3, 9, 9).conv2D(.zeros([4, 3, 3]))).reason.contains("two axes"))
    #expect(try error(shape(8, 3, 9, 9).conv2D(.zeros([4, 3, 0, 3]))).reason.contains("two axes"))
    #expect(
      try error(shape(1, 1 << 40, 1 << 10, 1 << 10).conv2D(shape(1 << 40, 1 << 40, 1, 1))).reason
        == "more elements than can be counted")
  }

  @Test func mistakesOfTransposedConvolutionsSayWhatWasMeant() throws {
    let w = Tensor.zeros([16, 8, 3, 3])
    let swapped = try error(shape(2, 8, 7, 7).convTranspose2D(w))
    #expect(swapped.operation == "convTranspose2D")
    #expect(swapped.reason == "the input has 8 channels, and the weight takes 16")
    #expect(swapped.hint?.contains("(channels, filters, …)") == true)
    #expect(
      try error(shape(2, 16, 7, 7).convTranspose2D(w, stride: 2, outputPadding: 2)).reason
        == "the output padding is 2, and must be below the stride, 2, or the dilation, 1")
    #expect(try error(shape(2, 16, 1, 7).convTranspose2D(w, padding: 2)).reason.contains("leave"))
    #expect(try error(shape(2, 16, 0, 7).convTranspose2D(w)).reason.contains("a length of 0"))
    #expect(
      try error(shape(2, 16, 1 << 61, 7).convTranspose2D(w, stride: 4)).reason.contains("count"))
    #expect(try error(shape(2, 16, 7, 7).convTranspose2D(w, .zeros([16]))).reason.contains("(8,)"))
  }

  @Test func negativeNumbersEndTheProgram() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([1, 1, 4]).conv1D(.zeros([1, 1, 2]), padding: -1)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("PerAxis: [-1]"))
  }
}
