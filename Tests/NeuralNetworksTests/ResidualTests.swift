import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct ResidualTests {
  @Test func theInputIsAdded() {
    var random = RandomSource(seed: 1)
    let linear = Linear(2, 2, using: &random)
    linear.weight.array = NDArray([1, 0, 0, 2]).reshaped(to: [2, 2])
    let block = Residual {
      linear
      ReLU()
    }
    let x = Tensor([[3, -5]]).requiringGradient()
    let y = block(x)
    #expect(y.doubles == [6, -5])
    #expect(y.sum().backward()[x].doubles == [2, 1])
    #expect(block.namedParameters.map(\.name) == ["body.0.weight", "body.0.bias"])
  }

  @Test func aShortcutBringsTheInputToTheShape() throws {
    var random = RandomSource(seed: 2)
    let block = Residual(shortcut: Linear(2, 3, hasBias: false, using: &random)) {
      Linear(2, 3, using: &random)
    }
    #expect(try block.outputShape(for: [7, 2]) == [7, 3])
    #expect(
      block.namedParameters.map(\.name) == ["body.0.weight", "body.0.bias", "shortcut.weight"])
  }

  @Test func shapesThatDiffer() {
    var random = RandomSource(seed: 3)
    let block = Residual { Linear(2, 3, using: &random) }
    let error = #expect(throws: ShapeError.self) { try block.outputShape(for: [7, 2]) }
    #expect(error!.description.contains("what the layers give, (7, 3), is not of the shape"))
    #expect(error!.description.contains("give a shortcut"))
    // What went wrong within comes out first.
    let inner = #expect(throws: ShapeError.self) { try block.outputShape(for: [7, 5]) }
    #expect(inner!.description.contains("body.0"))
  }

  @Test func examplesUnderAnotherShape() throws {
    #expect(try Reshape([4, -1]).outputShape(for: [3, 12]) == [3, 4, 3])
    let x = Tensor.range(from: 0, to: 24).reshaped(to: [2, 12])
    #expect(Reshape([3, 4])(x).doubles == x.doubles)
    #expect(Flatten()(Reshape([3, 2, 2])(x)).shape == [2, 12])
    #expect(Reshape([2, -1]).summaryName == "Reshape(2, -1)")
    let error = #expect(throws: ShapeError.self) { try Reshape([5]).outputShape(for: [3, 12]) }
    #expect(error!.description.contains("reshape"))
    #expect(throws: ShapeError.self) { try Reshape([5]).outputShape(for: []) }
  }
}
