import Synchronization

/// By which other tasks steer a loop that runs: a page's buttons, a signal, an observer.
///
/// ```swift
/// let control = loop.control
/// Task { try await Task.sleep(for: .seconds(60)); control.pause() }
/// try loop.run(epochs: 100)                    // returns after a minute
/// try loop.run(epochs: 100)                    // goes on
/// ```
public final class TrainingControl: Sendable {
  private let state = Mutex<(end: TrainingResult.End?, learningRate: Double?)>((nil, nil))

  /// The run returns after the step at hand, in the middle of an epoch if need be, and nothing more
  /// happens. The next run goes on.
  public func pause() { state.withLock { $0.end = .paused } }

  /// The run ends after the step at hand as it would have ended at its last: what was reached is
  /// evaluated and told.
  public func stop() { state.withLock { $0.end = .interrupted } }

  /// The loop's learning rate becomes this one before the next step.
  public func setLearningRate(_ rate: Double) { state.withLock { $0.learningRate = rate } }

  func beginRun() { state.withLock { $0.end = nil } }

  var request: TrainingResult.End? { state.withLock { $0.end } }

  func takeLearningRate() -> Double? {
    state.withLock { state in
      defer { state.learningRate = nil }
      return state.learningRate
    }
  }
}
