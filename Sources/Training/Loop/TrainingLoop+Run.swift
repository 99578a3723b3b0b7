extension TrainingLoop {
  /// Trains until so many epochs are done in all. A loop that was paused goes on where it was.
  ///
  /// - Returns: how it ended.
  /// - Throws: what ``step()`` throws.
  @discardableResult
  public func run(epochs: Int) throws -> TrainingResult {
    try run(steps: epochs * stepsPerEpoch)
  }

  /// Trains until so many steps are done in all. Where they end within an epoch, that is evaluated and
  /// told too.
  ///
  /// With early stopping, the model has the weights of the best epoch at the end.
  ///
  /// - Returns: how it ended.
  /// - Throws: what ``step()`` throws.
  @discardableResult
  public func run(steps: Int) throws -> TrainingResult {
    guard data.count > 0 else { throw TrainingError.emptyDataset("\(Data.self)") }
    control.beginRun()
    try checkpoints?.begin(at: stepCount)
    defer { checkpoints?.end() }
    try tell(
      .started(
        TrainingPlan(
          stepCount: steps, stepsPerEpoch: stepsPerEpoch, stepsDone: stepCount,
          epochsDone: epochCount)))
    var end = TrainingResult.End.completed
    // What is taken up again may have ended already.
    while stepCount < steps && !hasStoppedImproving && end == .completed {
      try step()
      if let request = control.request { end = request }
      if end == .completed { try writeCheckpointIfDue() }
    }
    if end == .paused {
      return TrainingResult(steps: stepCount, seconds: progress.seconds, end: end, metrics: [:])
    }
    if end == .completed && hasStoppedImproving { end = .stoppedEarly }
    // Before all else that may fail, and before the best weights take the place of the last.
    try writeLastCheckpoint()
    var last = progress.lastReport
    if progress.position > 0 {
      let report = try epochReport(number: epochCount + 1)
      try tell(.epoch(report))
      last = report
    }
    let result = TrainingResult(
      steps: stepCount, seconds: progress.seconds, end: end,
      metrics: metricsOfBestBroughtBack() ?? last?.metrics ?? [:])
    try tell(.finished(result))
    return result
  }

  /// Gives the model the best weights that early stopping has seen, and says how they did.
  private func metricsOfBestBroughtBack() -> [String: Double]? {
    guard earlyStopping != nil, let bestWeights else { return nil }
    model.setTrainingWeights(bestWeights)
    return progress.best?.metrics
  }
}
