import BackpropArrays
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct OpsTests {
  @Test func everyOperationHasACorrectGradient() {
    for operation in Ops.all {
      #expect(!operation.samples.isEmpty, "\(operation.name) has no sample to check")
      for sample in operation.samples {
        let check = checkGradient(at: sample.inputs, of: sample.function)
        #expect(check.passes(), "\(operation.name), \(sample.label): \(check)")
      }
    }
  }

  /// A gradient is recorded like anything else, so its own gradient can be checked the same way.
  @Test func everyOperationHasACorrectSecondDerivative() {
    for operation in Ops.all {
      for sample in operation.samples {
        let check = checkGradient(at: sample.inputs, step: 1e-4) { inputs in
          let variables = inputs.map { $0.requiresGradient ? $0 : $0.requiringGradient() }
          let result = sample.function(variables)
          let cotangent = Tensor(NDArray.numbers(result.shape, seed: 5))
          let gradients = result.backward(from: cotangent, recordingGraph: true)
          return variables.enumerated().map { index, variable in
            let weights = Tensor(NDArray.numbers(variable.shape, seed: UInt64(index + 20)))
            // Adding zero times the input keeps what is linear in it differentiable.
            let gradient =
              gradients.gradient(by: variable) ?? Tensor.zeros(variable.shape, .float64)
            return (gradient * weights).sum() + (variable * 0).sum()
          }.reduce(Tensor(0, .float64), +)
        }
        #expect(check.passes(tolerance: 1e-6), "\(operation.name), \(sample.label): \(check)")
      }
    }
  }

  /// Every type in `Ops` that is an operation must be in the list that is checked.
  @Test func listIsComplete() throws {
    let folder = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Autodiff/Operations")
    let declaration = /struct (\w+): (?:Unary|Binary|Kernel|Tensor)Operation/
    var declared: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") && !path.hasSuffix("Kernel.swift") {
      let file = path.split(separator: "/").last!
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      let types = text.matches(of: declaration).map { String($0.output.1) }
      #expect(
        types == [file.replacingOccurrences(of: ".swift", with: "")],
        "\(file) should declare the one operation it is named after, and declares \(types)")
      declared.formUnion(types)
    }
    #expect(declared.count > 20)
    #expect(declared == Set(Ops.all.map { "\($0)" }))
  }

  @Test func namesAreDistinct() {
    #expect(Set(Ops.all.map { $0.name }).count == Ops.all.count)
  }

  /// The check must see a wrong gradient, or passing it would mean nothing.
  @Test func checkFailsForAWrongGradient() {
    struct WrongSoftmax: TensorOperation {
      static let name = "wrong"
      static let samples: [GradientSample] = []
      func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray { inputs[0].array.softmax() }
      func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent * pass.output, to: 0) }
    }
    let check = checkGradient(at: [.numbers([3, 4])]) { WrongSoftmax()($0[0]) }
    #expect(!check.passes())
  }
}
