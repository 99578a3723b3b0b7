import ArgumentParser
import Backprop

/// Whether TensorBoard is told of a training.
struct TensorBoardOption: ParsableArguments {
  @Option(
    name: .customLong("tensorboard"),
    help: ArgumentHelp(
      "Write losses, metrics and the spread of the weights to a file in this folder, for TensorBoard.",
      valueName: "DIR"))
  var folder: String?

  func validate() throws {
    if folder == "" {
      throw ValidationError("the option --tensorboard is empty, expected a folder")
    }
  }

  /// Has TensorBoard told of a training, if that is wished.
  func observe(_ training: ConfiguredTraining<some RunConfiguration>) throws {
    guard let folder else { return }
    let observer = try TensorBoardObserver(folder, model: training.task.model)
    observer.onFailure = { error in
      StandardError.write(
        "warning: nothing more is written for TensorBoard, training goes on: \(error)")
    }
    training.loop.observers.append(observer)
  }
}
