import BackpropArrays

/// Where a loop is, as far as it is no array.
struct TrainingProgress: Sendable, Equatable, Codable {
  /// The best epoch by the metric of early stopping.
  struct Best: Sendable, Equatable, Codable {
    var metric: String
    var epoch: Int
    var value: Double
    /// All that its evaluation gave.
    var metrics: [String: Double]
  }

  /// The checkpoint that was written after the best epoch by a metric.
  struct BestCheckpoint: Sendable, Equatable, Codable {
    var metric: String
    var step: Int
    var value: Double
  }

  let seed: UInt64
  let batchSize: Int
  let batchesPerStep: Int
  let exampleCount: Int
  /// The steps done.
  var step = 0
  /// The epochs that are complete.
  var epoch = 0
  /// The steps done of this epoch.
  var position = 0
  /// From which the order of this epoch is drawn.
  var random: RandomSource
  /// The sum of this epoch's losses.
  var lossSum = 0.0
  /// The seconds that all steps took.
  var seconds = 0.0
  /// The seconds that the steps of this epoch took.
  var epochSeconds = 0.0
  var best: Best?
  var bestCheckpoint: BestCheckpoint?
  /// What the reduction on a plateau has counted.
  var plateau = ReduceOnPlateau.Progress()
  /// The report of the last epoch that is complete.
  var lastReport: EpochReport?

  init(seed: UInt64, batchSize: Int, batchesPerStep: Int, exampleCount: Int) {
    self.seed = seed
    self.batchSize = batchSize
    self.batchesPerStep = batchesPerStep
    self.exampleCount = exampleCount
    // Stream 0 mostly makes the weights; the order of the data has one of its own.
    random = RandomSource(seed: seed, stream: 1)
  }

  /// What cannot be, of what a file says; nothing in what a loop has counted.
  ///
  /// - Parameter stepsPerEpoch: the number of steps in an epoch of the loop.
  func problems(stepsPerEpoch: Int) -> [String] {
    var problems: [String] = []
    // So few that nothing which is reckoned from them leaves the range of whole numbers.
    let most = 1 << 48
    if !(0..<most).contains(step) || !(0..<most).contains(epoch) || position < 0
      || position >= max(1, stepsPerEpoch)
    {
      problems.append(
        "it is at step \(step), \(position) steps into epoch \(epoch), and an epoch of the loop has "
          + "\(stepsPerEpoch)")
    }
    if let best, !(0...max(0, epoch)).contains(best.epoch) {
      problems.append("the best epoch is \(best.epoch), of \(epoch)")
    }
    let counts = [plateau.epochsWithoutBetter, plateau.cooldownLeft]
    if counts.contains(where: { !(0..<most).contains($0) }) {
      problems.append("it has counted \(counts[0]) epochs on a plateau, and \(counts[1]) are left")
    }
    return problems
  }

  mutating func startEpoch(_ random: RandomSource) {
    self.random = random
    position = 0
    lossSum = 0
    epochSeconds = 0
  }
}
