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

  mutating func startEpoch(_ random: RandomSource) {
    self.random = random
    position = 0
    lossSum = 0
    epochSeconds = 0
  }
}
