import Backprop
import BackpropFiles

/// What is told of an epoch on a text.
struct TextEpoch {
  let epoch: Int
  let loss: Double
  /// How much the model has to be told to know the next character, of those that it learned from and
  /// of those held out.
  let bits: Double, heldOutBits: Double
  let stepsPerSecond: Double
  /// A line of the model's own.
  let sample: String

  init(_ report: EpochReport, _ writer: TextModel) {
    epoch = report.epoch
    loss = report.loss
    bits = report.loss / ln2
    heldOutBits = report.metrics["heldOutLoss"]! / ln2
    stepsPerSecond = report.stepsPerSecond
    var random = RandomSource(seed: UInt64(report.step))
    sample = writer.text(count: 100, by: TokenSampling(temperature: 0.8), using: &random)
  }
}

/// How many nats a bit is: ln 2.
private let ln2 = 0.693147180559945309417232121458

/// Tells people how training on a text goes: two lines an epoch, and on a terminal a progress bar below
/// and, at the end, the curves.
final class TextTrainingText: TrainingObserver {
  private let writer: TextModel
  private let folder: RunFolder
  private var plan: TrainingPlan?
  private var bar = ProgressBar()

  init(_ writer: TextModel, _ folder: RunFolder) {
    self.writer = writer
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
      let epoch = TextEpoch(report, writer)
      StandardOutput.write(
        formatted(
          "epoch %*d/%d  bits a character: %.3f learned, %.3f held out  %.0f steps/s",
          String(count).count, epoch.epoch, count, epoch.bits, epoch.heldOutBits,
          epoch.stepsPerSecond))
      StandardOutput.write("  | " + epoch.sample.replacing("\n", with: "\n  | "))
    case .finished(let result):
      bar.clear()
      if StandardOutput.isTerminal, folder.reports.count > 1 {
        StandardOutput.write(
          Figure(trainingCurves: folder.reports).text(columns: StandardOutput.chartColumns))
      }
      StandardOutput.write(
        formatted(
          "%d steps in %.2f s; %.3f bits a character held out", result.steps, result.seconds,
          result.metrics["heldOutLoss"]! / ln2))
      StandardOutput.write("weights: \(folder.weightsPath)")
    }
  }
}

/// Tells programs how training on a text goes: a line of JSON an epoch, and one at the end.
final class TextTrainingJSON: TrainingObserver {
  private let writer: TextModel
  private let folder: RunFolder

  init(_ writer: TextModel, _ folder: RunFolder) {
    self.writer = writer
    self.folder = folder
  }

  func receive(_ event: TrainingEvent) {
    switch event {
    case .started, .step: break
    case .epoch(let report):
      let epoch = TextEpoch(report, writer)
      write([
        ("event", "epoch"),
        ("epoch", .integer(epoch.epoch)),
        ("step", .integer(report.step)),
        ("loss", .number(epoch.loss)),
        ("held_out_loss", .number(report.metrics["heldOutLoss"]!)),
        ("bits_per_character", .number(epoch.bits)),
        ("held_out_bits_per_character", .number(epoch.heldOutBits)),
        ("steps_per_second", .number(epoch.stepsPerSecond)),
        ("sample", .string(epoch.sample)),
      ])
    case .finished(let result):
      write([
        ("event", "done"),
        ("steps", .integer(result.steps)),
        ("seconds", .number(result.seconds)),
        ("held_out_loss", .number(result.metrics["heldOutLoss"]!)),
        ("held_out_bits_per_character", .number(result.metrics["heldOutLoss"]! / ln2)),
        ("weights", .string(folder.weightsPath)),
      ])
    }
  }

  private func write(_ members: [(String, JSONValue)]) {
    StandardOutput.write(JSONValue.object(members).description)
  }
}
