import CBackpropKernels

/// Attention as its kernels see it: queries (…, n, d), keys (…, m, d) and values (…, m, e) with the
/// same axes in front, all of one type, and perhaps a mask that broadcasts to (…, n, m).
///
/// A block of queries is done at a time: its scores are all that lies in memory of the n · m numbers
/// that there are, and the gradient computes them again. What is summed in which order follows from
/// the lengths alone.
package struct AttentionProduct: AttentionKernels {
  let kernels: UnsafePointer<bp_kernels>
  let size: Int
  private let queries: Rows
  private let keys: Rows
  private let values: Rows
  private let mask: Mask?
  private let isCausal: Bool
  let scale: Double
  /// How many matrices of queries there are.
  private let sliceCount: Int
  /// The numbers of queries and of keys.
  private let n: Int
  private let m: Int
  /// The lengths of a query and of a value.
  private let d: Int
  private let e: Int
  /// How many queries are done at a time.
  private let blockLength: Int

  /// Attention of these inputs.
  ///
  /// - Parameters:
  ///   - inputs: queries, keys and values.
  ///   - mask: flags, `true` where a key may be looked at, or numbers of the inputs' type that are
  ///     added to the scores.
  ///   - isCausal: whether query i may look at the keys 0...m − n + i alone.
  ///   - scale: by what the scores are multiplied.
  package init(
    _ inputs: (queries: NDArray, keys: NDArray, values: NDArray), mask: NDArray?, isCausal: Bool,
    scale: Double
  ) {
    let shape = inputs.queries.shape
    let batches = Shape(shape.dropLast(2))
    (n, d) = (shape[shape.rank - 2], shape[shape.rank - 1])
    (m, e) = (inputs.values.shape[shape.rank - 2], inputs.values.shape[shape.rank - 1])
    kernels = inputs.queries.scalarType.kernels
    size = inputs.queries.scalarType.size
    queries = Rows(inputs.queries, batches)
    keys = Rows(inputs.keys, batches)
    values = Rows(inputs.values, batches)
    if let mask {
      self.mask = Mask(mask, batches, n, m)
    } else {
      self.mask = nil
    }
    self.isCausal = isCausal
    self.scale = scale
    sliceCount = batches.elementCount
    blockLength = Self.blockLength(keys: m)
  }

  // MARK: Forward

  /// Writes softmax(scale · Q Kᵀ + mask) V to `result`, and to `logSums`, of shape (…, n), the
  /// logarithms of the sums by which the softmax divides.
  package func forward(into result: NDArray, _ logSums: NDArray) {
    let (out, sums) = (result.storage.base, logSums.storage.base)
    let blockCount = (n + blockLength - 1) / blockLength
    // Blocks share nothing that they write.
    forEachRange(of: sliceCount * blockCount, rows: Swift.min(n, blockLength)) { range in
      withScratch(1) { scores in
        for index in range {
          let slice = index / blockCount
          let block = block(index % blockCount)
          computeScores(block, slice, scores)
          withKernelBlock(block, slice) {
            kernels.pointee.attention_softmax!(
              $0, scores, sums + bytes(slice * n + block.start))
          }
          product(
            false, false, block.count, e, block.keys, scores, block.keys, values.row(0, of: slice),
            values.stride, out + bytes((slice * n + block.start) * e), e)
        }
      }
    }
    withExtendedLifetime(self) {}
  }

  // MARK: Backward

  /// Writes the gradients with respect to queries, keys and values, where they are wanted, for that
  /// with respect to the result and what ``forward(into:_:)`` wrote to `logSums`.
  ///
  /// With P the weights and G the cotangent: ∂V = Pᵀ G; ∂S = P (G Vᵀ − Σ P (G Vᵀ)), the sum over a
  /// row; ∂Q = scale · ∂S K; ∂K = scale · ∂Sᵀ Q.
  package func backward(
    _ cotangent: NDArray, _ logSums: NDArray,
    into gradients: (queries: NDArray?, keys: NDArray?, values: NDArray?)
  ) {
    let g = Rows(cotangent, Shape(cotangent.shape.dropLast(2)))
    let sums = logSums.storage.base
    let blockCount = (n + blockLength - 1) / blockLength
    // All blocks of a matrix of queries add to the same keys and values, so they go one by one.
    func pass(over slice: Int) {
      let byQueries = gradients.queries.map { $0.storage.base + bytes(slice * n * d) }
      let byKeys = gradients.keys.map { $0.storage.base + bytes(slice * m * d) }
      let byValues = gradients.values.map { $0.storage.base + bytes(slice * m * e) }
      if n == 0 {
        if let byKeys { fillWithZeros(byKeys, m * d) }
        if let byValues { fillWithZeros(byValues, m * e) }
      }
      withScratch(2) { weights in
        let scores = weights + bytes(Swift.min(n, blockLength) * m)
        // The last block sees all keys: it writes where the others add.
        for index in (0..<blockCount).reversed() {
          let block = block(index)
          let (rows, columns) = (block.count, block.keys)
          let accumulates = index < blockCount - 1
          computeScores(block, slice, weights)
          withKernelBlock(block, slice) {
            kernels.pointee.attention_weights!(
              $0, sums + bytes(slice * n + block.start), weights)
          }
          let cotangent = g.row(block.start, of: slice)
          if let byValues {
            product(
              true, false, columns, e, rows, weights, columns, cotangent, g.stride, byValues, e,
              accumulates: accumulates)
          }
          if byQueries == nil && byKeys == nil { continue }
          product(
            false, true, rows, columns, e, cotangent, g.stride, values.row(0, of: slice),
            values.stride, scores, columns)
          kernels.pointee.softmax_gradient!(rows, columns, scores, weights, scores)
          if let byQueries {
            product(
              false, false, rows, d, columns, scores, columns, keys.row(0, of: slice), keys.stride,
              byQueries + bytes(block.start * d), d)
          }
          if let byKeys {
            product(
              true, false, columns, d, rows, scores, columns, queries.row(block.start, of: slice),
              queries.stride, byKeys, d, accumulates: accumulates)
          }
        }
      }
      if let byQueries { multiplyByScale(byQueries, n * d) }
      if let byKeys { multiplyByScale(byKeys, m * d) }
    }
    // A few large matrices are done one after the other, each product split over the threads.
    if sliceCount < Parallel.threadCount {
      for slice in 0..<sliceCount { pass(over: slice) }
    } else {
      forEachRange(of: sliceCount, rows: 2 * n) { range in
        for slice in range { pass(over: slice) }
      }
    }
    withExtendedLifetime((self, g, logSums, gradients)) {}
  }

  // MARK: Blocks

  /// Some of the queries, and the first of the keys, beyond which none of them may look.
  private struct Block {
    let start: Int
    let count: Int
    let keys: Int
  }

  private func block(_ index: Int) -> Block {
    let start = index * blockLength
    let count = Swift.min(blockLength, n - start)
    let seen = m - n + start + count
    return Block(start: start, count: count, keys: isCausal ? Swift.max(0, Swift.min(m, seen)) : m)
  }

  /// The products of the block's queries with its keys.
  private func computeScores(_ block: Block, _ slice: Int, _ out: UnsafeMutableRawPointer) {
    product(
      false, true, block.count, block.keys, d, queries.row(block.start, of: slice), queries.stride,
      keys.row(0, of: slice), keys.stride, out, block.keys)
  }

  private func withKernelBlock(
    _ block: Block, _ slice: Int, _ body: (UnsafePointer<bp_attention_block>) -> Void
  ) {
    var kernelBlock = bp_attention_block()
    kernelBlock.rows = block.count
    kernelBlock.columns = block.keys
    kernelBlock.visible = isCausal ? m - n + block.start + 1 : block.keys
    kernelBlock.step = isCausal ? 1 : 0
    kernelBlock.scale = scale
    mask?.show(block.start, slice, to: &kernelBlock)
    body(&kernelBlock)
  }

  /// Lends memory for the scores of `count` blocks.
  private func withScratch(_ count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    withScratch(elements: count * Swift.min(n, blockLength) * m, body)
  }

  /// Calls `body` with ranges of the indices of pieces of work, each some rows of queries.
  private func forEachRange(of count: Int, rows: Int, _ body: (Range<Int>) -> Void) {
    let work = 2 * Double(rows) * Double(m) * Double(d + e)
    Parallel.forEachRange(
      of: count, grain: Swift.max(1, Int(5e5 / Swift.max(work, 1))), body)
  }

  private func fillWithZeros(_ start: UnsafeMutableRawPointer, _ count: Int) {
    start.initializeMemory(as: UInt8.self, repeating: 0, count: bytes(count))
  }
}

/// The matrices that an array's last two axes make, whose rows lie in memory number by number.
private struct Rows {
  private let layout: BatchLayout
  private let size: Int
  /// From one row to the next, in elements.
  var stride: Int { layout.matrix.rowStride }

  init(_ array: NDArray, _ batches: Shape) {
    let layout = BatchLayout(array, batches)
    self.layout = layout.matrix.isTransposed ? BatchLayout(array.copy(), batches) : layout
    size = array.scalarType.size
  }

  func row(_ row: Int, of matrix: Int) -> UnsafeMutableRawPointer {
    layout.start(of: matrix) + row &* stride &* size
  }
}

/// A mask, repeated to (…, n, m).
private struct Mask {
  private let storage: Storage
  private let batches: ArrayLayout
  private let rowStep: Int
  private let columnStep: Int

  init(_ mask: NDArray, _ batches: Shape, _ n: Int, _ m: Int) {
    storage = mask.broadcast(to: Shape(Array(batches) + [n, m])).storage
    let strides = storage.strides
    rowStep = strides[batches.rank]
    columnStep = strides[batches.rank + 1]
    var steps = Extents()
    for axis in 0..<batches.rank { steps[axis] = strides[axis] }
    self.batches = ArrayLayout(shape: batches, strides: steps)
  }

  /// Tells the kernel where the rows of this mask from `row` on lie.
  func show(_ row: Int, _ matrix: Int, to block: inout bp_attention_block) {
    let offset = batches.offset(ofElement: matrix) &+ row &* rowStep
    let start = storage.base + offset &* storage.scalarType.size
    if storage.scalarType == .bool {
      block.flags = UnsafePointer(start.assumingMemoryBound(to: UInt8.self))
      (block.flag_row, block.flag_column) = (rowStep, columnStep)
    } else {
      block.numbers = UnsafeRawPointer(start)
      (block.number_row, block.number_column) = (rowStep, columnStep)
    }
  }
}
