import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropText
import Synchronization
import Testing

/// A model that knows by heart: after the tokens a, b, … comes their sum, modulo the vocabulary. It notes
/// what it was given to read.
private final class Adder: LanguageModel {
  struct Memory: Sendable { var tokens: [Int32] }

  let vocabularySize = 7
  let contextLength: Int?
  let readings = Mutex<[[Int32]]>([])

  init(contextLength: Int?) { self.contextLength = contextLength }

  func callAsFunction(
    _ tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode
  ) -> Tensor {
    let new = tokens.array.scalars(as: Int32.self)
    readings.withLock { $0.append(new) }
    var all = memory?.tokens ?? []
    var rows: [Int] = []
    for token in new {
      all.append(token)
      rows.append(Int(all.reduce(0, +)) % vocabularySize)
    }
    if let contextLength { precondition(all.count <= contextLength) }
    memory = Memory(tokens: all)
    return Tensor(rows).oneHot(classes: vocabularySize).reshaped(to: [1, new.count, vocabularySize])
  }

  func callAsFunction(_ tokens: Tensor, _ mode: Mode) -> Tensor {
    var memory: Memory?
    return self(tokens, continuing: &memory, mode)
  }
}

@Suite struct WritingTests {
  private func written(_ model: Adder, after beginning: [Int32], _ count: Int) -> [Int32] {
    var random = RandomSource(seed: 1)
    return Array(model.tokens(after: beginning, by: .greedy, using: &random).prefix(count))
  }

  @Test func eachTokenIsReadOnce() {
    let model = Adder(contextLength: nil)
    // 1 2 → 3, the sum 6 → 6, 12 → 5, 17 → 3.
    #expect(written(model, after: [1, 2], 4) == [3, 6, 5, 3])
    #expect(model.readings.withLock { $0 } == [[1, 2], [3], [6], [5]])
  }

  /// When four are read, the later two of them and the new one fit no more: it reads two again.
  @Test func aModelThatCanLookBackOnAFewForgets() {
    let model = Adder(contextLength: 4)
    // 1 2 → 3; 1 2 3 → 6; 1 2 3 6 → 5; then of 3 6 5 the last two: 11 → 4; 6 5 4 → 1; 6 5 4 1 → 2.
    #expect(written(model, after: [1, 2], 6) == [3, 6, 5, 4, 1, 2])
    #expect(model.readings.withLock { $0 } == [[1, 2], [3], [6], [6, 5], [4], [1]])
  }

  @Test func ofALongBeginningTheEndCounts() {
    let model = Adder(contextLength: 3)
    #expect(written(model, after: [6, 6, 6, 1, 2, 3], 1) == [6])
    #expect(model.readings.withLock { $0 } == [[1, 2, 3]])
    let shortest = Adder(contextLength: 1)
    #expect(written(shortest, after: [3, 5], 3) == [5, 5, 5])
  }

  @Test func drawsComeFromASourceOfTheirOwn() {
    let model = Adder(contextLength: nil)
    func text(_ random: inout RandomSource) -> [Int32] {
      Array(model.tokens(after: [1], by: TokenSampling(), using: &random).prefix(30))
    }
    var random = RandomSource(seed: 2)
    let (first, second) = (text(&random), text(&random))
    #expect(first != second)
    random = RandomSource(seed: 2)
    #expect(text(&random) == first)
  }
}
