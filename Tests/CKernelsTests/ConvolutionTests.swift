import CBackpropKernels
import CBackpropRuntime
import Testing

/// Convolutions and their gradients against the definition, for every instruction set.
@Suite(.serialized) struct ConvolutionTests {
  /// A convolution with the same lengths along both axes but for the input's.
  private static func convolution(
    images: Int = 2, groups: Int = 1, _ channels: Int, _ filters: Int, _ lengths: (Int, Int),
    kernel: (Int, Int) = (3, 3), stride: (Int, Int) = (1, 1), dilation: (Int, Int) = (1, 1),
    before: (Int, Int) = (1, 1), after: (Int, Int) = (1, 1)
  ) -> bp_convolution {
    func count(_ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ zeros: Int) -> Int {
      (length + zeros - dilation * (kernel - 1) - 1) / stride + 1
    }
    return bp_convolution(
      windows: bp_windows(
        height: lengths.0, width: lengths.1, kernel_height: kernel.0, kernel_width: kernel.1,
        out_height: count(lengths.0, kernel.0, stride.0, dilation.0, before.0 + after.0),
        out_width: count(lengths.1, kernel.1, stride.1, dilation.1, before.1 + after.1),
        stride_height: stride.0, stride_width: stride.1, dilation_height: dilation.0,
        dilation_width: dilation.1, top: before.0, left: before.1),
      images: images, groups: groups, channels: channels, filters: filters)
  }

  private static let cases = [
    // Tiles of all widths, whole and with channels left over, one vector of them and several.
    convolution(1, 16, (5, 28)), convolution(images: 1, 5, 32, (14, 14)),
    convolution(3, 40, (4, 13)),
    convolution(images: 1, 9, 70, (6, 7)), convolution(4, 33, (2, 31), kernel: (1, 5)),
    // Few filters, whose vectors hold windows: rows shorter than one, of one and a part, of many.
    convolution(2, 1, (6, 5)), convolution(5, 3, (4, 21)), convolution(1, 6, (9, 50)),
    convolution(images: 1, groups: 7, 1, 1, (9, 17)),
    convolution(groups: 3, 2, 2, (5, 33), stride: (2, 2)),
    // Groups of many, strides, dilations, kernels that leave positions out, uneven edges.
    convolution(groups: 2, 3, 18, (7, 9), stride: (2, 3), before: (0, 2), after: (1, 0)),
    convolution(5, 19, (11, 12), stride: (3, 2), dilation: (2, 3), before: (2, 3), after: (0, 4)),
    convolution(2, 17, (6, 7), kernel: (1, 2), stride: (2, 3), before: (0, 0), after: (0, 0)),
    convolution(2, 3, (6, 7), kernel: (2, 1), stride: (3, 2), before: (0, 0), after: (0, 0)),
    convolution(3, 18, (8, 9), kernel: (2, 3), before: (-1, -2), after: (0, -1)),
    convolution(2, 9, (3, 2), kernel: (2, 2), before: (4, 3), after: (3, 5)),
    // One number a window, and windows where the input lies.
    convolution(21, 37, (5, 6), kernel: (1, 1), before: (0, 0), after: (0, 0)),
    convolution(3, 2, (4, 5), kernel: (1, 1), before: (0, 0), after: (0, 0)),
    convolution(6, 16, (9, 8), kernel: (3, 2), before: (0, 0), after: (0, 0)),
    // More than one band of rows, and of columns.
    convolution(images: 1, 1, 18, (60, 40)), convolution(images: 1, 1, 5, (70, 70)),
    convolution(images: 1, 1, 17, (1, 2600), kernel: (1, 7), stride: (1, 2), before: (0, 3)),
    convolution(images: 1, 2, 1, (1, 2600), kernel: (1, 3), before: (0, 1), after: (0, 1)),
    // A deep one, one image of which is divided by its channels.
    convolution(images: 1, 34, 70, (3, 3)),
    convolution(images: 0, 2, 3, (4, 4)), convolution(images: 21, 2, 20, (3, 3)),
  ]

  /// What a number is summed from, and the sum of the magnitudes.
  private struct Sum {
    var value = 0.0
    var magnitude = 0.0
    mutating func add(_ term: Double) {
      value += term
      magnitude += abs(term)
    }
  }

  /// Calls `body` with the places in result, input and weight of every product.
  private static func forEachProduct(
    _ c: bp_convolution, _ body: (_ result: Int, _ input: Int, _ weight: Int) -> Void
  ) {
    let w = c.windows
    for image in 0..<c.images {
      for filter in 0..<c.groups * c.filters {
        for channel in 0..<c.channels {
          let plane = (image * c.groups + filter / c.filters) * c.channels + channel
          for i in 0..<w.kernel_height {
            for j in 0..<w.kernel_width {
              for y in 0..<w.out_height {
                let row = y * w.stride_height + i * w.dilation_height - w.top
                guard row >= 0, row < w.height else { continue }
                for x in 0..<w.out_width {
                  let column = x * w.stride_width + j * w.dilation_width - w.left
                  guard column >= 0, column < w.width else { continue }
                  body(
                    ((image * c.groups * c.filters + filter) * w.out_height + y) * w.out_width + x,
                    (plane * w.height + row) * w.width + column,
                    ((filter * c.channels + channel) * w.kernel_height + i) * w.kernel_width + j)
                }
              }
            }
          }
        }
      }
    }
  }

  private static func isClose<T: BinaryFloatingPoint>(
    _ found: Guarded<T>, _ expected: [Sum], count: Int
  ) -> Bool {
    found.isIntact
      && zip(found.values, expected).allSatisfy {
        abs(Double($0) - $1.value)
          <= (4 * Double(count).squareRoot() + 4) * Double(T.ulpOfOne) * $1.magnitude
      }
  }

  @Test(arguments: [false, true]) func isItsDefinition(rectified: Bool) {
    check(Float.self)
    check(Double.self)

    func check<T: KernelScalar>(_: T.Type) {
      for var c in Self.cases {
        let memory = Memory()
        defer { memory.free() }
        let w = c.windows
        let inputCount = c.images * c.groups * c.channels * w.height * w.width
        let depth = c.channels * w.kernel_height * w.kernel_width
        let filters = c.groups * c.filters
        let area = w.out_height * w.out_width
        let x: [T] = testNumbers(inputCount)
        let weight: [T] = testNumbers(filters * depth, seed: 2)
        let bias: [T] = testNumbers(filters, seed: 3)
        let shift: [T] = testNumbers(c.groups * c.channels, seed: 4)
        let g: [T] = testNumbers(c.images * filters * area, seed: 5)

        var sums = [Sum](repeating: Sum(), count: g.count)
        for index in sums.indices { sums[index].add(Double(bias[index / area % filters])) }
        Self.forEachProduct(c) { sums[$0].add(Double(x[$1]) * Double(weight[$2])) }
        if rectified { for index in sums.indices { sums[index].value = max(0, sums[index].value) } }

        for kernels in T.allKernels {
          let message: Comment = "\(kernels.name) \(T.self) \(c)"
          let (a, b) = (memory.operand(x), memory.operand(weight))
          let result = Guarded<T>(count: g.count)
          let activation = rectified ? BP_RELU_ACTIVATION : BP_IDENTITY_ACTIVATION
          kernels.convolve(&c, a, b, memory.operand(bias), activation, nil, result.start, nil)
          #expect(Self.isClose(result, sums, count: depth), message)

          // What the kernel gave decides which of the cotangent pass.
          let passed = zip(g, result.values).map { rectified && !($1 > 0) ? 0 : Double($0) }
          var byInput = [Sum](repeating: Sum(), count: inputCount)
          var byWeight = [Sum](repeating: Sum(), count: weight.count)
          var byBias = [Sum](repeating: Sum(), count: filters)
          for index in byInput.indices {
            byInput[index].add(
              Double(shift[index / (w.height * w.width) % (c.groups * c.channels)]))
          }
          Self.forEachProduct(c) {
            byInput[$1].add(passed[$0] * Double(weight[$2]))
            byWeight[$2].add(passed[$0] * Double(x[$1]))
          }
          for index in passed.indices { byBias[index / area % filters].add(passed[index]) }
          var cotangent = bp_cotangent(
            numbers: memory.operand(g),
            result: rectified ? UnsafeRawPointer(memory.operand(result.values)) : nil,
            pooling: nil, positions: nil)
          let inputGradient = Guarded<T>(count: inputCount)
          kernels.convolve_input_gradient(
            &c, &cotangent, b, memory.operand(shift), inputGradient.start)
          #expect(
            Self.isClose(inputGradient, byInput, count: c.filters * depth / max(1, c.channels)),
            message)
          let weightGradient = Guarded<T>(count: weight.count)
          let biasGradient = Guarded<T>(count: filters)
          kernels.convolve_weight_gradient(
            &c, a, &cotangent, weightGradient.start, biasGradient.start)
          #expect(Self.isClose(weightGradient, byWeight, count: c.images * area), message)
          #expect(Self.isClose(biasGradient, byBias, count: c.images * area), message)
        }
      }
    }
  }

  /// Pooling that is joined gives the bits of pooling by itself, there and back.
  @Test func poolingCanBeJoined() {
    check(Float.self)
    check(Double.self)

    func check<T: KernelScalar>(_: T.Type) {
      // By two without remainder, with one, and overlapping with an edge.
      let halves = (0..<7).map { bp_span(start: 2 * $0, count: 2, divisor: 2) }
      let thirds = (0..<7).map {
        bp_span(start: max(0, 2 * $0 - 1), count: $0 == 0 ? 2 : 3, divisor: 3)
      }
      for (var c, spans) in [
        (Self.convolution(3, 40, (14, 14)), halves), (Self.convolution(2, 3, (15, 15)), halves),
        (Self.convolution(2, 17, (15, 15)), thirds),
        (Self.convolution(4, 5, (30, 30), stride: (2, 2)), thirds),
      ] {
        let memory = Memory()
        defer { memory.free() }
        let w = c.windows
        let (area, planes) = (w.out_height * w.out_width, c.images * c.filters)
        let pooled = spans.count * spans.count
        let poolings = memory.operand([
          bp_pooling(
            width: w.out_width, out_height: spans.count, out_width: spans.count,
            rows: memory.operand(spans), columns: memory.operand(spans), row_step: 1, column_step: 1
          )
        ])
        let x = memory.operand(testNumbers(c.images * c.channels * w.height * w.width) as [T])
        let count = c.filters * c.channels * 9
        let weight = memory.operand(testNumbers(count, seed: 2) as [T])
        let g = memory.operand(testNumbers(planes * pooled, seed: 3) as [T])
        for kernels in T.allKernels {
          let whole = Guarded<T>(count: planes * area)
          kernels.convolve(&c, x, weight, nil, BP_RELU_ACTIVATION, nil, whole.start, nil)
          let apart = Guarded<T>(count: planes * pooled)
          var apartPositions = [Int32](repeating: 7, count: planes * pooled)
          let back = Guarded<T>(count: planes * area)
          for plane in 0..<planes {
            apartPositions.withUnsafeMutableBufferPointer {
              let positions = $0.baseAddress! + plane * pooled
              kernels.max_pool(
                poolings, whole.start + plane * area, apart.start + plane * pooled, positions)
              kernels.max_pool_gradient(
                poolings, g + plane * pooled, apart.start + plane * pooled, positions, area,
                back.start + plane * area)
            }
          }
          let joined = Guarded<T>(count: planes * pooled)
          let positions = memory.operand([Int32](repeating: 8, count: planes * pooled))
          kernels.convolve(
            &c, x, weight, nil, BP_RELU_ACTIVATION, poolings, joined.start, positions)
          #expect(joined.values == apart.values && joined.isIntact, "\(kernels.name)")
          #expect(
            Array(UnsafeBufferPointer(start: positions, count: planes * pooled)) == apartPositions)

          func gradients(_ cotangent: bp_cotangent) -> [[T]] {
            var cotangent = cotangent
            let input = Guarded<T>(count: c.images * c.channels * w.height * w.width)
            let (byWeight, bias) = (Guarded<T>(count: count), Guarded<T>(count: c.filters))
            kernels.convolve_input_gradient(&c, &cotangent, weight, nil, input.start)
            kernels.convolve_weight_gradient(&c, x, &cotangent, byWeight.start, bias.start)
            #expect(input.isIntact && byWeight.isIntact && bias.isIntact)
            return [input.values, byWeight.values, bias.values]
          }
          #expect(
            gradients(
              bp_cotangent(
                numbers: g, result: joined.start, pooling: poolings, positions: positions))
              == gradients(
                bp_cotangent(numbers: back.start, result: nil, pooling: nil, positions: nil)),
            "\(kernels.name)")
        }
      }
    }
  }

  @Test func bitsDoNotDependOnThreads() {
    let threads = bp_thread_count()
    defer { bp_set_thread_count(threads) }
    for var c in [
      Self.convolution(images: 17, 16, 40, (14, 14)), Self.convolution(images: 1, 64, 130, (9, 9)),
      Self.convolution(images: 1, 20, 32, (14, 14)), Self.convolution(images: 1, 14, 11, (20, 20)),
      Self.convolution(images: 9, groups: 40, 1, 1, (20, 20)),
    ] {
      let w = c.windows
      let inputCount = c.images * c.groups * c.channels * w.height * w.width
      let filters = c.groups * c.filters
      let x: [Float] = testNumbers(inputCount)
      let weight: [Float] = testNumbers(filters * c.channels * 9, seed: 2)
      let g: [Float] = testNumbers(c.images * filters * w.out_height * w.out_width, seed: 3)
      for kernels in Float.allKernels {
        func results(_ threads: Int) -> [[Float]] {
          bp_set_thread_count(threads)
          let (y, dx) = (Guarded<Float>(count: g.count), Guarded<Float>(count: inputCount))
          let (dw, db) = (Guarded<Float>(count: weight.count), Guarded<Float>(count: filters))
          g.withUnsafeBufferPointer { g in
            var cotangent = bp_cotangent(
              numbers: g.baseAddress!, result: nil, pooling: nil, positions: nil)
            kernels.convolve(&c, x, weight, nil, BP_IDENTITY_ACTIVATION, nil, y.start, nil)
            kernels.convolve_input_gradient(&c, &cotangent, weight, nil, dx.start)
            kernels.convolve_weight_gradient(&c, x, &cotangent, dw.start, db.start)
          }
          return [y.values, dx.values, dw.values, db.values]
        }
        let alone = results(1)
        #expect(results(2) == alone && results(7) == alone, "\(kernels.name)")
      }
    }
  }
}
