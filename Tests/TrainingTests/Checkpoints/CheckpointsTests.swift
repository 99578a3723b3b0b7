import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@testable import BackpropTraining

/// A loop that ends at any moment and is taken up again gives the weights of one that never ended.
@Suite struct CheckpointsTests {
  struct Killed: Error {}

  /// Ends the training after a step, in the way that leaves the least: by an error.
  final class Killer: TrainingObserver {
    let step: Int
    init(after step: Int) { self.step = step }
    func receive(_ event: TrainingEvent) throws {
      if case .step(let report) = event, report.step == step { throw Killed() }
    }
  }

  private static let data: TensorDataset = {
    var random = RandomSource(seed: 4)
    let x = NDArray.normal([23, 4], using: &random)
    return TensorDataset(inputs: Tensor(x), targets: Tensor(x).sum(axis: 1, keepDims: true).sin())
  }()

  /// With draws, buffers, averages, a plateau and early stopping: all that a state has. Five steps an
  /// epoch.
  private static func loop(
    patience: Int = 50, errors: [Double]? = nil
  ) -> TrainingLoop<TensorDataset> {
    var random = RandomSource(seed: 3)
    let model = Sequential {
      Linear(4, 6, using: &random)
      BatchNorm(6)
      Tanh()
      Dropout(0.3)
      Linear(6, 1, using: &random)
    }
    let loop = TrainingLoop(
      model, AdamW(for: model, learningRate: 0.01, weightDecay: 0.1), data, batchSize: 5, seed: 8
    ) { batch, mode in
      meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
    }
    loop.schedule = .cosine(over: 40)
    loop.evaluation = { [unowned loop] in
      if let errors { return ["error": errors[loop.epochCount]] }
      return [
        "error": meanSquaredError(
          predictions: model(data.inputs, .inference), targets: data.targets
        ).item
      ]
    }
    loop.earlyStopping = EarlyStopping(on: "error", .smallest, patience: patience)
    loop.reduceOnPlateau = ReduceOnPlateau(
      of: "error", .smallest, factor: 0.75, patience: 1, threshold: .absolute(1e9))
    loop.averaging = .everyStep(
      AveragedWeights(of: model, .exponential(decay: 0.9), averagesBuffers: true), after: 3)
    return loop
  }

  private func bits(_ arrays: [String: NDArray]) -> [String: [UInt8]] {
    arrays.mapValues { $0.withContiguousBytes { Array($0) } }
  }

  private func expectSame(
    _ a: TrainingLoop<TensorDataset>, _ b: TrainingLoop<TensorDataset>, _ comment: Comment,
    location: SourceLocation = #_sourceLocation
  ) {
    let (x, y) = (a.state, b.state)
    #expect(bits(x.weights) == bits(y.weights), comment, sourceLocation: location)
    #expect(bits(x.optimizer) == bits(y.optimizer), comment, sourceLocation: location)
    #expect(bits(x.averages ?? [:]) == bits(y.averages ?? [:]), comment, sourceLocation: location)
    #expect(
      bits(x.bestWeights ?? [:]) == bits(y.bestWeights ?? [:]), comment, sourceLocation: location)
    #expect(a.learningRate == b.learningRate, comment, sourceLocation: location)
    #expect(a.stepCount == b.stepCount, comment, sourceLocation: location)
    #expect(a.epochCount == b.epochCount, comment, sourceLocation: location)
    #expect(a.best?.epoch == b.best?.epoch, comment, sourceLocation: location)
  }

  @Test(arguments: [nil, 1, 2, 3]) func goesOnAfterAnyStep(every steps: Int?) throws {
    let whole = Self.loop()
    try whole.run(steps: 12)
    for kill in 1...12 {
      try withTemporaryFolder { folder in
        let first = Self.loop()
        first.observers = [Killer(after: kill)]
        first.checkpoints = Checkpoints(in: folder + "/c", everySteps: steps)
        #expect(throws: Killed.self) { try first.run(steps: 12) }

        let second = Self.loop()
        let resumption = try second.resume(from: folder + "/c")
        // Nothing of the step in which it ended is on the disk.
        let last = (kill - 1) / (steps ?? 5) * (steps ?? 5)
        #expect(
          resumption
            == Resumption(
              step: last == 0 ? nil : last,
              path: last == 0
                ? nil : "\(folder)/c/step-\(last > 9 ? "0000000" : "00000000")\(last).safetensors",
              damaged: []))
        #expect(second.stepCount == last)
        second.checkpoints = Checkpoints(in: folder + "/c", everySteps: steps)
        try second.run(steps: 12)
        expectSame(second, whole, "killed after \(kill), every \(steps ?? 5)")
        #expect(Checkpoints.steps(in: folder + "/c").last == 12)

        // At the end there is nothing left to do.
        let third = Self.loop()
        try third.resume(from: folder + "/c")
        #expect(try third.run(steps: 12).steps == 12)
        #expect(try third.step().step == 13)
      }
    }
  }

  /// What stopped early has stopped: it takes no step more.
  @Test func whatStoppedEarlyHasStopped() throws {
    let errors = [0.5, 0.4, 0.45, 0.35, 0.36, 0.35, 0.9, 0.1]
    let whole = Self.loop(patience: 3, errors: errors)
    #expect(try whole.run(epochs: 50).end == .stoppedEarly)
    #expect(whole.epochCount == 7)
    try withTemporaryFolder { folder in
      let first = Self.loop(patience: 3, errors: errors)
      try first.run(epochs: 50, checkpoints: Checkpoints(in: folder))
      // Four epochs: the last three, and the best.
      #expect(Checkpoints.steps(in: folder) == [20, 25, 30, 35])
      let second = Self.loop(patience: 3, errors: errors)
      try second.resume(from: folder)
      let result = try second.run(epochs: 50)
      #expect(result.end == .stoppedEarly && result.steps == 35)
      // Of the best weights, which the model has.
      #expect(result.metrics == ["error": 0.35])
      expectSame(second, whole, "stopped early")
    }
  }

  @Test func theLastAndTheBestAreKept() throws {
    try withTemporaryFolder { folder in
      let errors = [0.5, 0.1, 0.2, 0.3, 0.3, 0.3, 0.05, 0.3]
      let loop = Self.loop(errors: errors)
      let checkpoints = Checkpoints(in: folder, keeping: 2)
      try loop.run(epochs: 6, checkpoints: checkpoints)
      #expect(Checkpoints.steps(in: folder) == [10, 25, 30])
      // The next process knows which is best.
      let next = Self.loop(errors: errors)
      try next.resume(from: folder)
      try next.run(epochs: 8, checkpoints: checkpoints)
      #expect(Checkpoints.steps(in: folder) == [35, 40])
      try next.run(epochs: 8)
      #expect(Checkpoints.steps(in: folder) == [35, 40])
      let other = Self.loop(errors: [0.1, 0.9, 0.3, 0.2])
      try other.run(epochs: 4, checkpoints: Checkpoints(in: folder + "/other", keeping: 1))
      #expect(Checkpoints.steps(in: folder + "/other") == [5, 20])
      let largest = Checkpoints(in: folder + "/largest", keeping: 1)
      largest.goal = MetricGoal("error", .largest)
      try Self.loop(errors: [0.1, 0.9, 0.3, 0.2]).run(epochs: 4, checkpoints: largest)
      #expect(Checkpoints.steps(in: folder + "/largest") == [10, 20])
      largest.goal = MetricGoal("accuracy", .largest)
      #expect(throws: TrainingError.unknownMetric("accuracy", known: ["loss", "error"])) {
        let loop = Self.loop()
        try loop.resume(from: folder + "/largest")
        try loop.run(epochs: 5, checkpoints: largest)
      }
    }
  }

  @Test func oneIsDueByTimeToo() throws {
    try withTemporaryFolder { folder in
      let checkpoints = Checkpoints(in: folder, everyMinutes: 1e-12, keeping: 100)
      try Self.loop().run(epochs: 2, checkpoints: checkpoints)
      #expect(Checkpoints.steps(in: folder) == Array(1...10))
      // None but the last in so short a time.
      let rare = Checkpoints(in: folder + "/rare", everyMinutes: 60)
      try Self.loop().run(epochs: 2, checkpoints: rare)
      #expect(Checkpoints.steps(in: folder + "/rare") == [10])
      let both = Checkpoints(in: folder + "/both", everySteps: 4, everyMinutes: 60)
      try Self.loop().run(epochs: 2, checkpoints: both)
      #expect(Checkpoints.steps(in: folder + "/both") == [4, 8, 10])
    }
  }

  @Test func theyHoldTheTextsOfTheRun() throws {
    try withTemporaryFolder { folder in
      let checkpoints = Checkpoints(in: folder)
      checkpoints.metadata = ["configuration": "{\"a\": \"é\"}"]
      try Self.loop().run(epochs: 1, checkpoints: checkpoints)
      let state = try TrainingState(contentsOf: checkpoints.path(step: 5))
      #expect(state.metadata == checkpoints.metadata)
    }
  }

  // MARK: Damage

  /// Whichever byte is another, it is found out.
  @Test func everyDamagedByteIsFound() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/state"
      let model = Linear(weight: .ones([2, 1]))
      let loop = TrainingLoop(model, SGD(for: model), Self.data, batchSize: 5) { _, _ in Tensor(0) }
      try loop.state.write(to: path)
      let bytes = try File.read(path)
      #expect(throws: Never.self) { try TrainingState(contentsOf: path) }
      var unnoticed: [Int] = []
      for index in bytes.indices {
        var damaged = bytes
        damaged[index] ^= 1
        try FileWriter(path, mode: .truncate).write(damaged)
        if (try? TrainingState(contentsOf: path)) != nil { unnoticed.append(index) }
      }
      #expect(unnoticed.isEmpty)
      for count in 0..<bytes.count {
        try FileWriter(path, mode: .truncate).write(Array(bytes[..<count]))
        #expect(throws: (any Error).self) { try TrainingState(contentsOf: path) }
      }
    }
  }

  @Test func ofDamagedOnesTheOneBeforeIsUsed() throws {
    let whole = Self.loop()
    try whole.run(epochs: 4)
    try withTemporaryFolder { folder in
      try Self.loop().run(epochs: 3, checkpoints: Checkpoints(in: folder))
      func damage(_ step: Int) throws -> String {
        let path = Checkpoints(in: folder).path(step: step)
        let bytes = try File.read(path)
        try FileWriter(path, mode: .truncate).write(Array(bytes.dropLast()))
        return path
      }
      let paths = [try damage(15), try damage(10)]
      let loop = Self.loop()
      let resumption = try loop.resume(from: folder)
      #expect(resumption.step == 5)
      #expect(resumption.damaged.map(\.path) == paths)
      #expect(
        resumption.damaged[0].description.hasPrefix("the checkpoint '\(paths[0])' cannot be used: ")
      )
      // Put aside, not lost.
      #expect(paths.allSatisfy { !File.exists($0) && File.exists($0 + ".damaged") })
      try loop.run(epochs: 4, checkpoints: Checkpoints(in: folder))
      expectSame(loop, whole, "after damage")
      #expect(Checkpoints.steps(in: folder).suffix(3) == [10, 15, 20])

      for step in Checkpoints.steps(in: folder) { _ = try damage(step) }
      let names = File.names(in: folder)
      let error = #expect(throws: CheckpointError.self) { try Self.loop().resume(from: folder) }
      #expect(error?.description.contains("no checkpoint is whole") == true)
      #expect(File.names(in: folder) == names)
    }
  }

  @Test func thoseOfAnotherLoopAreRefused() throws {
    try withTemporaryFolder { folder in
      try Self.loop().run(epochs: 1, checkpoints: Checkpoints(in: folder))
      let model = Linear(weight: .ones([4, 1]))
      let other = TrainingLoop(model, SGD(for: model), Self.data, batchSize: 5) { batch, mode in
        meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
      }
      #expect(throws: TrainingStateError.self) { try other.resume(from: folder) }
      #expect(Checkpoints.steps(in: folder) == [5])
    }
  }

  // MARK: Folders

  @Test func aFolderWithLaterOnesIsNotWrittenOver() throws {
    try withTemporaryFolder { folder in
      try Self.loop().run(epochs: 2, checkpoints: Checkpoints(in: folder))
      let error = #expect(throws: CheckpointError.self) {
        try Self.loop().run(epochs: 1, checkpoints: Checkpoints(in: folder))
      }
      #expect(error == .ahead(folder: folder, found: 10, step: 0))
      #expect(Checkpoints.steps(in: folder) == [5, 10])
    }
  }

  @Test func twoRunsDoNotWriteIntoOneFolder() throws {
    try withTemporaryFolder { folder in
      final class Second: TrainingObserver {
        let folder: String
        var error: (any Error)?
        init(_ folder: String) { self.folder = folder }
        func receive(_ event: TrainingEvent) {
          guard case .step(let report) = event, report.step == 7 else { return }
          do {
            let loop = CheckpointsTests.loop()
            try loop.resume(from: folder)
            try loop.run(epochs: 3, checkpoints: Checkpoints(in: folder))
          } catch { self.error = error }
        }
      }
      let loop = Self.loop()
      let second = Second(folder + "/c")
      loop.observers = [second]
      try loop.run(epochs: 2, checkpoints: Checkpoints(in: folder + "/c"))
      guard case .inUse = (second.error as? FileError)?.reason else {
        Issue.record("\(String(describing: second.error))")
        return
      }
      // The right ends with the run.
      try Self.loop().resume(from: folder + "/c")
      let next = Self.loop()
      try next.resume(from: folder + "/c")
      #expect(throws: Never.self) {
        try next.run(epochs: 3, checkpoints: Checkpoints(in: folder + "/c"))
      }
    }
  }

  @Test func leftoversAreRemoved() throws {
    try withTemporaryFolder { folder in
      // A number that no process has: they end before it on every system.
      let name = "\(folder)/.step-000000005.safetensors.999999999-1.part"
      try FileWriter(name, mode: .new).write([1])
      try Self.loop().run(epochs: 1, checkpoints: Checkpoints(in: folder))
      #expect(!File.exists(name))
    }
  }

  @Test func aFolderWithoutAnyIsABeginning() throws {
    let loop = Self.loop()
    #expect(try loop.resume(from: "/tmp/backprop-no-such-folder").step == nil)
    #expect(loop.stepCount == 0)
  }
}
