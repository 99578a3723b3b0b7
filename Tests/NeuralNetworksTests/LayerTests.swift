import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing

@Suite struct LayerTests {
  /// A layer of 2 × `outputs` weights and `outputs` biases, all `value`.
  private static func linear(_ outputs: Int, _ value: Double = 1) -> Linear {
    Linear(
      weight: NDArray(repeating: value, shape: [2, outputs]),
      bias: NDArray(repeating: value, shape: [outputs]))
  }

  private struct Block: Layer {
    let first = linear(2)
    let second = Linear(weight: .ones([2, 2]))
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { second(first(x, mode).relu(), mode) }
  }

  /// No layer itself, as it takes two inputs.
  private struct Gate: Sendable {
    let value = linear(2)
    let scale = Parameter(.ones([2]))
    let width = 7
  }

  private struct Everything: Layer {
    let stem = linear(3)
    let blocks = [Block(), Block()]
    let missing: Linear? = nil
    let extra: Linear? = linear(4)
    let temperature: Parameter? = Parameter(.ones([]), named: "another name")
    let mixed: [any Layer] = [ReLU(), linear(5)]
    let pair = (linear(6), named: linear(7))
    let heads = ["b": linear(9), "a": linear(8)]
    let gate = Gate()
    let tower = Sequential {
      linear(2)
      Sigmoid()
      Sequential { linear(2) }
    }
    let activation = Activation.relu
    let title = "text"
    let sizes = [1, 2, 3]
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { tower(x, mode) }
  }

  private final class ClassModel: Layer {
    let hidden = linear(2)
    let output = linear(3)
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { output(hidden(x, mode), mode) }
  }

  private class BaseModel: Layer, @unchecked Sendable {
    let base = linear(2)
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { base(x, mode) }
  }

  private final class DerivedModel: BaseModel, @unchecked Sendable {
    let own = linear(3)
  }

  @Test func parametersAreNamedAfterProperties() {
    #expect(
      Everything().namedParameters.map(\.name) == [
        "stem.weight", "stem.bias",
        "blocks.0.first.weight", "blocks.0.first.bias", "blocks.0.second.weight",
        "blocks.1.first.weight", "blocks.1.first.bias", "blocks.1.second.weight",
        "extra.weight", "extra.bias", "temperature",
        "mixed.1.weight", "mixed.1.bias",
        "pair.0.weight", "pair.0.bias", "pair.named.weight", "pair.named.bias",
        "heads.a.weight", "heads.a.bias", "heads.b.weight", "heads.b.bias",
        "gate.value.weight", "gate.value.bias", "gate.scale",
        "tower.0.weight", "tower.0.bias", "tower.2.0.weight", "tower.2.0.bias",
      ])
  }

  @Test func namesLeadToTheirParameters() {
    let model = Everything()
    let named = Dictionary(
      uniqueKeysWithValues: model.namedParameters.map { ($0.name, $0.parameter) })
    #expect(named["blocks.1.second.weight"] === model.blocks[1].second.weight)
    #expect(named["extra.bias"] === model.extra!.bias)
    #expect(named["heads.a.weight"] === model.heads["a"]!.weight)
    #expect(named["pair.named.weight"] === model.pair.named.weight)
    #expect(named["gate.scale"] === model.gate.scale)
  }

  @Test func classesAreModelsToo() {
    let names = ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
    #expect(ClassModel().namedParameters.map(\.name) == names)
    #expect(
      DerivedModel().namedParameters.map(\.name)
        == ["base.weight", "base.bias", "own.weight", "own.bias"])
  }

  private enum Head: Sendable {
    case single(Linear)
    case several([Linear], scale: Parameter)
    case none
  }

  private struct WithHeads: Layer {
    let first = Head.single(linear(2))
    let second = Head.several([linear(3)], scale: Parameter(.ones([1])))
    let third = Head.none
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { x }
  }

  @Test func whatTheCasesOfEnumsHoldIsFound() {
    let names = [
      "first.single.weight", "first.single.bias", "second.several.0.0.weight",
      "second.several.0.0.bias", "second.several.scale",
    ]
    #expect(WithHeads().namedParameters.map(\.name) == names)
  }

  /// A plain class may be anything; one that holds layers unseen is a mistake.
  @Test func aClassThatHidesALayerIsAnError() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Cache: Sendable {
        let inner: [Linear?] = [nil, Linear(weight: .ones([2, 2]))]
      }
      struct Model: Layer {
        let first = Linear(weight: .ones([2, 2]))
        let cache: Cache? = Cache()
        func forward(_ x: Tensor, _ mode: Mode) -> Tensor { first(x, mode) }
      }
      _ = Model().parameters
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("the property 'cache' is of class Cache"))
    #expect(text.contains("holds the parameters of 'inner.1'"))
  }

  /// A class without parameters is let be, also if it leads back to itself.
  @Test func otherClassesAreLetBe() {
    final class Counter: @unchecked Sendable {
      var next: Counter?
      let activation = ReLU()
      let table = [Float](repeating: 0, count: 1_000_000)
    }
    struct Model: Layer {
      let first = LayerTests.linear(2)
      let counter = Counter()
      func forward(_ x: Tensor, _ mode: Mode) -> Tensor { first(x, mode) }
    }
    let model = Model()
    model.counter.next = model.counter
    #expect(model.namedParameters.map(\.name) == ["first.weight", "first.bias"])
    model.counter.next = nil
  }

  @Test func orderIsTheSameEveryTime() {
    let names = Everything().namedParameters.map(\.name)
    for _ in 0..<20 { #expect(Everything().namedParameters.map(\.name) == names) }
  }

  @Test func parametersAreCounted() {
    #expect(ClassModel().parameterCount == (2 * 2 + 2) + (2 * 3 + 3))
    #expect(ReLU().parameterCount == 0)
  }

  /// PyTorch lists a shared parameter once, too: its step is taken once, and it is counted once.
  @Test func sharedParametersAreListedOnce() {
    struct Tied: Layer {
      let encoder: Linear
      let decoder: Linear
      func forward(_ x: Tensor, _ mode: Mode) -> Tensor { decoder(encoder(x, mode), mode) }
    }
    let shared = Self.linear(2)
    let model = Tied(encoder: shared, decoder: shared)
    #expect(model.namedParameters.count == 4)
    #expect(
      model.parameters.map(ObjectIdentifier.init)
        == [shared.weight, shared.bias!].map(ObjectIdentifier.init))
    #expect(model.parameterCount == 6)
    // Each weight of one column gets the gradient 4 · (1 + 1) at first; one step subtracts it once.
    let input = Tensor(NDArray.ones([1, 2]))
    let gradients = model(input).sum().backward()
    let expected = 1 - 0.5 * gradients[shared.weight]!.doubles[0]
    SGD(for: model, learningRate: 0.5).update(using: gradients)
    #expect(shared.weight.array.doubles[0] == expected)
  }

  /// The default works a shape out by applying the layer to zeros of the parameters' own type.
  @Test func outputShapeIsFoundForDoublePrecisionToo() throws {
    struct Model: Layer {
      let linear: Linear
      func forward(_ x: Tensor, _ mode: Mode) -> Tensor { linear(x, mode).tanh() }
    }
    for type in [ScalarType.float32, .float64] {
      let model = Model(
        linear: Linear(
          weight: .ones([3, 2], scalarType: type), bias: .zeros([2], scalarType: type)))
      #expect(try model.outputShape(for: [5, 3]) == [5, 2])
    }
  }

  @Test func flattenKeepsTheBatch() throws {
    #expect(try Flatten().outputShape(for: [5, 2, 3]) == [5, 6])
    #expect(try Flatten().outputShape(for: [5]) == [5, 1])
    #expect(throws: ShapeError.self) { try Flatten().outputShape(for: []) }
    let input = Tensor(NDArray.range(from: 0, to: 12, by: 1).reshaped(to: [2, 3, 2]))
    #expect(Flatten()(input).shape == [2, 6])
    #expect(Flatten()(input).doubles == input.doubles)
  }

  @Test func flatteningCountsOrSaysThatItCannot() throws {
    #expect(try Flatten().outputShape(for: [7, 28, 28]) == [7, 784])
    #expect(try Flatten().outputShape(for: [7]) == [7, 1])
    let error = #expect(throws: ShapeError.self) {
      try Flatten().outputShape(for: [0, 1 << 40, 1 << 40])
    }
    #expect(error!.reason == "the axes hold more elements than can be counted")
    #expect(throws: ShapeError.self) { try Flatten().outputShape(for: []) }
  }
}
