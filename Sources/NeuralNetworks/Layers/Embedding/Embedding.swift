import BackpropArrays
import BackpropAutodiff

/// A table of vectors, one for each word (or anything else that can be counted), and the look-up in
/// it.
///
/// yᵢ = the row of the weight whose number is xᵢ: `(batch, steps) -> (batch, steps, width)`, and so
/// for any shape of whole numbers, `int32` or `int64`. The gradient goes to the rows that were looked
/// up, and adds up where one was several times.
///
/// ```swift
/// let embedding = Embedding(10_000, 64, paddingIndex: 0, using: &random)
/// embedding(words)                   // (8, 20) of 0..<10000 -> (8, 20, 64)
/// ```
///
/// A number outside of the table ends the program, and the error says where it stands.
///
/// Source: PyTorch's `Embedding`.
public struct Embedding: Layer {
  /// The vectors: of shape (count, width).
  public let weight: Parameter
  /// The number of the vector that stands for nothing, which training leaves as it is; `nil` for
  /// none.
  public let paddingIndex: Int?

  /// A table of random vectors: normal with mean 0 and standard deviation 1, and zeros at the padding.
  ///
  /// - Parameters:
  ///   - count: how many vectors.
  ///   - width: how many numbers in each.
  ///   - paddingIndex: which vector stands for nothing: it starts as zeros and gets no gradient.
  ///     Traps unless it is in 0..<count.
  ///   - scalarType: of the vectors.
  ///   - random: where the vectors come from.
  public init(
    _ count: Int, _ width: Int, paddingIndex: Int? = nil, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    var weight = Tensor.normal([count, width], scalarType: scalarType, using: &random)
    if let paddingIndex, (0..<count).contains(paddingIndex) {
      weight[paddingIndex] = .zeros([width], scalarType: scalarType)
    }
    self.init(weight: weight.array, paddingIndex: paddingIndex)
  }

  /// A table of given vectors, of shape (count, width).
  public init(weight: NDArray, paddingIndex: Int? = nil) {
    guard weight.rank == 2 else {
      ShapeError("Embedding", [weight.shape], "the weight is a matrix (count, width)").trap()
    }
    if let paddingIndex, !(0..<weight.shape[0]).contains(paddingIndex) {
      ShapeError(
        "Embedding", [weight.shape],
        "the padding is vector \(paddingIndex), and the vectors are 0..<\(weight.shape[0])"
      ).trap()
    }
    self.weight = Parameter(weight, named: "weight")
    self.paddingIndex = paddingIndex
  }

  /// A table of vectors in blocks of whole numbers (`Q8_0`, `Q4_0`), for use and not for training.
  public init(weight: QuantizedMatrix) {
    self.weight = Parameter(weight, isTable: true, named: "weight")
    paddingIndex = nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    // Positions may count from the end elsewhere; a word that does is a mistake.
    if !input.isShapeOnly, input.count > 0, !input.scalarType.isFloatingPoint {
      let first = input.cast(to: .int64).min().item
      guard first >= 0 else {
        return input.failing(
          ShapeError(
            "Embedding", [input.shape],
            "there is a word \(Int(first)), and the words are 0..<\(weight.shape[0])"))
      }
    }
    if let matrix = weight.quantized { return QuantizedRows(matrix: matrix)(input) }
    let vectors = weight.tensor.gather(rows: input)
    guard let paddingIndex, vectors.requiresGradient else { return vectors }
    let isPadding = (input .== Double(paddingIndex)).expandingDimension(at: -1)
    return Tensor.where(isPadding, vectors.detached, vectors)
  }

  /// All vectors, of shape (count, width), with no gradient to the padding.
  var table: Tensor {
    let vectors = weight.tensor
    guard let paddingIndex, vectors.requiresGradient else { return vectors }
    let numbers = Tensor((0..<weight.shape[0]).map(Int32.init), shape: [weight.shape[0], 1])
    return Tensor.where(numbers .== Double(paddingIndex), vectors.detached, vectors)
  }

  /// How alike each row of `x` is to each vector: x Eᵀ, E being the table. The scores of words by a
  /// model whose last layer is tied to this table (Press and Wolf, "Using the Output Embedding to
  /// Improve Language Models", 2017).
  ///
  /// `(…, width) -> (…, count)`. The gradient flows to the table here and where words are looked up.
  ///
  /// Traps if the rows of `x` are not as long as the vectors.
  public func scores(of x: Tensor) -> Tensor {
    let (count, width) = (weight.shape[0], weight.shape[1])
    guard x.rank > 0, x.shape.last == width else {
      return x.failing(
        ShapeError(
          "Embedding.scores", [x.shape, weight.shape],
          "the rows have not \(width) numbers, as the vectors do"))
    }
    if let matrix = weight.quantized { return QuantizedAffine(matrix: matrix)(x) }
    // As one tall matrix, so that the gradient with respect to the table is one product.
    return x.reshaped(to: [-1, width]).matmul(weight.tensor, transposingOther: true)
      .reshaped(to: Shape(x.shape.dropLast() + [count]))
  }

  public var inputScalarType: ScalarType { .int64 }

  public var members: [ModuleMember] { ModuleMember.named(["weight": weight]) }

  public var summaryName: String { "Embedding(\(weight.shape[0]) -> \(weight.shape[1]))" }
}
