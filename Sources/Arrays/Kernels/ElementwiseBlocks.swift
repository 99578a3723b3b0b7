import CBackpropKernels

/// The blocks of a shape in which an ``ElementwiseProgram`` runs, and its inputs seen in them.
///
/// An input that lies as the shape does is read where it is. One number for all, or a row that repeats
/// in every block, is laid out once. Any other is read where it is as far as a block lies within one of
/// its rows without gaps, and gathered else.
struct ElementwiseBlocks {
  /// Where an input lies that lies as the shape does, or a result.
  struct Place {
    /// Its number among the values of the program.
    let value: Int
    // Whoever runs the program holds the memory.
    let base: UnsafeMutableRawPointer
    let size: Int

    init(_ storage: Storage, value: Int) {
      self.value = value
      base = storage.base
      size = storage.scalarType.size
    }
  }

  /// An input that lies otherwise.
  private struct Other {
    let place: Place
    let loop: StridedLoop
    let copy: @convention(c) (Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer) -> Void
    /// Whether it is the same in every block.
    var isFixed = false
  }

  private var inPlace: [Place] = []
  private var others: [Other] = []
  /// The most elements that a block has.
  let length: Int
  /// How many blocks there are.
  let count: Int

  private let rowLength: Int
  private let blocksInRow: Int

  /// - Parameters:
  ///   - inputs: what is read, the first values of the program; each broadcasts to `shape`.
  ///   - shape: what is cut into blocks; not empty.
  ///   - limit: about how many elements a block has.
  init(_ inputs: [NDArray], over shape: Shape, atMost limit: Int) {
    let elementCount = shape.elementCount
    inPlace.reserveCapacity(inputs.count)
    for (value, input) in inputs.enumerated() {
      let (storage, place) = (input.storage, Place(input.storage, value: value))
      if storage.isContiguous, storage.elementCount == elementCount {
        inPlace.append(place)
      } else {
        others.append(
          Other(
            place: place, loop: StridedLoop(over: shape, storage),
            copy: storage.scalarType.kernels.pointee.copy))
      }
    }
    // Axes are merged from the last on, so that the rows of one input are made of those of another.
    let shortest = others.reduce(elementCount) { min($0, $1.loop.rowLength) }
    var block = min(max(limit & ~15, Self.shortestBlock), Self.longestBlock)
    if shortest >= Self.shortestRow {
      // A block ends where the row ends.
      rowLength = shortest
      block = min(rowLength, block)
    } else {
      // Blocks of whole rows, so that a row that repeats is the same in all.
      rowLength = elementCount
      let whole = others.reduce(1) { $1.loop.rowLength <= block ? max($0, $1.loop.rowLength) : $0 }
      block = min(elementCount, block / whole * whole)
    }
    length = block
    blocksInRow = (rowLength + block - 1) / block
    count = elementCount / rowLength * blocksInRow
    for index in others.indices {
      let loop = others[index].loop
      let isOneNumber = loop.rowLength == elementCount && loop.isConstantAlongRows
      let repeats = loop.repeatsRows && rowLength == elementCount && block % loop.rowLength == 0
      others[index].isFixed = isOneNumber || repeats
    }
  }

  private static let shortestBlock = 64
  private static let longestBlock = 512
  /// Rows that are shorter are not walked one by one.
  private static let shortestRow = 128

  /// How many blocks inputs need to be laid out in.
  var gatheredCount: Int { others.count }

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
  ///   - table: where the numbers of each value are, to be written for the inputs.
  ///   - memory: blocks to lay inputs out in.
  ///   - blockBytes: how far apart these are.
  func prepare(
    _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ memory: UnsafeMutableRawPointer,
    _ blockBytes: Int
  ) {
    for index in others.indices where others[index].isFixed {
      table[others[index].place.value] = lay(index, 0..<length, memory + index &* blockBytes)
    }
  }

  /// Has `table` say where the numbers of each input are for the block of these elements.
  ///
  /// - Parameters:
  ///   - elements: the block.
  ///   - table: where the numbers of each value are, to be written for the inputs.
  ///   - memory: blocks to lay inputs out in.
  ///   - blockBytes: how far apart these are.
  @inline(__always)
  func go(
    to elements: Range<Int>, _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>,
    _ memory: UnsafeMutableRawPointer, _ blockBytes: Int
  ) {
    for place in inPlace { table[place.value] = place.base + elements.lowerBound &* place.size }
    for index in others.indices where !others[index].isFixed {
      table[others[index].place.value] = lay(index, elements, memory + index &* blockBytes)
    }
  }

  /// Where the numbers of an input are for these elements: where they lie, or laid out in `memory`.
  private func lay(
    _ index: Int, _ elements: Range<Int>, _ memory: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let (base, size) = (others[index].place.base, others[index].place.size)
    let copy = others[index].copy
    var place = memory
    others[index].loop.forEachRow(of: elements) { row in
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
