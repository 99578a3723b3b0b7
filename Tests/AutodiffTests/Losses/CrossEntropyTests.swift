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
      let loss = crossEntropy(logits: Tensor(layout.array), targets: Tensor(labels)).item
      #expect(abs(loss - expected) < 1e-14, "\(layout.name)")
    }
  }

  /// The loss is a mean over rows, whose weights are the probabilities: with four rows of three
  /// classes, a division by the classes, or by none, shows.
  @Test func probabilitiesGiveTheMeanOfTheRows() {
    let logits = NDArray.numbers([4, 3])
    let targets = NDArray.positives([4, 3])
    let x = Tensor(logits).requiringGradient()
    let t = Tensor(targets).requiringGradient()
    let loss = crossEntropy(logits: x, targets: t)
    let (rows, weights) = (logits.doubles, targets.doubles)
    var expected = 0.0
    var byLogits: [Double] = []
    var byTargets: [Double] = []
    for row in 0..<4 {
      let x = rows[3 * row..<3 * row + 3]
      let t = weights[3 * row..<3 * row + 3]
      let sum = x.map { exp($0) }.reduce(0, +)
      for (x, t) in zip(x, t) { expected -= t * (x - log(sum)) / 4 }
      for (x, w) in zip(x, t) {
        byLogits.append((exp(x) / sum * t.reduce(0, +) - w) / 4)
        byTargets.append((log(sum) - x) / 4)
      }
    }
    #expect(abs(loss.item - expected) < 1e-14)
    let gradients = loss.backward()
    for (found, value) in zip(gradients[x].doubles, byLogits) {
      #expect(abs(found - value) < 1e-14)
    }
    for (found, value) in zip(gradients[t].doubles, byTargets) {
      #expect(abs(found - value) < 1e-14)
    }
  }

  /// ∂²L/∂x∂x = (diag p − p pᵀ) / n for each row, with n rows.
  @Test func theSecondDerivativeIsThatOfAMean() {
    let logits = Tensor(NDArray.numbers([5, 3])).requiringGradient()
    let labels = Tensor([0, 2, 1, 1, 0] as [Int32])
    let gradient = crossEntropy(logits: logits, targets: labels).backward(recordingGraph: true)[
      logits]
    let second = gradient[2, 1].backward()[logits].doubles
    let p = logits.detached.softmax().doubles[6..<9].map { $0 }
    for (index, found) in second.enumerated() {
      let expected =
        index / 3 != 2 ? 0 : ((index == 7 ? p[1] : 0) - p[1] * p[index - 6]) / 5
      #expect(abs(found - expected) < 1e-15, "\(index)")
    }
  }

  /// A class that has no chance and is not asked for adds nothing, whichever way the target is said.
  @Test func zeroTimesMinusInfinityIsZero() {
    let logits = Tensor([[0, -Float.infinity, 1]]).requiringGradient()
    let expected = log(1 + exp(-1.0))  // 0.31326
    for loss in [
      crossEntropy(logits: logits, targets: Tensor([2] as [Int32])),
      crossEntropy(logits: logits, targets: Tensor([[0, 0, 1]])),
    ] {
      #expect(abs(loss.item - expected) < 1e-6)
      let gradient = loss.backward()[logits].doubles
      let p = 1 / (1 + exp(-1.0))
      for (found, value) in zip(gradient, [1 - p, 0, p - 1]) { #expect(abs(found - value) < 1e-6) }
    }
    // Asked for, it is infinitely wrong; and NaN stays NaN.
    #expect(crossEntropy(logits: logits, targets: Tensor([[0, 1, 0]])).item == .infinity)
    #expect(
      crossEntropy(logits: Tensor([[0, Float.nan, 1]]), targets: Tensor([[0, 0, 1]])).item.isNaN)
  }

  /// A mean over nothing is NaN, as in PyTorch; a sum over nothing is 0.
  @Test func lossesOfNothing() {
    let none = Tensor.zeros([0, 3])
    #expect(crossEntropy(logits: none, targets: Tensor([] as [Int32])).item.isNaN)
    #expect(crossEntropy(logits: none, targets: none).item.isNaN)
    #expect(meanSquaredError(predictions: none, targets: none).item.isNaN)
    #expect(squaredError(predictions: none, targets: none).item == 0)
    let logits = none.requiringGradient()
    #expect(
      crossEntropy(logits: logits, targets: Tensor([] as [Int32])).backward()[logits].shape == [
        0, 3,
      ])
  }

  /// The label is named as it is, not as what another type would make of it.
  @Test func aLabelBeyond32BitsIsNamed() {
    let logits = Tensor.zeros([2, 3])
    for (label, text) in [(1 << 32 + 1, "4294967297"), (3, "3"), (-1, "-1")] as [(Int, String)] {
      let error = #expect(throws: ShapeError.self) {
        try CrossEntropy().evaluate([logits, Tensor([0, label])])
      }
      #expect(error?.reason == "label 1 is \(text), and the classes are 0..<3")
    }
    #expect(throws: ShapeError.self) {
      try CrossEntropy().evaluate([logits, Tensor([0, 200] as [UInt8])])
    }
    #expect(crossEntropy(logits: logits, targets: Tensor([0, 2] as [UInt8])).item.isFinite)
    #expect(throws: ShapeError.self) {
      try CrossEntropy().evaluate([logits, Tensor([true, false])])
    }
  }
}
