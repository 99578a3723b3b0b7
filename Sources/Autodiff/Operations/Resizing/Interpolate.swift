import BackpropArrays

/// How numbers between those of an input are found when it is resized.
public enum InterpolationMode: Sendable, Hashable {
  /// The number next to the place, at the lower position: PyTorch's `nearest`.
  case nearest
  /// Between the two neighbours along each axis, in proportion to the distances: PyTorch's `linear`
  /// for sequences and `bilinear` for pictures.
  ///
  /// - Parameter alignCorners: whether the first and the last number stay at the ends. If not, numbers
  ///   are areas of equal size, whose outer edges stay where they are.
  case linear(alignCorners: Bool = false)
}

extension Tensor {
  /// Sequences or pictures in another size.
  ///
  /// `(n, channels, length) -> (n, channels, …)` or `(n, channels, height, width) -> (n, channels,
  /// …, …)`. Position i along an axis is made of what lies at i · in / out (nearest),
  /// (i + ½) · in / out − ½ (linear) or i · (in − 1) / (out − 1) (with aligned corners). ∂L/∂y goes
  /// to the numbers that a result was made of, in the same proportions.
  ///
  /// ```swift
  /// images.interpolated(to: [64, 48], mode: .linear())   // (8, 3, 28, 28) -> (8, 3, 64, 48)
  /// ```
  ///
  /// Traps if there are neither three nor four axes, the numbers are whole, an axis is empty or would
  /// be, or there are lengths for another count of axes. PyTorch's `interpolate`.
  public func interpolated(to lengths: PerAxis, mode: InterpolationMode = .nearest) -> Tensor {
    Interpolate(size: .lengths(lengths), mode: mode)(self)
  }

  /// Sequences or pictures larger by `factor` along each axis, or smaller by one below 1.
  ///
  /// As ``interpolated(to:mode:)`` to lengths of ⌊length · factor⌋; but 1 / factor takes the place of
  /// in / out, from which it differs if that was rounded. PyTorch's `interpolate` with a
  /// `scale_factor`.
  ///
  /// ```swift
  /// images.interpolated(by: 2)                           // (8, 3, 28, 28) -> (8, 3, 56, 56)
  /// ```
  ///
  /// Traps as there, and if the factor is not above 0.
  public func interpolated(by factor: Double, mode: InterpolationMode = .nearest) -> Tensor {
    Interpolate(size: .factors([factor]), mode: mode)(self)
  }

  /// Sequences or pictures larger along each axis by a factor of its own, the height's before the
  /// width's: ``interpolated(by:mode:)``.
  ///
  /// Traps as there, and if there are not as many factors as axes to resize.
  public func interpolated(by factors: [Double], mode: InterpolationMode = .nearest) -> Tensor {
    Interpolate(size: .factors(factors), mode: mode)(self)
  }
}

struct Interpolate: KernelOperation {
  let size: ResizedLengths
  let mode: InterpolationMode

  var name: String { "interpolate" }
  var details: String { mode == .nearest ? "nearest" : "linear" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireFloatingPoint(0, name)
    let input = inputs[0].shape
    let axes = try size.axes(of: input, name)
    let shape = Shape(input.prefix(2) + axes.map(\.count))
    guard shape.hasCountableElements else {
      throw ShapeError(name, [input], "more elements than can be counted")
    }
    return TensorType(shape, inputs[0].scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    let input = pass.input(0)
    pass.withOutput {
      size.planes(input.shape, input.scalarType, mode, name).resize(input, into: $0)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(
      InterpolateGradient(size: size, mode: mode, shape: pass.inputType(0).shape)(pass.cotangent),
      to: 0)
  }
}
