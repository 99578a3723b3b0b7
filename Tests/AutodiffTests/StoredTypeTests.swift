import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// Tensors of the types that are only stored: what moves and compares them, and that nothing computes
/// with them.
@Suite struct StoredTypeTests {
  static let types = ScalarType.allCases.filter(\.isStoredOnly)

  // MARK: What moves numbers

  private struct Function: Sendable {
    let name: String
    let body: @Sendable ([Tensor]) -> Tensor

    init(_ name: String, _ body: @escaping @Sendable ([Tensor]) -> Tensor) {
      (self.name, self.body) = (name, body)
    }
  }

  /// Functions of a (3, 4) tensor, one of the same shape and a vector of 4 that give numbers of the
  /// same type.
  private static let moves: [Function] = [
    Function("slice") { $0[0][1..<3, Slice(by: -2)] },
    Function("position") { $0[0][-1, 2] },
    Function("new axis") { $0[0][.ellipsis, .newAxis] },
    Function("positions") { $0[0][[2, 0, -1]] },
    Function("positions of columns") { $0[0][.all, [3, 3, 0]] },
    Function("positions of both axes") { $0[0][[0, 2], [1, 3]] },
    Function("mask") { $0[0][$0[0] .> 3] },
    Function("mask of rows") { $0[0][Tensor([true, false, true])] },
    Function("gather rows") { $0[0].gather(rows: [2, 2, 1, 0]) },
    Function("gather") { $0[0].gather(Tensor([1, 0] as [Int]), axis: 1) },
    Function("gather along") { $0[0].gatherAlong($0[1].argsort(axis: 1), axis: 1) },
    Function("assignment") { x in
      var y = x[0]
      y[1] = x[2]
      y[.all, 0] = x[1][.all, 3]
      y[[0, 2], [3, 1]] = x[2][2..<4]
      return y
    },
    Function("scatter") { $0[0].scatter($0[2], at: 0) },
    Function("scatter to positions") { $0[0].scatter($0[1][..<2], at: [2, 0]) },
    Function("scatter along") { $0[0].scatterAlong($0[1], to: $0[0].argsort(axis: 1), axis: 1) },
    Function("concatenate") { Tensor.concatenate([$0[0], $0[1]], axis: 1) },
    Function("stack") { Tensor.stack([$0[0], $0[1]], axis: -1) },
    Function("split") { $0[0].split(into: 2, axis: 1)[1] },
    Function("reshape") { $0[0].reshaped(to: [2, -1]) },
    Function("reshape of a transposed matrix") { $0[0].transposed().reshaped(to: [2, 6]) },
    Function("transpose") { $0[0].transposed() },
    Function("moved axis") { $0[0].movingAxis(0, to: 1) },
    Function("flip") { $0[0].flipped() },
    Function("roll") { $0[0].rolled(5) },
    Function("roll along an axis") { $0[0].rolled(-1, axis: 1) },
    Function("tile") { $0[0].tiled([2, 3]) },
    Function("repeat") { $0[0].repeated(2, axis: 1) },
    Function("pad") { $0[0].padded([(1, 0), (2, 1)], mode: .constant(7)) },
    Function("pad by reflection") { $0[0].padded([(1, 2), (0, 3)], mode: .reflect) },
    Function("broadcast") { $0[2].broadcast(to: [2, 3, 4]) },
    Function("expand and squeeze") { $0[0].expandingDimension(at: 1).squeezed(axis: 1) },
    Function("diagonal") { $0[0].diagonal(offset: 1) },
    Function("diagonal matrix") { $0[2].diagonalMatrix(offset: -1) },
    Function("lower triangle") { $0[0].lowerTriangle() },
    Function("upper triangle") { $0[0].upperTriangle(offset: 1) },
    Function("meshgrid") { Tensor.meshgrid([$0[2], $0[2]])[1] },
    Function("where") { Tensor.where($0[0] .> $0[1], $0[0], $0[2]) },
    Function("where with a number") { Tensor.where($0[0] .<= $0[1], 5, $0[0]) },
    Function("sort") { $0[0].sorted(axis: 0) },
    Function("sort downwards") { $0[0].sorted(axis: 1, descending: true) },
    Function("top") { $0[0].topK(2).values },
    Function("unique") { $0[0].unique().values },
  ]

  /// Functions of the same that give flags and counts.
  private static let comparisons: [Function] = [
    Function("equal") { $0[0] .== $0[1] }, Function("not equal") { $0[0] .!= $0[1] },
    Function("less") { $0[0] .< $0[1] }, Function("less or equal") { $0[0] .<= $0[2] },
    Function("greater") { $0[0] .> $0[2] }, Function("greater or equal") { $0[0] .>= $0[1] },
    Function("greater than a number") { $0[0] .> 2.5 },
    Function("equal to a number") { $0[0] .== 3 },
    Function("less than a number") { $0[0] .< -300 },
    Function("argsort") { $0[0].argsort(axis: 0, descending: true) },
    Function("argmax") { $0[0].argmax(axis: 1) }, Function("argmin") { $0[0].argmin() },
    Function("search") { $0[2].sorted().searchSorted($0[0], right: true) },
    Function("top positions") { $0[0].topK(3, largest: false).positions },
    Function("any") { $0[0].any(axis: 0) }, Function("all") { $0[0].all(axis: 0) },
    Function("count") { $0[0].countNonzero(axis: 1) }, Function("nonzero") { $0[0].nonzero()[1] },
    Function("logic") { $0[0] .& .!$0[1] .| $0[2] .^ $0[0] },
    Function("is NaN") { $0[0].isNaN() }, Function("is finite") { $0[0].isFinite() },
    Function("is infinite") { $0[0].isInfinite() }, Function("counts") { $0[0].unique().counts },
  ]

  /// Small whole numbers, which all types hold.
  private static func inputs(_ type: ScalarType) -> [NDArray] {
    var random = RandomSource(seed: 3)
    return [Shape([3, 4]), [3, 4], [4]].map { shape in
      NDArray(
        (0..<shape.elementCount).map { _ in Double(Int(random.uniform() * 8)) }, shape: shape,
        scalarType: type)
    }
  }

  /// As the same function of `float32` moves them, however they lie in memory.
  @Test(arguments: types) func numbersAreMovedAsAnyOthers(_ type: ScalarType) {
    let (inputs, singles) = (Self.inputs(type), Self.inputs(.float32))
    for function in Self.moves {
      let expected = function.body(singles.map { Tensor($0) }).cast(to: type)
      for layout in inputs[0].everyLayout {
        let result = function.body([layout.array, inputs[1], inputs[2]].map { Tensor($0) })
        let difference = mismatch(result.array, expected.array)
        #expect(difference == nil, "\(function.name), \(layout.name)")
      }
    }
    for function in Self.comparisons {
      let expected = function.body(singles.map { Tensor($0) })
      for layout in inputs[0].everyLayout {
        let result = function.body([layout.array, inputs[1], inputs[2]].map { Tensor($0) })
        #expect(mismatch(result.array, expected.array) == nil, "\(function.name), \(layout.name)")
      }
    }
  }

  /// The same of shapes alone.
  @Test(arguments: types) func shapesAloneGiveTheType(_ type: ScalarType) throws {
    let tensors = Self.inputs(type).map { Tensor($0) }
    let alone = tensors.map { Tensor(shapeOnly: $0.type) }
    let needNumbers = ["mask", "unique", "nonzero", "counts"]
    for function in Self.moves + Self.comparisons where !needNumbers.contains(function.name) {
      #expect(
        try function.body(alone).checkedType() == function.body(tensors).type, "\(function.name)")
    }
  }

  /// More than one thread takes, so that the pieces fit together.
  @Test(arguments: types) func manyNumbersAreMovedToo(_ type: ScalarType) {
    let count = 300_000
    let numbers = Tensor.range(from: 0, to: Double(count), scalarType: .int64).remainder(101)
    let x = numbers.cast(to: type)
    #expect(x.cast(to: .int64).array == numbers.array)
    let matrix = x.reshaped(to: [500, 600])
    #expect(
      matrix.transposed().contiguous.cast(to: .int64).array
        == numbers.reshaped(to: [500, 600]).transposed().array)
    let positions = (numbers * 7919 + 13).remainder(500)
    #expect(
      matrix.gather(rows: positions).cast(to: .int64).array[0..<9]
        == numbers.reshaped(to: [500, 600]).gather(rows: positions).array[0..<9])
    #expect(
      Tensor.where(x .> 50, x, 1).cast(to: .int64).array
        == Tensor.where(numbers .> 50, numbers, 1).array)
  }

  @Test func halvesThatAreNotFiniteCompareAsFloatsDo() {
    let numbers: [Double] = [.nan, -.infinity, .infinity, 0, -0.0, 1]
    for type in [ScalarType.float16, .bfloat16] {
      let (x, y) = (Tensor(numbers, scalarType: type), Tensor(numbers))
      for function in [
        Function("is NaN") { $0[0].isNaN() }, Function("is finite") { $0[0].isFinite() },
        Function("is infinite") { $0[0].isInfinite() }, Function("argmax") { $0[0].argmax() },
        Function("argmin") { $0[0].argmin() }, Function("argsort") { $0[0].argsort() },
        Function("equal") { $0[0] .== $0[0].flipped() }, Function("less") { $0[0] .< 0 },
        Function("unique") { $0[0].unique().inverse }, Function("any") { $0[0].any() },
        Function("all") { $0[0].all() },
        Function("search") { $0[0].sorted().searchSorted($0[0]) },
      ] {
        #expect(function.body([x]).array == function.body([y]).array, "\(type) \(function.name)")
      }
      #expect(!x.allFinite && x[3...].allFinite)
    }
  }

  // MARK: Whole numbers as positions and labels

  @Test(arguments: types.filter { !$0.isFloatingPoint })
  func wholeNumbersArePositionsAndLabels(_ type: ScalarType) {
    let x = Tensor(NDArray.numbers([5, 3]))
    let places = Tensor([2, 0, 1], scalarType: type)
    let usual = places.cast(to: .int64)
    #expect(x[places].array == x[usual].array)
    #expect(x.gather(places, axis: 1).array == x.gather(usual, axis: 1).array)
    #expect(x.scatter(x[..<3], at: places).array == x.scatter(x[..<3], at: usual).array)
    #expect(places.oneHot(classes: 4).array == usual.oneHot(classes: 4).array)
    #expect(places.bincount().scalars(as: Int64.self) == [1, 1, 1])
    let logits = x[..<3]
    #expect(
      crossEntropy(logits: logits, targets: places).item
        == crossEntropy(logits: logits, targets: usual).item)
    #expect(
      crossEntropy(logits: logits, targets: places, ignoring: 1).item
        == crossEntropy(logits: logits, targets: usual, ignoring: 1).item)
    #expect(
      negativeLogLikelihood(logProbabilities: logits, targets: places).item
        == negativeLogLikelihood(logProbabilities: logits, targets: usual).item)
    let outside = Tensor([2, 3, 1], scalarType: type)
    #expect(throws: ShapeError.self) { try CrossEntropy().evaluate([logits, outside]) }
  }

  // MARK: What computes

  /// Functions of two (3, 4) tensors and one of (4, 3), all of one type.
  private static let computations: [Function] = [
    Function("abs") { $0[0].abs() }, Function("acos") { $0[0].acos() },
    Function("asin") { $0[0].asin() },
    Function("atan") { $0[0].atan() }, Function("ceil") { $0[0].ceil() },
    Function("cos") { $0[0].cos() },
    Function("cosh") { $0[0].cosh() }, Function("elu") { $0[0].elu() },
    Function("erf") { $0[0].erf() },
    Function("exp") { $0[0].exp() }, Function("expm1") { $0[0].expm1() },
    Function("floor") { $0[0].floor() },
    Function("gelu") { $0[0].gelu() }, Function("hardSigmoid") { $0[0].hardSigmoid() },
    Function("hardSwish") { $0[0].hardSwish() }, Function("leakyReLU") { $0[0].leakyReLU() },
    Function("log") { $0[0].log() }, Function("log10") { $0[0].log10() },
    Function("log1p") { $0[0].log1p() },
    Function("log2") { $0[0].log2() }, Function("logSigmoid") { $0[0].logSigmoid() },
    Function("mish") { $0[0].mish() }, Function("negate") { -$0[0] },
    Function("reciprocal") { $0[0].reciprocal() },
    Function("reciprocalSquareRoot") { $0[0].reciprocalSquareRoot() },
    Function("relu") { $0[0].relu() },
    Function("round") { $0[0].rounded() }, Function("selu") { $0[0].selu() },
    Function("sigmoid") { $0[0].sigmoid() },
    Function("sign") { $0[0].sign() }, Function("silu") { $0[0].silu() },
    Function("sin") { $0[0].sin() },
    Function("sinh") { $0[0].sinh() }, Function("softplus") { $0[0].softplus() },
    Function("square") { $0[0].squared() }, Function("squareRoot") { $0[0].squareRoot() },
    Function("step") { $0[0].step() }, Function("tan") { $0[0].tan() },
    Function("tanh") { $0[0].tanh() },
    Function("truncate") { $0[0].truncated() }, Function("clip") { $0[0].clipped(min: 0, max: 1) },
    Function("add") { $0[0] + $0[1] }, Function("subtract") { $0[0] - $0[1] },
    Function("multiply") { $0[0] * $0[1] }, Function("divide") { $0[0] / $0[1] },
    Function("add a number") { $0[0] + 1 }, Function("subtract from a number") { 1 - $0[0] },
    Function("multiply by a number") { $0[0] * 2 }, Function("divide by a number") { $0[0] / 2 },
    Function("pow") { $0[0].pow($0[1]) }, Function("pow of a number") { $0[0].pow(2) },
    Function("maximum") { $0[0].maximum($0[1]) }, Function("minimum") { $0[0].minimum(3) },
    Function("floorDivide") { $0[0].floorDivide($0[1]) },
    Function("remainder") { $0[0].remainder(2) },
    Function("prelu") { $0[0].prelu($0[1][0]) },
    Function("bits") { $0[0] & $0[1] }, Function("bits of a number") { $0[0] | 1 },
    Function("not") { ~$0[0] },
    Function("shift") { $0[0] << $0[1] }, Function("shift back") { $0[0] >> 1 },
    Function("sum") { $0[0].sum() },
    Function("sum of an axis") { $0[0].sum(axis: 0, keepDims: true) },
    Function("product") { $0[0].product() }, Function("mean") { $0[0].mean() },
    Function("variance") { $0[0].variance() },
    Function("standardDeviation") { $0[0].standardDeviation() },
    Function("max") { $0[0].max() }, Function("min of an axis") { $0[0].min(axis: 1) },
    Function("norm") { $0[0].norm() }, Function("logSumExp") { $0[0].logSumExp() },
    Function("cumulativeSum") { $0[0].cumulativeSum(axis: 0) },
    Function("cumulativeProduct") { $0[0].cumulativeProduct(axis: 0) },
    Function("cumulativeMax") { $0[0].cumulativeMax(axis: 0) },
    Function("cumulativeMin") { $0[0].cumulativeMin(axis: 0) },
    Function("quantile") { $0[0].quantile(0.5) }, Function("median") { $0[0].median(axis: 1) },
    Function("histogram") { $0[0].histogram(bins: 3, range: 0...1).counts },
    Function("softmax") { $0[0].softmax() }, Function("logSoftmax") { $0[0].logSoftmax() },
    Function("matmul") { $0[0].matmul($0[2]) }, Function("affine") { $0[0].affine($0[2]) },
    Function("affine with an activation") { $0[0].affine($0[2], activation: .relu) },
    Function("outer") { $0[0][0].outer($0[1][0]) },
    Function("einsum") { Tensor.einsum("ij,jk->ik", $0[0], $0[2]) },
    Function("trace") { $0[0].trace() },
    Function("scatterAdd") { $0[0].scatterAdd($0[1][0], at: 0) },
    Function("scatterAddAlong") {
      $0[0].scatterAddAlong($0[1], to: Tensor(shapeOnly: TensorType([3, 4], .int64)), axis: 0)
    },
    Function("conv1D") { $0[0].expandingDimension(at: 0).conv1D($0[1][.newAxis]) },
    Function("maxPool") { $0[0][.newAxis].maxPool1D(2) },
    Function("averagePool") { $0[0][.newAxis].averagePool1D(2) },
    Function("interpolate") { $0[0][.newAxis].interpolated(by: 2) },
    Function("meanSquaredError") { meanSquaredError(predictions: $0[0], targets: $0[1]) },
    Function("meanAbsoluteError") { meanAbsoluteError(predictions: $0[0], targets: $0[1]) },
    Function("huberLoss") { huberLoss(predictions: $0[0], targets: $0[1]) },
    Function("binaryCrossEntropy") { binaryCrossEntropy(logits: $0[0], targets: $0[1]) },
    Function("crossEntropy") { crossEntropy(logits: $0[0], targets: Tensor([0, 1, 2] as [Int])) },
    Function("crossEntropy of probabilities") {
      crossEntropy(logits: $0[0], targets: Tensor.where($0[0] .> 0, $0[0], $0[0]))
    },
    Function("negativeLogLikelihood") {
      negativeLogLikelihood(logProbabilities: $0[0], targets: Tensor([0, 1, 2] as [Int]))
    },
    Function("klDivergence") { klDivergence(logProbabilities: $0[0], targets: $0[1]) },
    Function("hingeLoss") { hingeLoss(predictions: $0[0], targets: $0[1]) },
  ]

  /// Each is an error that names the type and the cast, on shapes alone too.
  @Test(arguments: types) func nothingComputesWithThem(_ type: ScalarType) {
    let inputs = [Shape([3, 4]), [3, 4], [4, 3]].map { Tensor(shapeOnly: TensorType($0, type)) }
    // Numbers with fractions have no bits, and the cast that bits need is another.
    let ofBits = type.isFloatingPoint ? ["bits of a number", "shift back"] : []
    for function in Self.computations where !ofBits.contains(function.name) {
      let error = #expect(throws: ShapeError.self, "\(function.name)") {
        try function.body(inputs).checkedType()
      }
      #expect(
        error?.reason.contains("the numbers are \(type), which are stored and not computed with")
          == true, "\(function.name): \(String(describing: error))")
      let hint = type == .uint32 || type == .uint64 ? "cast(to: .int64)" : "cast(to: .float32)"
      #expect(error?.hint?.contains(hint) == true, "\(function.name)")
    }
  }

  /// Every operation that there is either moves and compares, or is such an error.
  @Test(arguments: types) func everyOperationIsOneOrTheOther(_ type: ScalarType) {
    var moving: Set<String> = []
    for (operation, samples) in OperationSamples.all.merging(
      OperationSamples.constants, uniquingKeysWith: { first, _ in first })
    {
      for sample in samples {
        let inputs = sample.inputs.map { Tensor(shapeOnly: TensorType($0.shape, type)) }
        do throws(ShapeError) {
          _ = try sample.function(inputs).checkedType()
          moving.insert(operation)
        } catch {
          // With a constant of the sample's own, the types may differ first.
          #expect(
            error.hint?.contains("cast(to: .") == true, "\(operation), \(sample.label): \(error)")
        }
      }
    }
    // Parts of gradients, which are computed in other types; and of flags that a comparison made.
    let others: Set = [
      "AveragePoolGradient", "GatherInPlanes", "InterpolateGradient", "ScatterInPlanes",
      "BitwiseNot",
    ]
    // The samples of some that work compute before: all, any, countNonzero and searchSorted.
    #expect(
      moving.subtracting(others) == [
        "ArgMax", "ArgMin", "ArgSort", "BroadcastTo", "Cast", "Concatenate", "Diagonal",
        "Equal", "ExpandingDimension", "Gather", "Greater", "GreaterOrEqual", "IsFinite",
        "IsInfinite",
        "IsNaN", "Less", "LessOrEqual", "NotEqual", "OneHot", "Reshape", "Scatter", "SliceView",
        "Squeeze", "Stack", "Transpose", "Where",
      ])
  }

  @Test func theErrorTeaches() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let half = Tensor([1, 2], scalarType: .float16)
      _ = half + half
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("add: the numbers are float16, which are stored and not computed with"))
    #expect(text.contains("hint: convert first, with cast(to: .float32)"))
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2] as [Int8]).sum() }
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2] as [UInt16]).pow(2) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor([1, 2] as [Int8]).cumulativeMax(axis: 0)
    }
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 1)
      _ = Tensor.normal([3], scalarType: .bfloat16, using: &random)
    }
  }

  // MARK: Gradients

  /// A cast to what is only stored is where a gradient ends, and there are no parameters of it.
  @Test func noGradientGoesThroughThem() async {
    let x = Tensor([1, 2, 3]).requiringGradient()
    for type in Self.types {
      let stored = x.cast(to: type)
      #expect(!stored.requiresGradient && !stored.cast(to: .float32).requiresGradient)
      #expect(!stored[0..<2].requiresGradient)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor([1], scalarType: .float16).requiringGradient()
    }
    await #expect(processExitsWith: .failure) {
      _ = Parameter(Tensor([1], scalarType: .bfloat16))
    }
  }

  @Test func whatIsAssignedHasTheType() async {
    await #expect(processExitsWith: .failure) {
      var x = Tensor([1, 2], scalarType: .float16)
      x[0] = Tensor(1)
    }
    var x = Tensor([1, 2, 3], scalarType: .float16)
    x[x .> 1.5] = Tensor(0.1, scalarType: .float16)
    #expect(x.description == "[1.  0.1 0.1]")
  }
}

extension Tensor {
  /// A copy whose numbers lie one after the other.
  fileprivate var contiguous: Tensor { Tensor(array.contiguous()) }
}
