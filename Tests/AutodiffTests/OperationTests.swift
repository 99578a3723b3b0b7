import BackpropArrays
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct OperationTests {
  @Test func everyOperationHasACorrectGradient() {
    for (operation, samples) in OperationSamples.differentiable {
      for sample in samples {
        let check = checkGradient(at: sample.inputs, of: sample.function)
        #expect(check.passes(), "\(operation), \(sample.label): \(check)")
      }
    }
  }

  /// An operation may have a faster way to a gradient that only yields numbers: the same numbers.
  @Test func recordedGradientsAreThoseThatAreNot() {
    for (operation, samples) in OperationSamples.all {
      for sample in samples {
        let variables = sample.inputs.map { Tensor($0).requiringGradient() }
        func gradients(recordingGraph: Bool) -> [Tensor?] {
          let result = sample.function(variables)
          let cotangent = Tensor(NDArray.numbers(result.shape, seed: 5))
          let gradients = result.backward(from: cotangent, recordingGraph: recordingGraph)
          return variables.map { gradients.gradient(withRespectTo: $0) }
        }
        for (plain, recorded) in zip(
          gradients(recordingGraph: false), gradients(recordingGraph: true))
        {
          let agree =
            plain.map { plain in
              recorded.map { plain.isClose(to: $0, relativeTolerance: 1e-12) } ?? false
            } ?? (recorded == nil)
          #expect(agree, "\(operation), \(sample.label)")
        }
      }
    }
  }

  /// A gradient is recorded like anything else, so its own gradient can be checked the same way.
  @Test func everyOperationHasACorrectSecondDerivative() {
    for (operation, samples) in OperationSamples.differentiable {
      for sample in samples {
        let check = checkGradient(at: sample.inputs, step: 1e-4) { inputs in
          let variables = inputs.map { $0.requiresGradient ? $0 : $0.requiringGradient() }
          let result = sample.function(variables)
          let cotangent = Tensor(NDArray.numbers(result.shape, seed: 5))
          let gradients = result.backward(from: cotangent, recordingGraph: true)
          return variables.enumerated().map { index, variable in
            let weights = Tensor(NDArray.numbers(variable.shape, seed: UInt64(index + 20)))
            // Adding zero times the input keeps what is linear in it differentiable.
            let gradient =
              gradients.gradient(withRespectTo: variable)
              ?? Tensor.zeros(variable.shape, scalarType: .float64)
            return (gradient * weights).sum() + (variable * 0).sum()
          }.reduce(Tensor(0, scalarType: .float64), +)
        }
        #expect(check.passes(tolerance: 1e-6), "\(operation), \(sample.label): \(check)")
      }
    }
  }

  /// The result has no node, and moves with no input.
  @Test func constantOperationsHaveNoGradient() {
    for (operation, samples) in OperationSamples.constants {
      for sample in samples {
        let result = sample.function(sample.inputs.map { Tensor($0).requiringGradient() })
        #expect(!result.requiresGradient, "\(operation), \(sample.label)")
        let slopes = numericalGradient(at: sample.inputs) {
          sample.function($0).cast(to: .float64).sum()
        }
        for slope in slopes {
          #expect(slope.doubles.allSatisfy { $0 == 0 }, "\(operation), \(sample.label)")
        }
      }
    }
  }

  /// Every type in `Operations` that is an operation has samples under its name, and is the only
  /// one in a file of its name.
  @Test func everyOperationHasSamples() throws {
    let folder = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Autodiff/Operations")
    let declaration = /struct (\w+): ([\w, ]*(?:Operation|Reduction)) {/
    let samples = OperationSamples.all.merging(OperationSamples.constants) { first, _ in first }
    var declared: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") {
      let file = path.split(separator: "/").last!
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      let types = text.matches(of: declaration).map { String($0.output.1) }
      // A file may also hold what several operations share, and then no operation.
      #expect(
        types == [file.replacingOccurrences(of: ".swift", with: "")] || types.isEmpty,
        "\(file) should declare the one operation it is named after, and declares \(types)")
      for type in types {
        #expect(
          samples[type]?.isEmpty == false,
          "\(type) has no samples to check its gradient with; add them to OperationSamples")
      }
      declared.formUnion(types)
    }
    #expect(declared.count > 30)
    #expect(declared == Set(samples.keys))
    #expect(samples.count == OperationSamples.all.count + OperationSamples.constants.count)
  }

  /// The check must see a wrong gradient, or passing it would mean nothing.
  @Test func checkFailsForAWrongGradient() {
    struct WrongSoftmax: ComposedOperation {
      var name: String { "wrong" }
      func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
        inputs[0].softmax()
      }
      func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }
      func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent * pass.output, to: 0) }
    }
    let check = checkGradient(at: [.numbers([3, 4])]) { WrongSoftmax()($0[0]) }
    #expect(!check.passes())
  }
}
