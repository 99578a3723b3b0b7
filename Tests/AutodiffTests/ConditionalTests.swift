import BackpropArrays
import BackpropAutodiff
import Testing

/// Gradients at the points where a function changes its rule.
@Suite struct ConditionalTests {
  @Test func tiesAreShared() {
    let a = Tensor([1, 2, 3]).requiringGradient()
    let b = Tensor([2, 2, 2]).requiringGradient()
    let larger = a.maximum(b).sum().backward()
    #expect(larger[a].doubles == [0, 0.5, 1] && larger[b].doubles == [1, 0.5, 0])
    let smaller = a.minimum(b).sum().backward()
    #expect(smaller[a].doubles == [1, 0.5, 0] && smaller[b].doubles == [0, 0.5, 1])
    #expect(a.maximum(2).sum().backward()[a].doubles == [0, 0.5, 1])
    #expect(a.maximum(a).sum().backward()[a].doubles == [1, 1, 1])
  }

  /// An infinite gradient of one side times zero would be NaN on the other.
  @Test func nothingOfOneSideReachesTheOther() {
    let x = Tensor([-1, 0, 4]).requiringGradient()
    let roots = Tensor.where(x .> 0, x.squareRoot(), 0)
    #expect(roots.doubles == [0, 0, 2])
    let inner = Tensor.where(x .> 0, x, 1).squareRoot()
    #expect(inner.sum().backward()[x].doubles == [0, 0, 0.25])

    let a = Tensor([1, 2]).requiringGradient()
    let b = Tensor([.nan, .infinity]).requiringGradient()
    let cotangent = Tensor([.infinity, 1])
    let gradients = Tensor.where(Tensor([true, false]), a, b).backward(from: cotangent)
    #expect(gradients[a].doubles == [.infinity, 0])
    #expect(gradients[b].doubles == [0, 1])
    let chosen = b.maximum(a).backward(from: cotangent)
    #expect(chosen[a].doubles == [0, 0], "beside NaN nothing is chosen")
    #expect(chosen[b].doubles == [0, 1])
  }

  @Test func slopesAtKinks() {
    let x = Tensor([-2, 0, 3]).requiringGradient()
    #expect(x.abs().sum().backward()[x].doubles == [-1, 0, 1])
    #expect(x.squared().sum().backward()[x].doubles == [-4, 0, 6])
  }

  /// Π x and its slopes with no zero, one and two.
  @Test func productsWithZeros() {
    let x = Tensor([[2, 3, 4], [2, 0, 4], [0, 3, 0]]).requiringGradient()
    let y = x.product(axis: 1)
    #expect(y.doubles == [24, 0, 0])
    #expect(y.sum().backward()[x].doubles == [12, 8, 6, 0, 8, 0, 0, 0, 0])
    // ∂²/∂x₀∂x₂ of a row is x₁, be the others zero.
    let first = y.sum().backward(recordingGraph: true)[x]
    #expect(first[.all, 0].sum().backward()[x][.all, 2].doubles == [3, 0, 3])
    #expect(Tensor.zeros([2, 0]).product(axis: 1).doubles == [1, 1])
    #expect(Tensor([2, 3] as [UInt8]).product().scalarType == .int64)
  }

  @Test func productsOfManyNumbersHaveTheirGradient() {
    for count in [1, 2, 3, 7, 100] {
      let x = Tensor.range(from: 0, to: Double(count), scalarType: .float64).cos()
        .requiringGradient()
      let y = x.product()
      let expected = y.item
      for (slope, number) in zip(y.backward()[x].doubles, x.doubles) {
        #expect(abs(slope * number - expected) <= 1e-12 * abs(expected))
      }
    }
  }
}
