import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct EmbeddingTests {
  private static let table = NDArray([[1, 2], [3, 4], [5, 6]])

  // Not private: tests of exits see it.
  static func words(_ numbers: Int...) -> Tensor { Tensor(numbers) }

  @Test func vectorsAreLookedUp() {
    let embedding = Embedding(weight: Self.table)
    for words in [Tensor([[2, 0], [1, 2]] as [[Int]]), Tensor([[2, 0], [1, 2]] as [[Int32]])] {
      let y = embedding(words)
      #expect(y.shape == [2, 2, 2])
      #expect(y.doubles == [5, 6, 1, 2, 3, 4, 5, 6])
    }
    #expect(embedding(Tensor(NDArray(scalar: Int64(1)))).doubles == [3, 4])
  }

  @Test func gradientsOfAWordAddUp() {
    let embedding = Embedding(weight: Self.table)
    let loss = (embedding(Self.words(2, 0, 2)) * Tensor([[1], [10], [100]])).sum()
    #expect(loss.backward()[embedding.weight]!.doubles == [10, 10, 0, 0, 101, 101])
  }

  /// A last layer that is tied to the table: the gradient comes from both uses.
  @Test func scoresAreProductsWithTheVectors() throws {
    var random = RandomSource(seed: 2)
    let embedding = Embedding(4, 3, scalarType: .float64, using: &random)
    let x = Tensor.normal([2, 5, 3], scalarType: .float64, using: &random)
    let scores = embedding.scores(of: x)
    #expect(scores.shape == [2, 5, 4])
    #expect(scores.isClose(to: x.matmul(embedding.weight.tensor.transposed())))
    #expect(embedding.scores(of: x[0, 0]).isClose(to: scores[0, 0]))
    let check = checkGradient(of: embedding) { embedding in
      embedding.scores(of: embedding(Self.words(2, 0, 2)).tanh()).squared().sum()
    }
    #expect(check.passes(), "\(check)")
    let error = #expect(throws: ShapeError.self) {
      try embedding.scores(of: Tensor(shapeOnly: TensorType([2, 4], .float64))).checkedType()
    }
    #expect(error!.description.contains("the rows have not 3 numbers"))
  }

  @Test func thePaddingIsNotTrained() {
    var random = RandomSource(seed: 1)
    let embedding = Embedding(4, 3, paddingIndex: 2, using: &random)
    let rows = embedding.weight.tensor.detached
    #expect(rows[2].doubles == [0, 0, 0])
    #expect(rows[1].doubles.allSatisfy { $0 != 0 })
    let gradient = embedding(Self.words(2, 1, 2)).sum().backward()[embedding.weight]!
    #expect(gradient.doubles == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    // A table that was loaded may have any numbers there.
    let loaded = Embedding(weight: Self.table, paddingIndex: 1)
    #expect(loaded(Self.words(1)).doubles == [3, 4])
    #expect(loaded(Self.words(1)).sum().backward()[loaded.weight]!.doubles.allSatisfy { $0 == 0 })
  }

  @Test func theGradientIsRight() {
    var random = RandomSource(seed: 4)
    for padding in [nil, 3] {
      let embedding = Embedding(5, 3, paddingIndex: padding, scalarType: .float64, using: &random)
      let words = Self.words(0, 4, 0, 1, 2, 4).reshaped(to: [2, 3])
      let check = checkGradient(of: embedding) { ($0(words).sin() * $0(words)).sum() }
      #expect(check.passes(), "\(check)")
    }
  }

  @Test func startsAsNormalNumbers() {
    var random = RandomSource(seed: 2)
    let weight = Embedding(1000, 50, using: &random).weight.tensor.detached
    #expect(abs(weight.mean().item) < 0.02)
    #expect(abs(weight.squared().mean().item - 1) < 0.03)
  }

  @Test func mistakesSayWhatIsWrong() async throws {
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Embedding(weight: .ones([3, 2]))(EmbeddingTests.words(0, 3, 1))
    }
    var text = String(decoding: try #require(outside).standardErrorContent, as: UTF8.self)
    #expect(text.contains("position 3 of axis 0, whose length is 3; it is at [1]"))
    #expect(text.contains("module: Embedding"))
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Embedding(weight: .ones([3, 2]))(EmbeddingTests.words(0, -1))
    }
    text = String(decoding: try #require(negative).standardErrorContent, as: UTF8.self)
    #expect(text.contains("there is a word -1, and the words are 0..<3"))
    let padding = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Embedding(weight: .ones([3, 2]), paddingIndex: -1)
    }
    text = String(decoding: try #require(padding).standardErrorContent, as: UTF8.self)
    #expect(text.contains("the padding is vector -1, and the vectors are 0..<3"))
    let error = #expect(throws: ShapeError.self) {
      try Embedding(weight: .ones([3, 2]))(Tensor(shapeOnly: TensorType([2]))).checkedType()
    }
    #expect(error!.description.contains("the positions are float32 and not whole numbers"))
    #expect(error!.description.contains("cast(to: .int64)"))
  }

  /// A model that begins with words is told the shape alone, as any other.
  @Test func modelsOfWordsRunOnShapesAlone() throws {
    struct Model: Layer {
      let body: Sequential
      let head = Linear(weight: .ones([6, 3]))
      init() {
        var random = RandomSource(seed: 3)
        body = Sequential {
          Embedding(10, 2, paddingIndex: 0, using: &random)
          Flatten()
        }
      }
      func forward(_ x: Tensor, _ mode: Mode) -> Tensor { head(body(x, mode), mode) }
    }
    #expect(Model().inputScalarType == .int64)
    #expect(Model().head.inputScalarType == .float32)
    #expect(ReLU().inputScalarType == .float32)
    #expect(try Model().outputShape(for: [8, 3]) == [8, 3])
    let rows = try Model().summary(input: [8, 3]).rows
    #expect(rows.map(\.layer) == ["Embedding(10 -> 2)", "Flatten", "Linear(6 -> 3, no bias)"])
    #expect(rows.map(\.outputShape) == [[8, 3, 2], [8, 6], [8, 3]])
  }
}
