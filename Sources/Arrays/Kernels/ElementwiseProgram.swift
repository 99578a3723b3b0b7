import CBackpropKernels
import CBackpropRuntime

/// Element-wise loops that follow one another, run block by block: what one writes, the next reads
/// from the first cache, so that inputs come from memory once and results go there once.
///
/// The loops are those of the single operations and see the same numbers, so results have the same
/// bits. Values are numbered: the inputs first, then what each step computes.
package struct ElementwiseProgram: Sendable {
  /// One loop, and the numbers of the values that it computes with.
  package struct Step: Sendable {
    fileprivate let loop: ElementwiseLoop
    fileprivate let a: Int
    fileprivate let b: Int
    fileprivate let c: Int
    fileprivate let type: ScalarType
    fileprivate let resultType: ScalarType

    /// - Parameters:
    ///   - loop: what is computed.
    ///   - a: the number of the first operand's value.
    ///   - b: that of the second; of the first where there is none.
    ///   - c: that of the third; of the first where there is none.
    ///   - type: the type of the operands; of a selection, that of the two to choose from.
    ///   - resultType: the type of what is computed.
    package init(
      _ loop: ElementwiseLoop, _ a: Int, _ b: Int, _ c: Int, _ type: ScalarType,
      _ resultType: ScalarType
    ) {
      (self.loop, self.type, self.resultType) = (loop, type, resultType)
      (self.a, self.b, self.c) = (a, b, c)
    }

    /// Those that are the first again come twice.
    fileprivate func forEachOperand(_ body: (Int) -> Void) {
      body(a)
      body(b)
      body(c)
    }
  }

  private let inputCount: Int
  private let steps: [Step]
  /// The steps whose values leave the program.
  private let results: [Int]
  /// For each step the block in which its value lies; `nil` where it goes to a result.
  private let slots: [Int?]
  private let slotCount: Int
  /// The bytes of the largest number.
  private let numberSize: Int

  /// - Parameters:
  ///   - inputCount: how many inputs there are.
  ///   - steps: the loops, each after those whose values it needs.
  ///   - results: the numbers of the values that are wanted, each that of a step.
  package init(inputCount: Int, steps: [Step], results: [Int]) {
    self.inputCount = inputCount
    self.steps = steps
    self.results = results.map { $0 - inputCount }
    numberSize = steps.reduce(1) { max($0, $1.type.size, $1.resultType.size) }

    var lastUses = [Int](repeating: -1, count: steps.count)
    for (index, step) in steps.enumerated() {
      step.forEachOperand { if $0 >= inputCount { lastUses[$0 - inputCount] = index } }
    }
    var slots = [Int?](repeating: nil, count: steps.count)
    var (free, count): ([Int], Int) = ([], 0)
    for (index, step) in steps.enumerated() {
      // A block that is read for the last time may be written in the same loop, number by number;
      // numbers of another size would overtake those that are still to be read.
      func release(ofSize isOfSize: Bool) {
        step.forEachOperand { operand in
          let source = operand - inputCount
          guard source >= 0, lastUses[source] == index, let slot = slots[source],
            !free.contains(slot),
            (steps[source].resultType.size == step.resultType.size) == isOfSize
          else { return }
          free.append(slot)
        }
      }
      release(ofSize: true)
      if !self.results.contains(index) {
        if free.isEmpty {
          free.append(count)
          count += 1
        }
        slots[index] = free.removeLast()
      }
      release(ofSize: false)
    }
    self.slots = slots
    slotCount = count
  }

  /// Computes the results from `inputs`, each of which broadcasts to `shape`.
  ///
  /// - Parameters:
  ///   - inputs: the inputs, however they lie in memory.
  ///   - shape: the shape of every step and result.
  ///   - outputs: where the results go, contiguous.
  package func run(_ inputs: [NDArray], over shape: Shape, into outputs: [NDArray]) {
    let count = shape.elementCount
    if count == 0 { return }
    let streams = inputCount + slotCount + outputs.count
    let blocks = ElementwiseBlocks(
      inputs, over: shape,
      atMost: Self.bytesAtHand / (streams * numberSize))
    let calls = steps.map { Call($0, inputs, inputCount, isSingle: count == 1) }
    let targets = zip(results, outputs).map { step, output in
      ElementwiseBlocks.Place(output.storage, value: inputCount + step)
    }
    let work = max(Self.leastWork, Parallel.elementGrain / steps.count)
    withExtendedLifetime((inputs, outputs)) {
      Parallel.forEachRange(of: blocks.count, grain: max(1, work / blocks.length)) { range in
        run(range, of: blocks, calls, targets)
      }
    }
  }

  /// How many bytes all blocks take together, those of memory too. Arrays mostly begin at the start of
  /// a page, so that the same parts of all share the sets of a first cache of 32 KiB: more than a
  /// quarter of it was measured to be slower by half.
  private static let bytesAtHand = 7 << 10
  /// The fewest elements that are worth a thread of their own, however much is done with each.
  private static let leastWork = 4096

  private func run(
    _ range: Range<Int>, of blocks: ElementwiseBlocks, _ calls: [Call],
    _ targets: [ElementwiseBlocks.Place]
  ) {
    // Where the numbers of each value are, for the block at hand, and then the blocks themselves.
    let valueCount = inputCount + steps.count
    let tableBytes = (valueCount * MemoryLayout<UnsafeMutableRawPointer>.stride + 63) & ~63
    let blockBytes = (blocks.length * numberSize + 63) & ~63
    let bytes = tableBytes + (slotCount + blocks.gatheredCount) * blockBytes
    let memory = bp_allocate(bytes)!
    defer { bp_deallocate(memory, bytes) }
    let table = memory.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    let firstBlock = memory + tableBytes

    for (index, slot) in slots.enumerated() {
      if let slot { table[inputCount + index] = firstBlock + slot * blockBytes }
    }
    let gathered = firstBlock + slotCount * blockBytes
    blocks.prepare(table, gathered, blockBytes)
    calls.withUnsafeBufferPointer { calls in
      for block in range {
        let elements = blocks.elements(of: block)
        blocks.go(to: elements, table, gathered, blockBytes)
        for target in targets {
          table[target.value] = target.base + elements.lowerBound &* target.size
        }
        let count = elements.count
        for index in calls.indices { calls[index].run(count, table, table[inputCount + index]) }
      }
    }
  }
}

/// A loop that has been looked up, and the numbers of the values that it takes.
private struct Call {
  private enum Function {
    case unary(bp_unary_function)
    case binary(bp_binary_function)
    case powerByConstant(UnsafePointer<bp_kernels>)
    case formula(UnsafePointer<bp_kernels>, bp_formula, Double, Double)
    case comparison(UnsafePointer<bp_kernels>, bp_comparison)
    case selection(UnsafePointer<bp_kernels>)
    case cast(bp_scalar, bp_scalar)
  }

  private let function: Function
  private let a: Int
  private let b: Int
  private let c: Int

  init(_ step: ElementwiseProgram.Step, _ inputs: [NDArray], _ inputCount: Int, isSingle: Bool) {
    (a, b, c) = (step.a, step.b, step.c)
    let kernels = step.type.kernels
    switch step.loop {
    case .unary(let op):
      function = .unary(kernels.pointee.unary_loops[Int(op.rawValue)].unsafelyUnwrapped)
    case .binary(let op):
      // One exponent for all has loops of its own, as it has in the single operation.
      let isConstant = b < inputCount && inputs[b].count == 1 && !isSingle
      function =
        op == BP_POWER && isConstant
        ? .powerByConstant(kernels)
        : .binary(kernels.pointee.binary_loops[Int(op.rawValue)].unsafelyUnwrapped)
    case .formula(let op, let p, let q): function = .formula(kernels, op, p, q)
    case .comparison(let op): function = .comparison(kernels, op)
    case .selection: function = .selection(kernels)
    case .cast: function = .cast(step.type.code, step.resultType.code)
    }
  }

  @inline(__always)
  func run(
    _ n: Int, _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ out: UnsafeMutableRawPointer
  ) {
    switch function {
    case .unary(let loop): loop(n, table[a], out)
    case .binary(let loop): loop(n, table[a], table[b], out)
    case .powerByConstant(let kernels):
      kernels.pointee.binary(BP_POWER, n, table[a], 1, table[b], 0, out)
    case .formula(let kernels, let op, let p, let q):
      kernels.pointee.formula.unsafelyUnwrapped(
        op, n, table[a], 1, table[b], 1, table[c], 1, p, q, out)
    case .comparison(let kernels, let op):
      kernels.pointee.compare(
        op, n, table[a], 1, table[b], 1, out.assumingMemoryBound(to: UInt8.self))
    case .selection(let kernels):
      kernels.pointee.select(
        n, table[a].assumingMemoryBound(to: UInt8.self), 1, table[b], 1, table[c], 1, out)
    case .cast(let from, let to): bp_convert(from, to, n, table[a], out)
    }
  }
}
