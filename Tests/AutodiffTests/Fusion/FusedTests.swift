import BackpropArrays
import Testing

@testable import BackpropAutodiff

@Suite struct FusedTests {
  // MARK: What is put together

  @Test func aChainIsOneNode() {
    let (a, b, c) = (
      variable([3, 4], seed: 1), variable([3, 4], seed: 2), variable([3, 4], seed: 3)
    )
    let result = fused { ((a * b + c).relu() * 0.5 - a).tanh() }
    let node = result.node!
    #expect(node.operation.name == "fused")
    #expect(node.operation.details == "tanh(relu(a × b + c) × 0.5 − a)")
    #expect(
      (0..<node.inputCount).map { node.inputNode($0)!.number } == [a, b, c].map(\.node!.number))
    #expect(bits(result) == bits(((a * b + c).relu() * 0.5 - a).tanh()))
  }

  @Test func theFormulaHasItsBrackets() {
    let (a, b) = (variable([3], seed: 1), variable([3], seed: 2))
    func formula(_ body: () -> Tensor) -> String { fused(body).node!.operation.details }
    #expect(formula { (a + b) * (a - b) } == "(a + b) × (a − b)")
    #expect(formula { a - (a - b) } == "a − (a − b)")
    #expect(formula { a - b - a } == "a − b − a")
    #expect(formula { (a * 2 + 1.5).maximum(b) } == "maximum(a × 2 + 1.5, b)")
    #expect(formula { Tensor.where(a .> 0.5, a, b) * 3 } == "where(greater(a, 0.5), a, b) × 3")
  }

  @Test func oneOperationStaysWhatItIs() {
    let a = variable([3], seed: 1)
    #expect(fused { a.tanh() }.node!.operation.name == "tanh")
    #expect(fused { a }.node === a.node)
  }

  @Test func whatIsSmallerIsComputedFirst() {
    let (row, matrix) = (variable([4], seed: 1), variable([3, 4], seed: 2))
    let result = fused { (row.exp() * 2 + matrix).tanh() }
    let node = result.node!
    #expect(node.operation.details == "tanh(a + b)")
    #expect(node.inputNode(0)!.operation.details == "exp(a) × 2")
    #expect(node.inputNode(0)!.type.shape == [4])
    #expect(bits(result) == bits((row.exp() * 2 + matrix).tanh()))
  }

  @Test func whatIsNotElementwiseIsComputedInItsTurn() {
    let (x, w) = (variable([5, 4], seed: 1), variable([4, 4], seed: 2))
    func function(_ x: Tensor) -> Tensor {
      let hidden = (x * 2 + 1).matmul(w)
      let normed = (hidden - hidden.mean(axis: 1, keepDims: true)) * 0.5 + x
      return normed.squared().sum() + normed[1..., 2].exp().max()
    }
    let (separate, together) = (function(x), fused { function(x) })
    #expect(bits(separate) == bits(together))
    let (expected, found) = (separate.backward(), together.backward())
    for variable in [x, w] {
      #expect(found[variable].isClose(to: expected[variable], relativeTolerance: 1e-12))
    }
  }

  @Test func codeMayLookAtNumbersInside() {
    let x = variable([3], seed: 1)
    let result = fused { () -> Tensor in
      let y = x * 2 + 1
      let isLarge = y.sum().item > -100 && y.array.count == 3 && (y .> -100).allTrue
      let gradient = (y * y).sum().backward()[x]
      return (isLarge ? y.exp() * gradient : y) + 1
    }
    let y = x * 2 + 1
    #expect(bits(result) == bits(y.exp() * (y * y).sum().backward()[x] + 1))
  }

  @Test func severalResults() {
    let (a, b) = (Tensor(NDArray.numbers([300])), Tensor(NDArray.numbers([300], seed: 2)))
    let results = fused { () -> [Tensor] in
      let u = a * b + 1
      return [u.exp(), u, a, u.exp() * 2, (a.sum() * 2), u, (u .> 0)]
    }
    let u = a * b + 1
    let expected = [u.exp(), u, a, u.exp() * 2, (a.sum() * 2), u, (u .> 0)]
    #expect(results.map(bits) == expected.map(bits))
    let (x, y) = (a.requiringGradient(), b.requiringGradient())
    let recorded = fused { [(x * y + 1).exp() * x, x * y - 2, (a * b + 1) * 2] }
    #expect(recorded.map(\.requiresGradient) == [true, true, false])
    let gradients = (recorded[0] * recorded[1]).sum().backward()
    let separate = (((x * y + 1).exp() * x) * (x * y - 2)).sum().backward()
    for variable in [x, y] {
      #expect(gradients[variable].isClose(to: separate[variable], relativeTolerance: 1e-12))
    }
  }

  @Test func oneInsideTheOtherIsOne() {
    let x = variable([3], seed: 1)
    let result = fused { fused { x * 2 + 1 }.exp() * x }
    #expect(result.node!.operation.details == "exp(a × 2 + 1) × a")
  }

  @Test func aLongChainIsCutAndFreed() {
    let x = variable([3], seed: 1)
    func function() -> Tensor {
      var y = x
      for step in 0..<20_000 { y = (y * 1.001 + Double(step % 3) * 1e-3) }
      return y
    }
    let (separate, together) = (function(), fused(function))
    #expect(bits(separate) == bits(together))
    let ones = Tensor.ones([3], scalarType: .float64)
    #expect(bits(separate.backward(from: ones)[x]) == bits(together.backward(from: ones)[x]))
  }

  // MARK: Gradients

  @Test func theGraphKeepsWhatTheGradientNeeds() {
    let (a, b) = (variable([3], seed: 1), variable([3], seed: 2))
    func kept(_ body: () -> Tensor) -> (inputs: [Bool], output: Bool) {
      let node = fused(body).node!
      return ((0..<node.inputCount).map { node.inputArray($0) != nil }, node.output != nil)
    }
    #expect(kept { a + b - a * 2 } == ([false, false], false))
    #expect(kept { (a + b).relu() } == ([false, false], true))
    #expect(kept { (a + b).relu() + 1 } == ([true, true], false))
    #expect(kept { a.detached * b + 1 } == ([true, false], false))
    #expect(kept { (a * 2 + b).tanh() * a } == ([true, true], false))
  }

  @Test func constantsLetNoGradientThrough() {
    let x = variable([4], seed: 1)
    func function() -> Tensor {
      let y = x * 3 + 1
      let constant = withoutGradient { y.exp() * x }
      return y * y.detached + constant * x + (y * 2).floor() * x
    }
    let cotangent = Tensor(NDArray.numbers([4], seed: 5))
    #expect(
      bits(fused(function).backward(from: cotangent)[x])
        == bits(function().backward(from: cotangent)[x]))
    #expect(!fused { x.detached * 2 + 1 }.requiresGradient)
    #expect(!fused { withoutGradient { x * 2 + 1 } }.requiresGradient)
    #expect(!withoutGradient { fused { x * 2 + 1 } }.requiresGradient)
    #expect(fused { (x .> 0).cast(to: .float64) * 0 + x * 2 }.requiresGradient)
  }

  @Test func everyOperationInsideGivesTheSame() {
    for (operation, samples) in OperationSamples.differentiable + Array(OperationSamples.constants)
    {
      for sample in samples {
        let inputs = sample.inputs.map { Tensor($0) }
        let expected = sample.function(inputs)
        #expect(
          bits(fused { Self.chained(sample.function, inputs) }) == bits(expected),
          "\(operation), \(sample.label)")
      }
    }
  }

  @Test func everyOperationInsideHasItsGradients() {
    for (operation, samples) in OperationSamples.differentiable {
      for sample in samples {
        let variables = sample.inputs.map { Tensor($0).requiringGradient() }
        let expected = Self.gradients(sample.function(variables), variables)
        let found = Self.gradients(fused { Self.chained(sample.function, variables) }, variables)
        for (a, b) in zip(found, expected) {
          #expect(
            a.isClose(to: b, relativeTolerance: 1e-11, absoluteTolerance: 1e-11),
            "\(operation), \(sample.label)")
        }
      }
    }
  }

  /// The function with a step before it and one after it, which change no bit.
  private static func chained(
    _ function: ([Tensor]) -> Tensor, _ inputs: [Tensor]
  ) -> Tensor {
    let result = function(inputs.map { $0 * 1 })
    return result.scalarType.isDifferentiable ? result * 1 : result
  }

  /// First and second derivatives.
  private static func gradients(_ result: Tensor, _ variables: [Tensor]) -> [Tensor] {
    let cotangent = Tensor(NDArray.numbers(result.shape, seed: 5)).requiringGradient()
    let plain = result.backward(from: cotangent)
    let recorded = result.backward(from: cotangent, recordingGraph: true)
    var second = Tensor(0, scalarType: .float64)
    for (index, variable) in variables.enumerated() {
      guard let gradient = recorded.gradient(withRespectTo: variable) else { continue }
      second =
        second
        + (gradient * Tensor(NDArray.numbers(gradient.shape, seed: UInt64(index + 20)))).sum()
    }
    let all = variables + [cotangent]
    let seconds = second.requiresGradient ? second.backward() : nil
    return all.flatMap { variable in
      [plain, recorded].compactMap { $0.gradient(withRespectTo: variable)?.detached }
        + [seconds?.gradient(withRespectTo: variable)].compactMap { $0 }
    }
  }

  // MARK: Mistakes

  @Test func shapesAloneGoThrough() {
    let x = Tensor(shapeOnly: TensorType([3, 4]))
    let result = fused { (x * 2 + Tensor.ones([4])).exp() }
    #expect(result.isShapeOnly && result.shape == [3, 4])
    #expect(
      !fused { () -> Tensor in
        let y = Tensor.ones([4]) * 2
        return y.isShapeOnly ? y : y + 1
      }.isShapeOnly)
    let failed = fused { (x * Tensor.ones([5])).exp() }
    #expect(throws: ShapeError.self) { try failed.checkedType() }
  }

  @Test func mistakesAreExplained() async {
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = fused { (Tensor.ones([3]) * 2 + Tensor.ones([4])).exp() }
    }
    let text = String(decoding: shapes?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("add: the shapes do not broadcast"))
  }

  /// A tensor that leaves by another way than the result is computed when it is asked for.
  @Test func whatLeavesOtherwiseIsATensorToo() async {
    let x = variable([300], seed: 1)
    var kept: [Tensor] = []
    let result = fused { () -> Tensor in
      let u = x * 2 + 1
      kept = [u, u.exp() * x]
      return u.tanh() - u
    }
    let u = x * 2 + 1
    #expect(bits(kept[0] * 3) == bits(u * 3))
    #expect(bits(kept[1]) == bits(u.exp() * x))
    let found = (kept[1] * result).sum().backward()[x]
    let expected = ((u.exp() * x) * (u.tanh() - u)).sum().backward()[x]
    #expect(found.isClose(to: expected, relativeTolerance: 1e-12))

    var late: Tensor?
    _ = fused { () -> Tensor in
      late = (x + 1) * x
      return x
    }
    let sent = late!
    let texts = await withTaskGroup(of: String.self) { group in
      for _ in 0..<8 { group.addTask { bits(sent) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(texts == Array(repeating: bits((x + 1) * x), count: 8))
  }

  @Test func whatIsSmallIsComputedAtOnce() {
    func isPutOff(_ count: Int, needingGradient: Bool) -> Bool {
      let x = Tensor.ones([count])
      var isPutOff = false
      _ = BackpropAutodiff.fused { () -> Tensor in
        let y = (needingGradient ? x.requiringGradient() : x) * 2
        isPutOff = y.putOff != nil
        return y
      }
      return isPutOff
    }
    for needingGradient in [false, true] {
      let count = FusedScope.worthwhile(needingGradient: needingGradient)
      #expect(!isPutOff(count - 1, needingGradient: needingGradient))
      #expect(isPutOff(count, needingGradient: needingGradient))
    }
  }

  @Test func errorsArePassedOn() {
    struct Refusal: Error {}
    let x = Tensor.ones([3])
    #expect(throws: Refusal.self) {
      try fused { () throws -> Tensor in
        _ = x * 2
        throw Refusal()
      }
    }
    #expect(bits(x * 2 + 1) == bits(Tensor([3, 3, 3])))
  }

  private func variable(_ shape: Shape, seed: UInt64) -> Tensor {
    Tensor(NDArray.numbers(shape, seed: seed)).requiringGradient()
  }
}

// In the place of those that compute small tensors at once.

func fused<E: Error>(_ body: () throws(E) -> Tensor) throws(E) -> Tensor {
  try fused(from: 2, body)
}

func fused<E: Error>(_ body: () throws(E) -> [Tensor]) throws(E) -> [Tensor] {
  try fused(from: 2, body)
}

/// The type, the shape and every bit of the numbers.
func bits(_ tensor: Tensor) -> String {
  tensor.array.withContiguousBytes { bytes in
    "\(tensor.type) \(bytes.map { String($0, radix: 16) }.joined(separator: " "))"
  }
}
