import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Synchronization
import Testing

@Suite struct MultiHeadAttentionTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  private static func attention(
    _ embedding: Int = 4, heads: Int = 2, dropout: Double = 0
  ) -> MultiHeadAttention {
    var random = RandomSource(seed: 3)
    return MultiHeadAttention(
      embedding, heads: heads, dropout: dropout, scalarType: .float64, using: &random)
  }

  @Test func noQuerySeesLaterKeys() {
    let attention = Self.attention()
    let x = Tensor(Self.numbers([2, 5, 4]))
    var changed = x
    changed[.all, 3...] = Tensor(Self.numbers([2, 2, 4], seed: 9))
    let (before, after) = (
      attention(x, x, x, isCausal: true), attention(changed, changed, changed, isCausal: true)
    )
    #expect(before[.all, ..<3].doubles == after[.all, ..<3].doubles)
    #expect(before[.all, 3...].doubles != after[.all, 3...].doubles)
    // The same as flags.
    let places = Tensor.range(from: 0, to: 5)
    let mask = places.reshaped(to: [5, 1]) .>= places
    #expect(attention(x, x, x, mask: mask).doubles == before.doubles)
  }

  /// A query that may look at nothing gets the output's bias, and no gradient becomes NaN.
  @Test func queriesThatSeeNothingAreZero() {
    let attention = Self.attention()
    let x = Tensor(Self.numbers([1, 3, 4])).requiringGradient()
    let mask = Tensor([true, true, false, false, false, false, true, false, true], shape: [3, 3])
    let y = attention(x, x, x, mask: mask)
    #expect(y[0, 1].doubles == attention.output.bias!.array.doubles)
    #expect(y.array.doubles.allSatisfy { $0.isFinite })
    let gradients = y.squared().sum().backward()
    #expect(gradients[x].array.doubles.allSatisfy { $0.isFinite })
    #expect(gradients[attention.inputWeight]!.array.doubles.allSatisfy { $0.isFinite })
  }

  @Test func gradientsAreRight() {
    let attention = Self.attention(dropout: 0.3)
    let mask = Tensor([true, true, false, true, false, true], shape: [2, 3])
    func result(_ attention: MultiHeadAttention, _ inputs: [Tensor]) -> Tensor {
      attention(inputs[0], inputs[1], inputs[2], mask: mask, .training(seed: 1, step: 0))
    }
    let point = [
      Self.numbers([2, 2, 4]), Self.numbers([2, 3, 4], seed: 2), Self.numbers([2, 3, 4], seed: 4),
    ]
    let inputs = checkGradient(at: point) { result(attention, $0) }
    #expect(inputs.passes(), "\(inputs)")
    let parameters = checkGradient(of: attention) { attention in
      result(attention, point.map { Tensor($0) }).squared().sum()
    }
    #expect(parameters.rows.count == 4)
    #expect(parameters.passes(), "\(parameters)")
  }

  /// Dropout changes the weights of the attention, of which an observer is told, and nothing else.
  @Test func weightsAreDroppedInTraining() {
    let (plain, dropping) = (Self.attention(), Self.attention(dropout: 0.5))
    let x = Tensor(Self.numbers([2, 4, 4]))
    func weights(_ attention: MultiHeadAttention, _ mode: Mode) -> Tensor {
      let seen = Mutex<Tensor?>(nil)
      let observer = ModuleObserver(onResult: { event in
        if event.path == "dropout" { seen.withLock { $0 = event.tensor } }
      })
      _ = attention(x, x, x, mode.observed(by: observer, in: attention))
      return seen.withLock { $0 }!
    }
    let mode = Mode.training(seed: 2, step: 0)
    let whole = weights(plain, mode)
    #expect(whole.shape == [2, 2, 4, 4])
    #expect(
      mismatch(
        whole.sum(axis: -1).array, .ones([2, 2, 4], scalarType: .float64), relative: 1e-14)
        == nil)
    #expect(weights(dropping, .inference).doubles == whole.doubles)
    let dropped = weights(dropping, .training(seed: 2, step: 0))
    #expect(zip(dropped.doubles, whole.doubles).allSatisfy { $0 == 0 || $0 == 2 * $1 })
    #expect((8..<24).contains(dropped.doubles.filter { $0 == 0 }.count * 32 / 64))
    #expect(plain(x, x, x, .inference).doubles == dropping(x, x, x, .inference).doubles)
  }

  /// Who looks on sees the same result, but for rounding, computed by way of all weights.
  @Test func observersChangeNothing() {
    let attention = Self.attention()
    let x = Tensor(Self.numbers([2, 4, 4]))
    let mode = Mode.inference.observed(by: ModuleObserver(), in: attention)
    let (plain, observed) = (
      attention(x, x, x, isCausal: true, .inference), attention(x, x, x, isCausal: true, mode)
    )
    #expect(mismatch(observed.array, plain.array, relative: 1e-13, absolute: 1e-15) == nil)
  }

  /// The last query stands at the last key, so new steps see those that a cache keeps.
  @Test func aCacheGoesOn() {
    let attention = Self.attention()
    let x = Tensor(Self.numbers([2, 6, 4]))
    let whole = attention(x, x, x, isCausal: true, .inference)
    var cache = KeyValueCache()
    let parts = [0..<1, 1..<4, 4..<6].map { range in
      let part = x[.all, range]
      return attention(part, part, part, isCausal: true, continuing: &cache, .inference)
    }
    #expect(cache.count == 6)
    #expect(
      mismatch(Tensor.concatenate(parts, axis: 1).array, whole.array, relative: 1e-13) == nil)
    let last = x[.all, 4...]
    #expect(
      mismatch(
        attention(last, x, x, isCausal: true, .inference).array, whole[.all, 4...].array,
        relative: 1e-13) == nil)
  }

  /// Of one tensor, queries, keys and values are made in one product: the numbers and gradients of three.
  @Test func selfAttentionIsAttention() {
    let attention = Self.attention()
    let x = Tensor(Self.numbers([2, 3, 4])).requiringGradient()
    let others = [Tensor(x.array.copy()), Tensor(x.array.copy())].map { $0.requiringGradient() }
    let (one, three) = (attention(x, x, x), attention(x, others[0], others[1]))
    #expect(one.isClose(to: three, relativeTolerance: 1e-13))
    let (a, b) = (one.squared().sum().backward(), three.squared().sum().backward())
    #expect(
      a[x].isClose(
        to: b[x] + b[others[0]] + b[others[1]], relativeTolerance: 1e-12, absoluteTolerance: 1e-14))
    #expect(
      a[attention.inputWeight]!.isClose(to: b[attention.inputWeight]!, relativeTolerance: 1e-12))
  }

  @Test func withoutAWordOnTrainingNoGradientPasses() async {
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 3)
      let attention = MultiHeadAttention(4, heads: 2, dropout: 0.1, using: &random)
      let x = Tensor.ones([1, 2, 4])
      _ = attention(x, x, x).sum().backward()
    }
  }

  @Test func startsAsPyTorchsDoes() {
    let attention = Self.attention(16, heads: 4)
    let bound = (6.0 / 64).squareRoot()
    let weight = attention.inputWeight.array.doubles
    #expect(weight.allSatisfy { abs($0) <= bound } && weight.contains { abs($0) > 0.9 * bound })
    #expect(attention.output.weight.array.doubles.allSatisfy { abs($0) <= 0.25 })
    for bias in [attention.inputBias!, attention.output.bias!] {
      #expect(bias.array.doubles.allSatisfy { $0 == 0 })
    }
  }

  @Test func mistakesSayWhatIsWrong() async throws {
    let attention = Self.attention(6, heads: 3)
    func text(
      _ query: Shape, _ key: Shape, _ value: Shape, mask: Shape? = nil, isCausal: Bool = false
    ) -> String {
      let error = #expect(throws: ShapeError.self) {
        let inputs = [query, key, value].map { Tensor(shapeOnly: TensorType($0, .float64)) }
        return try attention(
          inputs[0], inputs[1], inputs[2],
          mask: mask.map { Tensor(shapeOnly: TensorType($0, .bool)) }, isCausal: isCausal
        ).checkedType()
      }
      return error?.description ?? ""
    }
    let (x, y): (Shape, Shape) = ([2, 5, 6], [2, 4, 6])
    #expect(text([2, 5, 7], x, x).contains("the query is not of shape (batch, length, 6)"))
    #expect(text(x, [5, 6], x).contains("the key is not of shape"))
    #expect(text(x, x, y).contains("not one value for each key"))
    #expect(text([3, 5, 6], x, x).contains("3 batches of queries and 2 of keys"))
    #expect(text(x, y, y, isCausal: true).contains("a mask of shape (5, 4)"))
    #expect(text(x, y, y, mask: [4, 5]).contains("the mask does not broadcast"))
    #expect(text(x, y, y, mask: [4, 2, 3, 5, 4]).contains("here (2, 3, 5, 4)"))
    // Numbers beside shapes are shapes alone, too, and what has failed before goes on.
    let numbers = Tensor(Self.numbers([2, 5, 6]))
    let shape = Tensor(shapeOnly: TensorType(y, .float64))
    var error = #expect(throws: ShapeError.self) {
      try attention(numbers, shape, numbers).checkedType()
    }
    #expect(error!.description.contains("not one value for each key"))
    error = #expect(throws: ShapeError.self) {
      try attention(numbers, shape + numbers, numbers).checkedType()
    }
    #expect(error!.description.contains("add: the shapes do not broadcast"))
    let counts = Tensor(shapeOnly: TensorType([4, 4], .int64))
    error = #expect(throws: ShapeError.self) {
      try attention(shape, shape, shape, mask: counts).checkedType()
    }
    #expect(error!.description.contains("the mask holds int64"))
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      _ = MultiHeadAttention(64, heads: 5, using: &random)
    }
    let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(message.contains("64 numbers do not divide evenly among 5 heads"))
  }

  @Test func shapesAlone() throws {
    var random = RandomSource(seed: 1)
    let attention = MultiHeadAttention(8, heads: 2, dropout: 0.1, using: &random)
    // Too large for a mask of numbers.
    let x = Tensor(shapeOnly: TensorType([1, 1 << 30, 8]))
    #expect(try attention(x, x, x, isCausal: true, .inference).checkedType() == x.type)
    let few = Tensor(shapeOnly: TensorType([2, 5, 8]))
    let rows = try attention.summary { attention(few, few, few, $0) }.rows
    #expect(
      rows.map(\.layer) == ["Dropout(0.1)", "Linear(8 -> 8)", "MultiHeadAttention(8, 2 heads)"])
    #expect(rows.map(\.name) == ["dropout", "out_proj", ""])
    #expect(rows.map(\.parameterCount) == [0, 72, 216])
  }
}
