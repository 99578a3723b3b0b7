extension NDArray {
  /// Where this array of `bool` is true: for each axis the positions along it, in row-major order.
  package var truePositions: [NDArray] {
    withContiguousScalars(as: Bool.self) { flags in
      let count = flags.count { $0 }
      var positions = (0..<rank).map { _ in NDArray(uninitialized: [count], .int64) }
      var places = NDArray(uninitialized: [count], .int64)
      places.withMutableScalars(as: Int.self) { places in
        var next = 0
        for index in flags.indices where flags[index] {
          places[next] = index
          next += 1
        }
        // The last axis runs fastest.
        var step = 1
        for axis in (0..<rank).reversed() {
          let length = shape[axis]
          positions[axis].withMutableScalars(as: Int.self) { along in
            for index in places.indices { along[index] = places[index] / step % length }
          }
          step *= length
        }
      }
      return positions
    }
  }
}
