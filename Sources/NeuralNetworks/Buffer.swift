import BackpropArrays
import BackpropAutodiff

/// A tensor that belongs to a module but is not trained: running statistics, positions, a mask.
///
/// It is saved and loaded with the parameters, and no gradient is worked out by it. Like a
/// `Parameter` it stays the same object while its value is replaced, and may be read from any task;
/// the value that a reader gets never changes under it.
///
/// ```swift
/// let runningMean = Buffer(.zeros([channels]))
/// runningMean.array = (runningMean.tensor * 0.9 + mean * 0.1).array
/// ```
public final class Buffer: Sendable {
  private let current: SharedArray

  /// A buffer that starts as `array`, of any type.
  public init(_ array: NDArray) { current = SharedArray(array) }

  /// A buffer that starts as the numbers of `tensor`, of any type.
  @_disfavoredOverload
  public convenience init(_ tensor: Tensor) { self.init(tensor.array) }

  /// The value now. Traps if a new one has another shape or type.
  public var array: NDArray {
    get { current.withLock { $0 } }
    set { update { $0 = newValue } }
  }

  /// The value now, as a constant.
  public var tensor: Tensor { Tensor(array) }

  /// Changes the value, with nobody else reading or changing it meanwhile. Traps if its shape or its
  /// type is another one afterwards.
  public func update(_ body: (inout NDArray) -> Void) {
    current.withLock { value in
      let (shape, scalarType) = (value.shape, value.scalarType)
      body(&value)
      guard value.shape == shape, value.scalarType == scalarType else {
        ShapeError(
          "Buffer", [shape, value.shape],
          "a buffer keeps its shape and type (\(scalarType)); the new value is \(value.scalarType)"
        ).trap()
      }
    }
  }

  /// The lengths of the axes.
  public var shape: Shape { array.shape }
  /// The type of the numbers.
  public var scalarType: ScalarType { array.scalarType }
}
