import BackpropArrays
import BackpropData

extension TrainingLoop {
  /// The pass over the data that makes up the epoch: the data set learns all that will be asked for, and
  /// may load it ahead.
  func pass(using random: inout RandomSource) -> DataPass {
    shuffles
      ? DataPass(
        shuffling: data.count, batchSize: batchSize, seed: progress.seed, epoch: progress.epoch,
        using: &random)
      : DataPass(
        count: data.count, batchSize: batchSize, seed: progress.seed, epoch: progress.epoch)
  }
}
