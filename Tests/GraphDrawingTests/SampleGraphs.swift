import BackpropArrays
import BackpropAutodiff
@testable import BackpropGraphDrawing

/// Graphs to draw, with what they should show known by hand.
enum SampleGraphs {
  /// The course's first example: two apples at 100 with a tax of 10 %.
  static func apples() -> GraphDrawing {
    let apple = Tensor(100).requiringGradient(named: "apple")
    let count = Tensor(2).requiringGradient(named: "number")
    let tax = Tensor(1.1).requiringGradient(named: "tax")
    return drawing(of: apple * count * tax)
  }

  /// Its second: two apples at 100 and three oranges at 150.
  static func applesAndOranges() -> GraphDrawing {
    let apple = Tensor(100).requiringGradient(named: "apple")
    let apples = Tensor(2).requiringGradient(named: "apples")
    let orange = Tensor(150).requiringGradient(named: "orange")
    let oranges = Tensor(3).requiringGradient(named: "oranges")
    let tax = Tensor(1.1).requiringGradient(named: "tax")
    return drawing(of: (apple * apples + orange * oranges) * tax)
  }

  /// z = (x + y)², whose square uses the sum twice.
  static func squareOfSum() -> GraphDrawing {
    let x = Tensor(2).requiringGradient(named: "x")
    let y = Tensor(3).requiringGradient(named: "y")
    let t = x + y
    return drawing(of: t * t)
  }

  /// 1 / (1 + exp(−x)) one operation at a time.
  static func sigmoid() -> GraphDrawing {
    let x = Tensor(0.5).requiringGradient(named: "x")
    return drawing(of: 1 / (1 + (-x).exp()))
  }

  /// A network of two layers with its loss.
  static func network() -> GraphDrawing {
    let x = Tensor(NDArray.linearSpace(from: -1, to: 1, count: 12).reshaped(to: [4, 3]))
    func weights(_ shape: Shape, _ name: String) -> Tensor {
      let count = shape.reduce(1, *)
      return Tensor(NDArray.linearSpace(from: -0.5, to: 1, count: count).reshaped(to: shape))
        .requiringGradient(named: name)
    }
    let hidden = (x.matmul(weights([3, 5], "W1")) + weights([5], "b1")).relu()
    let logits = hidden.affine(weights([5, 2], "W2"), weights([2], "b2"))
    return drawing(of: crossEntropy(logits: logits, targets: Tensor([0, 1, 1, 0] as [Int32])))
  }

  /// Lines past columns, and a way back to an early result.
  static func shortcuts() -> GraphDrawing {
    let x = Tensor(0.3).requiringGradient(named: "x")
    let y = Tensor(-1.25).requiringGradient(named: "a rather long name for a number")
    var z = x
    for step in 1...5 { z = (z * y + x).tanh() - (step.isMultiple(of: 2) ? y : z.exp()) }
    return drawing(of: z / (x + 2) + (y * y).squareRoot().log())
  }

  /// Operations with settings, arrays small and large.
  static func arrays() -> GraphDrawing {
    let x = Tensor(NDArray.range(from: 0, to: 24, by: 1).reshaped(to: [2, 3, 4]))
      .requiringGradient(named: "<x & \"y\">")
    let w = Tensor([0.25, -1, 1e-7] as [Float]).requiringGradient()
    let y = x.transposed([0, 2, 1]).softmax(axis: 1).sum(axis: 0) * w
    return drawing(of: y.sum(axes: [0, 1]) + x.reshaped(to: [-1]).max())
  }

  static let all: [(name: String, drawing: @Sendable () -> GraphDrawing)] = [
    ("apples", { apples() }), ("apples and oranges", { applesAndOranges() }),
    ("square of a sum", { squareOfSum() }), ("sigmoid", { sigmoid() }),
    ("network", { network() }), ("shortcuts", { shortcuts() }), ("arrays", { arrays() }),
    ("variable", { drawing(of: Tensor(1).requiringGradient(named: "x")) }),
    ("constant", { GraphDrawing(of: Tensor([1, 2, 3])) }),
  ]

  static func drawing(of result: Tensor) -> GraphDrawing {
    GraphDrawing(of: result, gradients: result.backward(keepingIntermediates: true))
  }
}
