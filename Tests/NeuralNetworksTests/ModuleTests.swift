import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct ModuleTests {
  static func linear(_ inputs: Int, _ outputs: Int) -> Linear {
    Linear(weight: .ones([inputs, outputs]), bias: .zeros([outputs]))
  }

  /// A layer with state: it counts how often it was trained.
  struct Counting: Layer {
    let scale = Parameter(.ones([1]))
    let count = Buffer(NDArray(scalar: Int64(0)))

    func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
      if mode.isTraining {
        count.update { $0 = NDArray(scalar: $0.scalars(as: Int64.self)[0] + 1) }
      }
      return mode.guarding(x * scale.tensor, of: self)
    }
  }

  private struct Model: Layer {
    let body = Sequential {
      linear(3, 4)
      Counting()
    }
    let head = linear(4, 2)
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { head(body(x, mode), mode) }
  }

  @Test func buffersAndModulesAreFound() {
    let model = Model()
    #expect(model.namedBuffers.map(\.name) == ["body.1.count"])
    #expect(model.namedModules.map(\.name) == ["", "body", "body.0", "body.1", "head"])
    #expect(
      model.namedParameters.map(\.name)
        == ["body.0.weight", "body.0.bias", "body.1.scale", "head.weight", "head.bias"])
    #expect(model.parameterCount == 12 + 4 + 1 + 8 + 2)
  }

  @Test func aBufferMayStartAsATensor() {
    let buffer = Buffer(Tensor([1, 2]) * 3)
    #expect(buffer.tensor.doubles == [3, 6] && !buffer.tensor.requiresGradient)
  }

  @Test func membersGoByNamesOfTheirOwn() {
    struct Norm: Module {
      let runningMean = Buffer(.zeros([2]))
      let weights = [Parameter(.ones([2])), Parameter(.ones([2]))]
      let missing: Parameter? = nil
      var members: [ModuleMember] {
        ModuleMember.named(["running_mean": runningMean, "weight": weights, "bias": missing])
      }
    }
    #expect(Norm().members.map(\.name) == ["running_mean", "weight.0", "weight.1"])
  }

  @Test func aPropertyIsLeftOutBySayingSo() async throws {
    final class Cache: Sendable { let last = ModuleTests.linear(2, 2) }
    struct Cached: Layer {
      let inner = ModuleTests.linear(2, 2)
      let cache = Cache()
      func forward(_ x: Tensor, _ mode: Mode) -> Tensor { inner(x, mode) }
      var members: [ModuleMember] { ModuleMember.properties(of: self, except: ["cache"]) }
    }
    #expect(Cached().namedParameters.map(\.name) == ["inner.weight", "inner.bias"])
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ModuleMember.properties(of: ModuleTests.linear(2, 2), except: ["wieght"])
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("the property 'wieght'"))
  }

  @Test func aGroupNamesModelsAndLooseParameters() {
    let group = ModuleGroup([
      "generator": Self.linear(2, 2), "critic": Self.linear(3, 1),
      "temperature": Parameter(.ones([])),
    ])
    #expect(
      group.namedParameters.map(\.name) == [
        "generator.weight", "generator.bias", "critic.weight", "critic.bias", "temperature",
      ])
  }

  // MARK: Freezing

  /// The gradient is not worked out by what is frozen, nor by what it alone leads back to.
  @Test func frozenParametersHaveNoGradient() {
    let model = Model()
    model.body.isTrainable = false
    #expect(!model.body.isTrainable && model.isTrainable && model.head.isTrainable)
    let x = Tensor.ones([5, 3])
    #expect(!model.body(x, .inference).requiresGradient)
    let gradients = model(x, .inference).sum().backward()
    #expect(gradients.variables.count == 2)
    #expect(gradients[model.head.weight] != nil)
    model.isTrainable = true
    #expect(model(x, .inference).sum().backward().variables.count == 5)
  }

  // MARK: Modes

  @Test func buffersChangeInTrainingAlone() {
    let model = Model()
    let count = model.namedBuffers[0].buffer
    let x = Tensor.ones([5, 3])
    _ = model(x)
    _ = model(x, .inference)
    #expect(count.array.scalars(as: Int64.self) == [0])
    _ = model(x, .training(seed: 0, step: 0))
    #expect(count.array.scalars(as: Int64.self) == [1])
  }

  /// Nobody trains with dropout off by accident; said inference never traps.
  @Test func aGradientThroughAnUnsaidModeTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Model()(Tensor.ones([5, 3])).sum().backward()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a gradient arrives at Counting"))
    #expect(text.contains("model(x, mode)"))
    let model = Model()
    for mode in [Mode.inference, .training(seed: 0, step: 3)] {
      #expect(
        model(Tensor.ones([5, 3]), mode).sum().backward()[model.head.weight]!.shape == [4, 2])
    }
    // Only what is differentiated is refused.
    #expect(model(Tensor.ones([5, 3])).shape == [5, 2])
  }

  @Test func drawsFollowFromSeedStepPartAndCount() {
    func numbers(_ pass: TrainingPass) -> [Double] {
      (0..<2).map { _ in
        var random = pass.makeRandomSource()
        return random.uniform()
      }
    }
    let first = numbers(TrainingPass(seed: 1, step: 2, part: 3))
    #expect(first == numbers(TrainingPass(seed: 1, step: 2, part: 3)))
    #expect(first[0] != first[1])
    let others = [
      TrainingPass(seed: 2, step: 2, part: 3), TrainingPass(seed: 1, step: 3, part: 3),
      TrainingPass(seed: 1, step: 2, part: 2), TrainingPass(seed: 1, step: 3, part: 2),
    ].map(numbers)
    #expect(Set(others.flatMap { $0 } + first).count == 10)
  }

  // MARK: Errors

  @Test func errorsHaveThePathOfTheModule() async throws {
    struct Deep: Layer {
      let blocks = [Model(), Model()]
      func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
        blocks[1](blocks[0](x, mode), mode)
      }
    }
    let error = #expect(throws: ShapeError.self) { try Deep().outputShape(for: [8, 3]) }
    #expect(error!.module == "'blocks.1.body.0', Linear(3 -> 4)")
    #expect(throws: ShapeError.self) { try Deep().summary(input: [8, 3]) }

    // With numbers the kinds are known, which cost nothing to keep.
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Deep()(Tensor.ones([8, 3]), .inference)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("module: Deep > Model > Sequential"), "\(text)")
    #expect(text.contains("affine: the input has rows of 2 numbers"), "\(text)")
  }

  /// A summary or a shape is worked out without changing a layer's state.
  @Test func shapesAloneChangeNoState() throws {
    let model = Model()
    #expect(try model.outputShape(for: [5, 3]) == [5, 2])
    let rows = try model.summary(input: [5, 3]).rows
    #expect(rows.map(\.name) == ["body.0", "body.1", "head"])
    #expect(rows.map(\.parameterCount) == [16, 1, 10])
    #expect(rows.map(\.outputShape) == [[5, 4], [5, 4], [5, 2]])
    #expect(model.namedBuffers[0].buffer.array.scalars(as: Int64.self) == [0])
  }
}
