import BackpropArrays
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Whole models inside of `fused { }`: layers of every kind do there what they do outside.
@Suite struct FusedModelTests {
  private func expectTheSame(_ model: some Module, _ loss: () -> Tensor) {
    let buffers = model.namedBuffers.map { $0.buffer.array }
    let expected = loss()
    let expectedBuffers = model.namedBuffers.map { $0.buffer.array }
    for (named, array) in zip(model.namedBuffers, buffers) { named.buffer.array = array }

    let found = fused(from: 2, loss)
    #expect(found.array == expected.array)
    #expect(model.namedBuffers.map { $0.buffer.array } == expectedBuffers)
    let (a, b) = (found.backward(), expected.backward())
    for (name, parameter) in model.namedParameters {
      #expect(a[parameter]!.isClose(to: b[parameter]!, relativeTolerance: 1e-9), "\(name)")
    }
  }

  @Test func aTransformer() {
    var random = RandomSource(seed: 1)
    let model = GPT(
      vocabularySize: 13, contextLength: 10, width: 8, layers: 2, heads: 2, dropout: 0.1,
      scalarType: .float64, using: &random)
    let tokens = Tensor((0..<18).map { Int32($0 * 5 % 13) }, shape: [2, 9])
    expectTheSame(model) {
      let logits = model(tokens[.all, ..<8], .training(seed: 3, step: 2))
      return crossEntropy(logits: logits, targets: tokens[.all, 1...])
    }
  }

  @Test func aConvolutionalNetwork() {
    var random = RandomSource(seed: 1)
    let model = Sequential {
      Conv2D(1, 4, kernel: 3, padding: 1, scalarType: .float64, using: &random)
      BatchNorm(4, scalarType: .float64)
      GELU()
      MaxPool2D(2)
      Dropout(0.2)
      Flatten()
      Linear(64, 8, scalarType: .float64, using: &random)
      Softplus()
      Linear(8, 3, scalarType: .float64, using: &random)
    }
    let images = Tensor.normal([5, 1, 8, 8], scalarType: .float64, using: &random)
    let labels = Tensor([0, 2, 1, 1, 0] as [Int32])
    expectTheSame(model) {
      let logits = model(images * 2 - 1, .training(seed: 3, step: 2))
      return crossEntropy(logits: logits, targets: labels) + (logits.squared() * 0.1).mean()
    }
  }
}
