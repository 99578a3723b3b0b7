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

  /// A convolution takes over an activation and max pooling, with the same bits as one after the other.
  @Test(arguments: [ScalarType.float32, .float64])
  func joiningConvolutionsChangesNoBit(type: ScalarType) {
    var random = RandomSource(seed: 6)
    let pictures = Tensor.normal([3, 2, 13, 12], scalarType: type, using: &random)
    let activations: [(any ActivationLayer)?] = [ReLU(), Sigmoid(), Tanh(), nil]
    let poolings: [MaxPool2D?] = [
      MaxPool2D(2), MaxPool2D(3, stride: 2, padding: 1), MaxPool2D([2, 3], ceilMode: true), nil,
    ]
    for activation in activations {
      for pooling in poolings {
        let convolution = Conv2D(
          2, 19, kernel: 3, padding: 1, scalarType: type, using: &random)
        let weights = [convolution.weight, convolution.bias!]
        let joined = Sequential(
          [convolution] + [activation, pooling].compactMap { $0 as (any Layer)? })
        func apart(_ x: Tensor) -> Tensor {
          var y = convolution(x)
          if let activation { y = activation(y) }
          return pooling.map { $0(y) } ?? y
        }
        let input = Parameter(pictures.array, named: "input")
        let results = [joined(input.tensor), apart(input.tensor)]
        #expect(results[0].doubles == results[1].doubles)
        let gradients = results.map { $0.squared().sum().backward() }
        for parameter in weights + [input] {
          #expect(
            gradients[0][parameter]!.doubles == gradients[1][parameter]!.doubles,
            "\(String(describing: activation)), \(String(describing: pooling))")
        }
      }
    }
    let sounds = Tensor.normal([2, 3, 21], scalarType: type, using: &random)
    let convolution = Conv1D(3, 5, kernel: 4, stride: 2, scalarType: type, using: &random)
    let joined = Sequential {
      convolution
      ReLU()
      MaxPool1D(2)
    }
    #expect(
      joined(sounds).doubles == convolution(sounds).relu().maxPool1D(2).doubles)
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
