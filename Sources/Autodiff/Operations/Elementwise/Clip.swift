import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Each element, but no less than `min` and no more than `max`: NumPy's `clip`, PyTorch's `clamp`. NaN
  /// stays. If `min` is above `max`, all are `max`.
  ///
  /// ∂L/∂x = ∂L/∂y where x is within the bounds or on one, else 0.
  ///
  /// ```swift
  /// x.clipped(min: -1, max: 1)
  /// x.clipped(min: 1e-6).log()
  /// ```
  ///
  /// Traps if the numbers are `bool`, or are whole and cannot hold a bound.
  ///
  /// - Parameters:
  ///   - min: the lower bound; `nil` for none.
  ///   - max: the upper bound; `nil` for none.
  public func clipped(min: Double? = nil, max: Double? = nil) -> Tensor {
    guard scalarType.isFloatingPoint || scalarType == .bool else {
      let raised = min.map { maximum($0) } ?? self
      return max.map { raised.minimum($0) } ?? raised
    }
    return Clip(min: min, max: max)(self)
  }
}

struct Clip: FormulaOperation {
  let min: Double?
  let max: Double?

  var name: String { "clipped" }
  var details: String {
    "from \(min.map { "\($0)" } ?? "-∞") to \(max.map { "\($0)" } ?? "∞")"
  }
  static var formula: bp_formula { BP_CLIP }
  static var gradientFormula: bp_formula { BP_CLIP_GRADIENT }
  var settings: (Double, Double) { (min ?? -.infinity, max ?? .infinity) }

  func slope(at x: Tensor) -> Tensor {
    let (low, high) = settings
    return (x .>= low).cast(to: x.scalarType) * (x .<= high).cast(to: x.scalarType)
  }
}
