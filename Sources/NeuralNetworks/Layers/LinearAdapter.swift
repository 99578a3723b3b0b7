import BackpropAutodiff
import Synchronization

/// What computes the result of a ``Linear`` layer in its place, with something learned beside its
/// weights.
///
/// It is put into a layer of a model that is made already, by ``Linear/adapter``, and works wherever
/// the model calls the layer. What it holds, parameters and buffers, belongs to the layer from then
/// on: the walk over the model finds it, training changes it, files hold it.
///
/// ```swift
/// struct Scaled: LinearAdapter {
///   let scale: Parameter
///
///   func callAsFunction(
///     _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
///   ) -> Tensor {
///     activation(input.affine(layer.weight.tensor, layer.bias?.tensor) * scale.tensor)
///   }
/// }
/// ```
public protocol LinearAdapter: Module {
  /// The layer's result, and then the activation: `(…, inputs) -> (…, outputs)`.
  ///
  /// - Parameters:
  ///   - input: what the layer is applied to.
  ///   - layer: the layer, with its weight and its bias. Called, it would call the adapter again.
  ///   - activation: the function that follows.
  ///   - mode: whether the model is being trained or used.
  func callAsFunction(
    _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
  ) -> Tensor
}

/// Where a layer's adapter is, for all copies of the layer.
final class LinearAdapterSlot: Sendable {
  // Asked at every call of a layer, and nearly always `false`: a lock would cost more.
  private let filled = Atomic<Bool>(false)
  private let current = Mutex<(any LinearAdapter)?>(nil)

  @inline(__always)
  var isFilled: Bool { filled.load(ordering: .acquiring) }

  var adapter: (any LinearAdapter)? {
    get { isFilled ? current.withLock { $0 } : nil }
    set {
      current.withLock { $0 = newValue }
      filled.store(newValue != nil, ordering: .releasing)
    }
  }
}
