import CBackpropKernels

/// The blocks of a shape in which an ``ElementwiseProgram`` runs, and its inputs seen in them.
///
/// An input that lies as the shape does is read where it is. One number for all, or a row that repeats
/// in every block, is laid out once. Any other is read where it is as far as a block lies within one of
/// its rows without gaps, and gathered else.
struct ElementwiseBlocks {
  private enum Source {
    case inPlace
    case fixed(StridedLoop, block: Int)
    case byRows(StridedLoop, block: Int)
  }

  /// An input's memory, without counting references to it: whoever runs the program holds it.
  private struct Input {
    let base: UnsafeMutableRawPointer
    let size: Int
    let copy: @convention(c) (Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer) -> Void

    init(_ storage: Storage) {
      base = storage.base
      size = storage.scalarType.size
      copy = storage.scalarType.kernels.pointee.copy
    }
  }

  private let inputs: [Input]
  private var sources: [Source] = []
  /// How many blocks inputs need to be laid out in.
  private(set) var gatheredCount = 0
  /// The most elements that a block has.
  private(set) var length: Int
  /// How many blocks there are.
  let count: Int

  private let rowLength: Int
  private let blocksInRow: Int

  /// - Parameters:
  ///   - inputs: what is read; each broadcasts to `shape`.
  ///   - shape: what is cut into blocks.
  ///   - limit: about how many elements a block has.
  init(_ inputs: [Storage], over shape: Shape, atMost limit: Int) {
    self.inputs = inputs.map(Input.init)
    let elementCount = shape.elementCount
    let loops = inputs.map { input -> StridedLoop? in
      let liesAsShape = input.isContiguous && input.elementCount == elementCount
      return liesAsShape ? nil : StridedLoop(over: shape, input)
    }
    // Axes are merged from the last on, so that the rows of one input are made of those of another.
    let rows = loops.compactMap { $0?.rowLength }
    let shortest = rows.min() ?? elementCount
    var block = min(max(limit, Self.shortestBlock), Self.longestBlock)
    if shortest >= Self.shortestBlock {
      // A block ends where the row ends.
      rowLength = shortest
      let pieces = (rowLength + block - 1) / block
      block = min(rowLength, ((rowLength + pieces - 1) / pieces + 15) & ~15)
    } else {
      // Blocks of whole rows, so that a row that repeats is the same in all.
      rowLength = elementCount
      let whole = rows.filter { $0 <= block }.max() ?? 1
      block = min(elementCount, block / whole * whole)
    }
    length = block
    blocksInRow = (rowLength + block - 1) / block
    count = elementCount / rowLength * blocksInRow
    for loop in loops {
      guard let loop else {
        sources.append(.inPlace)
        continue
      }
      let isOneNumber = loop.rowLength == elementCount && loop.isConstantAlongRows
      let repeats = loop.repeatsRows && rowLength == elementCount && block % loop.rowLength == 0
      sources.append(
        isOneNumber || repeats
          ? .fixed(loop, block: gatheredCount) : .byRows(loop, block: gatheredCount))
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
    for (index, source) in sources.enumerated() {
      guard case .fixed(let loop, let block) = source else { continue }
      table[index] = place(index, loop, 0..<length, memory + block * blockBytes)
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
    for index in sources.indices {
      switch sources[index] {
      case .inPlace: table[index] = inputs[index].base + elements.lowerBound &* inputs[index].size
      case .fixed: break
      case .byRows(let loop, let block):
        table[index] = place(index, loop, elements, memory + block &* blockBytes)
      }
    }
  }

  /// Where the numbers of an input are for these elements: where they lie, or in `memory`.
  private func place(
    _ index: Int, _ loop: StridedLoop, _ elements: Range<Int>, _ memory: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let input = inputs[index]
    var place = memory
    loop.forEachRow(of: elements) { row in
      let source = input.base + row.a &* input.size
      if row.strideA == 1, row.count == elements.count {
        place = source
      } else {
        input.copy(row.count, source, row.strideA, memory + row.output &* input.size)
      }
    }
    return place
  }
}
