import BackpropArrays

/// Element-wise operations that follow one another, as one. Its gradient is another one, of the gradients
/// of its steps.
struct Fused: KernelOperation {
  let chain: FusedChain

  var name: String { "fused" }
  var details: String { chain.formula }

  private var type: TensorType {
    TensorType(chain.shape, chain.steps[chain.steps.count - 1].scalarType)
  }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType { type }

  func compute(_ pass: inout ForwardPass) {
    let inputs = pass.inputs.indices.map { pass.input($0) }
    pass.withOutput { chain.run(inputs, into: [$0]) }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { chain.gradientNeeds }

  func backward(_ pass: inout BackwardPass) {
    let scope = FusedScope(recordsGraph: true)
    let gradients = gradients(pass, in: scope)
    for (index, gradient) in gradients.enumerated() {
      if let gradient { pass.add(gradient, to: index) }
    }
  }

  /// The gradient with respect to each input: what walking back along the steps, each recorded, comes
  /// to.
  private func gradients(_ pass: borrowing BackwardPass, in scope: FusedScope) -> [Tensor?] {
    let (isRecording, cotangent) = (pass.isRecording, pass.cotangent)
    let inputs = inputs(of: pass, in: scope)
    let output = pass.outputIfKept
    return scope.enter {
      let result = replay(inputs)
      // Where nothing inside lets a gradient through there is no node.
      guard let last = result.node else { return [] }
      // What is known need not be computed again.
      if let output { result.putOff?.settle(output) }
      let first = scope.placeholder(for: cotangent, type)
      let walk = BackwardWalk(isRecording: isRecording, keepsIntermediates: false)
      let found = walk.run(from: last, cotangent.node == nil ? first : first.asVariable())
      let gradients = inputs.map { $0.node.flatMap { found.gradient(number: $0.number) } }
      var settled = Tensor.settled(gradients.compactMap { $0 }).makeIterator()
      return gradients.map { $0 == nil ? nil : settled.next() }
    }
  }

  /// The inputs as large as the result, so that what broadcasts gets its gradient for each repetition,
  /// and the engine sums it as it does for any operation.
  private func inputs(of pass: borrowing BackwardPass, in scope: FusedScope) -> [Tensor] {
    var inputs: [Tensor] = []
    for (index, type) in chain.inputTypes.enumerated() {
      let input = pass.inputIfKept(index) ?? Tensor(shapeOnly: type)
      let placeholder = scope.placeholder(for: input, TensorType(chain.shape, type.scalarType))
      inputs.append(pass.needsGradient(index) ? placeholder.asVariable() : placeholder)
    }
    return inputs
  }

  /// Puts the steps off once more.
  private func replay(_ inputs: [Tensor]) -> Tensor {
    let recording = Recording.ofThisThread
    let state = recording.enable()
    defer { recording.resume(state) }
    var results: [Tensor] = []
    for index in chain.steps.indices { results.append(chain.apply(index, to: inputs, results)) }
    return results[results.count - 1]
  }
}

extension Tensor {
  /// The start of a graph, whether or not there are numbers.
  fileprivate func asVariable() -> Tensor {
    Tensor(array: NDArray(storage: storage), node: .variable(named: nil, type, nil))
  }
}
