import BackpropArrays
import BackpropAutodiff

/// A function of a tensor with parameters that training changes.
///
/// A model of one's own is a type with layers as stored properties and a `callAsFunction`; there is
/// nothing to register. Its parameters are found by reflection and named after the properties:
/// `hidden.weight`, `hidden.bias`, `output.weight`. Properties may hold layers and parameters
/// directly or in optionals, arrays, tuples, dictionaries (by sorted key), in structs that are no
/// layers themselves, and in what the cases of enums hold (by the name of the case). A class that is no
/// layer but holds one ends the program with a hint: its parameters would be neither trained nor saved.
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
    LayerWalk.parameters(in: self)
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
}
