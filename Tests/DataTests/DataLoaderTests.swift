import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

@testable import BackpropData

@Suite struct DataLoaderTests {
  private static let data = TensorDataset(
    inputs: Tensor.range(from: 0, to: 206).reshaped(to: [103, 2]),
    targets: Tensor.range(from: 0, to: 103))

  /// Adds noise, as an augmentation does.
  private static let noisy:
    @Sendable (TensorDataset.Batch, inout RandomSource) -> TensorDataset.Batch =
      { batch, random in
        TensorDataset.Batch(
          inputs: batch.inputs + Tensor.normal(batch.inputs.shape, using: &random),
          targets: batch.targets)
      }

  private func batches(_ source: any BatchSource<TensorDataset.Batch>, _ indices: [Int]) throws
    -> [[Double]]
  {
    try indices.map { index in
      let batch = try source.batch(index)
      return batch.inputs.doubles + batch.targets.doubles
    }
  }

  private func pass(_ epoch: Int = 0, seed: UInt64 = 3) -> DataPass {
    var random = RandomSource(seed: seed, stream: UInt64(epoch))
    return DataPass(shuffling: 103, batchSize: 10, seed: seed, epoch: epoch, using: &random)
  }

  @Test(arguments: [0, 1, 2, 5]) func theSameBitsOnAnyNumberOfThreads(_ threads: Int) throws {
    let all = Array(0..<11)
    let expected = try batches(
      DataLoader(Self.data, threads: 0, changing: Self.noisy).source(of: pass()), all)
    #expect(expected.last!.count == 9)
    for ahead in [0, 1, 20] {
      let loader = DataLoader(Self.data, threads: threads, ahead: ahead, changing: Self.noisy)
      #expect(try batches(loader.source(of: pass()), all) == expected)
      // From the middle on, as a run that is taken up; backwards; and twice the same.
      #expect(try batches(loader.source(of: pass()), [7, 8, 9, 10]) == Array(expected[7...]))
      let jumps = [10, 3, 3, 4, 0, 9]
      #expect(try batches(loader.source(of: pass()), jumps) == jumps.map { expected[$0] })
    }
  }

  @Test func eachEpochSeedAndBatchHasNumbersOfItsOwn() throws {
    let passes = [pass(), pass(1), pass(0, seed: 4)]
    var drawn = Set<UInt64>()
    for pass in passes {
      for index in 0..<11 {
        var random = pass.makeRandomSource(forBatch: index)
        drawn.insert(random.next())
      }
    }
    #expect(drawn.count == 33)
  }

  private struct Broken: Error {}

  @Test func errorsReachWhoeverAsks() throws {
    let loader = DataLoader(Self.data, threads: 2) { batch, _ in
      if batch.targets.doubles.contains(55) { throw Broken() }
      return batch
    }
    let source = loader.source(of: DataPass(count: 103, batchSize: 10))
    for index in 0..<11 {
      if index == 5 {
        #expect(throws: Broken.self) { try source.batch(5) }
      } else {
        #expect(try source.batch(index).targets.shape[0] == (index == 10 ? 3 : 10))
      }
    }
  }

  /// The next batches are begun while the last is used, and no more of them than were asked for.
  @Test func batchesAreMadeAhead() throws {
    let made = Locked(0)
    let loader = DataLoader(Self.data, threads: 1, ahead: 3) { batch, _ in
      made.withLock { $0 += 1 }
      return batch
    }
    let source = loader.source(of: DataPass(count: 103, batchSize: 10))
    _ = try source.batch(0)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(20)
    while made.withLock({ $0 }) < 4 && clock.now < end {}
    #expect(made.withLock { $0 } == 4)
    _ = try source.batch(1)
    while made.withLock({ $0 }) < 5 && clock.now < end {}
    #expect(made.withLock { $0 } == 5)
  }

  @Test func examplesAsTheyAre() {
    let loader = DataLoader(Self.data, changing: Self.noisy)
    #expect(loader.count == 103)
    #expect(loader.batch([5, 0]).inputs.doubles == [10, 11, 0, 1])
  }

  @Test func augmentedPictures() throws {
    let pictures = ImageDataset(
      pixels: (0..<4 * 64).map { UInt8($0 % 251) }, rows: 8, columns: 8, labels: [0, 1, 0, 1],
      classNames: ["a", "b"])
    let loader = DataLoader(
      pictures, threads: 1, changing: HorizontalFlip(probability: 1), of: [1, 8, 8])
    let batch = try loader.source(of: DataPass(count: 4, batchSize: 4)).batch(0)
    #expect(batch.images.shape == [4, 64])
    let mirrored = pictures.all.images.reshaped(to: [4, 8, 8]).flipped(axis: 2)
    #expect(batch.images.doubles == mirrored.doubles)
    #expect(batch.labels.doubles == [0, 1, 0, 1])
  }
}
