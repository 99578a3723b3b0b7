import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Synchronization
import Testing

/// Recurrent modules called with words and the table of their vectors.
@Suite struct RecurrentWordsTests {
  private static let words = Tensor(
    [[3, 0, 4, 4, 1], [4, 1, 1, 0, 2], [0, 0, 3, 2, 1]] as [[Int]])
  private static let lengths = Tensor([5, 2, 4] as [Int])

  private static func embedding(
    _ count: Int, paddingIndex: Int? = nil, _ random: inout RandomSource
  ) -> Embedding {
    Embedding(count, 2, paddingIndex: paddingIndex, scalarType: .float64, using: &random)
  }

  /// Output, state and gradients of a call by words beside those of a call by their vectors.
  private static func compare<Network: Module>(
    _ network: Network, _ embedding: Embedding,
    _ byWords: (Network, Mode) -> [Tensor], _ byVectors: (Network, Mode) -> [Tensor]
  ) {
    // Each with a pass of its own, for the same draws.
    let found = byWords(network, .training(seed: 2, step: 0))
    let expected = byVectors(network, .training(seed: 2, step: 0))
    for (a, b) in zip(found, expected) {
      #expect(a.isClose(to: b, relativeTolerance: 0, absoluteTolerance: 1e-13))
    }
    func gradients(_ tensors: [Tensor]) -> Gradients {
      tensors.map { ($0 * $0.sin()).sum() }.reduce(Tensor(0, scalarType: .float64), +).backward()
    }
    let (foundGradients, expectedGradients) = (gradients(found), gradients(expected))
    for parameter in network.parameters + embedding.parameters {
      #expect(
        foundGradients[parameter]!.isClose(
          to: expectedGradients[parameter]!, relativeTolerance: 0, absoluteTolerance: 1e-12))
    }
  }

  /// More words than vectors, and fewer; with and without lengths, and a padding.
  @Test func wordsAreTheirVectors() {
    for (count, paddingIndex) in [(5, nil), (5, 1), (40, 1)] as [(Int, Int?)] {
      for lengths in [nil, Self.lengths] {
        var random = RandomSource(seed: 4)
        let embedding = Self.embedding(count, paddingIndex: paddingIndex, &random)
        let vectors = embedding(Self.words)
        Self.compare(
          LSTM(
            2, 3, layers: 2, isBidirectional: true, dropout: 0.3, scalarType: .float64,
            using: &random), embedding,
          {
            let result = $0(embedding, Self.words, lengths: lengths, $1)
            return [result.output, result.state.hidden, result.state.cell]
          },
          {
            let result = $0(vectors, lengths: lengths, $1)
            return [result.output, result.state.hidden, result.state.cell]
          })
        let start = Tensor.normal([1, 3, 3], scalarType: .float64, using: &random)
        Self.compare(
          GRU(2, 3, scalarType: .float64, using: &random), embedding,
          {
            let result = $0(embedding, Self.words, state: start, lengths: lengths, $1)
            return [result.output, result.state]
          },
          {
            let result = $0(vectors, state: start, lengths: lengths, $1)
            return [result.output, result.state]
          })
        Self.compare(
          RNN(2, 3, activation: .relu, hasBias: false, scalarType: .float64, using: &random),
          embedding,
          {
            let result = $0(embedding, Self.words, state: start, lengths: lengths, $1)
            return [result.output, result.state]
          },
          {
            let result = $0(vectors, state: start, lengths: lengths, $1)
            return [result.output, result.state]
          })
      }
    }
  }

  /// Of both ways, and differentiated twice.
  @Test func gradientsAreRight() {
    for count in [5, 40] {
      var random = RandomSource(seed: 4)
      let model = Sequence(
        embedding: Self.embedding(count, &random),
        network: GRU(2, 3, scalarType: .float64, using: &random))
      let check = checkGradient(of: model) { model in
        model.network(model.embedding, Self.words, lengths: Self.lengths).output.squared().sum()
      }
      #expect(check.rows.count == 5)
      #expect(check.passes(), "\(check)")
    }
  }

  private struct Sequence: Module {
    let embedding: Embedding
    let network: GRU
  }

  /// An observer is told of the vectors, whichever way the words take, and changes nothing.
  @Test func observersSeeTheVectors() {
    var random = RandomSource(seed: 4)
    let model = Sequence(
      embedding: Self.embedding(5, &random),
      network: GRU(2, 3, scalarType: .float64, using: &random))
    let seen = Mutex<[String: Tensor]>([:])
    let observer = ModuleObserver(onResult: { event in
      if event.index == 0 { seen.withLock { $0[event.path] = event.tensor } }
    })
    let result = model.network(
      model.embedding, Self.words, Mode.inference.observed(by: observer, in: model))
    #expect(result.output.doubles == model.network(model.embedding, Self.words).output.doubles)
    let found = seen.withLock { $0 }
    #expect(found.keys.sorted() == ["embedding", "network"])
    #expect(found["embedding"]?.doubles == model.embedding(Self.words).doubles)
  }

  @Test func aWordThatIsNoneEndsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 4)
      let embedding = Embedding(3, 2, using: &random)
      _ = LSTM(2, 3, using: &random)(embedding, Tensor([[0, 1, 2, 3]] as [[Int]]))
    }
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 4)
      let embedding = Embedding(30, 2, using: &random)
      _ = LSTM(2, 3, using: &random)(embedding, Tensor([[0, 1, 2, -1]] as [[Int]]))
    }
  }

  @Test func shapesAlone() throws {
    var random = RandomSource(seed: 4)
    let embedding = Self.embedding(5, &random)
    let network = LSTM(2, 3, isBidirectional: true, scalarType: .float64, using: &random)
    let result = network(embedding, Tensor(shapeOnly: TensorType([4, 9], .int32)))
    #expect(try result.output.checkedType() == TensorType([4, 9, 6], .float64))
    #expect(try result.state.cell.checkedType().shape == [2, 4, 3])
  }
}
