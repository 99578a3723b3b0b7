/// A walk over the elements of a shape, a row at a time, for up to three operands that each lie in
/// memory in their own way.
///
/// Axes that lie evenly one inside the other for every operand are merged first, so that a
/// contiguous array is one row however many axes it has.
package struct StridedLoop {
  private var rank: Int
  private var lengths: Extents
  private var a: Extents
  private var b: Extents
  private var c: Extents

  /// Where a row's elements lie: element i of operand a is at `a + i * strideA`; output elements
  /// are contiguous from `output`.
  package struct Row {
    package var count: Int
    package var output: Int
    package var a: Int
    package var b: Int
    package var c: Int
    package var strideA: Int
    package var strideB: Int
    package var strideC: Int
  }

  /// A walk over `shape`, with each operand broadcast to it.
  package init(over shape: Shape, _ x: Storage, _ y: Storage? = nil, _ z: Storage? = nil) {
    self.init(
      over: shape, Self.broadcastStrides(of: x, to: shape),
      y.map { Self.broadcastStrides(of: $0, to: shape) } ?? Extents(),
      z.map { Self.broadcastStrides(of: $0, to: shape) } ?? Extents())
  }

  /// A walk over `shape`, along which the operands lie by these strides.
  package init(
    over shape: Shape, _ strideA: Extents, _ strideB: Extents = Extents(),
    _ strideC: Extents = Extents()
  ) {
    lengths = Extents()
    (a, b, c) = (Extents(), Extents(), Extents())
    rank = 0
    for axis in 0..<shape.rank {
      let length = shape.extents[axis]
      if length == 1 { continue }
      // The last kept axis and this one are one when a step along the former is `length` steps
      // along this one, for every operand.
      if rank > 0, a[rank - 1] == strideA[axis] &* length, b[rank - 1] == strideB[axis] &* length,
        c[rank - 1] == strideC[axis] &* length
      {
        lengths[rank - 1] &*= length
        a[rank - 1] = strideA[axis]
        b[rank - 1] = strideB[axis]
        c[rank - 1] = strideC[axis]
      } else {
        lengths[rank] = length
        a[rank] = strideA[axis]
        b[rank] = strideB[axis]
        c[rank] = strideC[axis]
        rank += 1
      }
    }
    if rank == 0 {
      rank = 1
      lengths[0] = shape.elementCount
    }
  }

  /// `x`'s strides along the axes of `shape`, 0 along an axis on which it is repeated.
  private static func broadcastStrides(of x: Storage, to shape: Shape) -> Extents {
    if x.shape == shape { return x.strides }
    var strides = Extents()
    let own = x.strides
    let missing = shape.rank - x.shape.rank
    for axis in 0..<x.shape.rank where x.shape.extents[axis] != 1 {
      strides[axis + missing] = own[axis]
    }
    return strides
  }

  /// Calls `body` for every row, outermost first. Long walks are split over threads; rows are then
  /// cut into pieces and come in any order, so `body` may only write its own output.
  package func forEachRow(_ body: (Row) -> Void) {
    let count = lengths[rank - 1]
    var rows = 1
    for axis in 0..<(rank - 1) { rows &*= lengths[axis] }
    if rows == 0 || count == 0 { return }
    if rows == 1 {
      Parallel.forEachRange(of: count, grain: Parallel.elementGrain) { range in
        body(
          Row(
            count: range.count, output: range.lowerBound, a: range.lowerBound &* a[0],
            b: range.lowerBound &* b[0], c: range.lowerBound &* c[0], strideA: a[0], strideB: b[0],
            strideC: c[0]))
      }
    } else {
      let grain = max(1, Parallel.elementGrain / count)
      Parallel.forEachRange(of: rows, grain: grain) { range in walk(range, count, body) }
    }
  }

  /// How many elements a row has.
  package var rowLength: Int { lengths[rank - 1] }

  /// Whether operand a is one number in each row.
  package var isConstantAlongRows: Bool { a[rank - 1] == 0 }

  /// Whether operand a lies in each row as in the first.
  package var repeatsRows: Bool {
    for axis in 0..<(rank - 1) where a[axis] != 0 { return false }
    return true
  }

  /// Calls `body` for the rows, or parts of rows, that hold the elements numbered `elements`, in their
  /// order. Output elements are counted from the first of these.
  package func forEachRow(of elements: Range<Int>, _ body: (Row) -> Void) {
    let count = rowLength
    let (start, end) = (elements.lowerBound, elements.upperBound)
    walk(start / count..<(end + count - 1) / count, count) { row in
      let skipped = max(0, start - row.output)
      var part = row
      part.count = min(count, end - row.output) - skipped
      part.output += skipped - start
      part.a += skipped * row.strideA
      part.b += skipped * row.strideB
      part.c += skipped * row.strideC
      body(part)
    }
  }

  /// The rows numbered `range`, counting the last outer axis fastest.
  private func walk(_ range: Range<Int>, _ count: Int, _ body: (Row) -> Void) {
    let inner = rank - 1
    var index = Extents()
    var row = Row(
      count: count, output: range.lowerBound &* count, a: 0, b: 0, c: 0, strideA: a[inner],
      strideB: b[inner], strideC: c[inner])
    var remaining = range.lowerBound
    var axis = inner - 1
    while axis >= 0 {
      index[axis] = remaining % lengths[axis]
      remaining /= lengths[axis]
      row.a &+= index[axis] &* a[axis]
      row.b &+= index[axis] &* b[axis]
      row.c &+= index[axis] &* c[axis]
      axis -= 1
    }
    for _ in range {
      body(row)
      row.output &+= count
      axis = inner - 1
      while axis >= 0 {
        index[axis] &+= 1
        row.a &+= a[axis]
        row.b &+= b[axis]
        row.c &+= c[axis]
        if index[axis] < lengths[axis] { break }
        row.a &-= a[axis] &* lengths[axis]
        row.b &-= b[axis] &* lengths[axis]
        row.c &-= c[axis] &* lengths[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }
}
