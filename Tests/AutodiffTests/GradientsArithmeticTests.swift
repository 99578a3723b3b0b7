import BackpropArrays
import BackpropAutodiff
import Testing

@Suite struct GradientsArithmeticTests {
  private let a = Parameter(NDArray([1, 2]))
  private let b = Parameter(NDArray([[3]]))

  /// A result whose gradients are (3, 0) by `a` and 4 by `b`.
  private var gradients: Gradients {
    (a.tensor * Tensor([3, 0])).sum().backward() + (b.tensor * 4).sum().backward()
  }

  @Test func theVariablesAreListed() {
    #expect(gradients.variables == [a.variableID, b.variableID])
    #expect(gradients[a.variableID]?.doubles == [3, 0])
    let named = gradients.gradients(
      withRespectTo: [("b", b), ("none", Parameter(NDArray([1]))), ("a", a)])
    #expect(named.map(\.name) == ["b", "a"])
    #expect(named.map(\.gradient.doubles) == [[4], [3, 0]])
  }

  @Test func theSumIsThatOfTheResults() {
    let c = Parameter(NDArray([5]))
    let first = (a.tensor * Tensor([1, 2])).sum() + c.tensor.sum()
    let second = (a.tensor * Tensor([10, 20])).sum() + b.tensor.sum()
    var sum = first.backward() + second.backward()
    #expect(sum[a]?.doubles == [11, 22])
    #expect(sum[b]?.doubles == [1])
    #expect(sum[c]?.doubles == [1])
    sum += sum * 2
    #expect(sum[a]?.doubles == [33, 66])
    #expect((0.5 * sum)[b]?.doubles == [1.5])
  }

  @Test func theNormIsThatOfOneVector() {
    #expect(gradients.norm == 5)
    #expect(gradients.norm(of: [b]) == 4)
    #expect(gradients.norm(of: []) == 0)
    // A result in between, whose gradient was asked for, is no variable.
    let middle = a.tensor * 2
    #expect((middle * 3).sum().backward(keepingIntermediates: true).norm == 72.0.squareRoot())
  }

  /// Where the squares overflow or vanish, the norm does neither.
  @Test func theNormOfExtremes() {
    for size in [1e30, 1e-30] {
      let norm = (a.tensor * Tensor([3 * size, 4 * size])).sum().backward().norm
      #expect(abs(norm / (5 * size) - 1) < 1e-6)
    }
    #expect((a.tensor * .infinity).sum().backward().norm == .infinity)
    #expect((a.tensor * .nan).sum().backward().norm.isNaN)
  }

  @Test func clippingByNormKeepsTheDirection() throws {
    let (clipped, norm) = gradients.clipped(toNorm: 1)
    #expect(norm == 5)
    let factor = 1 / (5 + 1e-6)
    #expect(try #require(clipped[a]).isClose(to: Tensor([3 * factor, 0])))
    #expect(try #require(clipped[b]).isClose(to: Tensor([[4 * factor]])))
    // What is short enough stays as it is.
    #expect(gradients.clipped(toNorm: 6).gradients[a]?.doubles == [3, 0])
  }

  @Test func clippingByValue() {
    let clipped = gradients.clipped(to: -1...3.5)
    #expect(clipped[a]?.doubles == [3, 0])
    #expect(clipped[b]?.doubles == [3.5])
    let nan = (a.tensor * Tensor([.nan, -7])).sum().backward().clipped(to: -1...1)[a]?.doubles
    #expect(nan?[0].isNaN == true && nan?[1] == -1)
  }
}
