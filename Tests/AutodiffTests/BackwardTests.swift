import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct BackwardTests {
  @Test func chainRule() {
    let x = Tensor([1, 2, 3], scalarType: .float64).requiringGradient()
    let y = Tensor([4, 5, 6], scalarType: .float64).requiringGradient()
    let gradients = (x * x * y).sum().backward()
    #expect(gradients[x].doubles == [8, 20, 36])
    #expect(gradients[y].doubles == [1, 4, 9])
  }

  /// x is used by three operations, at different distances from the result.
  @Test func gradientsOfSeveralUsesAdd() {
    let x = Tensor(3, scalarType: .float64).requiringGradient()
    let square = x * x
    let y = square * square + square + x
    #expect(y.backward()[x].item == 4 * 27 + 2 * 3 + 1)
    #expect((x - x).backward()[x].item == 0)
    #expect((x / x).backward()[x].item == 0)
  }

  /// Twice the same call gives the same: nothing accumulates.
  @Test func everyCallStartsAfresh() {
    let x = Tensor([1, 2], scalarType: .float64).requiringGradient()
    let loss = (x * x).sum()
    #expect(loss.backward()[x].doubles == [2, 4])
    #expect(loss.backward()[x].doubles == [2, 4])
  }

  @Test func cotangentsWeighTheResult() {
    let x = Tensor([1, 2], scalarType: .float64).requiringGradient()
    let gradients = (x * x).backward(from: Tensor([10, 100], scalarType: .float64))
    #expect(gradients[x].doubles == [20, 400])
    #expect(x.backward(from: Tensor([5, 6], scalarType: .float64))[x].doubles == [5, 6])
  }

  /// What was repeated is summed, over new axes and over axes of length 1.
  @Test func aGradientThatSomeoneHoldsIsNotWrittenIn() {
    // relu(x W) for x = (1, 1): W's second column makes it negative, so its gradient is 0 there.
    let x = Tensor([[1, 1]], scalarType: .float64)
    let w = Tensor([[2, -3], [4, -5]], scalarType: .float64).requiringGradient()
    let y = x.affine(w, activation: .relu)
    let cotangent = Tensor([[7, 8]], scalarType: .float64)
    #expect(y.backward(from: cotangent)[w].doubles == [7, 0, 7, 0])
    #expect(cotangent.doubles == [7, 8])

    // The gradient by y, kept, is that before relu's.
    let kept = (y * cotangent).sum().backward(keepingIntermediates: true)
    #expect(kept[y].doubles == [7, 8] && kept[w].doubles == [7, 0, 7, 0])

    // A sum hands one gradient to both of its sides.
    let z = x.affine(w)
    let sum = (y + z).backward(from: cotangent)
    #expect(sum[w].doubles == [14, 8, 14, 8])
  }

  @Test func broadcastingIsUndone() {
    let shapes: [Shape] = [
      [], [1], [3], [1, 3], [2, 1], [2, 3], [1, 1, 1], [4, 1, 1], [4, 2, 3],
    ]
    for shape in shapes {
      let x = Tensor.ones(shape, scalarType: .float64).requiringGradient()
      let y = Tensor.ones([4, 2, 3], scalarType: .float64).requiringGradient()
      let gradients = (x * 2 * y).sum().backward()
      #expect(gradients[x].shape == shape)
      let share = 2 * 24 / Double(shape.elementCount)
      #expect(gradients[x].doubles.allSatisfy { $0 == share }, "\(shape)")
      #expect(gradients[y].doubles.allSatisfy { $0 == 2 }, "\(shape)")
    }
    let none = Tensor.ones([1, 3], scalarType: .float64).requiringGradient()
    #expect(
      (none * Tensor.ones([0, 3], scalarType: .float64)).sum().backward()[none].doubles == [
        0, 0, 0,
      ])
  }

  @Test func gradientsHaveTheirInputsType() {
    for type in [ScalarType.float32, .float64] {
      let x = Tensor.ones([2, 3], scalarType: type).requiringGradient()
      let w = Tensor.ones([3, 2], scalarType: type).requiringGradient()
      let gradients = x.matmul(w).softmax().max().backward()
      #expect(gradients[x].scalarType == type && gradients[x].shape == [2, 3])
      #expect(gradients[w].scalarType == type && gradients[w].shape == [3, 2])
    }
  }

  @Test func derivativesOfAnyOrder() {
    let x = Tensor(2, scalarType: .float64).requiringGradient()
    var y = x.pow(4)
    for expected in [32.0, 48, 48, 24] {
      y = y.backward(recordingGraph: true)[x]
      #expect(y.item == expected)
    }
    let plain = x.pow(4).backward()[x]
    #expect(!plain.requiresGradient, "a gradient is recorded only on request")
  }

  /// f(x) = tanh x at x = 1: f' = 1 − t², f'' = −2 t (1 − t²).
  @Test func secondDerivativeOfTanh() {
    let x = Tensor(1, scalarType: .float64).requiringGradient()
    let y = x.tanh()
    let t = y.item
    let first = y.backward(recordingGraph: true)[x]
    #expect(abs(first.item - (1 - t * t)) < 1e-15)
    #expect(abs(first.backward()[x].item - -2 * t * (1 - t * t)) < 1e-15)
  }

  @Test func emptyTensorsHaveEmptyGradients() {
    for (a, b) in [
      ([2, 0], [0, 3]), ([0, 3], [3, 2]), ([2, 3], [3, 0]), ([0], [0]), ([0], [0, 2]),
      ([2, 0], [0]), ([2, 2, 0], [0]),
    ] as [(Shape, Shape)] {
      let (x, w) = (
        Tensor.zeros(a, scalarType: .float64).requiringGradient(),
        Tensor.zeros(b, scalarType: .float64).requiringGradient()
      )
      let gradients = x.matmul(w).sum().backward()
      #expect(gradients[x].shape == a && gradients[w].shape == b, "\(a) · \(b)")
    }
    let x = Tensor.zeros([2, 3, 0]).requiringGradient()
    let w = Tensor.zeros([0, 4]).requiringGradient()
    let gradients = x.affine(w, Tensor.zeros([4]), activation: .tanh).sum().backward()
    #expect(gradients[x].shape == [2, 3, 0] && gradients[w].shape == [0, 4])
  }

  /// Where several are largest, they share; a power that is constant has no slope.
  @Test func gradientsAtSingularPoints() {
    let x = Tensor([2, 2, 1], scalarType: .float64).requiringGradient()
    #expect(x.max().backward()[x].doubles == [0.5, 0.5, 0])
    let zero = Tensor([0, 0, 0, 0], scalarType: .float64).requiringGradient()
    #expect(zero.relu().sum().backward()[zero].doubles == [0, 0, 0, 0])
    let exponents = Tensor([0, 1, 2, 3], scalarType: .float64)
    #expect(zero.pow(exponents).sum().backward()[zero].doubles == [0, 1, 0, 0])
    let exponent = Tensor([1, 2], scalarType: .float64).requiringGradient()
    let power = Tensor([0, 0], scalarType: .float64).pow(exponent)
    #expect(power.sum().backward()[exponent].doubles == [0, 0])
  }

  @Test func mistakesSaySo() async throws {
    let constant = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(1).backward()
    }
    var text = String(decoding: try #require(constant).standardErrorContent, as: UTF8.self)
    #expect(text.contains("backward: this tensor was computed from constants alone"))
    let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).requiringGradient().backward()
    }
    text = String(decoding: try #require(many).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a gradient is of a single number, and this tensor holds 2"))
    #expect(text.contains("sum() or mean()"))
    await #expect(processExitsWith: .failure) {
      _ = Tensor([1, 2]).requiringGradient().backward(from: Tensor([1, 2, 3]))
    }
  }
}
