import CBackpropKernels

/// The blocks of a shape in which an ``ElementwiseProgram`` runs, and its inputs seen in them.
///
/// An input that lies as the shape does is read where it is. One number for all, or a row that repeats
/// in every block, is laid out once. Any other is read where it is as far as a block lies within one of
/// its rows without gaps, and gathered else.
struct ElementwiseBlocks {
  /// An input's memory, without counting references to it: whoever runs the program holds it.
  private struct Source {
    let base: UnsafeMutableRawPointer
    let size: Int
    let copy: @convention(c) (Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer) -> Void
    /// How it lies; `nil` if it lies as the shape does.
    let loop: StridedLoop?
    /// The block in which it is laid out.
    var block = 0
    /// Whether it is the same in every block.
    var isFixed = false

    init(_ storage: Storage, over shape: Shape, _ elementCount: Int) {
      base = storage.base
      size = storage.scalarType.size
      copy = storage.scalarType.kernels.pointee.copy
      let liesAsShape = storage.isContiguous && storage.elementCount == elementCount
      loop = liesAsShape ? nil : StridedLoop(over: shape, storage)
    }
  }

  private var sources: [Source]
  /// How many blocks inputs need to be laid out in.
  private(set) var gatheredCount = 0
  /// The most elements that a block has.
  let length: Int
  /// How many blocks there are.
  let count: Int

  private let rowLength: Int
  private let blocksInRow: Int

  /// - Parameters:
  ///   - inputs: what is read; each broadcasts to `shape`.
  ///   - shape: what is cut into blocks; not empty.
  ///   - limit: about how many elements a block has.
  init(_ inputs: [NDArray], over shape: Shape, atMost limit: Int) {
    let elementCount = shape.elementCount
    sources = inputs.map { Source($0.storage, over: shape, elementCount) }
    // Axes are merged from the last on, so that the rows of one input are made of those of another.
    var shortest = elementCount
    for source in sources { shortest = min(shortest, source.loop?.rowLength ?? elementCount) }
    var block = min(max(limit, Self.shortestBlock), Self.longestBlock)
    if shortest >= Self.shortestBlock {
      // A block ends where the row ends.
      rowLength = shortest
      let pieces = (rowLength + block - 1) / block
      block = min(rowLength, ((rowLength + pieces - 1) / pieces + 15) & ~15)
    } else {
      // Blocks of whole rows, so that a row that repeats is the same in all.
      rowLength = elementCount
      var whole = 1
      for source in sources {
        if let length = source.loop?.rowLength, length <= block { whole = max(whole, length) }
      }
      block = min(elementCount, block / whole * whole)
    }
    length = block
    blocksInRow = (rowLength + block - 1) / block
    count = elementCount / rowLength * blocksInRow
    for index in sources.indices {
      guard let loop = sources[index].loop else { continue }
      let isOneNumber = loop.rowLength == elementCount && loop.isConstantAlongRows
      let repeats = loop.repeatsRows && rowLength == elementCount && block % loop.rowLength == 0
      sources[index].isFixed = isOneNumber || repeats
      sources[index].block = gatheredCount
      gatheredCount += 1
    }
  }

  /// Rows that are shorter are not walked one by one.
  private static let shortestBlock = 128
  private static let longestBlock = 1024

  /// The elements of a block, by their numbers in row-major order.
  @inline(__always)
  func elements(of block: Int) -> Range<Int> {
    let (row, piece) = block.quotientAndRemainder(dividingBy: blocksInRow)
    let start = row &* rowLength &+ piece &* length
    return start..<min(start &+ length, (row &+ 1) &* rowLength)
  }

  /// Lays out what is the same in every block.
  ///
  /// - Parameters:
  ///   - table: where the numbers of each input are, to be written.
  ///   - memory: blocks to lay inputs out in.
  ///   - blockBytes: how far apart these are.
  func prepare(
    _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ memory: UnsafeMutableRawPointer,
    _ blockBytes: Int
  ) {
    for index in sources.indices where sources[index].isFixed {
      table[index] = place(index, 0..<length, memory + sources[index].block &* blockBytes)
    }
  }

  /// Has `table` say where the numbers of each input are for the block of these elements.
  ///
  /// - Parameters:
  ///   - elements: the block.
  ///   - table: where the numbers of each input are, to be written.
  ///   - memory: blocks to lay inputs out in.
  ///   - blockBytes: how far apart these are.
  @inline(__always)
  func go(
    to elements: Range<Int>, _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>,
    _ memory: UnsafeMutableRawPointer, _ blockBytes: Int
  ) {
    for index in sources.indices where !sources[index].isFixed {
      table[index] =
        sources[index].loop == nil
        ? sources[index].base + elements.lowerBound &* sources[index].size
        : place(index, elements, memory + sources[index].block &* blockBytes)
    }
  }

  /// Where the numbers of an input are for these elements: where they lie, or in `memory`.
  private func place(
    _ index: Int, _ elements: Range<Int>, _ memory: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let (base, size, copy) = (sources[index].base, sources[index].size, sources[index].copy)
    var place = memory
    sources[index].loop.unsafelyUnwrapped.forEachRow(of: elements) { row in
      let source = base + row.a &* size
      if row.strideA == 1, row.count == elements.count {
        place = source
      } else {
        copy(row.count, source, row.strideA, memory + row.output &* size)
      }
    }
    return place
  }
}
