import CBackpropKernels

/// A recurrent network's walk along sequences, and the walk back.
///
/// Time is the first axis of all arrays, (steps, batch, …), so that the numbers of a step lie
/// together. A step is a matrix product with the state, and all that follows it. Where there are enough
/// steps, one kernel does both, by a weight that is packed once, in the order in which steps read it;
/// else the product is one as any other. What a step leaves of the gates is what the walk back needs,
/// at whose end one product over all steps gives the weight's gradient.
package struct RecurrentWalk {
  private let cell: bp_recurrent
  private let steps: Int
  private let batch: Int
  private let lengths: NDArray?
  private let isReversed: Bool

  /// A walk along sequences.
  ///
  /// - Parameters:
  ///   - kind: what a step does.
  ///   - activation: of an RNN.
  ///   - steps: how many there are.
  ///   - batch: how many sequences.
  ///   - hidden: how many numbers the state has.
  ///   - lengths: how many steps each sequence has, contiguous and `int32`; `nil` where each has all.
  ///     In the steps behind its end a sequence keeps its state.
  ///   - isReversed: whether the last step comes first.
  package init(
    _ kind: bp_recurrent_kind, activation: bp_activation, steps: Int, batch: Int, hidden: Int,
    lengths: NDArray?, isReversed: Bool
  ) {
    let columns = kind == BP_RNN ? 1 : kind == BP_GRU ? 3 : 4
    cell = bp_recurrent(
      kind: kind, activation: activation, hidden: hidden, columns: columns,
      gates: kind == BP_RNN ? 1 : 4)
    (self.steps, self.batch) = (steps, batch)
    self.lengths = lengths
    self.isReversed = isReversed
  }

  private var hidden: Int { cell.hidden }
  private var hasMemory: Bool { cell.kind == BP_LSTM }
  /// How many numbers of a sequence come from an input.
  private var columns: Int { cell.columns * hidden }

  /// Where step `step` of the walk lies along the first axis.
  private func time(_ step: Int) -> Int { isReversed ? steps - 1 - step : step }

  // MARK: Forward

  /// What a walk leaves.
  package struct Result {
    /// The state after each step, and behind that the memory of an LSTM at the end: of shape (steps,
    /// batch, hidden), or of one more.
    package let states: NDArray
    /// What the kernel leaves of the gates, of shape (steps, batch, gates · hidden); of the last step
    /// alone if they are not kept.
    package let gates: NDArray
    /// The memory of an LSTM after each step, of shape (steps, batch, hidden), if gates are kept.
    package let cells: NDArray?

    package init(states: NDArray, gates: NDArray, cells: NDArray?) {
      (self.states, self.gates, self.cells) = (states, gates, cells)
    }
  }

  /// Walks along the sequences.
  ///
  /// - Parameters:
  ///   - fromInput: what comes from the input: of shape (steps, batch, columns).
  ///   - positions: contiguous and `int32`, of shape (steps, batch), where `fromInput` is a table: what
  ///     comes from the input are its rows of these numbers. `nil` where it is not.
  ///   - weight: what the state is multiplied by: of shape (hidden, columns).
  ///   - bias: what is added to that product, if anything.
  ///   - state: at the beginning, of shape (batch, hidden), and an LSTM's memory.
  ///   - keepsGates: whether the gates and memories of all steps are wanted.
  package func forward(
    _ fromInput: NDArray, positions: NDArray?, weight: NDArray, bias: NDArray?, state: [NDArray],
    keepsGates: Bool
  ) -> Result {
    let (x, weight, bias) = (fromInput.contiguous(), weight.contiguous(), bias?.contiguous())
    let first = state.map { $0.contiguous() }
    func array(_ steps: Int, _ width: Int) -> NDArray {
      NDArray(uninitialized: [steps, batch, width], x.scalarType)
    }
    let packed = packed(weight, transposed: false)
    let states = array(steps + (hasMemory ? 1 : 0), hidden)
    // The gate of an RNN is its state, where all sequences have all steps.
    let gatesAreStates = cell.kind == BP_RNN && lengths == nil
    let gates = gatesAreStates ? states : array(keepsGates ? steps : 1, cell.gates * hidden)
    let gatesMove = gatesAreStates || keepsGates
    let cells = hasMemory && keepsGates ? array(steps, hidden) : nil
    // The memory of each step if it is kept, else in its place at the end.
    let memory = cells ?? states
    func memoryTime(_ time: Int) -> Int { cells == nil ? steps : time }
    forEachChunk(x.scalarType) { rows in
      for step in 0..<steps {
        let (now, before) = (time(step), time(step - 1))
        let gateTime = gatesMove ? now : 0
        let (h, hTime) = step == 0 ? (first[0], 0) : (states, before)
        let (c, cTime) = step == 0 ? (first.last!, 0) : (memory, memoryTime(before))
        if packed == nil {
          multiply(
            rows, columns, h.start(rows.lowerBound, hTime), hidden, weight, gates, gateTime, bias)
        }
        let (next, hasNext) = (time(step + 1), step + 1 < steps && isKept(x.scalarType))
        forEachPart(of: rows, x.scalarType) { part, numbers in
          let row = part.lowerBound
          withUnsafePointer(to: cell) {
            kernels(x).pointee.recurrent_step!(
              $0, part.count, numbers.lowerBound, numbers.count, packed?.base, bias?.base,
              lengths?.integers(row), Int32(now), positions?.integers(now &* batch &+ row),
              positions == nil ? x.start(row, now) : x.base, gates.start(row, gateTime),
              h.start(row, hTime), hasMemory ? c.start(row, cTime) : nil, states.start(row, now),
              hasMemory ? memory.start(row, memoryTime(now)) : nil,
              hasNext && positions == nil ? x.start(row, next) : nil,
              hasNext && gatesMove ? gates.start(row, next) : nil)
          }
        }
      }
      if let cells {
        states.start(rows.lowerBound, steps).copyMemory(
          from: cells.start(rows.lowerBound, time(steps - 1)),
          byteCount: rows.count * hidden * x.scalarType.size)
      }
    }
    withExtendedLifetime((x, positions, weight, packed, bias, first)) {}
    return Result(states: states, gates: gates, cells: cells)
  }

  // MARK: Back

  /// The gradients of a walk.
  package struct Gradients {
    /// With respect to what came from the input.
    package let fromInput: NDArray
    /// With respect to the products of states and weight; the same array but for a GRU.
    package let products: NDArray
    /// With respect to the state at the beginning, if it was wanted.
    package let state: [NDArray]
  }

  /// Walks back.
  ///
  /// - Parameters:
  ///   - result: what the walk left, with all gates.
  ///   - weight: as the walk had it.
  ///   - state: as the walk had it.
  ///   - cotangent: the gradient with respect to `result.states`.
  ///   - wantsState: whether the gradient with respect to the state at the beginning is wanted.
  package func backward(
    _ result: Result, weight: NDArray, state: [NDArray], cotangent: NDArray, wantsState: Bool
  ) -> Gradients {
    let cotangent = cotangent.contiguous()
    let first = state.map { $0.contiguous() }
    let packed = packed(weight.contiguous(), transposed: true)
    // As it is multiplied by: a copy, which saves every step from packing it anew.
    let transposed = packed == nil ? weight.matrixTransposed.contiguous() : nil
    let type = cotangent.scalarType
    let (states, gates, cells) = (result.states, result.gates, result.cells)
    let dx = NDArray(uninitialized: [steps, batch, columns], type)
    let products = cell.kind == BP_GRU ? NDArray(uninitialized: dx.shape, type) : dx
    let dh = NDArray.zeros([batch, hidden], scalarType: type)
    let dc = hasMemory ? NDArray(uninitialized: dh.shape, type) : nil
    let kernels = kernels(dx)
    forEachChunk(type) { rows in
      if let dc {
        dc.start(rows.lowerBound).copyMemory(
          from: cotangent.start(rows.lowerBound, steps),
          byteCount: rows.count * hidden * type.size)
      }
      for step in (0..<steps).reversed() {
        let (now, before) = (time(step), time(step - 1))
        let isLast = step == steps - 1
        let hasNext = step > 1 && isKept(type)
        forEachPart(of: rows, type) { part, numbers in
          let row = part.lowerBound
          let h = step == 0 ? first[0].start(row) : states.start(row, before)
          let c = hasMemory ? step == 0 ? first[1].start(row) : cells!.start(row, before) : nil
          withUnsafePointer(to: cell) {
            kernels.pointee.recurrent_step_gradient!(
              $0, part.count, numbers.lowerBound, numbers.count, packed?.base,
              isLast ? nil : products.start(row, time(step + 1)), lengths?.integers(row),
              Int32(now), gates.start(row, now), h, c, cells?.start(row, now),
              cotangent.start(row, now), dh.start(row), dc?.start(row), dx.start(row, now),
              products.start(row, now), hasNext ? (before - now) * batch : 0)
          }
        }
        if step == 0, !wantsState { break }
        if let transposed {
          multiply(
            rows, hidden, products.start(rows.lowerBound, now), columns, transposed, dh, 0, nil,
            accumulates: true)
        } else if step == 0 {
          withUnsafePointer(to: cell) {
            kernels.pointee.recurrent_state_gradient!(
              $0, rows.count, packed!.base, products.start(rows.lowerBound, now),
              dh.start(rows.lowerBound))
          }
        }
      }
    }
    withExtendedLifetime((cotangent, first, packed, transposed, states, gates, cells)) {}
    return Gradients(
      fromInput: dx, products: products, state: wantsState ? [dh] + (dc.map { [$0] } ?? []) : [])
  }

  /// The gradient with respect to the weight: Σ hᵀ g over all steps, of the state h before a step and the
  /// gradient g with respect to its product.
  ///
  /// - Parameters:
  ///   - states: what the walk left.
  ///   - first: the state at the beginning.
  ///   - products: the gradient with respect to the products.
  package func weightGradient(states: NDArray, first: NDArray, products: NDArray) -> NDArray {
    let first = first.contiguous()
    let gradient = NDArray(uninitialized: [hidden, columns], products.scalarType)
    func add(
      _ rows: Int, _ h: UnsafeMutableRawPointer, _ g: UnsafeMutableRawPointer, accumulates: Bool
    ) {
      kernels(products).pointee.product!(
        true, false, hidden, columns, rows, h, hidden, g, columns, gradient.base, columns,
        accumulates, nil, BP_IDENTITY_ACTIVATION)
    }
    // All steps but the first of the walk begin with the state that the step before it left.
    add(batch, first.start(0), products.start(0, time(0)), accumulates: false)
    let (from, to) = isReversed ? (1, 0) : (0, 1)
    add((steps - 1) * batch, states.start(0, from), products.start(0, to), accumulates: true)
    withExtendedLifetime(first) {}
    return gradient
  }

  // MARK: Parts

  private func kernels(_ array: NDArray) -> UnsafePointer<bp_kernels> { array.scalarType.kernels }

  /// Whether the weight is packed: where there are too few rows to read it for, that takes longer than
  /// it saves.
  private var packs: Bool { steps >= 4 && batch >= Self.fewestRows }

  /// The weight as steps read it, if they do.
  private func packed(_ weight: NDArray, transposed: Bool) -> NDArray? {
    guard packs else { return nil }
    let kernels = kernels(weight)
    return withUnsafePointer(to: cell) { cell in
      let result = NDArray(
        uninitialized: [kernels.pointee.recurrent_packed_count!(cell)], weight.scalarType)
      forEachBlocks(weight.scalarType, grain: Parallel.elementGrain / columns) { numbers in
        kernels.pointee.recurrent_pack!(
          cell, transposed, numbers.lowerBound, numbers.count, weight.base, result.base)
      }
      return result
    }
  }

  /// out[rows, at `time`] = left · right + bias, of the rows `left` with `depth` numbers each; the numbers
  /// of `out` in the place of a bias if it accumulates.
  private func multiply(
    _ rows: Range<Int>, _ columns: Int, _ left: UnsafeMutableRawPointer, _ depth: Int,
    _ right: NDArray, _ out: NDArray, _ time: Int, _ bias: NDArray?, accumulates: Bool = false
  ) {
    kernels(out).pointee.product!(
      false, false, rows.count, columns, depth, left, depth, right.base, columns,
      out.start(rows.lowerBound, time), out.shape[out.rank - 1], accumulates,
      bias.map { UnsafeRawPointer($0.base) }, BP_IDENTITY_ACTIVATION)
  }

  /// Whether a thread can keep the whole weight in its cache.
  private func isKept(_ type: ScalarType) -> Bool {
    hidden * columns * type.size <= Self.keptBytes
  }

  /// Calls `body` with chunks of the sequences, on any thread. A chunk knows nothing of the others, so
  /// that threads meet at the end alone; nor does a sequence of those beside it, so the chunks may follow
  /// the number of threads. Where no thread could keep the whole weight in its cache, there is one
  /// chunk, of whose steps each thread does a part of the state's numbers.
  private func forEachChunk(_ type: ScalarType, _ body: (Range<Int>) -> Void) {
    guard packs, isKept(type) else { return body(0..<batch) }
    let threads = Parallel.threadCount
    let rounds = (batch - 1) / (threads * Self.mostRows) + 1
    let count = min(batch / Self.fewestRows, threads * rounds)
    Parallel.forEach(count) { body(batch * $0 / count..<batch * ($0 + 1) / count) }
  }

  /// A step of a chunk reads the whole weight, for which a few rows are needed to be worth it; the
  /// numbers of more than these would not stay in the first cache.
  private static let (fewestRows, mostRows) = (4, 24)
  private static let keptBytes = 1 << 20

  /// Calls `body` with parts of a step of these rows: some of them, and some numbers of their state.
  private func forEachPart(
    of rows: Range<Int>, _ type: ScalarType, _ body: (Range<Int>, Range<Int>) -> Void
  ) {
    if packs {
      if isKept(type) { return body(rows, 0..<hidden) }
      return forEachBlocks(type, grain: 1) { body(rows, $0) }
    }
    // A number of the state takes about sixteen times as long as one of a sum.
    let grain = max(1, Parallel.elementGrain / (16 * hidden))
    Parallel.forEachRange(of: rows.count, grain: grain) {
      body(rows.lowerBound + $0.lowerBound..<rows.lowerBound + $0.upperBound, 0..<hidden)
    }
  }

  /// Calls `body` with parts of the state's numbers, of whole blocks and at least `grain` numbers.
  private func forEachBlocks(_ type: ScalarType, grain: Int, _ body: (Range<Int>) -> Void) {
    let block = type.kernels.pointee.recurrent_block!()
    let count = (hidden + block - 1) / block
    Parallel.forEachRange(of: count, grain: max(1, grain / block)) {
      body($0.lowerBound * block..<min(hidden, $0.upperBound * block))
    }
  }
}

extension NDArray {
  /// Where the numbers of a row begin, in a contiguous array (batch, width), or in a step of one of shape
  /// (steps, batch, width).
  fileprivate func start(_ row: Int, _ step: Int = 0) -> UnsafeMutableRawPointer {
    let extents = storage.shape.extents
    let rank = storage.shape.rank
    let place = (step &* extents[rank - 2] &+ row) &* extents[rank - 1]
    return storage.base + place &* storage.scalarType.size
  }

  fileprivate var base: UnsafeMutableRawPointer { storage.base }

  /// From number `index` on, of a contiguous array of `int32`.
  fileprivate func integers(_ index: Int) -> UnsafePointer<Int32> {
    UnsafePointer(storage.base.assumingMemoryBound(to: Int32.self) + index)
  }
}
