import BackpropFiles
import BackpropPlots

/// How the loss goes while the learning rate grows from step to step: from which a good rate is read.
///
/// Where the loss falls fastest, steps are large and still help; a little later they jump over the valleys,
/// and the loss grows. See ``AnyTrainingLoop/findLearningRate(from:to:steps:smoothing:divergence:onPoint:)``.
///
/// Sources: L. Smith, "Cyclical Learning Rates for Training Neural Networks" (2015), section 3.3; steps
/// that grow by a factor and the smoothing: S. Gugger, "How Do You Find A Good Learning Rate" (2018).
public struct LearningRateSweep: Sendable, Hashable, Codable {
  /// A step of the sweep.
  public struct Point: Sendable, Hashable, Codable {
    /// How far the step went.
    public let learningRate: Double
    /// The loss of its batch, before it.
    public let loss: Double
    /// The mean of the losses so far, which forgets older ones.
    public let smoothedLoss: Double
  }

  /// The steps, by growing rate.
  public let points: [Point]
  /// Whether the sweep ended because the loss grew beyond bounds, and not at its highest rate.
  public let hasDiverged: Bool

  /// The rate where the loss falls fastest against the logarithm of the rate; `nil` if it never falls.
  ///
  /// Losses differ from batch to batch, and a mean of those so far comes late. So each step is looked at
  /// with a twentieth of all before it and as many after it: their mean tells where the loss begins to fall
  /// for good and where it is lowest, and in between the slope of the straight line through them is
  /// compared.
  public var suggestion: Double? {
    let reach = max(1, points.count / 20)
    guard points.count > 2 * reach else { return nil }
    let steps = Array(reach..<points.count - reach)
    let means = steps.map { step in
      points[step - reach...step + reach].reduce(0) { $0 + $1.loss } / Double(2 * reach + 1)
    }
    let lowest = means.indices.min { means[$0] < means[$1] }!
    let early = means[...(lowest / 4)]
    let level = early.reduce(0, +) / Double(early.count)
    let fallen = level - 0.1 * (level - means[lowest])
    let first = means[...lowest].lastIndex { $0 >= fallen } ?? 0
    var best: (slope: Double, rate: Double)?
    for step in steps[first...lowest] {
      // The rates grow by one factor, so their logarithms are steps of one length.
      let slope = (1...reach).reduce(0) { sum, distance in
        sum + Double(distance) * (points[step + distance].loss - points[step - distance].loss)
      }
      if slope < best?.slope ?? 0 { best = (slope, points[step].learningRate) }
    }
    return best?.rate
  }

  /// The rate at which the smoothed loss is lowest, which is mostly too high to train with: a tenth of it
  /// is a careful choice.
  public var rateOfLowestLoss: Double? { lowestIndex.map { points[$0].learningRate } }

  fileprivate var lowestIndex: Int? {
    points.indices.min { points[$0].smoothedLoss < points[$1].smoothedLoss }
  }
}

extension AnyTrainingLoop {
  /// Trains with a learning rate that grows from step to step, to see with which the loss falls, and puts
  /// everything back as it was.
  ///
  /// ```swift
  /// let sweep = try loop.findLearningRate()
  /// loop.learningRate = sweep.suggestion ?? loop.learningRate
  /// try Figure(learningRateSweep: sweep).write(to: "rates.svg")
  /// ```
  ///
  /// Weights, buffers, what the optimizer remembers and the place in the data are afterwards those from
  /// before, also if an error is thrown; observers, evaluation and schedule take no part. Gradients are
  /// clipped as always. The same loop gives the same sweep in every bit.
  ///
  /// Traps unless 0 < lowest < highest, there are three steps or more, and the smoothing is in 0..<1.
  ///
  /// - Parameters:
  ///   - lowest: the rate of the first step.
  ///   - highest: the rate of the last; between them it grows by the same factor each time.
  ///   - steps: the number of steps.
  ///   - smoothing: how much of the mean of the losses stays from one step to the next.
  ///   - divergence: the sweep ends when the smoothed loss is larger than so many times its lowest value.
  ///   - onPoint: is told of each step; what it throws ends the sweep.
  /// - Throws: what ``TrainingLoop/step()`` throws; a loss that is no number ends the sweep and is no error,
  ///   unless it is the first.
  public func findLearningRate(
    from lowest: Double = 1e-6, to highest: Double = 10, steps: Int = 100, smoothing: Double = 0.9,
    divergence: Double = 4, onPoint: ((LearningRateSweep.Point) throws -> Void)? = nil
  ) throws -> LearningRateSweep {
    guard lowest > 0, lowest < highest, highest.isFinite, steps >= 3, (0..<1).contains(smoothing)
    else {
      fatalError(
        "findLearningRate: from \(lowest) to \(highest) in \(steps) steps, smoothing \(smoothing); "
          + "the rates are above 0 and grow, the steps 3 or more, the smoothing in 0..<1")
    }
    return try withSweepSettings {
      var points: [LearningRateSweep.Point] = []
      var (mean, left, best) = (0.0, 1.0, Double.infinity)
      for step in 0..<steps {
        learningRate = lowest * pow(highest / lowest, Double(step) / Double(steps - 1))
        let loss: Double
        do {
          loss = try self.step().loss
        } catch TrainingError.diverged(_) where step > 0 {
          return LearningRateSweep(points: points, hasDiverged: true)
        }
        // The mean begins at 0, which the division takes out again.
        mean = smoothing * mean + (1 - smoothing) * loss
        left *= smoothing
        let smoothed = mean / (1 - left)
        let point = LearningRateSweep.Point(
          learningRate: learningRate, loss: loss, smoothedLoss: smoothed)
        points.append(point)
        try onPoint?(point)
        if smoothed - best > (divergence - 1) * abs(best) {
          return LearningRateSweep(points: points, hasDiverged: true)
        }
        best = min(best, smoothed)
      }
      return LearningRateSweep(points: points, hasDiverged: false)
    }
  }

  /// What `body` gives while nothing but steps takes place; afterwards all is as it was.
  private func withSweepSettings<Result>(_ body: () throws -> Result) throws -> Result {
    let before = (
      schedule, reduceOnPlateau, averaging, evaluation, earlyStopping, onEpoch, observers
    )
    let state = state
    (schedule, reduceOnPlateau, averaging, evaluation) = (nil, nil, nil, nil)
    (earlyStopping, onEpoch, observers) = (nil, nil, [])
    let result = Swift.Result { try body() }
    (schedule, reduceOnPlateau, averaging, evaluation, earlyStopping, onEpoch, observers) = before
    try restore(state)
    return try result.get()
  }
}

extension Figure {
  /// A sweep as a picture: the loss against the learning rate, the smoothed loss, and the suggestion.
  public init(learningRateSweep sweep: LearningRateSweep) {
    self.init(width: 640, height: 400)
    self[0, 0].title = "Loss by learning rate"
    self[0, 0].xlabel = "learning rate"
    self[0, 0].ylabel = "loss"
    self[0, 0].xscale = .log
    self[0, 0].grid = true
    let rates = sweep.points.map(\.learningRate)
    self[0, 0].scatter(rates, sweep.points.map(\.loss), label: "of a batch", size: 4)
    self[0, 0].plot(rates, sweep.points.map(\.smoothedLoss), label: "smoothed")
    // What the loss grows to at the end would leave no room for what it falls by.
    if let lowest = sweep.lowestIndex, let highest = sweep.points[...lowest].map(\.loss).max() {
      let low = sweep.points[lowest].smoothedLoss
      let margin = 0.25 * max(highest - low, 0.01 * abs(highest))
      if margin > 0 { self[0, 0].ylim = low - margin...highest + margin }
    }
    if let suggestion = sweep.suggestion {
      self[0, 0].axvline(suggestion, label: "suggestion")
    }
  }
}
