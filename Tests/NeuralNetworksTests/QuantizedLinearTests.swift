import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@testable import BackpropNeuralNetworks

@Suite struct QuantizedLinearTests {
  private func model() -> Sequential {
    var random = RandomSource(seed: 4)
    return Sequential {
      Linear(64, 48, using: &random)
      ReLU()
      Linear(48, 33, using: &random)
      Linear(33, 5, hasBias: false, using: &random)
    }
  }

  private func input(_ rows: Int) -> Tensor {
    var random = RandomSource(seed: 9)
    return Tensor.normal([rows, 64], using: &random)
  }

  /// What a layer gives is the product with what its blocks stand for, up to the rounding of the input.
  @Test(arguments: [QuantizedFormat.eightBit, .fourBit])
  func resultsAreThoseOfTheBlocks(_ format: QuantizedFormat) {
    var random = RandomSource(seed: 1)
    let layer = Linear(96, 40, using: &random)
    let x = Tensor.normal([7, 96], using: &random)
    let exact = layer(x).array
    #expect(layer.quantizeLinearLayers(as: format) == [""])
    let result = layer(x)
    let blocks = x.affine(layer.weight.tensor, layer.bias?.tensor)
    // An input is off by 1/254 of the largest of its block at most.
    let bound = x.abs().max().item / 254 * layer.weight.tensor.abs().sum(axis: 0).max().item
    #expect((result - blocks).abs().max().item <= bound)
    #expect((result - Tensor(exact)).abs().max().item > 0)
    let similarity =
      (result * Tensor(exact)).sum().item
      / ((result * result).sum().item * (Tensor(exact) * Tensor(exact)).sum().item).squareRoot()
    #expect(similarity > (format == .eightBit ? 0.9998 : 0.99))
    #expect(layer.weight.shape == [96, 40])
    #expect(layer.weight.array == layer.weight.quantized!.dequantized.matrixTransposed)
    #expect(!layer.weight.isTrainable)
  }

  @Test func whatCannotBeRoundedStays() {
    let model = model()
    let before = model(input(3)).array
    // Rows of 48 and of 33 numbers are no blocks.
    #expect(model.quantizeLinearLayers(as: .eightBit) == ["0"])
    let after = model(input(3)).array
    #expect(after != before)
    #expect(
      zip(after.scalars(as: Float.self), before.scalars(as: Float.self)).allSatisfy {
        abs($0 - $1) < 0.02
      })
    // Asked again, nothing changes.
    #expect(model.quantizeLinearLayers(as: .fourBit) == [])
    #expect(model(input(3)).array == after)
  }

  @Test func threadsAndRowsDoNotMatter() {
    let model = model()
    model.quantizeLinearLayers(as: .eightBit)
    let first = model.namedModules.compactMap { $0.module as? Linear }[0]
    let all = first(input(40)).array
    let count = Parallel.threadCount
    defer { Parallel.threadCount = count }
    for threads in [1, 2, 5] {
      Parallel.threadCount = threads
      #expect(first(input(40)).array == all)
    }
    #expect(first(input(40)[3..<4]).array == Tensor(all)[3..<4].array)
    #expect(first(input(40).reshaped(to: [2, 20, 64])).array == all.reshaped(to: [2, 20, 48]))
  }

  @Test func aSavedModelHasTheNumbersOfItsBlocks() throws {
    let model = model()
    model.quantizeLinearLayers(as: .fourBit)
    let other = self.model()
    try other.load(model.stateDictionary)
    let first = other.namedModules.compactMap { $0.module as? Linear }[0]
    #expect(first.weight.quantized == nil)
    // To round what was rounded changes nothing.
    other.quantizeLinearLayers(as: .fourBit)
    #expect(other(input(5)).array == model(input(5)).array)
    // Numbers that are loaded take the place of the blocks.
    let plain = self.model()
    try other.load(plain.stateDictionary)
    #expect(other(input(5)).array == plain(input(5)).array)
  }

  @Test func sharedTablesStayNumbers() {
    struct Tied: Module {
      let table: Parameter
      let output: Linear
      let other: Linear
    }
    var random = RandomSource(seed: 1)
    let output = Linear(32, 8, using: &random)
    let tied = Tied(
      table: output.weight, output: output, other: Linear(32, 8, using: &random))
    #expect(tied.quantizeLinearLayers(as: .eightBit) == ["other"])
    #expect(output.weight.quantized == nil)
  }

  // MARK: Tables

  private func gpt(isOutputTied: Bool) -> GPT {
    var random = RandomSource(seed: 3)
    return GPT(
      vocabularySize: 45, contextLength: 16, width: 64, layers: 1, heads: 4,
      isOutputTied: isOutputTied, using: &random)
  }

  /// A table that gives scores too is rounded to 8 bits; vectors that are looked up are its rows.
  @Test(arguments: [QuantizedFormat.eightBit, .fourBit])
  func tablesThatGiveScoresAreRounded(_ format: QuantizedFormat) throws {
    let model = gpt(isOutputTied: true)
    let table = model.tokens.weight
    let before = table.array
    let names = model.quantizeLinearLayers(as: format)
    #expect(names.count == 5 && names.contains("transformer.wte"))
    #expect(table.quantized?.format == .eightBit && table.shape == [45, 64] && !table.isTrainable)
    let numbers = table.array
    #expect(numbers == QuantizedMatrix(quantizing: before, as: .eightBit).dequantized)
    let words = [[44, 0, 17], [16, 15, 31]]
    for words in [Tensor(words), Tensor(words.map { $0.map(Int32.init) })] {
      #expect(model.tokens(words).array == Tensor(numbers).gather(rows: words).array)
    }
    #expect(model.positions.weight.quantized == nil)
    var random = RandomSource(seed: 5)
    let x = Tensor.normal([2, 3, 64], using: &random)
    let scores = model.tokens.scores(of: x)
    let exact = x.matmul(Tensor(numbers).transposed())
    #expect(scores.shape == [2, 3, 45])
    let bound = x.abs().max().item / 254 * Tensor(numbers).abs().sum(axis: 1).max().item
    #expect((scores - exact).abs().max().item <= bound)
    #expect(model.tokens.scores(of: x[0, 0]).array == scores[0, 0].array)
    // Saved and read, it is the numbers again; asked again, nothing changes.
    let other = gpt(isOutputTied: true)
    try other.load(model.stateDictionary)
    #expect(other.tokens.weight.quantized == nil && other.tokens.weight.array == numbers)
    #expect(model.quantizeLinearLayers(as: format) == [])
    #expect((try? model.outputShape(for: [2, 5])) == [2, 5, 45])
  }

  @Test func otherTablesStayNumbers() {
    let model = gpt(isOutputTied: false)
    #expect(model.quantizeLinearLayers(as: .eightBit).contains("lm_head"))
    #expect(model.tokens.weight.quantized == nil)
  }

  @Test func rowsOfEveryPlaceAreTheirNumbers() {
    var random = RandomSource(seed: 6)
    for format in QuantizedFormat.allCases {
      for count in [1, 15, 16, 33] {
        let matrix = QuantizedMatrix(
          quantizing: Tensor.normal([count, 96], using: &random).array, as: format)
        let rows = Embedding(weight: matrix)(Tensor((0..<count).map(Int64.init)))
        #expect(rows.array == matrix.dequantized)
      }
    }
  }

  @Test func shapesThatDoNotFitAreTold() {
    let layer = Linear(weight: QuantizedMatrix(quantizing: .zeros([4, 32]), as: .eightBit))
    let error = #expect(throws: ShapeError.self) { try layer.outputShape(for: [2, 31]) }
    #expect("\(error!)".contains("rows of 31") && "\(error!)".contains("rows of 32"))
    #expect((try? layer.outputShape(for: [2, 3, 32])) == [2, 3, 4])
  }

  #if os(Linux)
    @Test func wordsThatAreNotThereEndTheProgram() async throws {
      let result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) {
        let table = Embedding(weight: QuantizedMatrix(quantizing: .zeros([4, 32]), as: .eightBit))
        _ = table(Tensor([0, 4]))
      }
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(text.contains("there is a word 4, and the words are 0..<4"), "\(text)")
    }

    @Test func aGradientEndsTheProgram() async {
      await #expect(processExitsWith: .failure) {
        let layer = Linear(weight: QuantizedMatrix(quantizing: .zeros([4, 32]), as: .eightBit))
        let x = Parameter(.zeros([1, 32]))
        _ = layer(x.tensor).sum().backward()
      }
      await #expect(processExitsWith: .failure) {
        let layer = Linear(weight: QuantizedMatrix(quantizing: .zeros([4, 32]), as: .eightBit))
        layer.weight.isTrainable = true
      }
    }
  #endif
}
