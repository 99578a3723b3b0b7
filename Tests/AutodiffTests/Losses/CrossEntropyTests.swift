import Foundation
import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct CrossEntropyTests {
  /// −ln softmax(x)[label], worked out in plain Swift.
  @Test func crossEntropyIsTheMeanOfTheRows() {
    let rows: [[Double]] = [[1, 2, 3], [0, -1, 0.5], [1000, 0, -1000]]
    let labels: [Int32] = [2, 0, 0]
    var losses: [Double] = []
    for (row, label) in zip(rows, labels) {
      let top = row.max()!
      losses.append(
        top + log(row.map { exp($0 - top) }.reduce(0, +)) - row[Int(label)])
    }
    let expected = losses.reduce(0, +) / 3
    for layout in NDArray(rows, scalarType: .float64).everyLayout {
      let loss = crossEntropy(Tensor(layout.array), Tensor(labels)).item
      #expect(abs(loss - expected) < 1e-14, "\(layout.name)")
    }
  }
}
