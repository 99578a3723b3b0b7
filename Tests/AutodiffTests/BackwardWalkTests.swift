import BackpropArrays
import BackpropTestSupport
import CBackpropRuntime
import Testing

@testable import BackpropAutodiff

/// What a walk back adds up, frees and tells.
@Suite struct BackwardWalkTests {
  /// The most bytes of numbers that are live while `body` runs, above those before.
  private func peak(of body: () -> Void) -> Int64 {
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    body()
    return bp_memory().peak_live_bytes - before
  }

  /// A weight that is used at every step gets a contribution from every step. Kept until the end,
  /// they would take a thousand times its memory.
  @Test func contributionsAreAddedAsTheyArrive() {
    let w = Parameter(NDArray.numbers([64, 64]).cast(to: .float32))
    let steps = 1000
    func last() -> Tensor {
      var h = Tensor.ones([1, 64])
      for _ in 0..<steps { h = h.matmul(w.tensor).tanh() }
      return h.sum()
    }
    let graph = peak { withExtendedLifetime(last()) {} }
    let all = peak { _ = last().backward() }
    #expect(all - graph < 6 * 64 * 64 * 4, "\(all - graph) bytes beside the graph")
  }

  /// In the order in which they arrive: the last user's first.
  @Test func sumsHaveTheBitsOfTheOrderOfArrival() {
    let x = Tensor(1).requiringGradient()
    let factors: [Double] = [1e8, 1, -1e8, 0.5, 3e7, -3e7, 1.25]
    var y = Tensor(0)
    for factor in factors { y = y + x * factor }
    var expected: Float = 0
    for factor in factors.reversed() { expected += Float(factor) }
    #expect(y.backward()[x].item == Double(expected))
    // The same where x is no variable and its contributions wait for its turn.
    let z = Tensor(1).requiringGradient()
    let middle = z * 1
    var sum = Tensor(0)
    for factor in factors { sum = sum + middle * factor }
    #expect(sum.backward()[z].item == Double(expected))
  }

  /// A gradient of the whole for every row would take the square of the rows.
  @Test func slicesGoIntoTheirPlace() {
    let rows = 8000
    let x = Tensor.ones([rows, 16]).requiringGradient()
    let taken = peak {
      var sum = Tensor(0)
      for row in 0..<rows { sum = sum + x[row].sum() * Double(row) }
      let gradient = sum.backward()[x]
      for row in [0, 1, 4999, rows - 1] {
        #expect(gradient[row].doubles == Array(repeating: Double(row), count: 16))
      }
    }
    #expect(taken < 8 * Int64(rows * 16 * 4), "\(taken) bytes")
  }

  @Test func overlappingSlicesAdd() {
    let x = Tensor([1, 2, 3, 4]).requiringGradient()
    let y = x[0..<3] * 10 + x[1..<4] * 100 + x[Slice(from: -1, to: 0, by: -1)] * 1000
    #expect(y.sum().backward()[x].doubles == [10, 1110, 1110, 1100])
    // With a contribution of the whole in between, and of a column.
    let m = Tensor([[1, 2], [3, 4]]).requiringGradient()
    let z = m[.all, 0].sum() * 2 + (m * m).sum() + m[1].sum() * 7
    let byHand: [Double] = [4, 4, 15, 15]  // 2·1 + 2, 2·2, 2·3 + 2 + 7, 2·4 + 7
    #expect(z.backward()[m].doubles == byHand)
  }

  /// What a contribution is added into must be nobody else's.
  @Test func sumsLeaveAloneWhatOthersHold() {
    let x = Tensor([1, 2]).requiringGradient()
    let cotangent = Tensor([10, 20])
    // Both sides of a sum are handed the cotangent itself, and the third contribution is added.
    let gradients = (x + x + x * 2).backward(from: cotangent)
    #expect(gradients[x].doubles == [40, 80])
    #expect(cotangent.doubles == [10, 20])
    let y = Tensor([1, 2]).requiringGradient()
    let both = (x + y + x[0..<2]).backward(from: cotangent)
    #expect(both[x].doubles == [20, 40] && both[y].doubles == [10, 20])
    #expect(cotangent.doubles == [10, 20])
  }

  /// A loss that is looked at afterwards keeps its graph; it can be walked again.
  @Test func aGraphThatSomeoneHoldsIsKept() {
    let x = Tensor([1, 2]).requiringGradient()
    let middle = x.exp()
    let loss = (middle * middle).sum()
    let first = loss.backward()[x]
    #expect(loss.backward()[x].array == first.array)
    #expect(middle.sum().backward()[x].isClose(to: x.detached.exp()))
  }

  // MARK: Telling

  @Test func variablesAreToldWhenTheyAreComplete() {
    let early = Tensor(2).requiringGradient()
    let late = Tensor(3).requiringGradient()
    let unused = Tensor(4).requiringGradient()
    // Used first and again at the end: complete only when the walk has passed its first use.
    let a = early * 5
    let b = a * late
    let loss = b * b + late * early + unused * 0
    var told: [VariableID] = []
    var values: [Double] = []
    let gradients = loss.backward { variable, gradient in
      told.append(variable)
      values.append(gradient.item)
    }
    #expect(told == [unused, late, early].map { $0.variableID! })
    #expect(values == [0, gradients[late].item, gradients[early].item])
    #expect(gradients[early].item == 2 * 30 * 15 + 3)
  }

  @Test func aToldGradientMayBeChanged() {
    let w = Parameter(NDArray.ones([3]))
    let v = Parameter(NDArray.ones([3]))
    let loss = (w.tensor * v.tensor * 10).sum()
    let gradients = loss.backward { variable, gradient in
      if variable == w.variableID { gradient = gradient / 10 }
    }
    #expect(gradients[w]?.doubles == [1, 1, 1])
    #expect(gradients[v]?.doubles == [10, 10, 10])
  }

  /// Where an operation passes nothing on, its inputs' users end there all the same.
  @Test func variablesBehindADeadEndAreToldAtTheLatestAtTheEnd() {
    let x = Tensor(2).requiringGradient()
    let y = Tensor(3).requiringGradient()
    let stop = DifferentiableFunction("stop", inputs: { $0[0] }, gradient: { _, _, _ in [nil] })
    let loss = stop(x * y) + y
    var told: [VariableID] = []
    let gradients = loss.backward { variable, _ in told.append(variable) }
    #expect(told == [y.variableID!], "there is no gradient with respect to x")
    #expect(gradients.gradient(withRespectTo: x) == nil && gradients[y].item == 1)
  }

  @Test func theResultItselfMayBeAVariable() {
    let x = Tensor(2).requiringGradient()
    var told = 0
    #expect(x.backward { _, _ in told += 1 }[x].item == 1)
    #expect(told == 1)
  }
}
