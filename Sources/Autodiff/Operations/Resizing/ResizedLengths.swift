import BackpropArrays
import CBackpropKernels

/// To which lengths something is resized.
enum ResizedLengths: Sendable {
  case lengths(PerAxis)
  /// Times a factor for all axes, or one each.
  case factors([Double])

  /// The axes that are resized, of an input of shape `input`.
  func axes(of input: Shape, _ operation: String) throws(ShapeError) -> [ResizedAxis] {
    guard input.rank == 3 || input.rank == 4 else {
      throw ShapeError(
        operation, [input],
        "the input has \(input.rank) axes, and not (batch, channels, length) or (batch, channels, "
          + "height, width)")
    }
    let lengths = Array(input.dropFirst(2))
    guard !lengths.contains(0) else {
      throw ShapeError(operation, [input], "there is nothing to resize along an axis of length 0")
    }
    let axes: [ResizedAxis]
    switch self {
    case .lengths(let numbers):
      let counts = try numbers.resolved(lengths.count, "result", least: 1, operation, [input])
      axes = zip(lengths, counts).map { ResizedAxis(length: $0, count: $1, factor: nil) }
    case .factors(let factors):
      guard factors.count == 1 || factors.count == lengths.count,
        factors.allSatisfy({ $0 > 0 && $0.isFinite })
      else {
        throw ShapeError(
          operation, [input],
          "the factors are \(factors); give one above 0 for all axes or one for each of "
            + "\(lengths.count)")
      }
      axes = lengths.indices.map { axis in
        let factor = factors[factors.count == 1 ? 0 : axis]
        let count = (Double(lengths[axis]) * factor).rounded(.down)
        return ResizedAxis(
          length: lengths[axis], count: count < 0x1p62 ? Int(count) : .max, factor: factor)
      }
    }
    for axis in axes where axis.count == 0 {
      throw ShapeError(operation, [input], "of a length of \(axis.length) nothing would be left")
    }
    return axes
  }

  /// How planes of an input of shape `input` are resized.
  func planes(
    _ input: Shape, _ scalarType: ScalarType, _ mode: InterpolationMode, _ operation: String
  ) -> PlaneResizing {
    let axes = knownToFit { () throws(ShapeError) in try self.axes(of: input, operation) }
    let taps = axes.map { $0.taps(mode, scalarType) }
    // Along one axis alone, there is one row.
    let row = [bp_tap(first: 0, second: 0, weight: 0)]
    return PlaneResizing(
      height: axes.count == 1 ? 1 : axes[0].length, width: axes[axes.count - 1].length,
      rows: axes.count == 1 ? row : taps[0], columns: taps[axes.count - 1],
      blends: mode != .nearest)
  }
}

/// An axis that is resized.
struct ResizedAxis {
  let length: Int
  /// The length afterwards.
  let count: Int
  /// By what the length was multiplied, where that was said.
  let factor: Double?

  /// What each position is made of, with PyTorch's rounding: places are computed in the type of the
  /// numbers, those of `nearest` in single precision always.
  func taps(_ mode: InterpolationMode, _ scalarType: ScalarType) -> [bp_tap] {
    // Whatever the factor was.
    if count == length { return (0..<count).map { bp_tap(first: $0, second: $0, weight: 0) } }
    switch mode {
    case .nearest:
      let step = step(Float.self)
      return (0..<count).map { index in
        let place = count == 2 * length ? index / 2 : Int((Float(index) * step).rounded(.down))
        let position = Swift.min(place, length - 1)
        return bp_tap(first: position, second: position, weight: 0)
      }
    case .linear(let alignCorners):
      return scalarType == .float32
        ? linearTaps(Float.self, alignCorners) : linearTaps(Double.self, alignCorners)
    }
  }

  /// How far apart positions lie on the axis as it was.
  private func step<T: BinaryFloatingPoint>(_: T.Type) -> T {
    factor.map { T(1 / $0) } ?? T(length) / T(count)
  }

  private func linearTaps<T: BinaryFloatingPoint>(_: T.Type, _ alignCorners: Bool) -> [bp_tap] {
    let step =
      alignCorners ? count > 1 ? T(length - 1) / T(count - 1) : 0 : step(T.self)
    return (0..<count).map { index in
      let place =
        alignCorners ? step * T(index) : Swift.max(0, step * (T(index) + 0.5) - 0.5)
      let first = Swift.min(Int(place), length - 1)
      let weight = Swift.min(Swift.max(place - T(first), 0), 1)
      return bp_tap(
        first: first, second: Swift.min(first + 1, length - 1), weight: Double(weight))
    }
  }
}
