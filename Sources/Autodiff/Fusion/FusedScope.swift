import BackpropArrays
import CBackpropRuntime
import Synchronization

/// What puts element-wise operations off, until their numbers are asked for: a
/// `fused { }` that has begun.
///
/// A tensor whose numbers are put off has a shape and a type, and its storage names the ``PutOff``.
final class FusedScope: Sendable {
  /// Whether what is put off is recorded, as nodes of a graph without numbers along which to walk
  /// back. Of other scopes a graph is only recorded of what is computed in the end.
  let recordsGraph: Bool
  /// How many elements are worth being put off; `nil` for as many as usual.
  private let leastCount: Int?
  /// Held while something is computed: a tensor may be sent to another thread before it is.
  fileprivate let lock = Mutex<Void>(())
  /// How many operations have been put off.
  fileprivate let count = Atomic<Int>(0)

  init(recordsGraph: Bool = false, from leastCount: Int? = nil) {
    self.recordsGraph = recordsGraph
    self.leastCount = leastCount
  }

  /// Noting an operation takes as long as computing some ten thousand numbers. Where a gradient follows,
  /// steps are noted three times and some computed twice.
  static func worthwhile(needingGradient: Bool) -> Int { needingGradient ? 1 << 18 : 1 << 16 }

  /// The scope that puts off what this thread computes.
  static var ofThisThread: FusedScope? {
    bp_recording().pointee.fused_scope.map {
      Unmanaged<FusedScope>.fromOpaque($0).takeUnretainedValue()
    }
  }

  /// Puts off what `body` computes.
  func enter<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    let state = bp_recording().unsafelyUnwrapped
    let outer = state.pointee.fused_scope
    state.pointee.fused_scope = Unmanaged.passUnretained(self).toOpaque()
    defer { state.pointee.fused_scope = outer }
    return try body()
  }

  /// Whether the operation on these inputs is to wait.
  func canPutOff(_ operation: any ElementwiseOperation, on inputs: Inputs) -> Bool {
    let needsGradient = inputs.facts.requiresGradient && Recording.ofThisThread.isEnabled
    let least = leastCount ?? Self.worthwhile(needingGradient: needsGradient)
    return inputs.contains { $0.storage.isAwaited || $0.count >= least }
      && operation.canBePutOff(with: inputs)
  }

  /// Puts an operation off, and gives the storage of its result.
  ///
  /// - Parameters:
  ///   - operation: the operation.
  ///   - memory: what it is applied to, which is taken over.
  ///   - type: the type of its result.
  ///   - needsGradient: whether a gradient may be asked for.
  func putOff(
    _ operation: any ElementwiseOperation, taking memory: OperationMemory, _ type: TensorType,
    needsGradient: Bool
  ) -> Storage {
    let result = PutOff(
      operation, taking: memory, type, in: self,
      needs: needsGradient ? operation.gradientNeeds(for: memory.inputs) : nil)
    return Storage(awaiting: result, type.shape, type.scalarType)
  }

  /// A tensor of a shape to which `input` broadcasts, for operations to compute with in its place.
  func placeholder(for input: Tensor, _ type: TensorType) -> Tensor {
    let storage = Storage(
      awaiting: PutOff(known: input, type, in: self), type.shape, type.scalarType)
    return Tensor(array: NDArray(storage: storage), node: nil)
  }

  /// Whether `tensor` is put off, and by this scope.
  func holds(_ tensor: Tensor) -> Bool { tensor.putOff.map { $0.scope === self } ?? false }

  /// The node of what needs a gradient and is put off.
  static let stand = Node.variable(named: nil, TensorType(.scalar, .float32), nil)
}

/// The result of an element-wise operation that is put off.
///
/// It holds what it is computed of, and when it has been computed that only.
final class PutOff: @unchecked Sendable {
  let scope: FusedScope
  let type: TensorType
  let operation: (any ElementwiseOperation)?
  private var memory: OperationMemory?
  /// What the operation's gradient asks for; `nil` where there is none.
  let needs: GradientNeeds?
  /// How many were put off before it.
  let number: Int
  /// How many operations follow one another up to this one, of those that are put off.
  let depth: Int
  private(set) var result: Tensor?
  /// Where it stands in a chain that is being put together.
  var place: Int?

  init(
    _ operation: any ElementwiseOperation, taking memory: OperationMemory, _ type: TensorType,
    in scope: FusedScope, needs: GradientNeeds?
  ) {
    self.scope = scope
    self.type = type
    self.operation = operation
    self.needs = needs
    self.memory = memory
    number = scope.count.wrappingAdd(1, ordering: .relaxed).oldValue
    depth = memory.inputs.reduce(0) { max($0, $1.putOff?.depth ?? 0) } + 1
  }

  /// A result that is known. It broadcasts to the type.
  init(known result: Tensor, _ type: TensorType, in scope: FusedScope) {
    self.scope = scope
    self.type = type
    operation = nil
    needs = nil
    number = 0
    depth = 0
    self.result = result
  }

  deinit { memory?.free() }

  /// What it is computed of; nothing once it has been.
  var operands: Inputs { memory?.inputs ?? Inputs.none }

  /// As long as a chain gets: it is computed then, and what follows begins another. What is freed one
  /// by the other does not take the stack then either.
  static let longest = 64

  // MARK: Computing, while the scope's lock is held

  /// The results of several.
  static func values(of wanted: [PutOff]) -> [Tensor] {
    // Operations have one result; where no operation is recorded, several are computed at once.
    for putOff in wanted where putOff.result == nil && putOff.needs != nil { compute([putOff]) }
    var plain: [PutOff] = []
    for putOff in wanted where putOff.result == nil && !plain.contains(where: { $0 === putOff }) {
      plain.append(putOff)
    }
    while let first = plain.first(where: { $0.result == nil }) {
      compute(plain.filter { $0.result == nil && $0.type.shape == first.type.shape })
    }
    return wanted.map { $0.result! }
  }

  /// Computes those of one shape, more than one only where no gradient is needed.
  private static func compute(_ wanted: [PutOff]) {
    let recording = Recording.ofThisThread
    // As it was when they were put off.
    let state = recording.suspend(isEnabled: wanted[0].needs != nil)
    defer { recording.resume(state) }
    if wanted.count > 1 {
      let (chain, inputs) = FusedChain.of(wanted)
      let arrays = chain.values(of: inputs.map(\.array))
      for (putOff, array) in zip(wanted, arrays) {
        putOff.settle(Tensor(array: array, node: nil))
      }
      return
    }
    let putOff = wanted[0]
    if putOff.standsAlone {
      putOff.settle(putOff.operation!.callAsFunction(putOff.operands.map(\.withNumbers)))
    } else {
      let (chain, inputs) = FusedChain.of(wanted)
      putOff.settle(Fused(chain: chain)(inputs))
    }
  }

  /// Whether there is nothing to put together: all operands are known, or smaller and so computed by
  /// themselves.
  private var standsAlone: Bool {
    operands.allSatisfy { operand in
      guard let putOff = operand.putOff else { return true }
      return putOff.result != nil || putOff.type.shape != type.shape
    }
  }

  /// Makes this the result, from which on nothing need be computed.
  func settle(_ value: Tensor) {
    result = value
    memory?.free()
    memory = nil
  }

  /// What this is, as a tensor: recorded, if a gradient may be asked for.
  var value: Tensor {
    let value = result ?? Self.values(of: [self])[0]
    return value.shape == type.shape ? value : value.broadcast(to: type.shape)
  }
}

extension Tensor {
  /// What puts the numbers off, if they are.
  var putOff: PutOff? { storage.awaited.map { unsafeDowncast($0, to: PutOff.self) } }

  /// This tensor, its numbers computed if they were put off.
  package var settled: Tensor {
    guard let putOff else { return self }
    return putOff.scope.lock.withLock { _ in withNumbers }
  }

  /// The same while the scope's lock is held.
  fileprivate var withNumbers: Tensor {
    guard let putOff else { return self }
    return node == nil ? putOff.value.detached : putOff.value
  }

  /// The numbers of a tensor whose storage has none.
  @inline(never)
  func settledArray() -> NDArray {
    if !storage.isAwaited { trapWithoutNumbers() }
    return settled.array
  }

  /// These tensors, with their numbers computed, together where they can be.
  static func settled(_ tensors: [Tensor]) -> [Tensor] {
    let putOff = tensors.compactMap(\.putOff)
    if let scope = putOff.first?.scope {
      scope.lock.withLock { _ in _ = PutOff.values(of: putOff.filter { $0.scope === scope }) }
    }
    return tensors.map(\.settled)
  }
}
