import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@Suite struct LinearAdapterTests {
  /// activation((x W + b) · s), with s learned.
  private struct Scaled: LinearAdapter {
    let scale = Parameter(NDArray([2] as [Float]))

    func callAsFunction(
      _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
    ) -> Tensor {
      activation(input.affine(layer.weight.tensor, layer.bias?.tensor) * scale.tensor)
    }
  }

  private static func linear(_ inputs: Int, _ outputs: Int) -> Linear {
    var random = RandomSource(seed: UInt64(inputs))
    return Linear(inputs, outputs, using: &random)
  }

  private static let input = Tensor(NDArray([1, -2, 3, 0, 1, 5], shape: [2, 3]))

  /// Wherever a model calls a layer by another way, the adapter is asked all the same.
  @Test func everyModelAsksIt() throws {
    let first = Self.linear(3, 4)
    let second = Self.linear(4, 2)
    var random = RandomSource(seed: 1)
    let twoLayers = TwoLayerNet(3, 4, 2, using: &random)
    let models: [any Layer] = [
      first, MultilayerPerceptron([first, second], activation: .tanh), twoLayers,
      Sequential {
        first
        ReLU()
        second
      },
    ]
    for model in models {
      let plain = model(Self.input, .inference)
      let layer = try #require(
        model.namedModules.lazy.compactMap { $0.module as? Linear }.first)
      layer.adapter = Scaled()
      let adapted = model(Self.input, .inference)
      #expect(adapted.doubles != plain.doubles, "\(model.summaryName)")
      // Who looks on sees the same.
      let seen = model(Self.input, Mode.inference.observed(by: ModuleObserver(), in: model))
      #expect(seen.doubles == adapted.doubles)
      layer.adapter = nil
      #expect(model(Self.input, .inference).doubles == plain.doubles)
    }
  }

  @Test func theActivationFollows() {
    let layer = Self.linear(3, 4)
    let model = Sequential {
      layer
      Sigmoid()
    }
    let sum = layer(Self.input)
    layer.adapter = Scaled()
    #expect(model(Self.input, .inference).doubles == (sum * 2).sigmoid().doubles)
  }

  @Test func whatItHoldsBelongsToTheLayer() {
    let model = Sequential {
      Self.linear(3, 4)
      ReLU()
      Self.linear(4, 2)
    }
    let layer = model.layers[2] as! Linear
    layer.adapter = Scaled()
    let names = ["0.weight", "0.bias", "2.weight", "2.bias", "2.scale"]
    #expect(model.namedParameters.map(\.name) == names)
    #expect(model.stateDictionary.names == names)
  }

  @Test func itIsTrainedWhileTheLayerIsFrozen() throws {
    let layer = Self.linear(3, 4)
    layer.isTrainable = false
    let adapter = Scaled()
    layer.adapter = adapter
    let before = layer.weight.array.doubles
    let optimizer = SGD(for: layer, learningRate: 0.1)
    optimizer.update(using: layer(Self.input, .inference).sum().backward())
    #expect(layer.weight.array.doubles == before)
    #expect(adapter.scale.array.doubles != [2])
  }

  @Test func gradients() {
    let layer = Linear(weight: .ones([3, 2], scalarType: .float64))
    struct Product: LinearAdapter {
      let factor = Parameter(NDArray([1, 2, -1, 0.5, 3, 1], shape: [3, 2], scalarType: .float64))
      func callAsFunction(
        _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
      ) -> Tensor {
        activation(input.affine(layer.weight.tensor * factor.tensor))
      }
    }
    layer.adapter = Product()
    let input = Tensor(NDArray([1, -2, 3, 0, 1, 5], shape: [2, 3], scalarType: .float64))
    #expect(checkGradient(of: layer) { ($0(input, .inference) * 0.1).tanh().sum() }.passes())
  }
}
