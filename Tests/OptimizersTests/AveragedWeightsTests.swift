import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import Testing

@Suite struct AveragedWeightsTests {
  /// Two parameters, a buffer of fractions and one of whole numbers.
  private struct Model: Layer {
    let weights: Parameters
    let running: Buffer
    let count = Buffer(NDArray(scalar: Int64(0)))
    func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input }

    init(_ type: ScalarType) {
      weights = GivenNumbers(type).model()
      running = Buffer(.zeros([2], scalarType: type))
    }

    /// Makes the model what it is after step `step`.
    func go(to step: Int) {
      let numbers = GivenNumbers(running.scalarType)
      for (parameter, array) in zip(weights.all, numbers.arrays(step)) { parameter.array = array }
      running.array = NDArray(
        (100..<102).map { GivenNumbers.number(UInt32(step), $0) }, scalarType: running.scalarType)
      count.array = NDArray(scalar: Int64(step))
    }

    var arrays: [NDArray] {
      weights.all.map(\.array) + [running.array, count.array]
    }
  }

  // MARK: Beside PyTorch

  private struct Fixture: Decodable {
    var updates: [Int]
    /// By name and type, sampled elements of both parameters and the whole buffer.
    var cases: [String: [String: [[Double]]]]
  }

  private static let kinds: [(String, AveragedWeights.Kind, averagesBuffers: Bool)] = [
    ("equal", .equal, false),
    ("equal, buffers", .equal, true),
    ("exponential", .exponential(decay: 0.9), false),
    ("exponential, buffers", .exponential(decay: 0.9), true),
  ]

  @Test(arguments: [(ScalarType.float64, 1e-14), (.float32, 2e-6)])
  func averagesAreThoseOfPyTorch(type: ScalarType, tolerance: Double) throws {
    let fixture = try Fixtures.decode(Fixture.self, from: "averages.json")
    #expect(fixture.cases.keys.sorted() == Self.kinds.map(\.0).sorted())
    for (name, kind, averagesBuffers) in Self.kinds {
      let model = Model(type)
      let average = AveragedWeights(of: model, kind, averagesBuffers: averagesBuffers)
      for step in 1...fixture.updates.last! {
        model.go(to: step)
        average.update()
        guard let row = fixture.updates.firstIndex(of: step) else { continue }
        let found = average.inModel {
          let (a, b) = (model.weights.all[0].array.doubles, model.weights.all[1].array.doubles)
          return [a[0], a[5], a[11], b[0], b[4]] + model.running.array.doubles
        }
        let expected = try #require(fixture.cases[name]?["\(type)"])[row]
        let difference = zip(found, expected).map { abs($0 - $1) }.max()!
        #expect(difference <= tolerance, "\(name), \(type), update \(step): \(difference)")
      }
    }
  }

  // MARK: Kinds

  @Test func aWarmUpShortensTheMemory() {
    let model = Parameters(all: [Parameter(NDArray([0], scalarType: .float64))])
    let average = AveragedWeights(of: model, .exponential(decay: 0.8, warmsUp: true))
    var expected = 0.0
    for step in 0..<60 {
      let value = GivenNumbers.number(UInt32(step), 0)
      model.all[0].array = NDArray([value], scalarType: .float64)
      average.update()
      let decay = step == 0 ? 0 : min(0.8, Double(1 + step) / Double(10 + step))
      expected = decay * expected + (1 - decay) * value
      average.inModel { #expect(abs(model.all[0].array.doubles[0] - expected) < 1e-15) }
    }
  }

  @Test func wholeNumbersAreTakenAsTheyAre() {
    let model = Model(.float32)
    let average = AveragedWeights(of: model, .equal, averagesBuffers: true)
    for step in 1...5 {
      model.go(to: step)
      average.update()
    }
    model.go(to: 6)
    average.inModel { #expect(model.count.array.item == 5) }
    #expect(model.count.array.item == 6)
  }

  @Test func aSharedParameterIsAveragedOnce() {
    let shared = Parameter(NDArray([1], scalarType: .float64))
    let average = AveragedWeights(of: Parameters(all: [shared, shared]), .equal)
    for value in [1.0, 3] {
      shared.array = NDArray([value], scalarType: .float64)
      average.update()
    }
    #expect(average.state.keys.sorted() == ["all.0.average", "updates"])
    average.copyToModel()
    #expect(shared.array.doubles == [2])
  }

  // MARK: In the model

  @Test func theModelHasItsOwnWeightsAgain() throws {
    struct Wrong: Error {}
    let model = Model(.float32)
    let average = AveragedWeights(of: model, .exponential(decay: 0.5))
    // Without an update there is no average.
    average.inModel { #expect(model.arrays == Model(.float32).arrays) }
    for step in 1...3 {
      model.go(to: step)
      average.update()
    }
    let own = model.arrays
    let averages = average.inModel { model.arrays }
    #expect(averages[0] != own[0] && averages[1] != own[1])
    #expect(model.arrays == own)
    #expect(throws: Wrong.self) { try average.inModel { throw Wrong() } }
    #expect(model.arrays == own)
    average.copyToModel()
    #expect(model.arrays == averages)
    // What the model has been given stays what it was.
    average.update()
    average.update()
    model.go(to: 4)
    average.update()
    #expect(averages[0] != average.inModel { model.arrays }[0])
  }

  // MARK: State

  @Test func restoredAveragesGoOnBitForBit() throws {
    for (name, kind, averagesBuffers) in Self.kinds {
      let (first, second) = (Model(.float32), Model(.float32))
      let average = AveragedWeights(of: first, kind, averagesBuffers: averagesBuffers)
      for step in 1...5 {
        first.go(to: step)
        average.update()
      }
      let state = average.state
      let copies = state.mapValues { $0.copy() }
      let restored = AveragedWeights(of: second, kind, averagesBuffers: averagesBuffers)
      try restored.restore(state)
      #expect(restored.updateCount == 5)
      for step in 6...10 {
        for (model, average) in [(first, average), (second, restored)] {
          model.go(to: step)
          average.update()
        }
      }
      #expect(restored.state == average.state, "\(name)")
      #expect(state == copies, "\(name)")
    }
  }

  @Test func statesOfOtherModelsAreRefused() {
    let model = Parameters.drawn([3, 4], [5])
    let average = AveragedWeights(of: model, .equal)
    let before = average.state
    var wrong = AveragedWeights(of: Parameters.drawn([3, 3], [5], [2]), .equal).state
    wrong["updates"] = NDArray(scalar: Int64(-2))
    let error = #expect(throws: OptimizerStateError.self) { try average.restore(wrong) }
    #expect(error?.unexpected == ["all.2.average"])
    #expect(error?.misshapen.map(\.name) == ["updates", "all.0.average"])
    #expect(error?.description.contains("cannot restore the averaged weights") == true)
    #expect(average.state == before)
  }

  @Test func aDecayAboveOneTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = AveragedWeights(of: Parameters.drawn([2]), .exponential(decay: 999))
    }
    expect(result, says: "a decay of 999.0; it is from 0 to 1")
  }
}
