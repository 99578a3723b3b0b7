import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing
import BackpropTraining

@Suite struct DivergenceTests {
  private func divergence(
    _ inputs: [Float], rate: Double = 0.1, clipped: Bool = false,
    _ model: MultilayerPerceptron = TrainingLoopTests.linear([1, 0, 0, 1])
  ) throws -> Divergence {
    let count = inputs.count / 2
    let data = TensorDataset(
      inputs: Tensor(NDArray(inputs, shape: [count, 2])),
      targets: Tensor((0..<count).map { $0 % 2 }))
    let loop = TrainingLoop(
      model, SGD(for: model, learningRate: rate), data, batchSize: 2, shuffles: false
    ) { crossEntropy(logits: model($0.inputs, $1), targets: $0.targets) }
    let error = try #require(throws: TrainingError.self) { try loop.run(epochs: 40) }
    guard case .diverged(let found) = error else { throw error }
    return found
  }

  @Test func dataThatAreNoNumbersAreNamed() throws {
    let found = try divergence([0, 1, 1, 0, 0.5, 1, .nan, 0, 1, 1, 0, 0])
    #expect(found.step == 2 && found.batch == 2 && found.epoch == 1)
    #expect(found.positions == [2, 3] && found.damagedExample == 3)
    #expect(found.place?.part == .input && found.isOfTheData)
    let text = "\(TrainingError.diverged(found))"
    #expect(text.contains("the loss became nan at step 2: the input of Linear(2 -> 2), 'layers.0'"))
    #expect(text.contains("batch 2 of epoch 1, examples 2, 3"))
    #expect(text.contains("Example 3 of the training data holds a number that is not finite"))
  }

  @Test func aRateThatIsTooHighIsNamed() throws {
    let found = try divergence([0, 100, 100, 0, 300, 100, 100, 300], rate: 1e38)
    #expect(found.step > 1 && !found.isOfTheData && found.damagedExample == nil)
    #expect(found.learningRate == 1e38)
    #expect("\(found)".contains("learning rate 1e+38"))
    #expect(found.advice.contains("learning rate is too high"))
  }

  /// The step that made the weight infinite is over; the report says what did it.
  @Test func aWeightThatIsNotFiniteIsNamed() throws {
    let found = try divergence([1, 1, 1, 1], TrainingLoopTests.linear([.nan, 0, 0, 1]))
    #expect(found.place?.part == .state("weight") && !found.isOfTheData)
    #expect(found.advice.contains("An earlier step has changed it"))
  }

  /// The loss is 0, and its slope there infinite: known at once, before the weights are spoilt.
  @Test(arguments: [1, 2]) func aGradientThatIsNotFiniteIsNamed(batches: Int) throws {
    let model = TrainingLoopTests.linear([1, 0, 0, 1])
    func numbers() -> [[Float]] {
      model.namedParameters.map { $0.parameter.array.scalars(as: Float.self) }
    }
    let before = numbers()
    let data = TensorDataset(
      inputs: Tensor(NDArray([Float](repeating: 1, count: 8), shape: [4, 2])),
      targets: Tensor([0, 0, 1, 1]))
    let loop = TrainingLoop(
      model, SGD(for: model, learningRate: 0.1), data, batchSize: 2, accumulating: batches,
      shuffles: false
    ) { batch, mode in
      let outputs = model(batch.inputs, mode)
      // The second batch takes the root of 0.
      let isSecond = batch.targets.doubles[0] == 1
      return isSecond ? (outputs * 0).squareRoot().sum() : outputs.sum()
    }
    if batches == 1 { try loop.step() }
    let weights = batches == 1 ? numbers() : before
    let error = try #require(throws: TrainingError.self) { try loop.step() }
    guard case .diverged(let found) = error else { throw error }
    #expect(found.step == (batches == 1 ? 2 : 1) && found.batch == 2 && found.positions == [2, 3])
    #expect(found.loss == 0 && found.place?.part == .gradient("layers.0.weight"))
    #expect("\(found)".contains("the loss is 0.0 at step \(found.step): the gradient by"))
    #expect("\(found)".contains("'layers.0.weight' is not finite"))
    #expect(numbers() == weights)
  }
}
