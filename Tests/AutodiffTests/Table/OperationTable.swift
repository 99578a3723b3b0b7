import BackpropArrays
import BackpropAutodiff

/// All operations of the library, from which their checks beside PyTorch and docs/operations.md are
/// made.
///
/// The points at which gradients are compared with central differences are those of
/// ``OperationSamples``; a test holds both to the same names and to the folder of the operations.
enum OperationTable {
  static let rows: [OperationRow] =
    arithmetic + activations + comparison + reduction + cumulative + sorting + movement + indexing
    + products + attention + convolution + losses
}
