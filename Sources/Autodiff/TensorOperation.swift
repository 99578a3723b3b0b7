import BackpropArrays

/// A differentiable function of tensors: its shape rule, how to compute it, what its gradient
/// needs, and how the gradient flows back.
///
/// This is the only door to computation. One operation is one file: the public method with its
/// formula, and a type that conforms to this protocol, mostly by one of the refinements:
/// ``KernelOperation`` computes into memory that it is given, ``ComposedOperation`` is written in
/// tensors. For a small function of one's own, ``DifferentiableFunction`` takes two closures.
///
/// ```swift
/// struct Softplus: KernelOperation {
///   var name: String { "softplus" }
///   func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType { inputs[0].type }
///   func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }
///   func compute(_ pass: inout ForwardPass) { … }
///   func backward(_ pass: inout BackwardPass) {
///     pass.add(pass.cotangent * pass.input(0).sigmoid(), to: 0)
///   }
/// }
/// let y = Softplus()(x)
/// ```
public protocol TensorOperation: Sendable {
  /// The name in errors and drawings: `matmul`, `softmax`.
  var name: String { get }

  /// What stands in a drawing of the graph: `+`, `×`. The name, unless the field has a sign for it.
  var symbol: String { get }

  /// What this instance is set to, for drawings: `axis 1`. Empty for most.
  var details: String { get }

  /// How many arrays ``forward(_:)`` may save for the gradient. Zero for most.
  var savedCount: Int { get }

  /// The shape rule: the type of the result, or why the inputs do not fit.
  ///
  /// It looks at shapes and types and never at numbers, of which there may be none: a computation
  /// runs on shapes alone too.
  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType

  /// Computes the result, or says why the inputs do not fit.
  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray

  /// Which numbers ``backward(_:)`` asks for. The graph keeps these and no others.
  ///
  /// - Parameter inputs: say which of them want a gradient: a product keeps the other side of each.
  func gradientNeeds(for inputs: Inputs) -> GradientNeeds

  /// Passes the gradient on: for every input i for which `pass.needsGradient(i)`, works out the
  /// gradient with respect to that input from `pass.cotangent` (the gradient with respect to this
  /// operation's result) and hands it to `pass.add(_:to:)`.
  ///
  /// Written in tensors, so that it can itself be recorded and differentiated. An input that was
  /// broadcast needs no care: the engine sums its gradient over the axes along which it was
  /// repeated.
  func backward(_ pass: inout BackwardPass)
}

extension TensorOperation {
  public var symbol: String { name }
  public var details: String { "" }
  public var savedCount: Int { 0 }
}

// MARK: - Applying

extension TensorOperation {
  /// Applies the operation to one tensor and records it if a gradient may be asked for.
  ///
  /// Traps if the shape rule says that the input does not fit; ``evaluate(_:)`` throws there.
  @inline(__always)
  public func callAsFunction(_ a: consuming Tensor) -> Tensor {
    let memory = OperationMemory(inputCount: 1, savedCount: savedCount)
    memory.tensors.initialize(to: a)
    return apply(memory)
  }

  /// Applies the operation to two tensors.
  ///
  /// Traps if they do not fit.
  @inline(__always)
  public func callAsFunction(_ a: consuming Tensor, _ b: consuming Tensor) -> Tensor {
    let memory = OperationMemory(inputCount: 2, savedCount: savedCount)
    memory.tensors.initialize(to: a)
    (memory.tensors + 1).initialize(to: b)
    return apply(memory)
  }

  /// Applies the operation to three tensors.
  ///
  /// Traps if they do not fit.
  ///
  /// - Parameters:
  ///   - a: input 0.
  ///   - b: input 1.
  ///   - c: input 2.
  @inline(__always)
  public func callAsFunction(
    _ a: consuming Tensor, _ b: consuming Tensor, _ c: consuming Tensor
  ) -> Tensor {
    let memory = OperationMemory(inputCount: 3, savedCount: savedCount)
    memory.tensors.initialize(to: a)
    (memory.tensors + 1).initialize(to: b)
    (memory.tensors + 2).initialize(to: c)
    return apply(memory)
  }

  /// Applies the operation to any number of tensors.
  ///
  /// Traps if they do not fit, or there is none.
  public func callAsFunction(_ tensors: [Tensor]) -> Tensor {
    guard !tensors.isEmpty else { ShapeError(name, [], "there are no tensors").trap() }
    return apply(memory(of: tensors))
  }

  /// Computes the result for these inputs without recording it.
  ///
  /// - Throws: why they do not fit.
  public func evaluate(_ tensors: [Tensor]) throws(ShapeError) -> NDArray {
    let memory = memory(of: tensors.map(\.settled))
    let state = Recording.ofThisThread.suspend()
    defer {
      Recording.ofThisThread.resume(state)
      memory.free()
    }
    var pass = ForwardPass(memory.inputs, saved: nil)
    return try forward(&pass)
  }

  private func memory(of tensors: [Tensor]) -> OperationMemory {
    let memory = OperationMemory(inputCount: tensors.count, savedCount: savedCount)
    for (index, tensor) in tensors.enumerated() {
      (memory.tensors + index).initialize(to: tensor)
    }
    return memory
  }

  /// Computes the result, and records it if a gradient may be asked for. Takes over the memory of
  /// the inputs.
  @inline(__always)
  private func apply(_ memory: OperationMemory) -> Tensor {
    let facts = memory.inputs.facts
    let recording = Recording.ofThisThread
    if facts.isShapeOnly || recording.isFusing { return applyWithoutNumbers(memory) }
    do throws(ShapeError) {
      guard facts.requiresGradient, recording.isEnabled else {
        var pass = ForwardPass(memory.inputs, saved: nil)
        let output = try forward(&pass)
        memory.free()
        return Tensor(array: output, node: nil)
      }
      memory.prepareToSave()
      var pass = ForwardPass(memory.inputs, saved: memory)
      let output = try forward(&pass)
      let node = OperationNode.recording(
        self, taking: memory, .passUnretained(output.storage),
        keepsAllNumbers: recording.keepsAllNumbers)
      return Tensor(array: output, node: node)
    } catch { error.trap() }
  }

  /// The result where inputs have no numbers, or wait for them.
  @inline(never)
  private func applyWithoutNumbers(_ memory: OperationMemory) -> Tensor {
    if memory.inputs.contains(where: { $0.isShapeOnly }) { return applyToShapes(memory) }
    if let scope = FusedScope.ofThisThread, let operation = self as? any ElementwiseOperation {
      // An input may be of an outer scope.
      settle(memory) { !scope.holds($0) }
      if scope.canPutOff(operation, on: memory.inputs) { return putOff(operation, memory, scope) }
    }
    settle(memory) { _ in true }
    let state = Recording.ofThisThread.suspend()
    defer { Recording.ofThisThread.resume(state) }
    return apply(memory)
  }

  private func settle(_ memory: OperationMemory, where isMeant: (Tensor) -> Bool) {
    for index in 0..<memory.inputs.count {
      let input = memory.tensors[index]
      if input.storage.isAwaited, isMeant(input) { memory.tensors[index] = input.settled }
    }
  }

  /// A result whose numbers `scope` computes later. `operation` is this one.
  private func putOff(
    _ operation: any ElementwiseOperation, _ memory: OperationMemory, _ scope: FusedScope
  ) -> Tensor {
    do throws(ShapeError) {
      let type = try resultType(memory.inputs)
      let needsGradient =
        memory.inputs.facts.requiresGradient && Recording.ofThisThread.isEnabled
      guard needsGradient, scope.recordsGraph else {
        let storage = scope.putOff(operation, taking: memory, type, needsGradient: needsGradient)
        let result = Tensor(
          array: NDArray(storage: storage), node: needsGradient ? FusedScope.stand : nil)
        return result.putOff?.depth == PutOff.longest ? result.settled : result
      }
      let storage = scope.putOff(
        operation, taking: memory.copied(), type, needsGradient: true)
      memory.prepareToSave()
      let node = OperationNode.recording(
        self, taking: memory, .passUnretained(storage), keepsAllNumbers: false)
      return Tensor(array: NDArray(storage: storage), node: node)
    } catch { error.trap() }
  }

  /// The result's shape alone, for inputs of which one is. An error travels on as the result.
  @inline(never)
  private func applyToShapes(_ memory: OperationMemory) -> Tensor {
    defer { memory.free() }
    for input in memory.inputs {
      if let error = input.storage.error { return Tensor(failedWith: error) }
    }
    do throws(ShapeError) {
      return Tensor(shapeOnly: try resultType(memory.inputs))
    } catch { return Tensor(failedWith: error) }
  }
}
