import BackpropArrays
import BackpropAutodiff

/// The keys and values of attention to what was read before, so that a model that writes token by token
/// computes those of each token once.
///
/// A value: a copy goes on by itself. What is appended goes into memory that is there already, which
/// doubles when it is full, so that n tokens cost in the order of n copies of one; only where a copy of
/// the cache, or a result of ``append(_:_:)``, still shows that memory is it copied first.
///
/// ```swift
/// var cache = KeyValueCache()
/// let (keys, values) = cache.append(newKeys, newValues)   // all so far: (batch, heads, m, d)
/// ```
///
/// It keeps numbers and no graph: no gradient flows to what earlier calls appended.
public struct KeyValueCache: Sendable {
  /// How many keys there are for each head.
  public private(set) var count = 0
  /// Of shape (batch, heads, room, d), of which `count` are written; `nil` at first.
  private var keys: NDArray?
  private var values: NDArray?

  /// For how many keys there is room at first.
  private static let leastRoom = 16

  /// A cache of nothing.
  public init() {}

  /// Appends keys and values.
  ///
  /// Traps if their shapes differ from those before in more than the number of keys, or their types do.
  ///
  /// - Parameters:
  ///   - newKeys: of shape (batch, heads, new, d).
  ///   - newValues: of shape (batch, heads, new, e).
  /// - Returns: all keys and values, these the last. Through them, a gradient flows to the new ones.
  public mutating func append(
    _ newKeys: Tensor, _ newValues: Tensor
  ) -> (keys: Tensor, values: Tensor) {
    if let error = misfit(newKeys, newValues) {
      let failed = newKeys.failing(error, beside: [newValues])
      return (failed, failed)
    }
    let (earlier, added) = (count, newKeys.shape[2])
    if newKeys.isShapeOnly || newValues.isShapeOnly {
      // Shapes alone leave nothing to keep.
      func all(_ new: Tensor) -> Tensor {
        var shape = new.shape
        shape[2] += earlier
        return Tensor(shapeOnly: TensorType(shape, new.scalarType))
      }
      return (all(newKeys), all(newValues))
    }
    Self.write(newKeys.array, at: earlier, to: &keys)
    Self.write(newValues.array, at: earlier, to: &values)
    count += added
    return (
      Self.all(keys!, earlier, newKeys), Self.all(values!, earlier, newValues)
    )
  }

  private static func write(_ new: NDArray, at start: Int, to store: inout NDArray?) {
    let end = start + new.shape[2]
    // Taken out, so that nothing else holds the memory while it is written.
    var array = store.take() ?? NDArray(uninitialized: room(for: end, like: new), new.scalarType)
    if array.shape[2] < end {
      var larger = NDArray(
        uninitialized: room(for: Swift.max(end, 2 * array.shape[2]), like: new), new.scalarType)
      larger[.all, .all, ..<start] = array[.all, .all, ..<start]
      array = larger
    }
    array[.all, .all, start..<end] = new
    store = array
  }

  private static func room(for count: Int, like new: NDArray) -> Shape {
    var shape = new.shape
    shape[2] = Swift.max(leastRoom, count)
    return shape
  }

  /// What is written, of which the last part is `new`.
  private static func all(_ store: NDArray, _ earlier: Int, _ new: Tensor) -> Tensor {
    if earlier == 0 { return new }
    if new.requiresGradient {
      return Tensor.concatenate([Tensor(store[.all, .all, ..<earlier]), new], axis: 2)
    }
    return Tensor(store[.all, .all, ..<(earlier + new.shape[2])])
  }

  private func misfit(_ newKeys: Tensor, _ newValues: Tensor) -> ShapeError? {
    func error(_ reason: String) -> ShapeError {
      ShapeError("KeyValueCache", [newKeys.shape, newValues.shape], reason)
    }
    guard newKeys.rank == 4, newValues.rank == 4 else {
      return error("keys and values are of shape (batch, heads, new, d)")
    }
    guard newKeys.shape[..<3].elementsEqual(newValues.shape[..<3]) else {
      return error("there is not one value for each key")
    }
    let reason =
      Self.misfit(newKeys.shape, newKeys.scalarType, beside: keys, "keys")
      ?? Self.misfit(newValues.shape, newValues.scalarType, beside: values, "values")
    return reason.map(error)
  }

  /// Where the next keys stand, from 0: of shape (steps).
  func places(_ steps: Int) -> Tensor {
    .range(from: Double(count), to: Double(count + steps), scalarType: .int32)
  }

  /// How many texts it is of; `nil` while it is of nothing.
  var batchCount: Int? { keys?.shape[0] }

  /// Why keys of this shape and type do not go with those of the cache, if they do not.
  func misfit(_ newKeys: Shape, _ scalarType: ScalarType) -> String? {
    Self.misfit(newKeys, scalarType, beside: keys, "keys")
  }

  private static func misfit(
    _ shape: Shape, _ scalarType: ScalarType, beside store: NDArray?, _ name: String
  ) -> String? {
    guard let store else { return nil }
    guard scalarType == store.scalarType else {
      return "the new \(name) are \(scalarType) and those of the cache \(store.scalarType)"
    }
    let (old, new) = (store.shape, shape)
    guard (old[0], old[1], old[3]) == (new[0], new[1], new[3]) else {
      return
        "the cache has \(name) of \(old[3]) numbers for \(old[0]) batches and \(old[1]) heads, "
        + "and the new ones have \(new[3]) for \(new[0]) and \(new[1])"
    }
    return nil
  }
}
