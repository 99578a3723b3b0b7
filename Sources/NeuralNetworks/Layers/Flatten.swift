import BackpropArrays
import BackpropAutodiff

/// Each example as one row: `(batch, 28, 28) -> (batch, 784)`. It has no parameters.
public struct Flatten: Layer {
  /// The layer.
  public init() {}

  public func callAsFunction(_ input: Tensor) -> Tensor {
    do throws(ShapeError) {
      return input.reshaped(to: try outputShape(for: input.shape))
    } catch { error.trap() }
  }

  public func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    guard let batch = input.first else {
      throw ShapeError("Flatten", [input], "a single number has no batch axis")
    }
    guard let length = Shape(input.dropFirst()).checkedElementCount else {
      throw ShapeError("Flatten", [input], "an example holds more numbers than can be counted")
    }
    return [batch, length]
  }
}
