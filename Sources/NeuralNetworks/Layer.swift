import BackpropArrays
import BackpropAutodiff

/// A function of a tensor with parameters that training changes.
///
/// A model of one's own is a type with layers as stored properties and a `callAsFunction`; there is
/// nothing to register. Its parameters are found by reflection and named after the properties:
/// `hidden.weight`, `hidden.bias`, `output.weight`. Properties may hold layers and parameters
/// directly or in optionals, arrays, tuples, dictionaries (by sorted key) and structs that are no
/// layers themselves.
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
  /// The default runs the layer on shapes alone, which takes no memory and no arithmetic. A layer
  /// that reads numbers, or whose result's shape depends on numbers, states the shape itself.
  func outputShape(for input: Shape) throws(ShapeError) -> Shape

  /// The parameters with their names, in a stable order. The default finds them by reflection.
  var namedParameters: [(name: String, parameter: Parameter)] { get }

  /// How the parameter `name` of ``namedParameters`` lies in weight files, which follow PyTorch.
  ///
  /// The default asks the layer that holds it, and says `asIs` for a parameter that the layer holds
  /// itself. A layer whose own parameter lies otherwise in memory than in PyTorch says so here.
  func fileLayout(of name: String) -> ParameterLayout

  /// A short description in a summary: `Linear(784 -> 50)`. The default is the type's name.
  var summaryName: String { get }
}

extension Layer {
  public func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    let scalarType = parameters.first?.scalarType ?? .float32
    return try self(Tensor(shapeOnly: TensorType(input, scalarType))).checkedType().shape
  }

  public var namedParameters: [(name: String, parameter: Parameter)] {
    Self.parameters(in: self, path: "")
  }

  public var summaryName: String { "\(Self.self)" }

  /// The parameters, in the order of their names' appearance. One that two layers share has two
  /// names and is listed once.
  public var parameters: [Parameter] {
    var seen: Set<ObjectIdentifier> = []
    return namedParameters.map(\.parameter).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  /// The number of numbers that training changes.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  private static func parameters(
    in value: Any, path: String
  ) -> [(name: String, parameter: Parameter)] {
    children(of: value).flatMap { label, child in
      let name = path.isEmpty ? label : label.isEmpty ? path : "\(path).\(label)"
      switch child {
      case let parameter as Parameter:
        return [(name, parameter)]
      case let layer as any Layer:
        return layer.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
      default:
        return parameters(in: child, path: name)
      }
    }
  }

  /// What a value holds that can hold parameters, with what it adds to their names: a property its
  /// own name, an element of an array its position, an optional nothing.
  static func children(of value: Any) -> [(label: String, value: Any)] {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .collection:
      return mirror.children.enumerated().map { ("\($0)", $1.value) }
    case .optional:
      return mirror.children.map { ("", $0.value) }
    case .tuple:
      // The elements of a tuple without names are called ".0", ".1".
      return mirror.children.map {
        ($0.label.map { $0.trimmingPrefix(".") }.map(String.init) ?? "", $0.value)
      }
    case .dictionary:
      return mirror.children.compactMap { pair in
        let parts = Array(Mirror(reflecting: pair.value).children)
        return parts.count == 2 ? ("\(parts[0].value)", parts[1].value) : nil
      }.sorted { $0.label < $1.label }
    case .struct:
      return mirror.children.map { ($0.label ?? "", $0.value) }
    case .class where value is any Layer:
      // A superclass's properties come first.
      let classes = sequence(first: mirror) { $0.superclassMirror }.reversed()
      return classes.flatMap(\.children).map { ($0.label ?? "", $0.value) }
    default:
      return []
    }
  }
}
