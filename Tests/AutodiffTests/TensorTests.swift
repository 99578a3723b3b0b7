import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct TensorTests {
  @Test func creation() {
    #expect(Tensor([1, 2, 3]).scalarType == .float32)
    #expect(Tensor([0.5]).scalarType == .float32)
    #expect(Tensor([[1, 2], [3, 4]]).shape == [2, 2])
    #expect(Tensor([1, 2], shape: [2, 1], scalarType: .float64).scalarType == .float64)
    #expect(Tensor([1, 2] as [Int32]).scalarType == .int32)
    let number = Tensor(2.5)
    #expect(number.shape == [] && number.item == 2.5 && number.scalarType == .float32)
    #expect(Tensor.zeros([2, 2], scalarType: .float64).doubles == [0, 0, 0, 0])
    #expect(Tensor.ones([2]).doubles == [1, 1])
    #expect(Tensor(repeating: 7, shape: [2]).doubles == [7, 7])
    #expect(Tensor.range(from: 0, to: 1, by: 0.25).doubles == [0, 0.25, 0.5, 0.75])
    #expect(Tensor.linearSpace(from: 0, to: 1, count: 3).doubles == [0, 0.5, 1])
  }

  /// Fractions are float32 unless another type is asked for, whole numbers and flags keep theirs.
  @Test func swiftArraysBecomeWhatIsAskedFor() {
    let (whole, exact, single) = ([1, 2], [0.1, 2], [0.1 as Float, 2])
    #expect(Tensor(exact).scalars() == single)
    #expect(Tensor(single).scalars() == single)
    #expect(Tensor([exact]).scalarType == .float32)
    #expect(Tensor(exact, shape: [2, 1]).scalarType == .float32)
    #expect(Tensor(exact, scalarType: .float64).scalars() == exact)
    #expect(Tensor([0.1, 2], scalarType: .float64).scalars() == exact)
    #expect(Tensor([[0.1, 2]], scalarType: .float64)[0].scalars() == exact)
    #expect(Tensor(0.1, scalarType: .float64).item == 0.1)
    #expect(Tensor(whole).scalarType == .int64 && Tensor([whole]).scalarType == .int64)
    #expect(Tensor([true]).scalarType == .bool && Tensor([1] as [UInt8]).scalarType == .uint8)
    #expect(Tensor([1, 0], scalarType: .bool).scalars() == [true, false])
  }

  @Test func whatIsDrawnRepeats() {
    var (a, b) = (RandomSource(seed: 3), RandomSource(seed: 3))
    let normal = Tensor.normal([1000], mean: 5, standardDeviation: 0.1, using: &a)
    #expect(
      normal.doubles == NDArray.normal([1000], mean: 5, standardDeviation: 0.1, using: &b).doubles)
    #expect(abs(normal.mean().item - 5) < 0.02)
    let uniform = Tensor.uniform([1000], in: -1..<1, scalarType: .float64, using: &a)
    #expect(uniform.scalarType == .float64 && uniform.abs().max().item < 1)
    #expect(Tensor.identity(2, scalarType: .int32).scalars() == [1, 0, 0, 1] as [Int32])
  }

  @Test func whatRequiresAGradient() {
    let x = Tensor([1, 2]).requiringGradient()
    let constant = Tensor([3, 4])
    #expect(x.requiresGradient && !constant.requiresGradient)
    #expect((x + constant).requiresGradient && (constant * x).requiresGradient)
    #expect(!(constant + constant).requiresGradient)
    #expect(!x.detached.requiresGradient && x.detached.doubles == x.doubles)
    #expect(x.cast(to: .float64).requiresGradient && !x.cast(to: .int32).requiresGradient)
    #expect(!(x .> 1).requiresGradient && !x.step().requiresGradient)
    #expect(!x.argmax().requiresGradient)
    #expect(!(constant.matmul(constant)).requiresGradient)
  }

  @Test func numbersNeverChangeTheType() {
    for type in [ScalarType.float32, .float64] {
      let x = Tensor([2, 4]).cast(to: type)
      for result in [
        x + 1, 1 + x, x - 1, 1 - x, x * 2, 2 * x, x / 2, 2 / x, x.pow(2), x.mean(),
        x.softmax(), meanSquaredError(predictions: x, targets: x), -x,
      ] { #expect(result.scalarType == type) }
      var changed = x
      changed += 1
      changed *= 2
      changed -= 4
      changed /= 2
      #expect(changed.scalarType == type && changed.doubles == [1, 3] && x.doubles == [2, 4])
    }
  }

  /// A caller that must not die asks for the result by `forward`.
  @Test func whatDoesNotFitCanBeCaught() {
    func check(_ operation: some TensorOperation, _ inputs: NDArray..., line: Int = #line) {
      #expect(throws: ShapeError.self, "line \(line)") {
        _ = try operation.evaluate(inputs.map { Tensor($0) })
      }
    }
    let (flags, whole, floats) = (
      NDArray([true]), NDArray([1, 2] as [Int32]), NDArray([1, 2, 3] as [Float])
    )
    check(Add(), flags, flags)
    check(Add(), whole, floats)
    check(Add(), floats, NDArray.zeros([2]))
    check(Divide(), whole, whole)
    check(Exp(), whole)
    check(MatMul(transposesLeft: false, transposesRight: false), flags, flags)
    check(MatMul(transposesLeft: false, transposesRight: false), floats, NDArray.zeros([2, 3]))
    check(Max(axes: nil, keepDims: false), NDArray.zeros([0]))
    check(Sum(axes: [1], keepDims: false), floats)
    check(Mean(axes: nil, keepDims: false), whole)
    check(Softmax(axis: 1), floats)
    check(Reshape(target: .lengths([2])), floats)
    check(Transpose(axes: .order([0, 0])), floats)
    check(BroadcastTo(target: [2, 2]), floats)
    check(SliceView(selections: [.position(3)]), floats)
    check(CrossEntropy(), NDArray.zeros([1, 3]), NDArray([3] as [Int32]))
    check(CrossEntropy(), NDArray.zeros([2, 3]), NDArray([0] as [Int32]))
    check(SquaredError(factor: 1, reduction: .mean), floats, NDArray.zeros([3, 1]))
    check(Affine(activation: .relu), floats, NDArray.zeros([3, 2]), floats)
  }

  @Test func assignmentChangesACopy() {
    var x = Tensor([[1, 2], [3, 4]])
    let before = x
    x[0] = Tensor([9, 8])
    x[.all, 1][1] = Tensor(7)
    #expect(x.doubles == [9, 8, 3, 7] && before.doubles == [1, 2, 3, 4])
  }

  @Test func wholeNumbersHaveNoGradient() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor([1] as [Int32]).requiringGradient()
    }
  }
}
