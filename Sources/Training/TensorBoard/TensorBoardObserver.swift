import BackpropArrays
import BackpropNeuralNetworks

/// Tells TensorBoard how training goes: the loss of steps, the loss and the metrics of epochs, and how
/// the weights are spread.
///
/// ```swift
/// loop.observers.append(try TensorBoardObserver("logs/first", model: model))
/// ```
///
/// A folder that cannot be written when training begins is an error. What cannot be written later, as on
/// a full disk, ends no training: the observer then writes no more, and ``failure`` says why.
public final class TensorBoardObserver: TrainingObserver {
  /// Writes what the observer does not: pictures, other numbers.
  public private(set) var writer: TensorBoardWriter?
  /// Why nothing is written any more; `nil` while all is well.
  public private(set) var failure: (any Error)?
  /// Whether the weights' histograms are written at the end of each epoch.
  public var writesHistograms = true
  /// Is told when ``failure`` comes about.
  public var onFailure: ((any Error) -> Void)?
  /// What else to write at the end of an epoch, such as pictures.
  public var onEpoch: ((TensorBoardWriter, EpochReport) throws -> Void)?

  private let folder: String
  private let model: any Module
  private let stepInterval: Int

  /// An observer that writes to a folder, which is made.
  ///
  /// Traps if `stepInterval` is not positive.
  ///
  /// - Parameters:
  ///   - folder: where the event file is written; each run should have a folder of its own.
  ///   - model: whose weights are looked at.
  ///   - stepInterval: the loss of every so many steps is written.
  /// - Throws: `FileError`.
  public init(_ folder: String, model: any Module, stepInterval: Int = 1) throws {
    guard stepInterval > 0 else {
      fatalError("TensorBoardObserver: every \(stepInterval) steps; it is 1 at least")
    }
    self.folder = folder
    self.model = model
    self.stepInterval = stepInterval
    writer = try TensorBoardWriter(folder)
  }

  public func receive(_ event: TrainingEvent) {
    guard let writer else { return }
    do {
      switch event {
      case .started(let plan):
        if plan.stepsDone > 0 { try writer.goOn(after: plan.stepsDone) }
      case .step(let report):
        if report.step % stepInterval == 0 {
          try writer.scalar("loss/step", report.loss, step: report.step)
        }
      case .epoch(let report):
        try writer.scalar("loss/epoch", report.loss, step: report.step)
        for (name, value) in report.metrics.sorted(by: { $0.key < $1.key }) {
          try writer.scalar("metrics/" + name, value, step: report.step)
        }
        try writer.scalar("speed/steps a second", report.stepsPerSecond, step: report.step)
        if writesHistograms {
          for (name, parameter) in model.namedParameters {
            try writer.histogram("weights/" + name, parameter.array, step: report.step)
          }
        }
        try onEpoch?(writer, report)
        try writer.flush()
      case .finished: try writer.flush()
      }
    } catch {
      failure = error
      self.writer = nil
      onFailure?(error)
    }
  }
}
