import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

// Serialized: the number of threads belongs to the whole process.
@Suite(.serialized) struct DropoutTests {
  private let x = Tensor.range(from: 1, to: 13).reshaped(to: [3, 4])

  @Test func aModelInUseIsWhole() {
    #expect(Dropout(0.5)(x, .inference).doubles == x.doubles)
    #expect(Dropout(0.5)(x).doubles == x.doubles)
    #expect(Dropout(0)(x, .training(seed: 0, step: 0)).doubles == x.doubles)
  }

  @Test func allOrNothing() {
    let x = Tensor([1, -2, .infinity]).requiringGradient()
    let y = Dropout(1)(x, .training(seed: 0, step: 0))
    #expect(y.doubles == [0, 0, 0])
    #expect(y.sum().backward()[x].doubles == [0, 0, 0])
  }

  /// Each number is dropped or grows, about as many as was said, and the gradient goes the same way.
  @Test func theShareThatIsDropped() {
    let count = 100_000
    let x = Tensor(repeating: 3, shape: [count]).requiringGradient()
    for probability in [0.1, 0.5, 0.8] {
      let y = Dropout(probability)(x, .training(seed: 4, step: 0))
      let kept = Double(Float(3) * Float(1 / (1 - probability)))
      #expect(Set(y.doubles) == [0, kept])
      let dropped = Double(y.doubles.filter { $0 == 0 }.count) / Double(count)
      let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
      #expect(abs(dropped - probability) < 5 * deviation)
      let gradient = y.sum().backward()[x]
      #expect((gradient * 3).doubles == y.doubles)
    }
  }

  @Test func drawsBelongToThePass() {
    let x = Tensor.ones([1000])
    let dropout = Dropout(0.5)
    func numbers(_ mode: Mode) -> [Double] { dropout(x, mode).doubles }
    let pass = Mode.training(seed: 1, step: 2)
    let first = numbers(pass)
    #expect(first == numbers(.training(seed: 1, step: 2)))
    #expect(first != numbers(pass))
    #expect(first != numbers(.training(seed: 1, step: 3)))
    #expect(first != numbers(.training(TrainingPass(seed: 1, step: 2, part: 1))))
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    var random = RandomSource(seed: 3)
    let x = Tensor.normal([300, 1000], using: &random).requiringGradient()
    func results() -> [NDArray] {
      let y = Dropout(0.3)(x, .training(seed: 5, step: 9))
      return [y.array, y.squared().sum().backward()[x].array]
    }
    Parallel.threadCount = 1
    let expected = results()
    for threads in [2, 7] {
      Parallel.threadCount = threads
      for (result, one) in zip(results(), expected) { #expect(mismatch(result, one) == nil) }
    }
  }

  @Test func theGradientIsRight() {
    let x = x.cast(to: .float64).array
    let check = checkGradient(at: [x]) { Dropout(0.4)($0[0], .training(seed: 2, step: 0)).sin() }
    #expect(check.passes(), "\(check)")
  }

  @Test func aGradientThroughAnUnsaidModeTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Dropout(0.5)(Tensor.ones([3]).requiringGradient()).sum().backward()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a gradient arrives at Dropout(0.5)"))
    // Where it makes no difference, and where it was said, none does.
    let x = x.requiringGradient()
    #expect(Dropout(0)(x).sum().backward()[x].doubles.allSatisfy { $0 == 1 })
    #expect(Dropout(0.5)(x, .inference).sum().backward()[x].doubles.allSatisfy { $0 == 1 })
  }

  @Test func mistakesSayWhatIsWrong() async throws {
    let error = #expect(throws: ShapeError.self) {
      try Dropout()(Tensor(shapeOnly: TensorType([3], .int64))).checkedType()
    }
    #expect(error!.description.contains("the numbers are int64"))
    #expect(error!.description.contains("cast(to: .float32)"))
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Dropout(50)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("the probability is 50.0; it must be in 0...1"))
  }

  @Test func shapesAlone() throws {
    #expect(try Dropout().outputShape(for: [2, 3]) == [2, 3])
    // No mask is drawn for numbers that are not there.
    let huge = Tensor(shapeOnly: TensorType([1 << 30, 1 << 20]))
    #expect(try Dropout()(huge, .training(seed: 0, step: 0)).checkedType() == huge.type)
    #expect(Dropout(0.25).summaryName == "Dropout(0.25)")
  }
}
