import CBackpropKernels
import Testing

/// What slides over planes, against the definition, for every instruction set.
@Suite struct WindowTests {
  private static let spans = [
    bp_span(start: 0, count: 2, divisor: 3), bp_span(start: 1, count: 3, divisor: 3),
    bp_span(start: 6, count: 1, divisor: 2), bp_span(start: 9, count: 0, divisor: 1),
  ]

  /// Windows of two numbers that lie side by side.
  private static func halves(_ count: Int) -> [bp_span] {
    (0..<count).map { bp_span(start: 2 * $0, count: 2, divisor: 2) }
  }

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
          ([Self.spans[0]], wide, (3, 1)), (Self.halves(3), Self.halves(20), (1, 1)),
          (Self.halves(2), Self.halves(17), (1, 1)),
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
          let cotangents: [T] = testNumbers(windows.count, seed: 5)
          for rectified in [false, true] {
            let back = Guarded<T>(count: plane.count)
            kernels.max_pool_gradient(
              &pooling, memory.operand(cotangents),
              rectified ? memory.operand(largest.values) : nil,
              positions, plane.count, back.start)
            var expected = [T](repeating: 0, count: plane.count)
            for (index, place) in positions.enumerated() where place >= 0 {
              if !rectified || largest[index] > 0 { expected[Int(place)] += cotangents[index] }
            }
            #expect(back.values == expected && back.isIntact, message)
          }
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
