import BackpropArrays

extension Tensor {
  /// The norm of all elements as one vector, or of those along `axes`, which disappear unless
  /// `keepDims`: (Σ |x|ᵖ)^(1/p). PyTorch's `vector_norm`; NumPy's `norm` of a vector.
  ///
  /// p = 2 is the length, 1 the sum of magnitudes, `.infinity` the largest and -`.infinity` the smallest
  /// magnitude, 0 how many are not zero.
  ///
  /// ∂L/∂x = ∂L/∂y · sign x · (|x| / y)ᵖ⁻¹, and 0 where the norm is 0; for the infinite ones to those of
  /// that magnitude, in equal shares.
  ///
  /// ```swift
  /// vectors / vectors.norm(axis: 1, keepDims: true)         // of length 1
  /// ```
  ///
  /// Traps if one of the axes is not there or is named twice, the numbers are whole, or there is no
  /// element to choose the largest or smallest from.
  ///
  /// - Parameters:
  ///   - p: the exponent.
  ///   - axes: which axes; `nil` for all.
  ///   - keepDims: whether reduced axes stay, with the length 1.
  public func norm(_ p: Double = 2, axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Norm(p: p, axes: axes, keepDims: keepDims)(p == 0 ? detached : self)
  }
  /// The norm along `axis`.
  ///
  /// Traps as ``norm(_:axes:keepDims:)`` does.
  ///
  /// - Parameters:
  ///   - p: the exponent.
  ///   - axis: which axis.
  ///   - keepDims: whether it stays, with the length 1.
  public func norm(_ p: Double = 2, axis: Int, keepDims: Bool = false) -> Tensor {
    norm(p, axes: [axis], keepDims: keepDims)
  }
}

struct Norm: ComposedReduction {
  let p: Double
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "norm" }
  var details: String { "p = \(p)" + (axes.map { ", axes \($0)" } ?? "") }
  var needsElements: Bool { p.isInfinite }

  func resultScalarType(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType {
    try floatingPoint(scalarType)
  }

  func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
    let x = inputs[0]
    func sum(_ x: Tensor) -> Tensor { x.sum(axes: axes, keepDims: keepDims) }
    return switch p {
    case 2: sum(x.squared()).squareRoot()
    case 1: sum(x.abs())
    case 0: sum((x .!= 0).cast(to: x.scalarType))
    case .infinity: x.abs().max(axes: axes, keepDims: keepDims)
    case -.infinity: x.abs().min(axes: axes, keepDims: keepDims)
    default: sum(x.abs().pow(p)).pow(1 / p)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) {
    let x = pass.input(0)
    let g = pass.cotangent.spread(over: x.shape, axes)
    if p == 1 { return pass.add(g * x.sign(), to: 0) }
    let norm = pass.output.spread(over: x.shape, axes)
    if p.isInfinite {
      let isExtreme = (x.detached.abs() .== norm.detached).cast(to: x.scalarType)
      let share = isExtreme / isExtreme.sum(axes: axes, keepDims: true)
      return pass.add(g * (x.sign() * share), to: 0)
    }
    // Divided by 1 where the norm is 0, as all of x is then.
    let ratio = x / Tensor.where(norm.detached .== 0, 1, norm)
    pass.add(p == 2 ? g * ratio : g * (x.sign() * ratio.abs().pow(p - 1)), to: 0)
  }
}
