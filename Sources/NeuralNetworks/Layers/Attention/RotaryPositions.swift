import BackpropArrays
import BackpropAutodiff

/// Turns queries and keys by angles that grow with their places, so that the product of a query and a
/// key depends on how far apart they stand.
///
/// Numbers go in pairs, of which pair i at place t is turned by the angle t · base^(−2i / width):
/// (a, b) ↦ (a cos − b sin, b cos + a sin). `(…, steps, d) -> (…, steps, d)`; numbers from `width` on stay
/// as they are. Values are not turned.
///
/// ```swift
/// let positions = RotaryPositions(32)
/// let scores = positions(queries).matmul(positions(keys), transposingOther: true)
/// positions(key, offset: cache.count)          // one that stands behind those of a cache
/// ```
///
/// The gradient is turned back by the same angles. Nothing is learned or saved. Traps if the input has
/// fewer than two axes or rows shorter than `width`, or is of whole numbers.
///
/// Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (2021).
public struct RotaryPositions: Layer {
  /// Which numbers of a row make a pair.
  public enum Pairing: String, Sendable, Hashable, CaseIterable, Codable {
    /// Neighbours, 2i and 2i + 1: RoFormer's and GPT-J's.
    case interleaved
    /// One of the first half and one of the second, i and i + width / 2: GPT-NeoX's and Llama's.
    case halves
  }

  /// How many numbers of a row are turned.
  public let width: Int
  /// The angles fall from 1 a step to nearly 1 / base.
  public let base: Double
  /// Which numbers make a pair.
  public let pairing: Pairing
  /// How the angles are slowed down.
  public let scaling: RotaryScaling
  /// In which numbers the angles are worked out.
  public let angleType: ScalarType
  /// By what the numbers that are turned are multiplied besides; mostly 1.
  public let magnitude: Double
  /// The angle of a step, for each pair.
  private let frequencies: [Double]

  /// Positions for rows of which the first `width` numbers are turned. Traps if it is odd or negative,
  /// or the type of the angles is neither `float32` nor `float64`.
  ///
  /// - Parameters:
  ///   - width: how many numbers of a row are turned; mostly all.
  ///   - base: the angles fall from 1 a step to nearly 1 / `base`.
  ///   - pairing: which numbers make a pair: a setting of the weights, which expect one of them.
  ///   - scaling: how the angles are slowed down, also a setting of the weights.
  ///   - angleType: in which numbers the angles are worked out. `float64` is exact at any place;
  ///     `float32` rounds them as the programs do in which most models were trained, and far from the
  ///     beginning the weights know no other.
  ///   - magnitude: by what the numbers that are turned are multiplied besides: some ways to read longer
  ///     texts sharpen attention so.
  public init(
    _ width: Int, base: Double = 10_000, pairing: Pairing = .halves,
    scaling: RotaryScaling = .none, angleType: ScalarType = .float64, magnitude: Double = 1
  ) {
    guard width >= 0, width % 2 == 0 else {
      fatalError("RotaryPositions: \(width) numbers do not go in pairs")
    }
    guard angleType.isDifferentiable else {
      fatalError("RotaryPositions: angles are float32 or float64, not \(angleType)")
    }
    self.width = width
    self.base = base
    self.pairing = pairing
    self.scaling = scaling
    self.angleType = angleType
    self.magnitude = magnitude
    if case .factors(let factors) = scaling, factors.count != width / 2 {
      fatalError(
        "RotaryPositions: \(factors.count) factors for the \(width / 2) pairs that are turned")
    }
    frequencies = Self.unscaled(width, base, angleType).enumerated().map { scaling($1, at: $0) }
  }

  /// Rounded before they are scaled, as where they are float32 throughout.
  private static func unscaled(_ width: Int, _ base: Double, _ type: ScalarType) -> [Double] {
    Tensor.positionFrequencies(width / 2, width, base: base)
      .cast(to: type).cast(to: .float64).array.scalars(as: Double.self)
  }

  /// By what each angle is divided, however ``scaling`` says it.
  package var angleFactors: [Double] {
    zip(Self.unscaled(width, base, angleType), frequencies).map { $0 / $1 }
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { turned(input, offset: 0) }

  /// The input turned as it stands from place `offset` on.
  ///
  /// - Parameters:
  ///   - input: queries or keys, of shape (…, steps, d).
  ///   - offset: where the first step stands: how many keys a cache has.
  ///   - mode: whether the model is being trained or used, which makes no difference.
  public func callAsFunction(
    _ input: Tensor, offset: Int, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { _ in turned(input, offset: offset) }
  }

  /// The input turned by angles that were worked out before, since they are the same for queries and
  /// keys and in all layers of a model.
  ///
  /// - Parameters:
  ///   - input: queries or keys, of shape (…, steps, d).
  ///   - angles: those of its places; see ``angles(_:offset:scalarType:)``.
  ///   - mode: whether the model is being trained or used, which makes no difference.
  public func callAsFunction(
    _ input: Tensor, by angles: Angles, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { _ in turned(input, by: angles) }
  }

  /// By what the rows of some steps are turned.
  public struct Angles: Sendable {
    /// The sines and cosines, of shape (steps, width / 2), or (batch, 1, steps, width / 2).
    let sin: Tensor
    let cos: Tensor
  }

  /// The angles of some places.
  ///
  /// - Parameters:
  ///   - steps: how many places.
  ///   - offset: the first of them.
  ///   - scalarType: of what is turned.
  public func angles(_ steps: Int, offset: Int = 0, scalarType: ScalarType = .float32) -> Angles {
    angles(
      at: Tensor.range(from: Double(offset), to: Double(offset + steps), scalarType: angleType),
      scalarType: scalarType)
  }

  /// The angles of places that are given.
  ///
  /// - Parameters:
  ///   - places: of shape (steps), or (batch, steps) where those of a batch differ: then what is turned
  ///     has an axis of heads between the two.
  ///   - scalarType: of what is turned.
  public func angles(at places: Tensor, scalarType: ScalarType = .float32) -> Angles {
    let frequencies = Tensor(NDArray(frequencies, scalarType: .float64)).cast(to: angleType)
    let steps = places.cast(to: angleType).expandingDimension(at: -1)
    let angles = ((steps.rank > 2 ? steps.expandingDimension(at: 1) : steps) * frequencies)
      .cast(to: .float64)
    func scaled(_ x: Tensor) -> Tensor {
      (magnitude == 1 ? x : x * magnitude).cast(to: scalarType)
    }
    return Angles(sin: scaled(angles.sin()), cos: scaled(angles.cos()))
  }

  private func turned(_ input: Tensor, offset: Int) -> Tensor {
    guard let steps = input.shape.dropLast().last else { return turned(input, by: nil) }
    let isReady = !input.isShapeOnly && input.scalarType.isDifferentiable && width > 0
    return turned(
      input,
      by: isReady ? angles(steps, offset: offset, scalarType: input.scalarType) : nil)
  }

  private func turned(_ input: Tensor, by angles: Angles?) -> Tensor {
    guard input.scalarType.isDifferentiable else {
      return input.failing(
        .notFloatingPoint("RotaryPositions", [input.shape], input.scalarType))
    }
    guard input.rank >= 2, input.shape.last! >= width else {
      return input.failing(
        ShapeError(
          "RotaryPositions", [input.shape],
          "the input is not of shape (…, steps, d) with rows of the \(width) numbers that are turned, "
            + "or longer"))
    }
    guard let angles, !input.isShapeOnly, width > 0 else { return input }
    let (sin, cos) = (angles.sin, angles.cos)
    let pairs = Shape(input.shape.dropLast() + [width / 2, 2])
    let isWhole = input.shape.last! == width
    let x = isWhole ? input : input[.ellipsis, ..<width]
    let turned: Tensor
    switch pairing {
    case .interleaved:
      let x = x.reshaped(to: pairs)
      let (a, b) = (x[.ellipsis, 0], x[.ellipsis, 1])
      turned = Tensor.stack([a * cos - b * sin, b * cos + a * sin], axis: -1)
        .reshaped(to: Shape(input.shape.dropLast() + [width]))
    case .halves:
      let (a, b) = (x[.ellipsis, ..<(width / 2)], x[.ellipsis, (width / 2)...])
      turned = Tensor.concatenate([a * cos - b * sin, b * cos + a * sin], axis: -1)
    }
    return isWhole
      ? turned : Tensor.concatenate([turned, input[.ellipsis, width...]], axis: -1)
  }

  public var summaryName: String { "RotaryPositions(\(width), \(pairing))" }
}
