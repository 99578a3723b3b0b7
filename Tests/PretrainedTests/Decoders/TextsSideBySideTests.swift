import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropPretrained
import BackpropTestSupport
import BackpropText
import Testing

/// Several prompts at once.
@Suite struct TextsSideBySideTests {
  private let prompts = ["The fox", "There was once a hare and", "새", "The fox met", ""]

  /// Each text is the one that its prompt gives alone, bit for bit, whatever ends beside it.
  @Test(arguments: ["gpt2", "llama"], [nil, QuantizedFormat.eightBit])
  func eachIsTheOneWrittenAlone(_ name: String, _ format: QuantizedFormat?) async throws {
    let folder = Fixtures.path("decoders/" + name)
    // Rounding takes rows of 32 numbers, which the small models do not have.
    let generator = try TextGenerator(contentsOf: folder, quantizedAs: format)
    for sampling in [TokenSampling.greedy, TokenSampling(temperature: 0.9, repetitionPenalty: 1.1)]
    {
      for stops in [[], ["e"]] {
        var found = prompts.map { _ in [GeneratedText.Token]() }
        for try await (text, token) in try generator.generate(
          prompts, tokens: 60, by: sampling, stoppingAt: stops, seed: 3)
        {
          found[text].append(token)
        }
        for (prompt, tokens) in zip(prompts, found) {
          var alone: [GeneratedText.Token] = []
          for try await token in try generator.generate(
            prompt, tokens: 60, by: sampling, stoppingAt: stops, seed: 3)
          {
            alone.append(token)
          }
          #expect(tokens == alone, "\(name), \(prompt)")
        }
      }
    }
    let texts = try await generator.generate(prompts, tokens: 9, seed: 1).texts()
    #expect(texts.count == prompts.count)
    #expect(try await generator.generate(prompts[1], tokens: 9, seed: 1).text() == texts[1])
    #expect(try await generator.generate([String](), tokens: 9).texts() == [])
    #expect(try await generator.generate(prompts, tokens: 0).texts().allSatisfy(\.isEmpty))
  }

  /// The scores of rows are those of each alone, to the bit, for wide layers too, in which products are
  /// taken by blocks; and of blocks of whole numbers.
  @Test(arguments: [nil, QuantizedFormat.eightBit, .fourBit])
  func scoresAreThoseOfOneAlone(_ format: QuantizedFormat?) throws {
    var random = RandomSource(seed: 4)
    var settings = LlamaSettings(
      vocabularySize: 1000, width: 192, layers: 2, heads: 6, keyValueHeads: 2, feedForward: 512)
    settings.windows = [nil, 5]
    let model = Llama(settings, using: &random)
    // As they lie in a file.
    for (_, parameter) in model.namedParameters where parameter.rank == 2 {
      parameter.array = parameter.array.matrixTransposed.contiguous().matrixTransposed
    }
    if let format { model.quantizeLinearLayers(as: format) }
    func text(_ length: Int) -> [Int32] {
      (0..<length).map { place -> Int32 in Int32((place * 37 + length * 11) % 1000) }
    }
    let texts = (1...8).map { text(3 * $0) }
    var memories: [KeyValueMemory?] = texts.map { _ in nil }
    for (index, text) in texts.enumerated() {
      _ = model.nextScores(
        after: Tensor(NDArray(text, shape: [1, text.count])), continuing: &memories[index],
        .inference)
    }
    var joined: KeyValueMemory? = .joining(memories.map { $0! })
    for token in [7, 400, 999] as [Int32] {
      let all = model.nextScores(
        after: Tensor(NDArray(texts.map { _ in token }, shape: [texts.count, 1])),
        continuing: &joined, .inference)
      for index in texts.indices {
        let alone = model.nextScores(
          after: Tensor(NDArray([token], shape: [1, 1])), continuing: &memories[index], .inference)
        #expect(all[index].array == alone[0].array, "text \(index)")
      }
    }
  }

  /// A model that is no transformer writes one text after the other.
  @Test func otherModelsWriteInTurn() async throws {
    var random = RandomSource(seed: 2)
    let own = try TextGenerator(contentsOf: Fixtures.path("decoders/gpt2"))
    let model = CharacterLSTM(
      vocabularySize: own.model.vocabularySize, width: 8, hidden: 8, using: &random)
    let generator = TextGenerator(model, own.tokenizer)
    let texts = try await generator.generate(["The", "A fox"], tokens: 12, seed: 5).texts()
    #expect(try await generator.generate("The", tokens: 12, seed: 5).text() == texts[0])
    #expect(try await generator.generate("A fox", tokens: 12, seed: 5).text() == texts[1])
  }
}

/// A decoder of three members, as a user writes one.
private struct Tiny: CausalTransformer {
  let tokens: Embedding
  let attention: GroupedQueryAttention
  let contextLength: Int? = nil
  let attentionLayers = 1
  var vocabularySize: Int { tokens.weight.shape[0] }

  func vectors(
    of input: Tensor, continuing memory: inout KeyValueMemory, _ mode: Mode
  ) -> Tensor {
    let x = tokens(input, mode)
    return x + attention(x, continuing: &memory, layer: 0, mode)
  }

  func scores(of vectors: Tensor, _ mode: Mode) -> Tensor { tokens.scores(of: vectors) }
}

@Suite struct OwnDecoderTests {
  @Test func aDecoderOfOnesOwnWritesAndTrains() {
    var random = RandomSource(seed: 6)
    let model = Tiny(
      tokens: Embedding(20, 16, using: &random),
      attention: GroupedQueryAttention(16, heads: 4, keyValueHeads: 2, using: &random))
    let text: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]
    let whole = Tensor(NDArray(text, shape: [1, text.count]))
    var memory: KeyValueMemory?
    for (place, token) in text.enumerated() {
      let scores = model(Tensor(NDArray([token], shape: [1, 1])), continuing: &memory, .inference)
      let expected = model(whole, .inference)[.all, place]
      #expect((scores[.all, 0] - expected).abs().max().item < 1e-4)
    }
    #expect(memory?.count == text.count)
    #expect(Array(model.tokens(after: text, by: .greedy, using: &random).prefix(9)).count == 9)
    let loss = crossEntropy(
      logits: model(whole[.all, ..<(-1)], .training(seed: 1, step: 0)), targets: whole[.all, 1...])
    let gradients = loss.backward()
    #expect(model.namedParameters.allSatisfy { gradients[$0.1] != nil })
  }
}
