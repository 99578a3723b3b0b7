import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

extension LayerMistakes {
  static let activations: [LayerMistake] = [
    LayerMistake(
      "Softmax",
      """
      softmax: there is no axis -1 among 0 axes
        shapes: ()
        module: Softmax
        hint: a single number has no axes
      """
    ) { _ in try Softmax().outputShape(for: []) },
    LayerMistake(
      "LogSoftmax",
      """
      logSoftmax: there is no axis -1 among 0 axes
        shapes: ()
        module: LogSoftmax
        hint: a single number has no axes
      """
    ) { _ in try LogSoftmax().outputShape(for: []) },
    LayerMistake(
      "PReLU",
      """
      prelu: there must be one slope, or one for each of the 8 channels of axis 1
        shapes: (32, 8) and (3,)
        module: PReLU(3)
      """
    ) { _ in try PReLU(channels: 3).outputShape(for: [32, 8]) },
    LayerMistake(
      "ReLU",
      """
      relu: the numbers are int32, for which there is no relu
        shapes: (2,)
        module: ReLU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try ReLU()(t([2], .int32)).checkedType() },
    LayerMistake(
      "LeakyReLU",
      """
      leakyReLU: the numbers are int32, for which there is no leakyReLU
        shapes: (2,)
        module: LeakyReLU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try LeakyReLU()(t([2], .int32)).checkedType() },
    LayerMistake(
      "ELU",
      """
      elu: the numbers are int32, for which there is no elu
        shapes: (2,)
        module: ELU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try ELU()(t([2], .int32)).checkedType() },
    LayerMistake(
      "SELU",
      """
      selu: the numbers are int32, for which there is no selu
        shapes: (2,)
        module: SELU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try SELU()(t([2], .int32)).checkedType() },
    LayerMistake(
      "GELU",
      """
      gelu: the numbers are int32, for which there is no gelu
        shapes: (2,)
        module: GELU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try GELU()(t([2], .int32)).checkedType() },
    LayerMistake(
      "SiLU",
      """
      silu: the numbers are int32, for which there is no silu
        shapes: (2,)
        module: SiLU
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try SiLU()(t([2], .int32)).checkedType() },
    LayerMistake(
      "Mish",
      """
      mish: the numbers are int32, for which there is no mish
        shapes: (2,)
        module: Mish
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Mish()(t([2], .int32)).checkedType() },
    LayerMistake(
      "Softplus",
      """
      softplus: the numbers are int32, for which there is no softplus
        shapes: (2,)
        module: Softplus
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Softplus()(t([2], .int32)).checkedType() },
    LayerMistake(
      "Sigmoid",
      """
      sigmoid: the numbers are int32, for which there is no sigmoid
        shapes: (2,)
        module: Sigmoid
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Sigmoid()(t([2], .int32)).checkedType() },
    LayerMistake(
      "LogSigmoid",
      """
      logSigmoid: the numbers are int32, for which there is no logSigmoid
        shapes: (2,)
        module: LogSigmoid
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try LogSigmoid()(t([2], .int32)).checkedType() },
    LayerMistake(
      "Tanh",
      """
      tanh: the numbers are int32, for which there is no tanh
        shapes: (2,)
        module: Tanh
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try Tanh()(t([2], .int32)).checkedType() },
    LayerMistake(
      "HardSigmoid",
      """
      hardSigmoid: the numbers are int32, for which there is no hardSigmoid
        shapes: (2,)
        module: HardSigmoid
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try HardSigmoid()(t([2], .int32)).checkedType() },
    LayerMistake(
      "HardSwish",
      """
      hardSwish: the numbers are int32, for which there is no hardSwish
        shapes: (2,)
        module: HardSwish
        hint: convert first, with cast(to: .float32)
      """
    ) { _ in try HardSwish()(t([2], .int32)).checkedType() },
  ]
}
