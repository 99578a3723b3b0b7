import CBackpropKernels

/// Picking elements by arrays of positions, and writing them back. `offsets` is what
/// ``PositionIndex/offsets(_:)`` gives: where the elements lie, one for each of the positions.
extension PositionIndex {
  /// Copies what is picked of `source`, which lies as the index was made for, to `result`.
  package func gather(from source: NDArray, _ offsets: NDArray, into result: NDArray) {
    let (storage, out, size) = (source.storage, result.storage, source.scalarType.size)
    let kernels = storage.scalarType.kernels
    let length = inner.shape.elementCount
    guard result.count > 0 else { return }
    let rows = StridedLoop(over: inner.shape, inner.strides)
    let isRun = inner.isContiguous
    forEachPart(offsets, length) { start, offsets, place in
      let base = storage.base + start &* size
      var target = out.base + place &* length &* size
      if length == 1 {
        return kernels.pointee.gather_elements(offsets.count, base, offsets.baseAddress!, target)
      }
      for offset in offsets {
        let first = base + Int(offset) &* size
        if isRun {
          target.copyMemory(from: first, byteCount: length &* size)
        } else {
          rows.forEachRow { row in
            kernels.pointee.copy(
              row.count, first + row.a &* size, row.strideA, target + row.output &* size)
          }
        }
        target += length &* size
      }
    }
  }

  /// Calls `body` with what outer axes lead to, some of the offsets, and the number of the first of
  /// the inner parts of the result that they make; in any order and on any thread.
  private func forEachPart(
    _ offsets: NDArray, _ length: Int, _ body: (Int, UnsafeBufferPointer<Int64>, Int) -> Void
  ) {
    let outerCount = outer.shape.elementCount
    let grain = Swift.max(1, Parallel.elementGrain / Swift.max(1, length))
    offsets.withContiguousScalars(as: Int64.self) { offsets in
      Parallel.forEachRange(of: outerCount * offsets.count, grain: grain) { range in
        var place = range.lowerBound
        while place < range.upperBound {
          let (number, first) = place.quotientAndRemainder(dividingBy: offsets.count)
          let last = Swift.min(offsets.count, first + range.upperBound - place)
          body(
            outer.offset(ofElement: number), UnsafeBufferPointer(rebasing: offsets[first..<last]),
            place)
          place += last - first
        }
      }
    }
  }

  /// Writes `elements`, broadcast, to what is picked of `target`, whose memory nothing else sees. Of
  /// several that go to one place, the last stays.
  package func scatter(_ elements: NDArray, to target: NDArray, _ offsets: NDArray) {
    let kernels = target.scalarType.kernels
    write(elements, to: target, offsets, kernels.pointee.scatter_elements) { n, a, out in
      out.copyMemory(from: a, byteCount: n &* target.scalarType.size)
    }
  }

  /// Adds `elements`, broadcast, to what is picked of `target`, whose memory nothing else sees. Those
  /// that go to one place add up, one after the other.
  package func add(_ elements: NDArray, to target: NDArray, _ offsets: NDArray) {
    let kernels = target.scalarType.kernels
    guard let add = kernels.pointee.binary_loops[Int(BP_ADD.rawValue)] else {
      ShapeError.noKernel("add", [target.shape, elements.shape], target.scalarType).trap()
    }
    write(elements, to: target, offsets, kernels.pointee.add_elements) { n, a, out in
      add(n, out, a, out)
    }
  }

  private func write(
    _ elements: NDArray, to target: NDArray, _ offsets: NDArray,
    _ writeElements: (Int, UnsafeRawPointer, Int, UnsafePointer<Int64>, UnsafeMutableRawPointer) ->
      Void,
    _ writeRun: (Int, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) {
    guard resultShape.elementCount > 0 else { return }
    if !inner.isContiguous {
      // As single elements, each by an offset of its own.
      let flat = withoutInner
      return flat.write(
        elements, to: target, offsetsOfElements(offsets), writeElements, writeRun)
    }
    let (length, size) = (inner.shape.elementCount, target.scalarType.size)
    let isOne = elements.count == 1 && length == 1
    let source =
      isOne ? elements.storage : elements.broadcast(to: resultShape).contiguous().storage
    let outerCount = outer.shape.elementCount
    offsets.withContiguousScalars(as: Int64.self) { offsets in
      let count = offsets.count
      // Elements of one place are written by one thread, in their order.
      let shares = length < 32 || count * length < 2 * Parallel.elementGrain ? 1 : 16
      let together =
        shares == 1 ? Swift.max(1, Parallel.elementGrain / Swift.max(1, count * length)) : 1
      Parallel.forEachRange(of: outerCount * shares, grain: together) { range in
        for piece in range {
          let (number, share) = piece.quotientAndRemainder(dividingBy: shares)
          let out = target.storage.base + outer.offset(ofElement: number) &* size
          let first = source.base + (isOne ? 0 : number &* count &* length &* size)
          if length == 1 {
            writeElements(count, first, isOne ? 0 : 1, offsets.baseAddress!, out)
            continue
          }
          for index in 0..<count where shares == 1 || Self.share(of: offsets[index]) == share {
            writeRun(
              length, first + index &* length &* size, out + Int(offsets[index]) &* size)
          }
        }
      }
    }
    withExtendedLifetime(source) {}
  }

  /// Which of sixteen threads' shares an offset belongs to.
  private static func share(of offset: Int64) -> Int {
    Int(truncatingIfNeeded: (UInt64(bitPattern: offset) &* 0x9E37_79B9_7F4A_7C15) >> 60)
  }

  /// The index that picks the same elements one by one.
  private var withoutInner: PositionIndex {
    PositionIndex(
      outer: outer, shape: Shape(Array(shape) + Array(inner.shape)),
      inner: ArrayLayout(shape: .scalar, strides: Extents()))
  }

  private func offsetsOfElements(_ offsets: NDArray) -> NDArray {
    let steps = NDArray.computed(inner.shape.elementCount) { Int64(inner.offset(ofElement: $0)) }
    let result = NDArray(uninitialized: Shape([offsets.count, steps.count]), .int64)
    Elementwise.binary(
      BP_ADD, offsets.reshaped(to: Shape([offsets.count, 1])), steps, into: result)
    return result
  }

  /// Whether no later element goes to the same place, for each of the positions: which ones stay
  /// when elements are written; `nil` if all do.
  package func staying(_ offsets: NDArray) -> NDArray? {
    var result = NDArray(repeating: 1, shape: shape, scalarType: .bool)
    var areAll = true
    offsets.withContiguousScalars(as: Int64.self) { offsets in
      let (least, most) = (offsets.min() ?? 0, offsets.max() ?? 0)
      var isTaken = [Bool](repeating: false, count: Int(most - least) + 1)
      result.withMutableScalars(as: Bool.self) { stays in
        for index in offsets.indices.reversed() {
          let place = Int(offsets[index] - least)
          if isTaken[place] {
            stays[index] = false
            areAll = false
          }
          isTaken[place] = true
        }
      }
    }
    return areAll ? nil : result
  }
}
