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

  /// Positions for rows of which the first `width` numbers are turned. Traps if it is odd or negative.
  ///
  /// - Parameters:
  ///   - width: how many numbers of a row are turned; mostly all.
  ///   - base: the angles fall from 1 a step to nearly 1 / `base`.
  ///   - pairing: which numbers make a pair: a setting of the weights, which expect one of them.
  public init(_ width: Int, base: Double = 10_000, pairing: Pairing = .halves) {
    guard width >= 0, width % 2 == 0 else {
      fatalError("RotaryPositions: \(width) numbers do not go in pairs")
    }
    self.width = width
    self.base = base
    self.pairing = pairing
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

  private func turned(_ input: Tensor, offset: Int) -> Tensor {
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
    if input.isShapeOnly || width == 0 { return input }
    let steps = input.shape[input.rank - 2]
    let angles = Tensor.positionAngles(steps, pairs: width / 2, width, offset, base: base)
    let (sin, cos) = (
      angles.sin().cast(to: input.scalarType), angles.cos().cast(to: input.scalarType)
    )
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
