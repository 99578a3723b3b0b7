import BackpropArrays
import BackpropNeuralNetworks

/// How the matrices of weights in a file lie.
///
/// Only parameters that their layer declares as transposed differ between the two; see
/// `Layer.fileLayout(of:)`.
public enum WeightLayout: Hashable, Sendable {
  /// As PyTorch has it: y = x · weightᵀ + bias.
  case outputsInputs
  /// As the formula y = x · weight + bias reads.
  case inputsOutputs

  /// The key in the metadata of a file under which this library's version stands.
  static let versionKey = "backprop"

  /// What the texts of a file and the names in it tell.
  init(metadata: [String: String], names: [String]) {
    let followsPyTorch = metadata[Self.versionKey] != nil || metadata["format"] == "pt"
    // All three, since others may write the activation alone, for a network to be read here.
    let isOld = ["activation", "dataset", "classes"].allSatisfy { metadata[$0] != nil }
    let isCourse = !names.isEmpty && names.allSatisfy { LayerNames.parse($0)?.key.style == .course }
    self = !followsPyTorch && (isOld || isCourse) ? .inputsOutputs : .outputsInputs
  }

  /// An array of a file as it lies in memory, or of memory as it lies in a file of this layout.
  func turned(_ array: NDArray, _ declared: ParameterLayout) -> NDArray {
    turns(declared) ? array.matrixTransposed.contiguous() : array
  }

  /// The shape of an array in a file, for one in memory, or the other way round.
  func turned(_ shape: Shape, _ declared: ParameterLayout) -> Shape {
    turns(declared) ? shape.matrixTransposed : shape
  }

  private func turns(_ declared: ParameterLayout) -> Bool {
    declared == .transposed && self == .outputsInputs
  }
}

extension Shape {
  /// The shape with the last two axes in each other's place.
  var matrixTransposed: Shape {
    count < 2 ? self : Shape(dropLast(2) + [self[count - 1], self[count - 2]])
  }
}
