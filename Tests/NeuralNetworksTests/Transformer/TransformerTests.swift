import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@Suite struct TransformerTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  private static let settings = TransformerLayerSettings(
    width: 4, heads: 2, feedForward: 6, dropout: 0.2, activation: .gelu(), isNormFirst: true)

  @Test func gradientsAreRightWithDropout() {
    var random = RandomSource(seed: 2)
    let encoder = TransformerEncoder(
      1, Self.settings, hasNorm: true, scalarType: .float64, using: &random)
    let decoder = TransformerDecoder(1, Self.settings, scalarType: .float64, using: &random)
    let mode = { Mode.training(seed: 3, step: 1) }
    let inputs = checkGradient(at: [Self.numbers([2, 3, 4]), Self.numbers([2, 2, 4], seed: 2)]) {
      let mode = mode()
      return decoder($0[1], encoder($0[0], mode), isCausal: true, mode)
    }
    #expect(inputs.passes(), "\(inputs)")
    let x = Tensor(Self.numbers([2, 3, 4]))
    let parameters = checkGradient(of: encoder) { $0(x, mode()).squared().sum() }
    #expect(parameters.rows.count == 14)
    #expect(parameters.passes(), "\(parameters)")
  }

  @Test func dropoutIsPartOfTraining() {
    var random = RandomSource(seed: 2)
    let layer = TransformerEncoderLayer(Self.settings, scalarType: .float64, using: &random)
    let x = Tensor(Self.numbers([2, 3, 4]))
    let (a, b) = (layer(x, .training(seed: 1, step: 0)), layer(x, .training(seed: 1, step: 1)))
    #expect(a.doubles != b.doubles && a.doubles != layer(x, .inference).doubles)
    #expect(a.doubles == layer(x, .training(seed: 1, step: 0)).doubles)
  }

  /// Step by step, with caches, a decoder gives what it gives of all steps at once.
  @Test func aDecoderGoesOn() {
    var random = RandomSource(seed: 2)
    let decoder = TransformerDecoder(
      3, Self.settings, hasNorm: true, scalarType: .float64, using: &random)
    let (x, memory) = (Tensor(Self.numbers([2, 5, 4])), Tensor(Self.numbers([2, 3, 4], seed: 2)))
    let isWord = Tensor([true, true, false, true, true, true], shape: [2, 1, 1, 3])
    let whole = decoder(x, memory, memoryMask: isWord, isCausal: true, .inference)
    var caches: [KeyValueCache] = []
    let parts = [0..<2, 2..<3, 3..<5].map {
      decoder(x[.all, $0], memory, memoryMask: isWord, continuing: &caches, .inference)
    }
    #expect(caches.map(\.count) == [5, 5, 5])
    #expect(
      mismatch(Tensor.concatenate(parts, axis: 1).array, whole.array, relative: 1e-12) == nil)
  }

  @Test func startsAsPyTorchsDoes() {
    var random = RandomSource(seed: 5)
    let layer = TransformerEncoderLayer(.init(width: 64, heads: 4), using: &random)
    #expect(layer.settings.feedForward == 2048)
    #expect((layer.dropout.probability, layer.selfAttention.dropout.probability) == (0.1, 0.1))
    for (linear, bound) in [(layer.linear1, 1 / 8.0), (layer.linear2, 1 / 2048.0.squareRoot())] {
      for parameter in [linear.weight, linear.bias!] {
        let numbers = parameter.array.doubles
        #expect(numbers.allSatisfy { abs($0) <= bound })
        #expect(numbers.contains { abs($0) > 0.9 * bound })
      }
    }
    #expect(layer.norm1.weight!.array.doubles.allSatisfy { $0 == 1 })
  }

  @Test func shapesAlone() throws {
    var random = RandomSource(seed: 5)
    let encoder = TransformerEncoder(2, Self.settings, scalarType: .float32, using: &random)
    #expect(try encoder.outputShape(for: [3, 7, 4]) == [3, 7, 4])
    let error = #expect(throws: ShapeError.self) { try encoder.outputShape(for: [3, 7, 5]) }
    #expect(error!.description.contains("layers.0"))
    let decoder = TransformerDecoder(2, Self.settings, using: &random)
    let (x, memory) = (
      Tensor(shapeOnly: TensorType([3, 2, 4])), Tensor(shapeOnly: TensorType([3, 7, 4]))
    )
    #expect(try decoder(x, memory, isCausal: true).checkedType().shape == [3, 2, 4])
    #expect(decoder.summary.rows.map(\.name).contains("layers.1.multihead_attn"))
  }
}
