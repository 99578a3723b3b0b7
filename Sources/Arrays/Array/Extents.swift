/// Up to eight integers held in place, with no allocation: what shapes and strides are made of.
@usableFromInline
package struct Extents: Sendable, Hashable {
  /// The most axes that an array can have.
  package static let capacity = 8

  // A tuple rather than an array, because a tensor is made for every operation and two small
  // allocations would cost more than the arithmetic on a small layer.
  @usableFromInline
  var values: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

  package init() {}

  /// Two integers, and zeros.
  package init(_ first: Int, _ second: Int) { values = (first, second, 0, 0, 0, 0, 0, 0) }

  @inlinable
  package subscript(index: Int) -> Int {
    get { withUnsafeBytes(of: values) { $0.load(fromByteOffset: index &* 8, as: Int.self) } }
    set {
      withUnsafeMutableBytes(of: &values) {
        $0.storeBytes(of: newValue, toByteOffset: index &* 8, as: Int.self)
      }
    }
  }

  @inlinable
  package static func == (a: Extents, b: Extents) -> Bool {
    a.values.0 == b.values.0 && a.values.1 == b.values.1 && a.values.2 == b.values.2
      && a.values.3 == b.values.3 && a.values.4 == b.values.4 && a.values.5 == b.values.5
      && a.values.6 == b.values.6 && a.values.7 == b.values.7
  }

  @usableFromInline
  package func hash(into hasher: inout Hasher) {
    for index in 0..<Self.capacity { hasher.combine(self[index]) }
  }
}
