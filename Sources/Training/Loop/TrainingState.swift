import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers

/// All of a loop that goes on from one step to the next: the weights and buffers of the model and their
/// averages, what the optimizer remembers, where in which epoch it is and what is drawn next.
///
/// It is a value: the loop may go on, and the state stays what it was. A loop that takes it up
/// computes what the first one would have computed, in every bit.
public struct TrainingState: Sendable {
  /// The parameters and buffers of the model, as they lie in memory, by name.
  public var weights: [String: NDArray]
  /// What the optimizer remembers, by name: see `Optimizer.state`.
  public var optimizer: [String: NDArray]
  /// The averages of the weights, where the loop has some, by name: see `AveragedWeights.state`.
  public var averages: [String: NDArray]?
  /// The weights of the best epoch so far, with early stopping.
  public var bestWeights: [String: NDArray]?
  /// The learning rate, before the schedule's factor, as a plateau may have reduced it.
  public var learningRate: Double
  /// Texts that go with the state: what the program wants to know besides, such as its configuration.
  public var metadata: [String: String] = [:]
  var progress: TrainingProgress

  /// The number of steps done.
  public var step: Int { progress.step }
  /// The number of epochs that are complete.
  public var epoch: Int { progress.epoch }
}

extension TrainingLoop {
  /// Where the loop is, to be taken up again: now, later, elsewhere.
  ///
  /// ```swift
  /// try loop.state.write(to: "run.state")
  /// // …, in another process, with a loop that was made in the same way:
  /// try loop.restore(TrainingState(contentsOf: "run.state"))
  /// ```
  ///
  /// What the program says anew is no part of it: the data, the closures, the schedule, the settings
  /// of the optimizer but for the learning rate.
  public var state: TrainingState {
    TrainingState(
      weights: model.trainingWeights, optimizer: optimizer.state,
      averages: averaging?.weights.state, bestWeights: bestWeights, learningRate: learningRate,
      progress: progress)
  }

  /// Goes on from a state of a loop over the same data with a model of the same form, made with the
  /// same settings.
  ///
  /// - Throws: `TrainingStateError` or `OptimizerStateError` where the state is that of another loop,
  ///   which then stays as it was.
  public func restore(_ state: TrainingState) throws {
    var problems: [String] = []
    func require(_ found: some Equatable, _ expected: some Equatable, _ name: String) {
      if "\(found)" != "\(expected)" {
        problems.append("\(name) is \(found), and the loop's is \(expected)")
      }
    }
    require(state.progress.batchSize, batchSize, "the batch size")
    require(state.progress.batchesPerStep, batchesPerStep, "the number of batches in a step")
    require(state.progress.exampleCount, data.count, "the number of examples")
    problems += state.progress.problems(stepsPerEpoch: stepsPerEpoch)
    if !(state.learningRate.isFinite && state.learningRate >= 0) {
      problems.append("the learning rate is \(state.learningRate)")
    }
    problems += model.misfits(state.weights)
    if let best = state.bestWeights { problems += model.misfits(best) }
    if (state.averages == nil) != (averaging == nil) {
      problems.append(
        averaging == nil
          ? "it has averages of the weights, and the loop has no 'averaging'"
          : "it has no averages of the weights, and the loop has an 'averaging'")
    }
    guard problems.isEmpty else { throw TrainingStateError(problems: problems) }
    let before = optimizer.state
    try optimizer.restore(state.optimizer)
    if let averages = state.averages {
      do {
        try averaging?.weights.restore(averages)
      } catch {
        try optimizer.restore(before)
        throw error
      }
    }
    model.setTrainingWeights(state.weights)
    learningRate = state.learningRate
    bestWeights = state.bestWeights
    go(to: state.progress)
  }
}

/// A state that is not that of the loop that was to take it up.
public struct TrainingStateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What does not fit, a line each.
  public let problems: [String]

  public var description: String {
    "cannot take up the training: the state is that of another loop\n  "
      + problems.joined(separator: "\n  ")
      + "\nMake the loop with the model, the data and the batch size that the state was taken with."
  }
}

extension Module {
  /// The parameters and buffers, as they lie in memory, by the first of their names.
  var trainingWeights: [String: NDArray] {
    var weights: [String: NDArray] = [:]
    for (name, parameter) in namedParameters { weights[name] = parameter.array }
    for (name, buffer) in namedBuffers { weights[name] = buffer.array }
    return weights
  }

  /// Takes the weights of `trainingWeights`, of this model or another of its form.
  func setTrainingWeights(_ weights: [String: NDArray]) {
    for (name, parameter) in namedParameters { parameter.array = weights[name]! }
    for (name, buffer) in namedBuffers { buffer.array = weights[name]! }
  }

  /// Why these are not this model's weights; nothing if they are.
  func misfits(_ weights: [String: NDArray]) -> [String] {
    let own = trainingWeights
    let missing = own.keys.filter { weights[$0] == nil }.sorted().map { "'\($0)' is missing" }
    let unexpected = weights.keys.filter { own[$0] == nil }.sorted().map {
      "'\($0)' is not in the model"
    }
    let misshapen = own.keys.sorted().compactMap { name -> String? in
      guard let found = weights[name], let expected = own[name] else { return nil }
      let (a, b) = (
        TensorType(found.shape, found.scalarType), TensorType(expected.shape, expected.scalarType)
      )
      return a == b ? nil : "'\(name)' is \(a), and the model's is \(b)"
    }
    return missing + unexpected + misshapen
  }
}
