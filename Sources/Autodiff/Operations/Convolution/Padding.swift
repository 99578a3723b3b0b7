import BackpropArrays

/// The zeros that a convolution sees around its input.
///
/// ```swift
/// x.conv2D(weight, padding: 1)                       // one on every side
/// x.conv2D(weight, padding: [0, 2])                  // two on the left and two on the right
/// x.conv1D(weight, padding: .edges(before: 2, after: 0))
/// x.conv2D(weight, padding: .same)
/// ```
public enum Padding: Sendable, Hashable {
  /// As many on both sides of each axis.
  case each(PerAxis)
  /// So many in front of each axis (above, on the left) and behind it (below, on the right).
  case edges(before: PerAxis, after: PerAxis)
  /// As many as give a result of the input's lengths: dilation · (kernel − 1) in all, and where that
  /// is odd, one more behind than in front. Only for a stride of 1. PyTorch's `padding="same"`.
  case same
}

extension Padding: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral number: Int) { self = .each(PerAxis(number)) }
  public init(arrayLiteral numbers: Int...) { self = .each(PerAxis(numbers)) }
}

extension Padding: CustomStringConvertible {
  /// `1`, `0x2`, `same`, `2 before and 0 after`.
  public var description: String {
    switch self {
    case .each(let numbers): numbers.description
    case .edges(let before, let after): "\(before) before and \(after) after"
    case .same: "same"
    }
  }
}
