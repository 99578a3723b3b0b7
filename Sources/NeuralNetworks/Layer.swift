import Arrays
import Autodiff

/// A function of a tensor with parameters that training changes.
///
/// A model of one's own is a type with layers as stored properties and a `callAsFunction`; there is
/// nothing to register. Its parameters are found by reflection and named after the properties:
/// `hidden.weight`, `hidden.bias`, `output.weight`.
///
/// ```swift
/// struct TwoLayers: Layer {
///   let hidden: Linear
///   let output: Linear
///   func callAsFunction(_ x: Tensor) -> Tensor { output(hidden(x).relu()) }
/// }
/// ```
public protocol Layer: Sendable {
  /// The layer applied to `input`, whose first axis is the batch.
  func callAsFunction(_ input: Tensor) -> Tensor

  /// The shape of the result for an input of shape `input`, or why the input does not fit.
  ///
  /// The default applies the layer to zeros, and so traps where it does not fit.
  func outputShape(for input: Shape) throws(ShapeError) -> Shape

  /// The parameters with their names, in a stable order. The default finds them by reflection.
  var namedParameters: [(name: String, parameter: Parameter)] { get }

  /// A short description in a summary: `Linear(784 -> 50)`. The default is the type's name.
  var summaryName: String { get }
}

extension Layer {
  public func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    withoutGradient { self(Tensor.zeros(input)) }.shape
  }

  public var namedParameters: [(name: String, parameter: Parameter)] {
    Self.parameters(in: self, path: "")
  }

  public var summaryName: String { "\(Self.self)" }

  /// The parameters, in the order of their names' appearance.
  public var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// The number of numbers that training changes.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  private static func parameters(
    in value: Any, path: String
  ) -> [(name: String, parameter: Parameter)] {
    Mirror(reflecting: value).children.enumerated().flatMap { index, child in
      let label = child.label.flatMap { $0.hasPrefix("[") || $0 == "some" ? nil : $0 }
      // An optional adds nothing to the name, an element of an array its position.
      let part = child.label == "some" ? "" : label ?? "\(index)"
      let name = path.isEmpty ? part : part.isEmpty ? path : "\(path).\(part)"
      switch child.value {
      case let parameter as Parameter:
        return [(name, parameter)]
      case let layer as any Layer:
        return layer.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
      default:
        let kind = Mirror(reflecting: child.value).displayStyle
        let holdsMore = kind == .collection || kind == .optional || kind == .tuple
        return holdsMore ? parameters(in: child.value, path: name) : []
      }
    }
  }
}
