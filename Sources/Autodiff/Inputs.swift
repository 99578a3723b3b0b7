import Arrays

/// What an operation is applied to: a few tensors, the first three of them held in place so that
/// recording an operation needs no array.
public struct Inputs: Sendable, RandomAccessCollection {
  private var first: Tensor?
  private var second: Tensor?
  private var third: Tensor?
  // `nil` rather than empty, which would be one more reference to count at every copy.
  private var others: [Tensor]?
  public private(set) var count: Int

  init() { count = 0 }

  /// One input.
  @inline(__always)
  public init(_ a: Tensor) {
    first = a
    count = 1
  }

  /// Two inputs.
  @inline(__always)
  public init(_ a: Tensor, _ b: Tensor) {
    (first, second) = (a, b)
    count = 2
  }

  /// Three inputs.
  @inline(__always)
  public init(_ a: Tensor, _ b: Tensor, _ c: Tensor) {
    (first, second, third) = (a, b, c)
    count = 3
  }

  /// Any number of inputs.
  public init(_ tensors: [Tensor]) {
    count = tensors.count
    if count > 0 { first = tensors[0] }
    if count > 1 { second = tensors[1] }
    if count > 2 { third = tensors[2] }
    if count > 3 { others = Array(tensors[3...]) }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  @inline(__always)
  public subscript(index: Int) -> Tensor {
    // Lent rather than copied, which would count two references up and down at every look.
    _read {
      switch index {
      case 0: yield first!
      case 1: yield second!
      case 2: yield third!
      default: yield others![index - 3]
      }
    }
  }

  /// The shapes, for an error's text.
  var shapes: [Shape] { map(\.shape) }

  @inline(__always)
  var requiresGradient: Bool {
    first?.node != nil || second?.node != nil || third?.node != nil
      || others?.contains { $0.node != nil } ?? false
  }
}
