import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

@testable import BackpropGraphDrawing

/// Graphs of numbers at the ends of what there is, and of names of any characters.
@Suite struct ExtremeValuesTests {
  private static let least = Double.leastNonzeroMagnitude
  static let values: [Double] = [
    0, -0.0, least, -least, 4e7 * least, 1e-300, 1e15, 1e16, 1e100, 1e308,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .nan, 1.0.nextUp,
  ]

  /// Checks that a drawing is XML whose places are numbers, in all three formats.
  private func check(_ drawing: GraphDrawing, _ name: String) throws {
    let elements = try SVGElement.parse(drawing.svg())
    for (key, value) in elements.flatMap(\.attributes)
    where ["x", "y", "width", "height", "d"].contains(key) {
      let numbers = value.split { !"-.0123456789e".contains($0) }.map { Double($0) }
      #expect(numbers.allSatisfy { $0 != nil && abs($0!) < 1e5 }, "\(name): \(key)=\(value)")
    }
    #expect(!drawing.dot().isEmpty && !drawing.mermaid().isEmpty)
  }

  @Test func numbersAtTheEnds() throws {
    for value in Self.values {
      let x = Tensor(value, scalarType: .float64).requiringGradient(named: "x")
      let result = x * x * 2 + x
      let gradients = result.backward(keepingIntermediates: true)
      try check(GraphDrawing(of: result, gradients: gradients), "\(value)")
      try check(GraphDrawing(of: Tensor(value, scalarType: .float64)), "\(value) alone")
      try check(
        GraphDrawing(of: Tensor([value, 1, value], scalarType: .float64).sum()), "three \(value)")
    }
  }

  @Test func namesOfAnyCharacters() throws {
    let names = [
      "✅", "🇯🇵🇫🇷", "❤️", "zero\u{200B}width", "e\u{301}", "\u{FFFF}\u{FFFE}", "\u{1B}[31m", "a\nb",
      "\u{202E}turned", "\"<&>'", String(repeating: "e\u{301}", count: 300), "日本語",
      "a" + String(repeating: "\u{301}", count: 5000),
    ]
    for name in names {
      let x = Tensor(1.5).requiringGradient(named: name)
      try check(GraphDrawing(of: x * 2), name)
    }
  }
}
