import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropWeightFiles

/// What PyTorch computes with a model: a case that
/// Tests/Fixtures/make_convolutional_model_fixtures.py writes.
public struct ConvolutionalModelCase: Decodable {
  /// What the numbers are drawn from.
  public let seed: UInt32
  /// The shape of the input.
  public let input: [Int]
  /// What the arrays of the state are called.
  public let names: [String]
  /// The shapes of these.
  public let shapes: [[Int]]
  /// What the model gives in use.
  public let output: [Double]
  /// By parameter, that with respect to the input under an empty name: the sum and three elements.
  public let gradients: [String: [Double]]

  /// By the name of the model.
  public static func all() throws -> [String: ConvolutionalModelCase] {
    try Fixtures.decode(from: "convolutional_models.json")
  }

  /// The model of this name, in double precision.
  public static func model(_ name: String) -> any Layer {
    let type = ScalarType.float64
    var random = RandomSource(seed: 1)
    switch name {
    case "layers-1d":
      return Sequential {
        Conv1D(4, 6, kernel: 3, stride: 2, padding: 1, groups: 2, scalarType: type, using: &random)
        MaxPool1D(3, stride: 1, padding: 1, dilation: 2, ceilMode: true)
        Upsample(by: 1.7, mode: .linear())
        AveragePool1D(2, stride: 2, padding: 1, ceilMode: true, countIncludePad: false)
        ConvTranspose1D(
          6, 4, kernel: 3, stride: 2, padding: 1, outputPadding: 1, groups: 2, hasBias: false,
          scalarType: type, using: &random)
        Conv1D(4, 2, kernel: 2, padding: .same, dilation: 3, scalarType: type, using: &random)
      }
    case "layers-2d":
      return Sequential {
        Conv2D(
          3, 6, kernel: [3, 2], stride: [1, 2], padding: [2, 1], groups: 3, scalarType: type,
          using: &random)
        MaxPool2D([2, 3], stride: [1, 2], padding: 1, ceilMode: true)
        ConvTranspose2D(
          6, 4, kernel: [2, 3], stride: [1, 2], padding: [0, 1], outputPadding: [0, 1], groups: 2,
          scalarType: type, using: &random)
        AveragePool2D(2, stride: 1, padding: 1)
        Upsample(to: [17, 9], mode: .linear(alignCorners: true))
        Conv2D(4, 5, kernel: 3, dilation: [2, 1], hasBias: false, scalarType: type, using: &random)
        AdaptiveMaxPool2D([5, 4])
        Upsample(by: 2)
        AdaptiveAveragePool2D(3)
      }
    case "lenet": return LeNet(scalarType: type, using: &random)
    case "simple-convnet":
      return SimpleConvNet(filters: 3, hidden: 7, scalarType: type, using: &random)
    case "deep-convnet": return DeepConvNet(hidden: 5, scalarType: type, using: &random)
    case "resnet18":
      return ResNet(
        blocks: [2, 2, 2, 2], width: 4, classes: 6, scalarType: type, using: &random)
    case "resnet20":
      return ResNet(
        blocks: [3, 3, 3], width: 4, isForSmallPictures: true, shortcut: .zeroPadding, classes: 5,
        scalarType: type, using: &random)
    default: fatalError("there is no model \(name)")
    }
  }

  /// The numbers that the case draws: the state, the input, and the gradient with respect to the
  /// output.
  public func draw() -> (state: StateDictionary, input: NDArray, cotangent: NDArray) {
    var random = NumPyRandom(seed: seed)
    func draw(_ shape: [Int], _ scale: Double = 1) -> NDArray {
      let numbers = random.randn(shape.reduce(1, *)).map { $0 * scale }
      return NDArray(numbers, shape: Shape(shape), scalarType: .float64)
    }
    var state = StateDictionary()
    for (name, shape) in zip(names, shapes) {
      if name.hasSuffix("num_batches_tracked") {
        state.set(name, NDArray(scalar: Int64(3)))
        continue
      }
      let count = Double(shape.reduce(1, *))
      var array = draw(
        shape, shape.count > 1 ? (2 / (count / Double(shape[0]))).squareRoot() : 0.5)
      if name.contains("running_var") { array = (Tensor(array).abs() + 0.5).array }
      state.set(name, array)
    }
    let x = draw(input)
    return (state, x, draw([output.count]))
  }
}
