import CBackpropKernels
import Testing

/// What slides over planes, against the definition, for every instruction set.
@Suite struct WindowTests {
  /// Windows with a stride, dilation and padding of their own along each axis.
  private static func windows(
    _ height: Int, _ width: Int, _ kernel: (Int, Int), stride: (Int, Int) = (1, 1),
    dilation: (Int, Int) = (1, 1), before: (Int, Int) = (0, 0), out: (Int, Int)
  ) -> bp_windows {
    bp_windows(
      height: height, width: width, kernel_height: kernel.0, kernel_width: kernel.1,
      out_height: out.0, out_width: out.1, stride_height: stride.0, stride_width: stride.1,
      dilation_height: dilation.0, dilation_width: dilation.1, top: before.0, left: before.1)
  }

  private static let cases = [
    windows(6, 7, (3, 2), out: (4, 6)),
    windows(1, 40, (1, 5), before: (0, 2), out: (1, 40)),
    windows(9, 8, (2, 3), stride: (2, 3), before: (1, 2), out: (5, 3)),
    windows(5, 35, (3, 3), dilation: (2, 4), before: (2, 3), out: (5, 32)),
    // Windows that lie beside the plane, and numbers that no window sees.
    windows(3, 4, (2, 2), stride: (1, 2), before: (3, 5), out: (7, 6)),
    windows(4, 9, (1, 1), stride: (2, 5), before: (0, -1), out: (2, 2)),
  ]

  /// The rectangles into which windows are divided: all, and parts of a row.
  private static func ranges(_ w: bp_windows) -> [bp_window_range] {
    [
      bp_window_range(row: 0, rows: w.out_height, column: 0, columns: w.out_width),
      bp_window_range(row: w.out_height / 2, rows: 1, column: 0, columns: w.out_width),
      bp_window_range(
        row: w.out_height - 1, rows: 1, column: w.out_width / 2,
        columns: w.out_width - w.out_width / 2),
    ]
  }

  /// Where in the planes each number of the columns lies, -1 outside.
  private static func places(_ w: bp_windows, _ channels: Int, _ range: bp_window_range) -> [Int] {
    var places: [Int] = []
    for channel in 0..<channels {
      for i in 0..<w.kernel_height {
        for j in 0..<w.kernel_width {
          for r in range.row..<range.row + range.rows {
            for c in range.column..<range.column + range.columns {
              let y = r * w.stride_height + i * w.dilation_height - w.top
              let x = c * w.stride_width + j * w.dilation_width - w.left
              let isInside = (0..<w.height).contains(y) && (0..<w.width).contains(x)
              places.append(isInside ? (channel * w.height + y) * w.width + x : -1)
            }
          }
        }
      }
    }
    return places
  }

  @Test func columnsAreTheNumbersUnderTheWindows() {
    check(Float.self)
    check(Double.self)

    func check<T: KernelScalar>(_: T.Type) {
      let memory = Memory()
      defer { memory.free() }
      for kernels in T.allKernels {
        for var windows in Self.cases {
          for var range in Self.ranges(windows) {
            let channels = 2
            let image: [T] = testNumbers(channels * windows.height * windows.width)
            let places = Self.places(windows, channels, range)
            let columns = Guarded<T>(count: places.count)
            kernels.im2col(&windows, channels, &range, memory.operand(image), columns.start)
            #expect(
              columns.values == places.map { $0 < 0 ? 0 : image[$0] },
              "\(kernels.name) \(windows) \(range)")

            let numbers: [T] = testNumbers(places.count, seed: 3)
            var expected = image
            for (place, number) in zip(places, numbers) where place >= 0 {
              expected[place] += number
            }
            let sums = Guarded(image)
            kernels.col2im(&windows, channels, &range, memory.operand(numbers), sums.start)
            #expect(sums.values == expected, "\(kernels.name) \(windows) \(range)")
            #expect(columns.isIntact && sums.isIntact, "\(kernels.name) \(windows) \(range)")
          }
        }
      }
    }
  }

  private static let spans = [
    bp_span(start: 0, count: 2, divisor: 3), bp_span(start: 1, count: 3, divisor: 3),
    bp_span(start: 6, count: 1, divisor: 2), bp_span(start: 9, count: 0, divisor: 1),
  ]

  @Test func poolingTakesTheLargestAndTheMean() {
    check(Float.self)
    check(Double.self)

    func check<T: KernelScalar>(_: T.Type) {
      let memory = Memory()
      defer { memory.free() }
      let (height, width) = (7, 40)
      let plane: [T] = testNumbers(height * width)
      let wide = [
        bp_span(start: 0, count: 20, divisor: 20), bp_span(start: 2, count: 17, divisor: 4),
      ]
      for kernels in T.allKernels {
        for (rows, columns, steps) in [
          (Self.spans, Self.spans, (1, 1)), (Self.spans, wide, (1, 2)),
          ([Self.spans[0]], wide, (3, 1)),
        ] {
          var pooling = bp_pooling(
            width: width, out_height: rows.count, out_width: columns.count,
            rows: memory.operand(rows), columns: memory.operand(columns), row_step: steps.0,
            column_step: steps.1)
          let windows = rows.flatMap { row in
            columns.map { column in
              (0..<row.count).flatMap { r in
                (0..<column.count).map { c in
                  (row.start + r * steps.0) * width + column.start + c * steps.1
                }
              }
            }
          }
          let divisors = rows.flatMap { row in columns.map { row.divisor * $0.divisor } }
          let message: Comment = "\(kernels.name) \(steps)"

          let largest = Guarded<T>(count: windows.count)
          let alone = Guarded<T>(count: windows.count)
          var positions = [Int32](repeating: 7, count: windows.count)
          kernels.max_pool(&pooling, memory.operand(plane), largest.start, &positions)
          kernels.max_pool(&pooling, memory.operand(plane), alone.start, nil)
          #expect(
            largest.values == windows.map { $0.map { plane[$0] }.max() ?? -.infinity }, message)
          #expect(alone.values == largest.values, message)
          for (index, window) in windows.enumerated() {
            let first = window.first { plane[$0] == largest[index] }
            #expect(positions[index] == Int32(first ?? -1), message)
          }

          let means = Guarded<T>(count: windows.count)
          kernels.average_pool(&pooling, memory.operand(plane), means.start)
          let cotangent: [T] = testNumbers(windows.count, seed: 4)
          let gradient = Guarded(plane)
          kernels.average_pool_gradient(&pooling, memory.operand(cotangent), gradient.start)
          var expected = plane.map { Double($0) }
          for (index, window) in windows.enumerated() {
            let mean = window.reduce(0) { $0 + Double(plane[$1]) } / Double(divisors[index])
            #expect(abs(Double(means[index]) - mean) <= 64 * Double(T.ulpOfOne), message)
            for place in window {
              expected[place] += Double(cotangent[index]) / Double(divisors[index])
            }
          }
          for index in plane.indices {
            #expect(
              abs(Double(gradient[index]) - expected[index]) <= 64 * Double(T.ulpOfOne), message)
          }
          #expect(
            largest.isIntact && alone.isIntact && means.isIntact && gradient.isIntact, message)
        }
      }
    }
  }

  @Test func positionsAreTakenFromAndAddedTo() {
    check(Float.self)
    check(Double.self)

    func check<T: KernelScalar>(_: T.Type) {
      let memory = Memory()
      defer { memory.free() }
      let positions: [Int32] = [4, 0, -1, 4, 2]
      for kernels in T.allKernels {
        let places = memory.operand(positions)
        let taken = Guarded<T>(count: 5)
        kernels.take_at(5, memory.operand([1, 2, 3, 4, 5] as [T]), places, taken.start)
        #expect(taken.values == [5, 1, 0, 5, 3], "\(kernels.name)")
        let sums = Guarded<T>([10, 20, 30, 40, 50])
        kernels.add_at(5, memory.operand([1, 2, 3, 4, 5] as [T]), places, sums.start)
        #expect(sums.values == [12, 20, 35, 40, 55], "\(kernels.name)")
        #expect(taken.isIntact && sums.isIntact)
      }
    }
  }

  @Test func resizingBlendsNeighbours() {
    check(Float.self)
    check(Double.self)

    func check<T: KernelScalar>(_: T.Type) {
      let memory = Memory()
      defer { memory.free() }
      let (height, width) = (3, 4)
      let plane: [T] = testNumbers(height * width)
      let rows = [
        bp_tap(first: 0, second: 1, weight: 0.25), bp_tap(first: 2, second: 2, weight: 0),
      ]
      let columns = [
        bp_tap(first: 3, second: 3, weight: 0), bp_tap(first: 1, second: 2, weight: 0.5),
        bp_tap(first: 0, second: 1, weight: 0.875),
      ]
      for kernels in T.allKernels {
        for blends in [true, false] {
          var resizing = bp_resizing(
            width: width, out_height: 2, out_width: 3, rows: memory.operand(rows),
            columns: memory.operand(columns), blends: blends)
          // By which part of each number of the plane a result is made.
          let parts = rows.flatMap { row in
            columns.map { column in
              var part = [Double](repeating: 0, count: plane.count)
              for (y, v) in [(row.first, 1 - row.weight), (row.second, row.weight)] {
                for (x, u) in [(column.first, 1 - column.weight), (column.second, column.weight)] {
                  if blends { part[y * width + x] += v * u }
                }
              }
              if !blends { part[row.first * width + column.first] = 1 }
              return part
            }
          }
          let resized = Guarded<T>(count: 6)
          kernels.resize(&resizing, memory.operand(plane), resized.start)
          let cotangent: [T] = testNumbers(6, seed: 9)
          let gradient = Guarded(plane)
          kernels.resize_gradient(&resizing, memory.operand(cotangent), gradient.start)
          var expected = plane.map { Double($0) }
          for (index, part) in parts.enumerated() {
            let value = zip(part, plane).reduce(0) { $0 + $1.0 * Double($1.1) }
            #expect(
              abs(Double(resized[index]) - value) <= 8 * Double(T.ulpOfOne), "\(kernels.name)")
            for place in part.indices { expected[place] += part[place] * Double(cotangent[index]) }
          }
          for index in plane.indices {
            #expect(
              abs(Double(gradient[index]) - expected[index]) <= 32 * Double(T.ulpOfOne),
              "\(kernels.name)")
          }
          #expect(resized.isIntact && gradient.isIntact)
        }
      }
    }
  }

  /// A row next to what is not a number is itself where it has the whole weight.
  @Test func resizingTakesRowsWithoutWeightNotIn() {
    for kernels in Double.allKernels {
      var tap = [bp_tap(first: 0, second: 1, weight: 0)]
      let count = tap.count
      let result = tap.withUnsafeMutableBufferPointer { taps in
        var resizing = bp_resizing(
          width: 2, out_height: count, out_width: count, rows: taps.baseAddress!,
          columns: taps.baseAddress!, blends: true)
        var out = 0.0
        kernels.resize(&resizing, [1.0, 2, .nan, .nan], &out)
        return out
      }
      #expect(result == 1)
    }
  }
}
