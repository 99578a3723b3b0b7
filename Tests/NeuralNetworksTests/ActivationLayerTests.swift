import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@Suite struct ActivationLayerTests {
  private let input = Tensor(
    NDArray.range(from: -4, to: 4, by: 0.5, scalarType: .float64).reshaped(to: [2, 4, 2]))

  @Test func layersApplyTheirFunctions() throws {
    let pairs: [(any Layer, Tensor, String)] = [
      (ReLU(), input.relu(), "ReLU"), (Sigmoid(), input.sigmoid(), "Sigmoid"),
      (Tanh(), input.tanh(), "Tanh"), (GELU(), input.gelu(), "GELU"),
      (GELU(approximation: .tanh), input.gelu(approximation: .tanh), "GELU(tanh)"),
      (SiLU(), input.silu(), "SiLU"), (LeakyReLU(), input.leakyReLU(), "LeakyReLU(0.01)"),
      (LeakyReLU(slope: 0.2), input.leakyReLU(slope: 0.2), "LeakyReLU(0.2)"),
      (ELU(), input.elu(), "ELU"), (ELU(alpha: 0.5), input.elu(alpha: 0.5), "ELU(0.5)"),
      (SELU(), input.selu(), "SELU"), (HardSwish(), input.hardSwish(), "HardSwish"),
      (HardSigmoid(), input.hardSigmoid(), "HardSigmoid"), (Mish(), input.mish(), "Mish"),
      (LogSigmoid(), input.logSigmoid(), "LogSigmoid"), (Softplus(), input.softplus(), "Softplus"),
      (
        Softplus(beta: 2, threshold: 3), input.softplus(beta: 2, threshold: 3), "Softplus(β 2.0)"
      ),
      (Softmax(), input.softmax(), "Softmax"),
      (Softmax(axis: 1), input.softmax(axis: 1), "Softmax(axis 1)"),
      (LogSoftmax(), input.logSoftmax(), "LogSoftmax"),
      (LogSoftmax(axis: 0), input.logSoftmax(axis: 0), "LogSoftmax(axis 0)"),
    ]
    for (layer, expected, name) in pairs {
      func apply(_ layer: some Layer) -> Tensor { layer(input) }
      #expect(mismatch(apply(layer).array, expected.array) == nil, "\(name)")
      #expect(layer.summaryName == name)
      #expect(layer.parameterCount == 0)
      #expect(try layer.outputShape(for: [2, 4, 2]) == [2, 4, 2])
    }
  }

  @Test func slopesAreOneOrOneAChannel() throws {
    let one = PReLU(scalarType: .float64)
    #expect(one(input).doubles == input.leakyReLU(slope: 0.25).doubles)
    #expect(one.summaryName == "PReLU" && one.weight.shape == [1])
    let several = PReLU(channels: 4, slope: 0.5, scalarType: .float64)
    several.weight.array = NDArray([0.5, 0, -1, 2], scalarType: .float64)
    #expect(
      several(input).doubles
        == [-2, -1.75, 0, 0, 2, 1.5, -2, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5])
    #expect(several.summaryName == "PReLU(4)")
    #expect(several.namedParameters.map(\.name) == ["weight"])
    #expect(several.fileLayout(of: "weight") == .asIs)
    #expect(try several.outputShape(for: [8, 4]) == [8, 4])
    #expect(throws: ShapeError.self) { try several.outputShape(for: [8, 1]) }
    #expect(throws: ShapeError.self) { try several.outputShape(for: [4]) }
  }

  @Test func slopesAreLearned() {
    let layer = PReLU(channels: 4, scalarType: .float64)
    let shifted = input + 0.1
    #expect(checkGradient(of: layer) { ($0(shifted) * shifted).sum() }.passes())
    // ∂/∂a Σ a x is the sum of the negative x of a channel: of the first −3.9 − 3.4.
    let gradients = layer(shifted).sum().backward()
    for (found, expected) in zip(gradients[layer.weight]!.doubles, [-7.3, -5.3, -3.3, -1.3]) {
      #expect(abs(found - expected) < 1e-12)
    }
  }
}
