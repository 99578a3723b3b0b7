import CBackpropKernels

/// Where texts of different lengths lie whose rows follow one another without padding.
package struct PackedLengths: Sendable {
  /// The number of rows of each.
  package let lengths: [Int]
  /// The first row of each, and at last the number of all rows.
  package let starts: [Int]

  /// Texts of these lengths. Traps if one is negative.
  package init(_ lengths: [Int]) {
    precondition(lengths.allSatisfy { $0 >= 0 }, "PackedLengths: a length is negative")
    self.lengths = lengths
    var starts = [0]
    starts.reserveCapacity(lengths.count + 1)
    for length in lengths { starts.append(starts.last! + length) }
    self.starts = starts
  }

  /// How many rows there are.
  package var total: Int { starts.last! }
}

/// Attention of several texts, each to its own rows alone: what the kernels see of it.
///
/// Rows of queries, keys and values lie one after the other, all texts' in one matrix, the heads
/// beside one another in a row. What is summed in which order follows from a text's own length alone.
package struct PackedAttentionProduct: AttentionKernels {
  let kernels: UnsafePointer<bp_kernels>
  let size: Int
  private let texts: PackedLengths
  private let heads: Int
  /// The numbers of a head in a row.
  private let width: Int
  let scale: Double
  private let queries: Rows
  private let keys: Rows
  private let values: Rows

  /// Rows in memory.
  package struct Rows {
    package let start: UnsafeMutableRawPointer
    /// From one row to the next, in numbers.
    package let stride: Int

    /// Rows that begin at `start`, `stride` numbers apart.
    package init(_ start: UnsafeMutableRawPointer, stride: Int) {
      (self.start, self.stride) = (start, stride)
    }
  }

  /// How many multiplications are worth a piece of their own.
  private static let pieceWork = 2.5e5

  /// Attention of these rows.
  ///
  /// - Parameters:
  ///   - scalarType: of the numbers.
  ///   - inputs: rows of queries, keys and values.
  ///   - texts: which rows are of which text.
  ///   - heads: how many heads lie in a row.
  ///   - width: the numbers of a head.
  ///   - scale: by what the scores are multiplied.
  package init(
    _ scalarType: ScalarType, _ inputs: (queries: Rows, keys: Rows, values: Rows),
    _ texts: PackedLengths, heads: Int, width: Int, scale: Double
  ) {
    kernels = scalarType.kernels
    size = scalarType.size
    (queries, keys, values) = inputs
    self.texts = texts
    self.heads = heads
    self.width = width
    self.scale = scale
  }

  // MARK: Forward

  /// Writes softmax(scale · Q Kᵀ) V of each text and head to `result`, and to `logSums`, of shape
  /// (heads, rows), the logarithms of the sums by which the softmax divides.
  package func forward(into result: Rows, _ logSums: UnsafeMutableRawPointer?) {
    forEachPiece { piece in
      let scoreLimit = scoreLimit(piece)
      withScratch(elements: scoreLimit + blockLimit(piece)) { scores in
        for item in piece {
          let (start, n) = (texts.starts[item.text], texts.lengths[item.text])
          let block = blockLength(item.text)
          for first in stride(from: 0, to: n, by: block) {
            let rows = min(block, n - first)
            let sums =
              logSums.map { $0 + bytes(item.head * texts.total + start + first) }
              ?? scores + bytes(scoreLimit)
            computeScores(item, start + first, rows, scores)
            withKernelBlock(rows, n) { kernels.pointee.attention_softmax!($0, scores, sums) }
            product(
              false, false, rows, width, n, scores, n, at(values, start, item.head), values.stride,
              at(result, start + first, item.head), result.stride)
          }
        }
      }
    }
  }

  // MARK: Backward

  /// Writes the gradients with respect to queries, keys and values, where they are wanted, for that
  /// with respect to the result and what ``forward(into:_:)`` wrote to `logSums`; see
  /// ``AttentionProduct``.
  package func backward(
    _ cotangent: Rows, _ logSums: UnsafeMutableRawPointer,
    into gradients: (queries: Rows?, keys: Rows?, values: Rows?)
  ) {
    forEachPiece { piece in
      let scoreLimit = scoreLimit(piece)
      withScratch(elements: 2 * scoreLimit) { weights in
        let scores = weights + bytes(scoreLimit)
        for item in piece {
          pass(over: item, cotangent, logSums, gradients, weights, scores)
        }
      }
    }
  }

  private func pass(
    over item: Item, _ cotangent: Rows, _ logSums: UnsafeMutableRawPointer,
    _ gradients: (queries: Rows?, keys: Rows?, values: Rows?), _ weights: UnsafeMutableRawPointer,
    _ scores: UnsafeMutableRawPointer
  ) {
    let (start, n) = (texts.starts[item.text], texts.lengths[item.text])
    let block = blockLength(item.text)
    for first in stride(from: 0, to: n, by: block) {
      let rows = min(block, n - first)
      computeScores(item, start + first, rows, weights)
      withKernelBlock(rows, n) {
        kernels.pointee.attention_weights!(
          $0, logSums + bytes(item.head * texts.total + start + first), weights)
      }
      let g = at(cotangent, start + first, item.head)
      if let byValues = gradients.values {
        product(
          true, false, n, width, rows, weights, n, g, cotangent.stride,
          at(byValues, start, item.head), byValues.stride, accumulates: first > 0)
      }
      if gradients.queries == nil && gradients.keys == nil { continue }
      product(
        false, true, rows, n, width, g, cotangent.stride, at(values, start, item.head),
        values.stride, scores, n)
      kernels.pointee.softmax_gradient!(rows, n, scores, weights, scores)
      if let byQueries = gradients.queries {
        product(
          false, false, rows, width, n, scores, n, at(keys, start, item.head), keys.stride,
          at(byQueries, start + first, item.head), byQueries.stride)
      }
      if let byKeys = gradients.keys {
        product(
          true, false, n, width, rows, scores, n, at(queries, start + first, item.head),
          queries.stride, at(byKeys, start, item.head), byKeys.stride, accumulates: first > 0)
      }
    }
    for rows in [gradients.queries, gradients.keys] {
      guard let rows else { continue }
      for row in start..<start + n { multiplyByScale(at(rows, row, item.head), width) }
    }
  }

  // MARK: Pieces

  /// A head of a text.
  private struct Item {
    let text: Int
    let head: Int
  }

  /// Calls `body` with heads of texts, on any thread, about as much work each time.
  private func forEachPiece(_ body: ([Item]) -> Void) {
    var pieces: [[Item]] = []
    var work = Double.infinity
    for text in texts.lengths.indices where texts.lengths[text] > 0 {
      let length = Double(texts.lengths[text])
      for head in 0..<heads {
        if work >= Self.pieceWork {
          pieces.append([])
          work = 0
        }
        pieces[pieces.count - 1].append(Item(text: text, head: head))
        work += 2 * length * length * Double(width)
      }
    }
    Parallel.forEach(pieces.count) { body(pieces[$0]) }
  }

  /// How many queries of a text are done at a time.
  private func blockLength(_ text: Int) -> Int {
    let n = texts.lengths[text]
    return min(n, Self.blockLength(keys: n))
  }

  /// The most queries of a piece that are done at a time.
  private func blockLimit(_ piece: [Item]) -> Int {
    piece.reduce(0) { max($0, blockLength($1.text)) }
  }

  /// The most scores of a piece that lie in memory at a time.
  private func scoreLimit(_ piece: [Item]) -> Int {
    piece.reduce(0) { max($0, texts.lengths[$1.text] * blockLength($1.text)) }
  }

  private func computeScores(
    _ item: Item, _ row: Int, _ rows: Int, _ out: UnsafeMutableRawPointer
  ) {
    let (start, n) = (texts.starts[item.text], texts.lengths[item.text])
    product(
      false, true, rows, n, width, at(queries, row, item.head), queries.stride,
      at(keys, start, item.head), keys.stride, out, n)
  }

  private func withKernelBlock(
    _ rows: Int, _ columns: Int, _ body: (UnsafePointer<bp_attention_block>) -> Void
  ) {
    var block = bp_attention_block()
    (block.rows, block.columns, block.visible) = (rows, columns, columns)
    block.scale = scale
    body(&block)
  }

  /// Where the numbers of a head begin in a row.
  private func at(_ rows: Rows, _ row: Int, _ head: Int) -> UnsafeMutableRawPointer {
    rows.start + bytes(row &* rows.stride &+ head &* width)
  }
}
