import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct ModelSummaryTests {
  private static func model() -> Sequential {
    var random = RandomSource(seed: 13)
    return Sequential {
      Flatten()
      Linear(784, 50, using: &random)
      ReLU()
      Linear(50, 10, hasBias: false, using: &random)
    }
  }

  @Test func tableOfASequentialModel() throws {
    let summary = try Self.model().summary(input: [100, 28, 28])
    #expect(
      summary.description == """
        name  layer                      output      parameters
        ───────────────────────────────────────────────────────
        0     Flatten                    (100, 784)           0
        1     Linear(784 -> 50)          (100, 50)       39,250
        2     ReLU                       (100, 50)            0
        3     Linear(50 -> 10, no bias)  (100, 10)          500
        ───────────────────────────────────────────────────────
        39,750 parameters
        """)
  }

  @Test func rowsOfAModelOfOnesOwn() throws {
    var random = RandomSource(seed: 13)
    let network = TwoLayerNet(3, 1000, 2, using: &random)
    let summary = try network.summary(input: [5, 3])
    #expect(summary.rows.map(\.name) == ["hidden", "output"])
    #expect(summary.rows.map(\.layer) == ["Linear(3 -> 1000)", "Linear(1000 -> 2)"])
    #expect(summary.rows.map(\.outputShape) == [[5, 1000], [5, 2]])
    #expect(summary.rows.map(\.parameterCount) == [4000, 2002])
    #expect(summary.parameterCount == 6002)
    #expect(network.summary.rows.map(\.outputShape) == [nil, nil])
    let deep = MultilayerPerceptron([3, 4, 2], using: &random)
    #expect(deep.summary.rows.map(\.name) == ["layers.0", "layers.1"])
    #expect(ReLU().summary.rows.map(\.layer) == ["ReLU"])
  }

  @Test func anInputThatDoesNotFitIsAnError() {
    #expect(throws: ShapeError.self) { try Self.model().summary(input: [100, 28, 27]) }
  }

  /// Rows are as wide as the widest cell, and numbers are grouped by thousands.
  @Test func linesAreEquallyLong() {
    let model = Sequential { Linear(weight: .zeros([1000, 1234]), bias: .zeros([1234])) }
    let lines = model.summary.description.split(separator: "\n")
    #expect(lines[2].hasSuffix("  1,235,234"))
    #expect(lines[3].count == lines[1].count && lines[2].count == lines[1].count)
    #expect(lines[0].count == lines[1].count)
    #expect(lines[4] == "1,235,234 parameters")
  }
}
