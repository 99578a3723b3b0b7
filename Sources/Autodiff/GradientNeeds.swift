/// Which numbers the gradient of an operation is computed with. The graph keeps these and no
/// others.
///
/// ```swift
/// func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }              // exp
/// func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .input(1)] }
/// ```
public struct GradientNeeds: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Nothing but the gradient with respect to the result, as for a sum.
  public static let nothing: GradientNeeds = []
  /// The result's numbers.
  public static let output = GradientNeeds(rawValue: 1 << 63)
  /// The numbers of all inputs.
  public static let inputs = GradientNeeds(rawValue: 1 << 63 - 1)

  /// The numbers of input `index`. From the sixty-third on, inputs are kept together or not at all.
  @inline(__always)
  public static func input(_ index: Int) -> GradientNeeds {
    GradientNeeds(rawValue: 1 << UInt64(min(index, 62)))
  }

  /// Of an operation on two inputs whose gradient with respect to each is made of the other, as of
  /// a product: the other side of each input that wants a gradient.
  @inline(__always)
  public static func otherSide(_ inputs: Inputs) -> GradientNeeds {
    var needs = GradientNeeds.nothing
    if inputs.needsGradient(0) { needs.insert(.input(1)) }
    if inputs.needsGradient(1) { needs.insert(.input(0)) }
    return needs
  }
}
