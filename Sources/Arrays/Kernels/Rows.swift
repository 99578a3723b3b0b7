import CBackpropKernels

/// Rows (positions along the first axis) by their numbers, which are a contiguous `int64` array, or
/// any whole numbers where that is said.
extension NDArray {
  /// The first of these row numbers that is not in 0..<`count`, and where it stands.
  package func firstRow(outside count: Int) -> (index: Int, row: Int64)? {
    withContiguousScalars(as: Int64.self) { rows in
      rows.firstIndex { $0 < 0 || $0 >= count }.map { ($0, rows[$0]) }
    }
  }

  /// Copies the rows of this array that `rows` names, all of which it has, to `result`.
  package func gatherRows(_ rows: NDArray, into result: NDArray) {
    let source = contiguous().storage
    let bytes = rowLength * scalarType.size
    let grain = Swift.max(1, Parallel.elementGrain / Swift.max(1, rowLength))
    rows.withContiguousScalars(as: Int64.self) { rows in
      Parallel.forEachRange(of: rows.count, grain: grain) { part in
        for index in part {
          (result.storage.base + index * bytes).copyMemory(
            from: source.base + Int(rows[index]) * bytes, byteCount: bytes)
        }
      }
    }
    withExtendedLifetime(source) {}
  }

  /// Adds the rows of `elements` to those of this array that the whole numbers `rows` name, all of
  /// which it has.
  package mutating func addRows(_ elements: NDArray, to rows: NDArray) {
    makeUnique()
    accumulateRows(elements, at: rows)
  }

  /// Does so in memory that nothing else sees yet, which is contiguous. One row after the other, since
  /// a row that is named twice is added to twice.
  package func accumulateRows(_ elements: NDArray, at rows: NDArray) {
    guard let add = scalarType.kernels.pointee.binary_loops[Int(BP_ADD.rawValue)] else {
      ShapeError.noKernel("add", [shape, elements.shape], scalarType).trap()
    }
    let source = elements.contiguous().storage
    let (length, bytes) = (rowLength, rowLength * scalarType.size)
    rows.cast(to: .int64).withContiguousScalars(as: Int64.self) { rows in
      for (index, row) in rows.enumerated() {
        let target = storage.base + Int(row) * bytes
        add(length, target, source.base + index * bytes, target)
      }
    }
    withExtendedLifetime(source) {}
  }

  /// How many elements a row has.
  private var rowLength: Int { shape[0] == 0 ? 0 : count / shape[0] }

  /// Writes a vector of `classes` zeros with a 1 at i for each whole number i of `labels`, all of
  /// which lie in 0..<`classes`, in memory that nothing else sees yet.
  package func fillWithOneHotRows(_ labels: NDArray, classes: Int) {
    fillWithZeros()
    let size = scalarType.size
    labels.cast(to: .int64).withContiguousScalars(as: Int64.self) { labels in
      for (index, label) in labels.enumerated() {
        Elements.fill(1, scalarType, at: storage.base + (index * classes + Int(label)) * size)
      }
    }
  }
}
