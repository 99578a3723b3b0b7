import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTraining

extension TextTrainingConfiguration: RunConfiguration {
  public var runLength: TrainingConfiguration.Length {
    get { duration }
    set { duration = newValue }
  }

  /// The file without folders and ending.
  public var name: String {
    guard let file else { return "stories" }
    let name = file.split(separator: "/").last.map(String.init) ?? "text"
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// Checks that the numbers make sense. Whether the text is long enough is found when it is read.
  ///
  /// - Throws: `TrainingError`.
  public func validate(exampleCount: Int) throws(TrainingError) { try validate() }

  /// Reads the text and makes the model.
  ///
  /// - Throws: what `TextContinuation.init` throws.
  public func makeTask() throws -> any TrainingTask { try TextContinuation(self) }

  /// The optimizer that the configuration names.
  public func makeOptimizer(for model: some Module) -> Optimizer {
    optimizer.make(for: model, learningRate: learningRate, weightDecay: weightDecay)
  }
}
