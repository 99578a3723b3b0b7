import Backprop

/// Tells programs how training goes: a line of JSON an epoch, and one at the end.
final class TrainingJSON: TrainingObserver {
  private let task: any TrainingTask
  private let folder: RunFolder

  init(_ task: any TrainingTask, folder: RunFolder) {
    self.task = task
    self.folder = folder
  }

  func receive(_ event: TrainingEvent) {
    switch event {
    case .started, .step: break
    case .epoch(let report):
      var members: [(String, JSONValue)] = [
        ("event", "epoch"),
        ("epoch", .integer(report.epoch)),
        ("loss", .number(report.loss)),
      ]
      for metric in task.metrics { members.append(member(metric, report.metrics)) }
      members.append(("steps_per_second", .number(report.stepsPerSecond)))
      write(members)
    case .finished(let result):
      var members: [(String, JSONValue)] = [
        ("event", "done"),
        ("steps", .integer(result.steps)),
        ("seconds", .number(result.seconds)),
      ]
      for metric in task.finalMetrics { members.append(member(metric, result.metrics)) }
      members.append(("weights", .string(folder.weightsPath)))
      write(members)
    }
  }

  private func member(_ metric: String, _ values: [String: Double]) -> (String, JSONValue) {
    (MetricNames.key(metric), values[metric].map(JSONValue.number) ?? .null)
  }

  private func write(_ members: [(String, JSONValue)]) {
    StandardOutput.write(JSONValue.object(members).description)
  }
}
