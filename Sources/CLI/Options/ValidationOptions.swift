import ArgumentParser
import Backprop

/// How a training looks after itself.
struct ValidationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The share of the training data to keep back and to decide by, such as 0.1.",
      discussion: "It is drawn by the seed, and has each class in proportion.", valueName: "F"))
  var validation: Double?
  @Option(
    help: ArgumentHelp(
      "After how many epochs without a better validation to stop, with the best weights.",
      valueName: "N"))
  var patience: Int?
  @Option(
    help: ArgumentHelp(
      "How much each class counts: balanced weighs rare ones up. (default: none)",
      valueName: "NAME"))
  var classWeights: ClassWeighting?

  /// Puts what was asked for into a configuration.
  func set(in configuration: inout TrainingConfiguration) {
    if let validation { configuration.validation = validation }
    if let patience { configuration.patience = patience }
    if let classWeights { configuration.classWeights = classWeights }
  }
}

extension ClassWeighting: ExpressibleByArgument {}
