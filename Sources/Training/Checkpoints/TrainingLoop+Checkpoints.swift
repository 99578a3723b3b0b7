import BackpropFiles

extension TrainingLoop {
  /// Trains until so many epochs are done in all, and writes checkpoints on the way, so that a run that
  /// is cut off can be taken up again: see ``resume(from:)``.
  ///
  /// ```swift
  /// try loop.run(epochs: 20, checkpoints: "runs/first")
  /// try loop.run(epochs: 20, checkpoints: Checkpoints(in: "runs/first", everyMinutes: 10))
  /// ```
  ///
  /// - Returns: how it ended.
  /// - Throws: what ``step()`` throws; `FileError`; `CheckpointError.ahead` where the folder holds
  ///   checkpoints of later steps than the loop has done, which would be lost.
  @discardableResult
  public func run(epochs: Int, checkpoints: Checkpoints) throws -> TrainingResult {
    self.checkpoints = checkpoints
    return try run(epochs: epochs)
  }

  /// Goes on from the last checkpoint of a folder that is whole. Without one, the loop stays as it is,
  /// at the beginning.
  ///
  /// The weights at the end are those of a run that was never cut off, in every bit, on any number of
  /// threads, if the loop is made with the same model, data and settings.
  ///
  /// - Returns: where it goes on, and which checkpoints were damaged; those are put aside.
  /// - Throws: `CheckpointError.damaged` if none is whole; `TrainingStateError` or
  ///   `OptimizerStateError` if it is that of another loop.
  @discardableResult
  public func resume(from folder: String) throws -> Resumption {
    var damaged: [DamagedCheckpoint] = []
    for step in Checkpoints.steps(in: folder).reversed() {
      let path = "\(folder)/\(Checkpoints.name(step: step))"
      let state: TrainingState
      do {
        state = try TrainingState(contentsOf: path)
      } catch {
        damaged.append(DamagedCheckpoint(path: path, problem: "\(error)"))
        continue
      }
      try restore(state)
      // They are kept for whoever wants to look, and never taken for checkpoints again.
      for checkpoint in damaged {
        try? File.rename(checkpoint.path, to: checkpoint.path + Checkpoints.damagedEnding)
      }
      return Resumption(step: step, path: path, damaged: damaged)
    }
    if !damaged.isEmpty { throw CheckpointError.damaged(damaged) }
    return Resumption(step: nil, path: nil, damaged: [])
  }

  func writeCheckpointIfDue() throws {
    guard let checkpoints else { return }
    if checkpoints.isDue(step: stepCount, endsEpoch: progress.position == 0) {
      try writeCheckpoint(checkpoints)
    }
  }

  /// At the end of a run, unless it is there already.
  func writeLastCheckpoint() throws {
    guard let checkpoints, checkpoints.lastStep != stepCount else { return }
    try writeCheckpoint(checkpoints)
  }

  private func writeCheckpoint(_ checkpoints: Checkpoints) throws {
    let goal =
      checkpoints.goal ?? earlyStopping.map { MetricGoal($0.metric, $0.direction) }
      ?? MetricGoal("loss", .smallest)
    if let report = progress.lastReport {
      let value = try report.requiredValue(of: goal.metric)
      let best = progress.bestCheckpoint.flatMap { $0.metric == goal.metric ? $0.value : nil }
      if goal.isBetter(value, than: best) {
        progress.bestCheckpoint = .init(metric: goal.metric, step: stepCount, value: value)
      }
    }
    try checkpoints.write(state, bestStep: progress.bestCheckpoint?.step)
  }
}

/// Where a training was taken up again.
public struct Resumption: Sendable, Hashable {
  /// The number of steps that are done; `nil` where there was no checkpoint, and nothing is done.
  public let step: Int?
  /// The checkpoint that it goes on from.
  public let path: String?
  /// Later checkpoints that could not be used, the last first.
  public let damaged: [DamagedCheckpoint]
}

/// A checkpoint that cannot be used.
public struct DamagedCheckpoint: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let problem: String

  public var description: String { "the checkpoint '\(path)' cannot be used: \(problem)" }
}

/// Why checkpoints cannot be written or used.
public enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// None that is there is whole.
  case damaged([DamagedCheckpoint])
  /// The folder holds a checkpoint of a later step than the loop has done.
  case ahead(folder: String, found: Int, step: Int)

  public var description: String {
    switch self {
    case .damaged(let checkpoints):
      "no checkpoint is whole, so the training cannot be taken up\n  "
        + checkpoints.map(\.description).joined(separator: "\n  ")
        + "\nTo begin anew, remove them or choose another folder."
    case .ahead(let folder, let found, let step):
      "'\(folder)' holds a checkpoint of step \(found), and the loop has done \(step) steps. To go on "
        + "from it: resume(from: \"\(folder)\"). To begin anew: remove it, or choose another folder"
    }
  }
}
