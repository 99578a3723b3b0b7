import BackpropArrays
import BackpropAutodiff
@testable import BackpropNeuralNetworks
import Testing

@Suite struct FileLayoutTests {
  private static func linear() -> Linear { Linear(weight: .ones([2, 2]), bias: .ones([2])) }

  /// A layer with a matrix that lies in memory as in files.
  private struct Matrix: Layer {
    let weight = Parameter(.ones([2, 2]))
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { x.matmul(weight.tensor) }
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
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { tower(x, mode) }
  }

  /// A layer that calls its parameters otherwise than its properties.
  private struct Renaming: Layer {
    let inner = Model()
    var members: [ModuleMember] { ModuleMember.named(["outer/": inner]) }
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { inner(x, mode) }
  }

  /// The names of what lies transposed in files.
  private func transposed(_ model: some Module) -> [String] {
    model.walk().compactMap { entry in
      guard case .parameter = entry.content else { return nil }
      return entry.fileLayout == .transposed ? entry.name : nil
    }
  }

  private let names =
    (0..<11).map { "blocks.\($0).weight" } + [
      "heads.a.weight", "heads.a.b.weight", "extra.weight", "gate.value.weight",
      "tower.0.weight", "tower.2.0.weight",
    ]

  @Test func everyLayerSpeaksForItsOwnParameters() {
    #expect(transposed(Model()) == names)
  }

  @Test func otherNamesLeadToTheSameLayers() {
    #expect(transposed(Renaming()) == names.map { "outer/.\($0)" })
  }
}
