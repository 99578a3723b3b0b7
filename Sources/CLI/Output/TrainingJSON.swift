import Backprop

/// Tells programs how training goes: a line of JSON an epoch, and one at the end.
final class TrainingJSON: TrainingObserver {
  private let folder: RunFolder

  init(folder: RunFolder) { self.folder = folder }

  func receive(_ event: TrainingEvent) {
    switch event {
    case .started, .step: break
    case .epoch(let report):
      write([
        ("event", "epoch"),
        ("epoch", .integer(report.epoch)),
        ("loss", .number(report.loss)),
        ("train_accuracy", .number(report.metrics["trainAccuracy"]!)),
        ("test_accuracy", .number(report.metrics["testAccuracy"]!)),
        ("steps_per_second", .number(report.stepsPerSecond)),
      ])
    case .finished(let result):
      write([
        ("event", "done"),
        ("steps", .integer(result.steps)),
        ("seconds", .number(result.seconds)),
        ("test_accuracy", .number(result.metrics["testAccuracy"]!)),
        ("weights", .string(folder.weightsPath)),
      ])
    }
  }

  private func write(_ members: [(String, JSONValue)]) {
    StandardOutput.write(JSONValue.object(members).description)
  }
}
