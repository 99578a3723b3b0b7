import CBackpropKernels

/// The loop of an element-wise operation, as data: whoever sees several in a row can run them block
/// by block.
package enum ElementwiseLoop: Sendable, Equatable {
  case unary(bp_unary)
  case binary(bp_binary)
  case formula(bp_formula, Double, Double)
  /// Flags of two numbers.
  case comparison(bp_comparison)
  /// The second or the third operand, by the flags of the first.
  case selection
  /// The same number as another type.
  case cast
}
