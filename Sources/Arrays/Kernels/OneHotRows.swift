import CBackpropKernels

extension NDArray {
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
