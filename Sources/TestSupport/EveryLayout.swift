import BackpropArrays

/// One way in which an array's elements can lie in memory.
public struct Layout: Sendable {
  /// `contiguous`, `transposed`, …
  public let name: String
  /// The array, laid out so.
  public let array: NDArray
}

extension NDArray {
  /// The same array laid out in memory in every way that views can bring about: an operation must
  /// give the same result for all.
  ///
  /// Memory between the elements of a view is filled with 113, so that reading it shows.
  public var everyLayout: [Layout] {
    var layouts = [
      Layout(name: "contiguous", array: copy()),
      Layout(name: "starting in the middle", array: offset),
    ]
    guard rank > 0 else { return layouts }
    layouts.append(Layout(name: "sliced from a bigger array", array: sliced))
    layouts.append(Layout(name: "reversed", array: reversed))
    if rank > 1 {
      layouts.append(Layout(name: "transposed", array: transposed().copy().transposed()))
    }
    if let repeated { layouts.append(Layout(name: "broadcast", array: repeated)) }
    return layouts
  }

  /// Contiguous, but one element after the start of its memory, where no vector is aligned.
  private var offset: NDArray {
    var memory = NDArray(repeating: 113, shape: [count + 1], scalarType: scalarType)
    memory[1...] = reshaped(to: [count])
    return memory[1...].reshaped(to: shape)
  }

  /// Every second position of each axis of a bigger array.
  private var sliced: NDArray {
    var memory = NDArray(
      repeating: 113, shape: Shape(shape.map { 2 * $0 + 1 }), scalarType: scalarType)
    let part: [AxisSelection] = shape.map { .slice(from: 1, to: 2 * $0 + 1, by: 2) }
    memory.assign(self, to: part)
    return memory.view(part)
  }

  /// Backwards in memory along every axis.
  private var reversed: NDArray {
    let backwards = [AxisSelection](repeating: .slice(from: nil, to: nil, by: -1), count: rank)
    return view(backwards).copy().view(backwards)
  }

  /// Repeated along the axes on which all positions hold the same, with a stride of 0; `nil` if
  /// there is none.
  private var repeated: NDArray? {
    guard count > 0 else { return nil }
    var kept = self
    for axis in 0..<rank {
      var part = [AxisSelection](repeating: .slice(from: nil, to: nil, by: 1), count: rank)
      part[axis] = .slice(from: 0, to: 1, by: 1)
      let first = kept.view(part)
      if first.broadcast(to: kept.shape) == kept { kept = first }
    }
    guard kept.shape != shape else { return nil }
    return kept.copy().broadcast(to: shape)
  }
}
