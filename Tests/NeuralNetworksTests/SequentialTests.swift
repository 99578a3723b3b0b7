import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct SequentialTests {
  private static func model(hidden: [Int], dropLast: Bool, activation: Activation?) -> Sequential {
    var random = RandomSource(seed: 4)
    let layers = hidden.map { Linear($0, $0, using: &random) }
    let output = Linear(3, 2, using: &random)
    return Sequential {
      Flatten()
      for layer in layers {
        layer
        if activation == .relu { ReLU() } else { Tanh() }
      }
      if !dropLast { output }
      if let activation {
        if activation == .sigmoid { Sigmoid() }
      }
    }
  }

  @Test func builderTakesLoopsAndConditions() {
    func names(_ model: Sequential) -> [String] { model.layers.map(\.summaryName) }
    #expect(
      names(Self.model(hidden: [3, 3], dropLast: false, activation: .relu))
        == ["Flatten", "Linear(3 -> 3)", "ReLU", "Linear(3 -> 3)", "ReLU", "Linear(3 -> 2)"])
    #expect(
      names(Self.model(hidden: [3], dropLast: false, activation: .sigmoid))
        == ["Flatten", "Linear(3 -> 3)", "Tanh", "Linear(3 -> 2)", "Sigmoid"])
    #expect(names(Self.model(hidden: [], dropLast: true, activation: nil)) == ["Flatten"])
    #expect(Sequential {}.layers.isEmpty)
  }

  /// As PyTorch names those of `nn.Sequential`: by position, activations counted.
  @Test func parametersAreNamedByPosition() {
    #expect(
      Self.model(hidden: [3, 3], dropLast: false, activation: .relu).namedParameters.map(\.name)
        == ["1.weight", "1.bias", "3.weight", "3.bias", "5.weight", "5.bias"])
  }

  /// A linear layer and its activation are computed together; one after the other they must give
  /// the same results and gradients, up to rounding.
  @Test func fusionChangesNothing() {
    var random = RandomSource(seed: 5)
    let input = Tensor.normal([7, 4], scalarType: .float64, using: &random)
    let activations: [any ActivationLayer] = [ReLU(), Sigmoid(), Tanh()]
    for activation in activations {
      let first = Linear(4, 5, scalarType: .float64, using: &random)
      let second = Linear(5, 3, hasBias: false, scalarType: .float64, using: &random)
      let fused = Sequential {
        first
        activation
        activation
        second
        activation
      }
      func apart(_ x: Tensor) -> Tensor {
        let hidden = activation.activation(x.matmul(first.weight.tensor) + first.bias!.tensor)
        return activation.activation(
          activation.activation(hidden).matmul(second.weight.tensor))
      }
      expectEqual(fused(input).doubles, apart(input).doubles, "\(activation)")
      let gradients = (
        fused(input).squared().sum().backward(), apart(input).squared().sum().backward()
      )
      for (name, parameter) in fused.namedParameters {
        expectEqual(
          gradients.0[parameter]!.doubles, gradients.1[parameter]!.doubles, "\(activation) \(name)")
      }
    }
  }

  private func expectEqual(_ a: [Double], _ b: [Double], _ what: String) {
    #expect(a.count == b.count)
    for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-14 * max(1, abs(x)), "\(what): \(x), \(y)") }
  }

  @Test func anActivationMayComeFirst() {
    let model = Sequential {
      ReLU()
      Linear(weight: NDArray([[2], [3]] as [[Float]]))
    }
    #expect(model(Tensor([[-1, 5], [1, -5]] as [[Float]])).doubles == [15, 2])
  }

  @Test func modelsNest() {
    let inner = Sequential { Linear(weight: NDArray([[2]] as [[Float]])) }
    let model = Sequential {
      inner
      ReLU()
      [Linear(weight: NDArray([[-1]] as [[Float]])), ReLU()] as [any Layer]
    }
    #expect(model.namedParameters.map(\.name) == ["0.0.weight", "2.weight"])
    #expect(model(Tensor([[3], [-3]] as [[Float]])).doubles == [0, 0])
    #expect(inner(Tensor([[3], [-3]] as [[Float]])).doubles == [6, -6])
  }

  @Test func errorsNameTheLayer() throws {
    let model = Self.model(hidden: [3], dropLast: false, activation: .relu)
    #expect(try model.outputShape(for: [8, 1, 3]) == [8, 2])
    let error = #expect(throws: ShapeError.self) { try model.outputShape(for: [8, 4]) }
    #expect(error!.module == "'1', Linear(3 -> 3)")
  }
}
