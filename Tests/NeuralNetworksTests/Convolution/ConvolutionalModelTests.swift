import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@Suite struct ConvolutionalModelTests {
  static let names = [
    "layers-1d", "layers-2d", "lenet", "simple-convnet", "deep-convnet", "resnet18", "resnet20",
  ]

  /// With the state that PyTorch has, under its names, outputs and all gradients agree in double
  /// precision.
  @Test(arguments: names) func outputsAndGradientsArePyTorchs(_ name: String) throws {
    let example = try #require(try ConvolutionalModelCase.all()[name])
    let model = ConvolutionalModelCase.model(name)
    let drawn = example.draw()
    try model.load(drawn.state)
    #expect(Set(model.stateDictionary.names) == Set(example.names))

    let x = Tensor(drawn.input).requiringGradient()
    let y = model(x, .inference)
    #expect(y.count == example.output.count)
    for (found, expected) in zip(y.doubles, example.output) {
      #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(name)")
    }

    let gradients = y.backward(from: Tensor(drawn.cotangent).reshaped(to: y.shape))
    var found = ["": gradients[x].doubles]
    for entry in model.walk() {
      guard case .parameter(let parameter) = entry.content else { continue }
      let gradient = gradients[parameter]!
      found[entry.name] =
        (entry.fileLayout == .transposed ? gradient.matrixTransposed : gradient).doubles
    }
    #expect(Set(found.keys) == Set(example.gradients.keys))
    for (parameter, expected) in example.gradients {
      let numbers = found[parameter] ?? []
      guard !numbers.isEmpty else { continue }
      let size = max(1, numbers.reduce(0) { $0 + abs($1) })
      #expect(
        abs(numbers.reduce(0, +) - expected[0]) <= 1e-12 * size, "\(name), sum of \(parameter)")
      for (place, element) in zip([0, numbers.count / 2, numbers.count - 1], expected[1...]) {
        #expect(
          abs(numbers[place] - element) <= 1e-11 * max(1, abs(element)), "\(name), \(parameter)")
      }
    }
  }

  /// The shape of the result follows without numbers, also of a layer that is observed.
  @Test(arguments: names) func shapesFollowWithoutNumbers(_ name: String) throws {
    let example = try #require(try ConvolutionalModelCase.all()[name])
    let model = ConvolutionalModelCase.model(name)
    let shape = try model.outputShape(for: Shape(example.input))
    #expect(shape.elementCount == example.output.count)
    let summary = try model.summary(input: Shape(example.input))
    #expect(summary.parameterCount == model.parameterCount)
    #expect(summary.rows.last?.outputShape == shape)
  }

  @Test func modelsHaveTheSizeThatIsKnown() {
    var random = RandomSource(seed: 0)
    #expect(LeNet(using: &random).parameterCount == 61_706)
    // 30 · 25 + 30, 4320 · 100 + 100, 100 · 10 + 10.
    #expect(SimpleConvNet(using: &random).parameterCount == 433_890)
    #expect(ResNet.resNet18(using: &random).parameterCount == 11_689_512)
    #expect(ResNet.resNet20(using: &random).parameterCount == 269_722)
    let deep = DeepConvNet(using: &random)
    #expect(
      deep.namedParameters.map(\.name)
        == (1...6).flatMap { ["conv\($0).weight", "conv\($0).bias"] } + [
          "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias",
        ])
    #expect(deep.parameterCount == 71_568 + 224 + 1024 * 50 + 50 + 510)
  }

  /// Other sizes of pictures and numbers of classes.
  @Test func modelsCanBeMadeForOtherPictures() throws {
    var random = RandomSource(seed: 0)
    let simple = SimpleConvNet(
      input: [3, 32, 20], filters: 4, kernel: 3, hidden: 8, classes: 5, using: &random)
    #expect(try simple.outputShape(for: [2, 3, 32, 20]) == [2, 5])
    let error = #expect(throws: ShapeError.self) { try simple.outputShape(for: [2, 3, 32, 32]) }
    #expect(error?.description.contains("fc1") == true)
    #expect(
      try ResNet.resNet20(classes: 100, using: &random).outputShape(for: [1, 3, 32, 32]) == [
        1, 100,
      ])
    #expect(try ResNet.resNet18(using: &random).outputShape(for: [1, 3, 224, 224]) == [1, 1000])
  }

  /// Dropout and norms draw no gradient through where nobody said how to run; training does one step
  /// down.
  @Test(arguments: ["lenet", "deep-convnet", "resnet20"])
  func aStepDownLowersTheLoss(_ name: String) throws {
    let example = try #require(try ConvolutionalModelCase.all()[name])
    let model = ConvolutionalModelCase.model(name)
    let x = Tensor(example.draw().input)
    let labels = Tensor([1, 3] as [Int32])
    func loss() -> Tensor {
      crossEntropy(logits: model(x, .training(seed: 0, step: 0)), targets: labels)
    }
    let first = loss()
    let value = first.item
    let gradients = first.backward()
    for parameter in model.parameters {
      parameter.array = (Tensor(parameter.array) - gradients[parameter]! * 1e-4).array
    }
    #expect(loss().item < value)
  }
}
