import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing

@Suite struct CharacterLSTMTests {
  private static func model(layers: Int = 2, dropout: Double = 0) -> CharacterLSTM {
    var random = RandomSource(seed: 3)
    return CharacterLSTM(
      vocabularySize: 7, width: 4, hidden: 5, layers: layers, dropout: dropout,
      scalarType: .float64, using: &random)
  }

  private static let tokens = Tensor([[3, 0, 6, 6, 1, 2], [5, 4, 4, 0, 2, 3]] as [[Int]])

  @Test func tokenByTokenIsAllAtOnce() {
    let model = Self.model()
    let atOnce = model(Self.tokens, .inference)
    #expect(atOnce.shape == [2, 6, 7])
    var memory: LSTM.State?
    for place in 0..<6 {
      let scores = model(Self.tokens[.all, place..<place + 1], continuing: &memory, .inference)
      #expect(
        scores.isClose(
          to: atOnce[.all, place..<place + 1], relativeTolerance: 0, absoluteTolerance: 1e-12))
    }
    var other: LSTM.State?
    _ = model(Self.tokens, continuing: &other, .inference)
    #expect(memory!.cell.isClose(to: other!.cell, relativeTolerance: 0, absoluteTolerance: 1e-12))
  }

  @Test func gradientsAreRight() {
    let model = Self.model(dropout: 0.3)
    let next = Tensor([[0, 6, 6, 1, 2, 2], [4, 4, 0, 2, 3, 1]] as [[Int]])
    let check = checkGradient(of: model) {
      crossEntropy(logits: $0(Self.tokens, .training(seed: 1, step: 0)), targets: next)
    }
    #expect(
      check.rows.map(\.name).sorted()
        == [
          "embedding.weight", "head.bias", "head.weight", "lstm.bias_hh_l0", "lstm.bias_hh_l1",
          "lstm.bias_ih_l0", "lstm.bias_ih_l1", "lstm.weight_hh_l0", "lstm.weight_hh_l1",
          "lstm.weight_ih_l0", "lstm.weight_ih_l1",
        ])
    #expect(check.passes(), "\(check)")
  }

  /// A text that repeats itself is learned by heart.
  @Test func itLearnsWhatComesNext() {
    var random = RandomSource(seed: 1)
    let model = CharacterLSTM(vocabularySize: 4, width: 8, hidden: 16, using: &random)
    let optimizer = AdamW(for: model, learningRate: 0.02)
    let text = (0..<33).map { [0, 1, 0, 2, 3, 3, 1][$0 % 7] }
    let (tokens, next) = (Tensor([Array(text.dropLast())]), Tensor([Array(text.dropFirst())]))
    for step in 0..<60 {
      let scores = model(tokens, .training(seed: 0, step: step))
      optimizer.update(using: crossEntropy(logits: scores, targets: next).backward())
    }
    var memory: LSTM.State?
    let start = model(Tensor([[0, 1, 0, 2]] as [[Int]]), continuing: &memory, .inference)
    var token = start[0, 3].argmax(axis: 0).item
    var written = [Int(token)]
    for _ in 0..<9 {
      let scores = model(Tensor([[Int(token)]]), continuing: &memory, .inference)
      token = scores[0, 0].argmax(axis: 0).item
      written.append(Int(token))
    }
    #expect(written == [3, 3, 1, 0, 1, 0, 2, 3, 3, 1])
  }

  @Test func shapesAlone() throws {
    let model = Self.model()
    let scores = model(Tensor(shapeOnly: TensorType([4, 9], .int64)), .inference)
    #expect(try scores.checkedType() == TensorType([4, 9, 7], .float64))
    let error = #expect(throws: ShapeError.self) {
      try model(Tensor(shapeOnly: TensorType([9], .int64)), .inference).checkedType()
    }
    #expect(error?.description.contains("the tokens are not of shape (batch, length)") == true)
    #expect(model.vocabularySize == 7 && model.contextLength == nil)
  }
}
