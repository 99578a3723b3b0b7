import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The product of all elements, or of those along `axes`, which disappear unless `keepDims`:
  /// NumPy's and PyTorch's `prod`; 1 of no elements. Whole numbers and flags are multiplied as
  /// `int64`.
  ///
  /// ∂L/∂xᵢ = ∂L/∂y · Πⱼ≠ᵢ xⱼ, worked out without a division, so that it is right where an element
  /// is zero.
  ///
  /// Traps if one of the axes is not there or is named twice.
  public func product(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Product(axes: axes, keepDims: keepDims)(self)
  }
  /// The product along `axis`.
  ///
  /// Traps if it is not there.
  public func product(axis: Int, keepDims: Bool = false) -> Tensor {
    product(axes: [axis], keepDims: keepDims)
  }
}

struct Product: ReductionOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "product" }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType {
    scalarType.isFloatingPoint ? scalarType : .int64
  }

  func compute(_ pass: inout ForwardPass) { reduce(BP_PRODUCT, &pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let input = pass.input(0)
    let shape = input.shape
    guard shape.elementCount > 0 else {
      return pass.add(Tensor.zeros(shape, scalarType: input.scalarType), to: 0)
    }
    // As rows, of which each makes one product.
    var isReduced = [Bool](repeating: axes == nil, count: shape.rank)
    for axis in axes ?? [] { isReduced[axis < 0 ? axis + shape.rank : axis] = true }
    let order = shape.indices.filter { !isReduced[$0] } + shape.indices.filter { isReduced[$0] }
    let moved = input.transposed(order)
    let rows = moved.reshaped(to: [pass.cotangent.count, -1])
    let gradient = Self.productsOfOthers(rows, times: pass.cotangent.reshaped(to: [-1, 1]))
    var back = order
    for (place, axis) in order.enumerated() { back[axis] = place }
    pass.add(gradient.reshaped(to: moved.shape).transposed(back), to: 0)
  }

  /// For each element of each row the product of the row's other elements, times `factor`.
  ///
  /// The halves of a row are multiplied by each other until one number is left; on the way back, what
  /// is outside a pair is multiplied by the pair's one side for the other. 3n multiplications for n
  /// elements, and no division.
  private static func productsOfOthers(_ rows: Tensor, times factor: Tensor) -> Tensor {
    var levels = [rows]
    while let level = levels.last, level.shape[1] > 1 {
      let (left, right, rest) = halves(level)
      levels.append(Tensor.concatenate([left * right] + rest, axis: 1))
    }
    var outside = factor
    for level in levels.dropLast().reversed() {
      let (left, right, rest) = halves(level)
      let pairs = outside[.all, ..<left.shape[1]]
      let alone = rest.isEmpty ? [] : [outside[.all, left.shape[1]...]]
      outside = Tensor.concatenate([pairs * right, pairs * left] + alone, axis: 1)
    }
    return outside
  }

  /// The two halves of each row, and the last element where their length is odd.
  private static func halves(_ rows: Tensor) -> (left: Tensor, right: Tensor, rest: [Tensor]) {
    let (length, half) = (rows.shape[1], rows.shape[1] / 2)
    return (
      rows[.all, ..<half], rows[.all, half..<(2 * half)],
      length == 2 * half ? [] : [rows[.all, (length - 1)...]]
    )
  }
}
