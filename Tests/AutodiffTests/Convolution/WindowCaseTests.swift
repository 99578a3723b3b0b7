import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Convolutions, pooling and resizing give what PyTorch gives, and so do their gradients.
@Suite struct WindowCaseTests {
  @Test(arguments: [
    "conv", "convTranspose", "maxPool", "averagePool", "adaptiveMaxPool", "adaptiveAveragePool",
    "interpolate",
  ]) func valuesAndGradientsArePyTorchs(_ op: String) throws {
    for example in try WindowCase.all(of: op) {
      let error = example.error(.float64)
      #expect(error <= 1e-13, "\(example): \(error)")
    }
  }

  /// Places between numbers are rounded by the type when something is resized; PyTorch is asked in
  /// double precision, so that these differ a little more.
  @Test(arguments: [
    "conv", "convTranspose", "maxPool", "averagePool", "adaptiveMaxPool", "adaptiveAveragePool",
    "interpolate",
  ]) func singlePrecisionIsAsGoodAsItCanBe(_ op: String) throws {
    for example in try WindowCase.all(of: op) {
      let error = example.error(.float32)
      #expect(error <= 4e-6, "\(example): \(error)")
    }
  }

  /// Of every layout of the input and of what follows it, the bits are those of contiguous numbers.
  @Test(arguments: [
    "conv", "convTranspose", "maxPool", "averagePool", "adaptiveMaxPool", "adaptiveAveragePool",
    "interpolate",
  ]) func everyLayoutGivesTheSameBits(_ op: String) throws {
    for example in try WindowCase.all(of: op) where example.size < 5000 {
      let draws = example.draw()
      // All channels of an example alike, so that a stride of 0 is among the layouts.
      var arrays = draws.inputs + [draws.cotangent]
      arrays[0] = arrays[0][.all, 0..<1].broadcast(to: arrays[0].shape).copy()
      let expected = results(example, arrays)
      for index in arrays.indices {
        for layout in arrays[index].everyLayout {
          var inputs = arrays
          inputs[index] = layout.array
          let found = results(example, inputs)
          let differences = zip(found, expected).compactMap { mismatch($0, $1) }
          #expect(
            differences == [], "\(example), array \(index) \(layout.name): \(differences)")
        }
      }
    }
  }

  /// The result and the gradients; the last array is the cotangent.
  private func results(_ example: WindowCase, _ arrays: [NDArray]) -> [NDArray] {
    let inputs = arrays.dropLast().map { Tensor($0).requiringGradient() }
    let result = example(inputs)
    let value = result.array
    let gradients = result.backward(from: Tensor(arrays.last!))
    return [value] + inputs.map { gradients[$0].array }
  }

  /// On shapes alone the type of the result is the same.
  @Test func shapesAloneGiveTheSameShape() throws {
    for example in try WindowCase.all.get() {
      let result = example(
        example.inputs.map { Tensor(shapeOnly: TensorType(Shape($0), .float32)) })
      #expect(try result.checkedType() == TensorType(Shape(example.shape), .float32))
    }
  }
}
