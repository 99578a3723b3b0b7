import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Synchronization
import Testing

@Suite struct ModuleObserverTests {
  private struct Branches: Layer {
    // Not in the order in which they are called.
    let output: Linear
    let left: Linear
    let right: Linear
    let activation = ReLU()

    init() {
      var random = RandomSource(seed: 5)
      output = Linear(4, 2, using: &random)
      left = Linear(3, 4, using: &random)
      right = Linear(3, 4, using: &random)
    }

    func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
      output(activation(left(x, mode), mode) + right(x, mode), mode)
    }
  }

  private let x = Tensor([[0.5, -1, 2], [3, 0.25, -0.75]])

  /// What an observer hears, in order.
  private final class Log: Sendable {
    let lines = Mutex<[String]>([])
    func add(_ event: ModuleObserver.Event) {
      lines.withLock { $0.append("\(event.path): \(event.tensor.shape)") }
    }
    var all: [String] { lines.withLock { $0 } }
  }

  @Test func resultsAreSeenInTheOrderOfTheCalls() {
    let (model, log) = (Branches(), Log())
    let mode = Mode.inference.observed(by: ModuleObserver(onResult: log.add), in: model)
    let seen = model(x, mode)
    #expect(
      log.all == [
        "left: (2, 4)", "activation: (2, 4)", "right: (2, 4)", "output: (2, 2)", ": (2, 2)",
      ])
    #expect(seen.array.doubles == model(x, .inference).array.doubles)
  }

  @Test func gradientsAreSeenAsTheyComeBack() {
    let (model, log) = (Branches(), Log())
    let mode = Mode.inference.observed(by: ModuleObserver(onGradient: log.add), in: model)
    let observed = model(x, mode).squared().sum().backward()
    #expect(Set(log.all.dropFirst(2)) == ["left: (2, 4)", "activation: (2, 4)", "right: (2, 4)"])
    #expect(log.all.prefix(2) == [": (2, 2)", "output: (2, 2)"])
    let plain = model(x, .inference).squared().sum().backward()
    for (name, parameter) in model.namedParameters {
      #expect(observed[parameter]!.doubles == plain[parameter]!.doubles, "\(name)")
    }
  }

  /// A module of two or three results, which are looked at one after the other.
  private struct Heads: Module {
    let a = Linear(weight: .ones([3, 4]))
    let b = Linear(weight: .ones([3, 1]))

    func callAsFunction(_ x: Tensor, _ mode: Mode) -> (a: Tensor, b: Tensor) {
      mode.call(self) { mode in (a(x, mode), b(x, mode)) }
    }

    func parts(of x: Tensor, _ mode: Mode) -> (Tensor, [Tensor], Tensor?) {
      mode.call(self) { mode in (a(x, mode), [b(x, mode)], nil) }
    }
  }

  @Test func modulesOfSeveralResultsAreSeen() {
    let (model, log) = (Heads(), Log())
    let observer = ModuleObserver(onResult: log.add, onGradient: log.add)
    let mode = Mode.inference.observed(by: observer, in: model)
    let (a, b) = model(x, mode)
    let forward = ["a: (2, 4)", "b: (2, 1)", ": (2, 4)", ": (2, 1)"]
    #expect(log.all == forward)
    let gradients = (a.sum() + b.sum()).backward()
    #expect(log.all.sorted() == (forward + forward).sorted())
    #expect(gradients[model.b.weight]!.doubles == [3.5, -0.75, 1.25])
    let parts = model.parts(of: x, mode)
    #expect(log.all.suffix(4) == forward[...])
    #expect(parts.0.doubles == a.doubles && parts.1[0].doubles == b.doubles && parts.2 == nil)
  }

  @Test func layersOfOneKindGoByTheirPlace() {
    let model = Sequential {
      ReLU()
      Sequential {
        ReLU()
        ReLU()
      }
      MultilayerPerceptron([Linear(weight: .ones([3, 3]))], activation: .relu)
    }
    let log = Log()
    _ = model(x, .inference.observed(by: ModuleObserver(onResult: log.add), in: model))
    #expect(
      log.all.map { $0.prefix { $0 != ":" } } == ["0", "1.0", "1.1", "1", "2.layers.0", "2", ""])
  }

  /// An observer is told of the calls that it came with and of no others.
  @Test func observersOfOneTaskSeeNothingOfAnothers() async {
    let model = Branches()
    let counts = await withTaskGroup(of: (Int, [String]).self) { group in
      for index in 0..<8 {
        let input = Tensor.ones([index + 1, 3])
        group.addTask {
          let log = Log()
          let observer = ModuleObserver(onResult: log.add)
          for _ in 0..<20 { _ = model(input, .inference.observed(by: observer, in: model)) }
          return (index + 1, log.all)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for (rows, lines) in counts {
      #expect(lines.count == 20 * 5)
      #expect(lines.allSatisfy { $0.contains("(\(rows), ") })
    }
  }

  // MARK: The search for what is not finite

  @Test func theFirstModuleThatIsNotFiniteIsNamed() {
    let model = Branches()
    #expect(firstNonFinite(in: model) { model(x, $0) } == nil)
    var weight = model.right.weight.array.doubles
    weight[2] = .infinity
    model.right.weight.array = NDArray(weight, shape: [3, 4])
    #expect(
      firstNonFinite(in: model) { model(x, $0) }?.description
        == "Linear(3 -> 4), 'right' has a weight that is not finite")
    model.right.weight.array = .ones([3, 4])
    let bad = Tensor([[Double.nan, 0, 0]])
    #expect(
      firstNonFinite(in: model) { model(bad, $0) }?.description
        == "the input of Linear(3 -> 4), 'left' is not finite")
    model.output.weight.array = NDArray(repeating: 3e38, shape: [4, 2])
    #expect(
      firstNonFinite(in: model) { model(x, $0) }?.description
        == "Linear(4 -> 2), 'output' gives results that are not finite")
    let fresh = Branches()
    #expect(
      firstNonFinite(in: fresh) { (fresh(x, $0) * 1e38).squared().sum() }?.description
        == "the result itself overflowed; all that the modules gave is finite")
  }

  /// The search runs a step once more, and leaves the model as it was.
  @Test func theSearchChangesNoBuffer() {
    let layer = ModuleTests.Counting()
    _ = firstNonFinite(in: layer, .training(seed: 0, step: 0)) { layer(Tensor([Double.nan]), $0) }
    #expect(layer.count.array.scalars(as: Int64.self) == [0])
  }
}
