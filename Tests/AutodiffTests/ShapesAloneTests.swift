import BackpropArrays
import CBackpropRuntime
import Testing

@testable import BackpropAutodiff

/// Running on shapes alone: the same shapes as with numbers, and errors that travel to the end.
@Suite struct ShapesAloneTests {
  /// Every sample of every operation gives the type with shapes that it gives with numbers.
  @Test func everyOperationGivesTheTypeThatItGivesWithNumbers() throws {
    let all = Array(OperationSamples.all) + Array(OperationSamples.constants)
    for (operation, samples) in all {
      for sample in samples {
        let inputs = sample.inputs.map { Tensor($0) }
        let type = try sample.function(inputs.map { Tensor(shapeOnly: $0.type) }).checkedType()
        #expect(type == sample.function(inputs).type, "\(operation), \(sample.label)")
      }
    }
  }

  @Test func constantsWithNumbersMayTakePart() throws {
    let weight = Parameter(.zeros([784, 10]))
    let x = Tensor(shapeOnly: TensorType([64, 784]))
    let y = (x.affine(weight.tensor, activation: .relu) * 2 + Tensor.zeros([10])).softmax()
    #expect(y.isShapeOnly)
    #expect(try y.checkedType() == TensorType([64, 10]))
    #expect(!y.requiresGradient)
  }

  /// No memory for numbers, however many there would be.
  @Test func takesNoMemory() throws {
    let x = Tensor(shapeOnly: TensorType([1 << 30, 1 << 20]))
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    let y = ((x.transposed() + 1).exp() * 2).sum(axis: 0)
    #expect(try y.checkedType().shape == [1 << 30])
    #expect(bp_memory().peak_live_bytes - before < 100, "but for the literals")
  }

  @Test func anErrorTravelsToTheEnd() {
    let x = Tensor(shapeOnly: TensorType([64, 784]))
    let failed = x.matmul(Tensor.zeros([10, 784]))
    #expect(failed.isShapeOnly && failed.rank == 8)
    for axis in 0..<8 { #expect(failed.shape[axis] == 1) }
    // Whatever follows, whatever it would say itself: the first error is the one that counts.
    let end = (failed.reshaped(to: [3, -1]).softmax(axis: 5) + Tensor.zeros([2, 3])).sum(axes: [9])
    let error = #expect(throws: ShapeError.self) { try end.checkedType() }
    #expect(error?.operation == "matmul")
    #expect(error?.shapes == [[64, 784], [10, 784]])
    #expect(error?.hint == "did you mean to transpose the right side?")
  }

  @Test func numbersThatTheTypeCannotTakeAreAnErrorToo() {
    let whole = Tensor(shapeOnly: TensorType([3], .int32))
    let error = #expect(throws: ShapeError.self) { try (whole + 2.5).checkedType() }
    #expect(error?.operation == "add")
    #expect(throws: ShapeError.self) { try whole.exp().checkedType() }
    let matrix = Tensor(shapeOnly: TensorType([3, 3], .int32))
    #expect(throws: Never.self) { try whole.affine(matrix).checkedType() }
    let relu = whole.affine(matrix, activation: .relu)
    #expect(#expect(throws: ShapeError.self) { try relu.checkedType() }?.operation == "relu")
  }

  @Test func moreElementsThanCanBeCountedAreAnError() {
    let x = Tensor(shapeOnly: TensorType([1 << 62, 4]))
    #expect(throws: ShapeError.self) { try x.checkedType() }
    let y = Tensor(shapeOnly: TensorType([1 << 40, 1]))
    let z = Tensor(shapeOnly: TensorType([1, 1 << 40]))
    let error = #expect(throws: ShapeError.self) { try (y + z).checkedType() }
    #expect(error?.operation == "add")
  }

  @Test func askingForNumbersEndsTheProgram() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(shapeOnly: TensorType([2])).doubles
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("the numbers of a float32 (2,) tensor that has only a shape"))

    // Of a failed computation, the reason is said.
    let failed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      print(Tensor(shapeOnly: TensorType([2])) + Tensor.zeros([3]))
    }
    let reason = String(decoding: try #require(failed).standardErrorContent, as: UTF8.self)
    #expect(reason.contains("add: the shapes do not broadcast"))
  }
}
