/// How a parameter lies in weight files, beside how it lies in memory.
///
/// Files follow PyTorch, so that others can read them. How a parameter lies in memory is the layer's
/// own affair, so the layer says what the way is from one to the other; a shape cannot say it, as
/// that of a square matrix is the same either way.
public enum ParameterLayout: Hashable, Sendable {
  /// In files as in memory.
  case asIs
  /// The last two axes change places: a matrix (inputs, outputs) in memory is (outputs, inputs) in
  /// files.
  case transposed
}
