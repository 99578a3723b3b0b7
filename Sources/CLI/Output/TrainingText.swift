import Backprop
import BackpropFiles

/// Tells people how training goes: a line an epoch, and on a terminal a progress bar below and, at
/// the end, the curves.
final class TrainingText: TrainingObserver {
  private let task: any TrainingTask
  private let folder: RunFolder
  private var plan: TrainingPlan?
  private var bar = ProgressBar()

  init(_ task: any TrainingTask, folder: RunFolder) {
    self.task = task
    self.folder = folder
  }

  func receive(_ event: TrainingEvent) {
    switch event {
    case .started(let plan): self.plan = plan
    case .step(let report):
      if let plan { bar.draw(report, of: plan) }
    case .epoch(let report):
      bar.clear()
      guard let plan else { return }
      let count = (plan.stepCount + plan.stepsPerEpoch - 1) / plan.stepsPerEpoch
      StandardOutput.write(
        formatted(
          "epoch %*d/%d  loss %.4f  ", String(count).count, report.epoch, count, report.loss)
          + MetricNames.table(task.metrics, report.metrics)
          + formatted("  %.0f steps/s", report.stepsPerSecond))
    case .finished(let result):
      bar.clear()
      if StandardOutput.isTerminal, folder.reports.count > 1 {
        StandardOutput.write(
          Figure(trainingCurves: folder.reports).text(columns: StandardOutput.chartColumns))
      }
      let values = task.finalMetrics.map { MetricNames.text($0, result.metrics[$0] ?? .nan) }
      StandardOutput.write(
        formatted("%d steps in %.2f s; ", result.steps, result.seconds)
          + values.joined(separator: ", "))
      StandardOutput.write("weights: \(folder.weightsPath)")
    }
  }
}
