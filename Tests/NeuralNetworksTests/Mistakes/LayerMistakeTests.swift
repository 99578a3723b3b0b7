import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

/// What each layer says of shapes that do not fit: which operation of which layer, by its path in the
/// model, which shapes, the rule, and how it was probably meant.
@Suite struct LayerMistakeTests {
  @Test func mistakesAreExplained() {
    var random = RandomSource(seed: 1)
    for mistake in LayerMistakes.all {
      let text: String
      do {
        text = "no error, but \(try mistake.call(&random))"
      } catch { text = "\(error)" }
      #expect(text == mistake.text, "\(mistake.layer)")
    }
  }

  /// Each type in `Layers`.
  @Test func everyLayerHasAMistake() throws {
    let folder = URL(fileURLWithPath: Fixtures.path("x"))
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/NeuralNetworks/Layers")
    let declaration = /public (?:struct|final class) (\w+): [^{]*(?:Layer|Module)\b[^{]*{/
    var layers: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      layers.formUnion(text.matches(of: declaration).map { String($0.output.1) })
    }
    #expect(layers.count > 30)
    let missing = layers.subtracting(LayerMistakes.all.map(\.layer)).sorted()
    #expect(missing.isEmpty, "no mistake in LayerMistakes: \(missing.joined(separator: ", "))")
  }
}
