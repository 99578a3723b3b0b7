import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

@Suite struct ReductionTests {
  @Test func reductionsGiveNumPysResults() throws {
    try NumPyCases.check("sum") { $0[0].sum(axes: $1.axes, keepDims: $1.keepDims!) }
    try NumPyCases.check("product") { $0[0].product(axes: $1.axes, keepDims: $1.keepDims!) }
    try NumPyCases.check("max") { $0[0].max(axes: $1.axes, keepDims: $1.keepDims!) }
    try NumPyCases.check("min") { $0[0].min(axes: $1.axes, keepDims: $1.keepDims!) }
    try NumPyCases.check("mean", ulps: 1) { $0[0].mean(axes: $1.axes, keepDims: $1.keepDims!) }
  }

  @Test func positionsGiveNumPysResults() throws {
    try NumPyCases.check("argmax") { x, c in
      x[0].argmax(axis: c.axis)
    }
    try NumPyCases.check("argmin") { x, c in
      x[0].argmin(axis: c.axis)
    }
  }

  @Test func momentsAndNormsAreNumPys() throws {
    try NumPyCases.check("variance") { x, c in
      x[0].variance(axes: c.axes, keepDims: c.keepDims!, correction: Int(c.number!))
    } _: {
      mismatch($0, $1, relative: 1e-5, absolute: 1e-5)
    }
    try NumPyCases.check("norm") { x, c in
      x[0].norm(c.number!, axes: c.axes, keepDims: c.keepDims!)
    } _: {
      mismatch($0, $1, relative: 1e-5)
    }
    try NumPyCases.check("largestNorm") {
      $0[0].norm(.infinity, axes: $1.axes, keepDims: $1.keepDims!)
    }
    try NumPyCases.check("smallestNorm") {
      $0[0].norm(-.infinity, axes: $1.axes, keepDims: $1.keepDims!)
    }
    try NumPyCases.check("logSumExp") { x, c in
      x[0].logSumExp(axes: c.axes, keepDims: c.keepDims!)
    } _: {
      mismatch($0, $1, relative: 1e-6, absolute: 1e-6)
    }
  }

  /// A mean a thousand times as large as the deviation costs digits of squares, and none here.
  @Test func varianceIsThatOfTheDifferences() {
    let x = Tensor([4096, 4097, 4098, 4099])
    #expect(x.variance().item == 1.25 && x.variance(correction: 1).item == Double(Float(5.0 / 3)))
    #expect(x.standardDeviation().item == Double(Float(1.25).squareRoot()))
    #expect(Tensor([3]).variance(correction: 1).item.isNaN && Tensor([3]).variance().item == 0)
  }

  @Test func flagsByAxesAreNumPys() throws {
    try NumPyCases.check("any") { $0[0].any(axes: $1.axes, keepDims: $1.keepDims!) }
    try NumPyCases.check("all") { $0[0].all(axes: $1.axes, keepDims: $1.keepDims!) }
    try NumPyCases.check("countNonzero") {
      $0[0].countNonzero(axes: $1.axes, keepDims: $1.keepDims!)
    }
    try NumPyCases.check("argmaxOfAxes") { $0[0].argmax(axes: $1.axes!, keepDims: $1.keepDims!) }
    try NumPyCases.check("argminOfAxes") { $0[0].argmin(axes: $1.axes!, keepDims: $1.keepDims!) }
  }

  @Test func cumulativeReductionsAreNumPys() throws {
    try NumPyCases.check("cumulativeSum") { $0[0].cumulativeSum(axis: $1.axis!) }
    try NumPyCases.check("cumulativeSumReversed") {
      $0[0].cumulativeSum(axis: $1.axis!, reversed: true)
    }
    try NumPyCases.check("cumulativeProduct") { $0[0].cumulativeProduct(axis: $1.axis!) }
    try NumPyCases.check("cumulativeMax") { $0[0].cumulativeMax(axis: $1.axis!) }
    try NumPyCases.check("cumulativeMin") { $0[0].cumulativeMin(axis: $1.axis!) }
  }

  /// The gradient of a norm at 0 is 0, and that of ln Σ eˣ where all are -∞.
  @Test func gradientsAtTheEdge() {
    let zero = Tensor.zeros([3]).requiringGradient()
    for p in [1, 2, 3, .infinity] as [Double] {
      #expect(zero.norm(p).backward()[zero].doubles == [0, 0, 0])
    }
    let impossible = Tensor([-Double.infinity, -.infinity]).requiringGradient()
    let sum = impossible.logSumExp()
    #expect(sum.item == -.infinity && sum.backward()[impossible].doubles == [0, 0])
    // The largest is the one that was met last, from which the gradient counts on.
    let ties = Tensor([2, 2, 1]).requiringGradient()
    let gradient = ties.cumulativeMax(axis: 0).backward(from: Tensor([1, 10, 100]))[ties]
    #expect(gradient.doubles == [1, 110, 0])
  }

  /// Beyond the grain at which work is split.
  @Test func longScansAreDoneInParts() {
    let x = Tensor.ones([40, 1000, 70])
    let sums = x.cumulativeSum(axis: 1)
    #expect(
      sums[7, 999, 69].item == 1000 && sums[39, 0, 0].item == 1 && sums[0, 499, 3].item == 500)
    #expect(sums.sum(axes: [0, 2]).doubles == (1...1000).map { 2800 * Double($0) })
    #expect(x.cumulativeSum(axis: 1, reversed: true)[3, 0, 5].item == 1000)
  }

  @Test func anyAndAll() {
    for type in ScalarType.allCases {
      func array(_ values: [Double]) -> Tensor {
        Tensor(values, scalarType: .float64).cast(to: type)
      }
      #expect(array([0, 1, 0]).anyTrue)
      #expect(!array([0, 0]).anyTrue)
      #expect(!array([1, 0]).allTrue)
      #expect(array([1, 1]).allTrue)
      #expect(!array([]).anyTrue, "of nothing, nothing is true")
      #expect(array([]).allTrue, "of nothing, nothing is false")
    }
  }

  /// 0 + 1 + … + n − 1 = n (n − 1) / 2, with n at which rows are cut into pieces.
  @Test func longSumsAreExactInDouble() {
    for n in [65_535, 65_536, 131_072, 131_073, 400_001] {
      let x = Tensor.range(from: 0, to: Double(n), scalarType: .float64)
      let expected = Double(n) * Double(n - 1) / 2
      #expect(x.sum().item == expected)
      #expect(x.reshaped(to: [n, 1]).sum(axis: 0).item == expected)
      let twice = Tensor.stack([x, x * 2], axis: 1)
      #expect(twice.sum(axis: 0).doubles == [expected, 2 * expected])
      #expect(twice.transposed().sum(axis: 1).doubles == [expected, 2 * expected])
      #expect(x.max().item == Double(n - 1))
      #expect((-x).min().item == -Double(n - 1))
    }
  }

  /// One by one, adding 0.1 in float32 a million times would be off by about 1 %.
  @Test func longFloatSumsAreSummedPairwise() {
    let x = Tensor(repeating: 0.1, shape: [1_000_000])
    let exact = Double(Float(0.1)) * 1e6
    #expect(abs(x.sum().item - exact) <= exact * 1e-6)
    let columns = Tensor(repeating: 0.1, shape: [500_000, 2]).sum(axis: 0)
    for sum in columns.doubles { #expect(abs(sum - exact / 2) <= exact / 2 * 1e-6) }
  }

  @Test func flagsAndBytesAreCounted() {
    let flags = Tensor(repeating: 1, shape: [1000], scalarType: .bool)
    #expect(flags.sum().scalars() == [1000 as Int64])
    let bytes = Tensor(repeating: 255, shape: [1000], scalarType: .uint8)
    #expect(bytes.sum().scalars() == [255_000 as Int64])
  }

  @Test func emptyArraysHaveNoLargest() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 0]).max(axis: 1)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("max: an empty array has no max\n  shapes: (2, 0)"))
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([0]).argmin() }
  }

  @Test func cumulativeAxesMustExist() {
    #expect(throws: ShapeError.self) {
      try Tensor(shapeOnly: TensorType([2])).cumulativeSum(axis: 1).checkedType()
    }
  }

  @Test func axesMustExist() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).sum(axis: 2)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("sum: there is no axis 2 among 2 axes"))
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2, 3]).argmax(axis: -3) }
    await #expect(processExitsWith: .failure) { _ = Tensor([1] as [Int32]).mean() }
  }

  /// A gradient without the reduced axis goes back along that axis and no other, also where lengths
  /// are equal and a mistake would still fit.
  @Test func gradientsGoBackAlongTheAxesThatWereReduced() {
    let x = Tensor.zeros([2, 2, 2]).requiringGradient()
    let cotangent = Tensor([[1, 2], [3, 4]])
    let expected: [[Double]] = [
      [1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 1, 2, 3, 4, 3, 4], [1, 1, 2, 2, 3, 3, 4, 4],
    ]
    for axis in 0..<3 {
      #expect(x.sum(axis: axis).backward(from: cotangent)[x].doubles == expected[axis])
      #expect(x.sum(axis: axis - 3).backward(from: cotangent)[x].doubles == expected[axis])
      let means = x.mean(axis: axis).backward(from: cotangent)[x].doubles
      #expect(means == expected[axis].map { $0 / 2 })
    }
    let two = x.sum(axes: [0, 2]).backward(from: Tensor([5, 6]))[x].doubles
    #expect(two == [5, 5, 6, 6, 5, 5, 6, 6])
  }

  @Test func anAxisIsNamedOnce() {
    let x = Tensor.zeros([2, 3])
    for axes in [[0, 0], [1, -1], [-2, 1, 0]] {
      for operation in [
        Sum(axes: axes, keepDims: false), Mean(axes: axes, keepDims: true),
        Max(axes: axes, keepDims: false), Min(axes: axes, keepDims: false),
        Product(axes: axes, keepDims: false),
      ] as [any TensorOperation] {
        let error = #expect(throws: ShapeError.self) { try operation.evaluate([x]) }
        #expect(error?.reason.contains("twice") == true)
      }
    }
  }
}
