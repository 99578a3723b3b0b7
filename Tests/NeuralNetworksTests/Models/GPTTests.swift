import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@Suite struct GPTTests {
  private static func model(
    layers: Int = 2, dropout: Double = 0, isOutputTied: Bool = true,
    _ scalarType: ScalarType = .float64
  ) -> GPT {
    var random = RandomSource(seed: 4)
    let model = GPT(
      vocabularySize: 13, contextLength: 10, width: 8, layers: layers, heads: 2, dropout: dropout,
      isOutputTied: isOutputTied, scalarType: scalarType, using: &random)
    // Large enough that attention is no mean of all.
    for parameter in model.parameters where parameter.shape.rank == 2 {
      parameter.array = (parameter.tensor * 20).array
    }
    return model
  }

  private static let tokens = Tensor(
    [3, 1, 4, 1, 5, 9, 2, 6, 5, 12, 0, 7, 7, 3, 8, 1, 2, 11] as [Int], shape: [2, 9])

  /// Token by token, through the memory, it gives what it gives of the text at once.
  @Test func readingGoesOn() {
    for (type, tolerance) in [(ScalarType.float64, 1e-12), (.float32, 1e-4)] {
      let model = Self.model(type)
      let whole = model(Self.tokens, .inference)
      #expect(whole.shape == [2, 9, 13])
      for parts in [[1, 1, 1, 1, 1, 1, 1, 1, 1], [4, 1, 3, 1], [9]] {
        var memory: GPT.Memory? = nil
        var scores: [Tensor] = []
        for length in parts {
          let start = memory?.count ?? 0
          scores.append(
            model(
              Self.tokens[.all, start..<(start + length)], continuing: &memory, .inference))
        }
        #expect(memory!.count == 9)
        let difference = mismatch(
          Tensor.concatenate(scores, axis: 1).array, whole.array, relative: tolerance,
          absolute: tolerance)
        #expect(difference == nil, "\(type) \(parts)")
      }
    }
  }

  /// A memory is a value: two texts may go on from one.
  @Test func aMemoryMayBeCopied() {
    let model = Self.model()
    var memory: GPT.Memory? = nil
    _ = model(Self.tokens[.all, ..<5], continuing: &memory, .inference)
    var other = memory
    let a = model(Self.tokens[.all, 5..<6], continuing: &memory, .inference)
    let changed = (Self.tokens[.all, 5..<6] + 1).remainder(13)
    let b = model(changed, continuing: &other, .inference)
    let again = model(Self.tokens[.all, 6..<7], continuing: &memory, .inference)
    let whole = model(Self.tokens[.all, ..<7], .inference)
    #expect(mismatch(a.array, whole[.all, 5..<6].array, relative: 1e-12, absolute: 1e-12) == nil)
    #expect(
      mismatch(again.array, whole[.all, 6...].array, relative: 1e-12, absolute: 1e-12) == nil)
    #expect(a.doubles != b.doubles)
  }

  @Test func noTokenSeesLaterOnes() {
    let model = Self.model()
    var changed = Self.tokens
    changed[.all, 6...] = Tensor([10, 9, 8, 1, 1, 1] as [Int], shape: [2, 3])
    let (a, b) = (model(Self.tokens, .inference), model(changed, .inference))
    #expect(a[.all, ..<6].doubles == b[.all, ..<6].doubles)
    #expect(a[.all, 6...].doubles != b[.all, 6...].doubles)
  }

  @Test func gradientsAreRight() {
    for (dropout, isOutputTied) in [(0.0, true), (0.2, false)] {
      let model = Self.model(layers: 1, dropout: dropout, isOutputTied: isOutputTied)
      let check = checkGradient(of: model) { model in
        crossEntropy(
          logits: model(Self.tokens[.all, ..<4], .training(seed: 1, step: 0)),
          targets: Self.tokens[.all, 1..<5])
      }
      #expect(check.rows.count == (isOutputTied ? 16 : 17))
      #expect(check.passes(), "\(check)")
    }
  }

  /// The table of tokens is one parameter: in a file once, and taken from files that have it twice.
  @Test func aTiedTableIsSavedOnce() throws {
    let model = Self.model()
    var state = model.stateDictionary
    #expect(state.names.contains("transformer.wte.weight"))
    #expect(!state.names.contains("lm_head.weight"))
    let table = try #require(state["transformer.wte.weight"])
    let other = Self.model()
    other.tokens.weight.array = NDArray.zeros([13, 8], scalarType: .float64)
    state.set("lm_head.weight", table)
    #expect(try other.load(state).isComplete)
    #expect(other.tokens.weight.array == table)
    // Or only under the other name.
    var renamed = StateDictionary()
    for (name, array) in state.entries.map({ ($0.name, $0.array) })
    where name != "transformer.wte.weight" {
      renamed.set(name, array)
    }
    other.tokens.weight.array = NDArray.zeros([13, 8], scalarType: .float64)
    try other.load(renamed)
    #expect(other.tokens.weight.array == table)
    state.set("lm_head.weight", NDArray.zeros([13, 8], scalarType: .float64))
    let error = try #require(throws: WeightFileError.self) { try other.load(state) }
    #expect(
      "\(error)".contains("transformer.wte.weight and lm_head.weight are one parameter, and differ")
    )
    let untied = Self.model(isOutputTied: false)
    #expect(untied.stateDictionary.names.contains("lm_head.weight"))
  }

  @Test func startsAsGPT2Does() {
    var random = RandomSource(seed: 1)
    let model = GPT(
      vocabularySize: 500, contextLength: 64, width: 64, layers: 8, heads: 4, using: &random)
    func deviation(_ parameter: Parameter) -> Double {
      let numbers = parameter.array.doubles
      return (numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)).squareRoot()
    }
    for parameter in [
      model.tokens.weight, model.positions.weight, model.blocks[3].hidden.weight,
      model.blocks[0].attentionInput.weight,
    ] {
      #expect(abs(deviation(parameter) - 0.02) < 0.002)
    }
    for parameter in [model.blocks[2].output.weight, model.blocks[7].attentionOutput.weight] {
      #expect(abs(deviation(parameter) - 0.005) < 0.0005)
    }
    #expect(model.blocks[0].hidden.bias!.array.doubles.allSatisfy { $0 == 0 })
    // 12 layers of 768, a vocabulary of 50,257 and a context of 1,024 have 124,439,808.
    let (v, c, w, l) = (500, 64, 64, 8)
    #expect(model.parameterCount == v * w + c * w + l * (12 * w * w + 13 * w) + 2 * w)
  }

  /// A few steps of training on one text learn it.
  @Test func learnsAText() {
    var random = RandomSource(seed: 4)
    let model = GPT(
      vocabularySize: 13, contextLength: 10, width: 16, layers: 2, heads: 2, dropout: 0.05,
      using: &random)
    func loss(_ mode: Mode) -> Tensor {
      crossEntropy(logits: model(Self.tokens[.all, ..<8], mode), targets: Self.tokens[.all, 1...])
    }
    let before = loss(.inference).item
    #expect(abs(before - 2.565) < 0.2)
    for step in 0..<60 {
      let gradients = loss(.training(seed: 1, step: step)).backward()
      for parameter in model.parameters {
        parameter.array = (parameter.tensor.detached - gradients[parameter]! * 0.3).array
      }
    }
    #expect(loss(.inference).item < before / 2)
  }

  @Test func shapesAloneAndMistakes() throws {
    let model = Self.model(.float32)
    #expect(try model.outputShape(for: [4, 10]) == [4, 10, 13])
    let rows = try model.summary(input: [4, 10]).rows
    #expect(rows.map(\.name).contains("transformer.h.1.attn.c_attn"))
    #expect(rows.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
    var error = #expect(throws: ShapeError.self) { try model.outputShape(for: [4, 11]) }
    #expect(error!.description.contains("11 tokens are more than the 10"))
    error = #expect(throws: ShapeError.self) {
      try model(Tensor(shapeOnly: TensorType([4, 8]))).checkedType()
    }
    #expect(error!.description.contains("these are float32"))
    var memory: GPT.Memory? = nil
    _ = model(Self.tokens, continuing: &memory, .inference)
    error = #expect(throws: ShapeError.self) {
      try model(
        Tensor(shapeOnly: TensorType([2, 2], .int64)), continuing: &memory, .inference
      ).checkedType()
    }
    #expect(error!.description.contains("9 of them are in the memory"))
    let model2: any LanguageModel = model
    #expect(model2.vocabularySize == 13 && model2.contextLength == 10)
  }
}
