import BackpropFiles
import Foundation
import Testing

@testable import BackpropBenchmarks

/// Whatever lists works lists those of `BenchmarkWorks`. (The command's help is made of them.)
@Suite struct WorkListTests {
  private static let names = BenchmarkWorks.all.map(\.name)

  private func text(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return String(decoding: try File.read(root.appendingPathComponent(path).path), as: UTF8.self)
  }

  /// What lies between two texts, of which each must be there.
  private func part(of text: String, from start: String, to end: String) throws -> Substring {
    let from = try #require(text.range(of: start), "no \(start)").upperBound
    let to = try #require(text.range(of: end, range: from..<text.endIndex), "no \(end)").lowerBound
    return text[from..<to]
  }

  @Test func namesAreUnique() {
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test func theScriptsHaveTheSameWorks() throws {
    let script = try text("Benchmarks/peers/works.py")
    func tuple(_ name: String) throws -> [String] {
      try part(of: script, from: "\(name) = (\n", to: "\n)").matches(of: #/"(.+)",/#).map {
        String($0.output.1)
      }
    }
    #expect(try tuple("SPEED") == Self.names.filter { !$0.hasPrefix("memory-") })
    #expect(try tuple("MEMORY") == Self.names.filter { $0.hasPrefix("memory-") })
  }

  @Test func theScriptsHaveTheSameConvolutions() throws {
    let script = try text("Benchmarks/peers/works.py")
    let lines = try part(of: script, from: "CONVOLUTIONS = {\n", to: "\n}").split(separator: "\n")
    let expected = ConvolutionLayer.usual.map { layer in
      var values = [layer.images, layer.channels, layer.size, layer.filters, layer.kernel]
        .map(String.init)
      if layer.stride != 1 { values.append("stride=\(layer.stride)") }
      if layer.padding != 0 { values.append("padding=\(layer.padding)") }
      if layer.groups != 1 { values.append("groups=\(layer.groups)") }
      if !layer.hasInputGradient { values.append("input_gradient=False") }
      return "    \"\(layer.name)\": Convolution(\(values.joined(separator: ", "))),"
    }
    #expect(lines.map(String.init) == expected)
  }

  @Test func theDocumentDescribesTheSameWorks() throws {
    let document = try text("Benchmarks/README.md")
    func rows(_ section: String) throws -> [String] {
      try part(of: document, from: "\n## \(section)\n", to: "\n## ").split(separator: "\n")
        .filter { $0.hasPrefix("| `") }
        .flatMap { row in
          row.dropFirst().prefix { $0 != "|" }.matches(of: #/`([^`]+)`/#).map {
            String($0.output.1)
          }
        }
    }
    var expected = Self.names.filter { !$0.hasPrefix("memory-") && !$0.hasPrefix("gemm-") }
    expected.insert(contentsOf: ["gemm-N", "gemm-MxNxK"], at: 1)
    #expect(try rows("Works") == expected)
    #expect(try rows("Memory") == Self.names.filter { $0.hasPrefix("memory-") })
    let sizes = MatrixProduct.usual.map { "\($0.rows)" }.joined(separator: ", ")
    #expect(document.contains("N = \(sizes)"))
  }

  /// The figures of a layer's row: `1×28×28 → 16, 3×3`.
  @Test func theDocumentHasTheSameConvolutions() throws {
    let document = try text("Benchmarks/README.md")
    for layer in ConvolutionLayer.usual {
      let row = try #require(
        document.split(separator: "\n").first { $0.hasPrefix("| `\(layer.name)` |") })
      var parts = [
        "\(layer.images) images \(layer.channels)×\(layer.size)×\(layer.size) → \(layer.filters)",
        "\(layer.kernel)×\(layer.kernel)",
      ]
      if layer.stride != 1 { parts.append("stride \(layer.stride)") }
      if layer.padding != 0 { parts.append("pad \(layer.padding)") }
      if layer.groups != 1 { parts.append("\(layer.groups) groups") }
      #expect(row.contains("| \(parts.joined(separator: ", "))"), "\(row)")
    }
  }
}
