import BackpropArrays
import Foundation
import Testing

// Not @testable: a user's own operations need nothing that is not public.
import BackpropAutodiff

/// Operations of one's own: two closures, tensors with a saved value, raw elements.
@Suite struct ComposedOperationTests {
  static let swish = DifferentiableFunction("swish") { x in
    x * x.sigmoid()
  } gradient: { x, y, g in
    let s = x.sigmoid()
    return g * (s + y * (1 - s))
  }

  /// ln(1 + eˣ), which saves σ(x).
  struct Softplus: ComposedOperation {
    var name: String { "softplus" }
    var savedCount: Int { 1 }
    func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
      save(inputs[0].sigmoid())
      return (inputs[0].exp() + 1).log()
    }
    func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }
    func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent * pass.saved(0), to: 0) }
  }

  /// The sum of any number of tensors of one shape, over raw elements.
  struct SumOfAll: KernelOperation {
    var name: String { "sumOfAll" }
    func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
      try inputs.requireOneType(name)
      for input in inputs where input.shape != inputs[0].shape {
        throw ShapeError(name, inputs.shapes, "all tensors must have one shape")
      }
      return inputs[0].type
    }
    func compute(_ pass: inout ForwardPass) {
      let inputs = pass.inputs.indices.map { pass.input($0) }
      pass.withOutput(as: Double.self) { out in
        for index in out.indices { out[index] = 0 }
        for input in inputs {
          // Contiguous, however the input lies.
          input.withContiguousScalars(as: Double.self) { x in
            for index in out.indices { out[index] += x[index] }
          }
        }
      }
    }
    func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }
    func backward(_ pass: inout BackwardPass) {
      for index in 0..<pass.inputCount { pass.add(pass.cotangent, to: index) }
    }
  }

  @Test func twoClosuresAreAnOperation() {
    let check = checkGradient(at: [.numbers([3, 4])]) { Self.swish($0[0]) }
    #expect(check.passes(), "\(check)")
    let x = Tensor(2.0).requiringGradient()
    let y = Self.swish(x)
    #expect(abs(y.item - 2 / (1 + exp(-2.0))) < 1e-6)
    // One node, and differentiable again.
    let second = checkGradient(at: [.numbers([5])], step: 1e-4) { inputs in
      let x = inputs[0].requiresGradient ? inputs[0] : inputs[0].requiringGradient()
      return Self.swish(x).sum().backward(recordingGraph: true)[x]
    }
    #expect(second.passes(tolerance: 1e-6), "\(second)")
  }

  @Test func whatIsSavedIsThereForTheGradient() {
    let check = checkGradient(at: [.numbers([3, 4])]) { Softplus()($0[0]) }
    #expect(check.passes(), "\(check)")
  }

  @Test func anyNumberOfInputs() {
    let inputs = (0..<70).map { NDArray.numbers([2, 3], seed: UInt64($0)) }
    let check = checkGradient(at: inputs) { SumOfAll()($0) }
    #expect(check.passes(), "\(check)")
    let transposed = SumOfAll()([Tensor(inputs[0]).transposed(), Tensor(inputs[1]).transposed()])
    #expect(transposed.array == (Tensor(inputs[0]) + Tensor(inputs[1])).transposed().array)
  }

  @Test func mistakesInAnOperationOfOnesOwnAreErrors() {
    let a = Tensor(NDArray.numbers([2, 3]))
    #expect(throws: ShapeError.self) { try SumOfAll().evaluate([a, a.transposed()]) }
    // The rule of a composed operation is that of what it is composed of.
    let error = #expect(throws: ShapeError.self) {
      try DifferentiableFunction("pair", inputs: { $0[0] + $0[1] }, gradient: { [$2, $2] })
        .evaluate([a, a.transposed()])
    }
    #expect(error?.operation == "add")
    let y = Self.swish(Tensor(shapeOnly: TensorType([7, 2])))
    #expect((try? y.checkedType()) == TensorType([7, 2]))
  }

  @Test func aGradientTooManyEndsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let f = DifferentiableFunction("f", inputs: { $0[0] }, gradient: { [$2, $2] })
      _ = f(Tensor(1).requiringGradient()).backward()
    }
  }
}
