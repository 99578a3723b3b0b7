import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct FileLayoutTests {
  private static func linear() -> Linear { Linear(weight: .ones([2, 2]), bias: .ones([2])) }

  /// A layer with a matrix that lies in memory as in files.
  private struct Matrix: Layer {
    let weight = Parameter(.ones([2, 2]))
    func callAsFunction(_ x: Tensor) -> Tensor { x.matmul(weight.tensor) }
  }

  private struct Gate: Sendable {
    let value = linear()
    let scale = Parameter(.ones([2]))
  }

  private struct Model: Layer {
    let weight = Parameter(.ones([2, 2]))
    let blocks = (0..<11).map { _ in linear() }
    let heads = ["a": linear(), "a.b": linear()]
    let extra: Linear? = linear()
    let temperature: Parameter? = Parameter(.ones([]))
    let gate = Gate()
    let tower = Sequential {
      linear()
      Matrix()
      Sequential { linear() }
    }
    func callAsFunction(_ x: Tensor) -> Tensor { tower(x) }
  }

  /// A layer that calls its parameters otherwise than its properties.
  private struct Renaming: Layer {
    let inner = Model()
    var namedParameters: [(name: String, parameter: Parameter)] {
      inner.namedParameters.map { ("outer/\($0.name)", $0.parameter) }
    }
    func callAsFunction(_ x: Tensor) -> Tensor { inner(x) }
  }

  @Test func everyLayerSpeaksForItsOwnParameters() {
    let model = Model()
    let transposed = model.namedParameters.map(\.name).filter {
      model.fileLayout(of: $0) == .transposed
    }
    #expect(
      transposed == (0..<11).map { "blocks.\($0).weight" } + [
        "heads.a.weight", "heads.a.b.weight", "extra.weight", "gate.value.weight",
        "tower.0.weight", "tower.2.0.weight",
      ])
  }

  @Test func otherNamesLeadToTheSameLayers() {
    let (model, renaming) = (Model(), Renaming())
    for (name, _) in model.namedParameters {
      #expect(renaming.fileLayout(of: "outer/\(name)") == model.fileLayout(of: name), "\(name)")
    }
  }

  @Test func namesThatLeadNowhereAreAsIs() {
    for name in ["", "nothing", "blocks.99.weight", "blocks", "tower.9.weight", "tower.x"] {
      #expect(Model().fileLayout(of: name) == .asIs, "\(name)")
    }
  }
}
