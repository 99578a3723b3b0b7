import BackpropArrays
import CBackpropRuntime

/// A differentiable function of tensors: how to compute it, and how its gradient flows back.
///
/// One operation is one file in `Ops`: the public method with its formula, the shape rule, the
/// computation, the gradient, and samples with which the gradient is checked.
public protocol TensorOperation: Sendable {
  /// The name in errors and drawings: `matmul`, `softmax`.
  static var name: String { get }

  /// What stands in a drawing of the graph: `+`, `×`. The name, unless the field has a sign for it.
  static var symbol: String { get }

  /// What to check the gradient with. Every operation has at least one sample.
  static var samples: [GradientSample] { get }

  /// Computes the result, or says why the inputs do not fit.
  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray

  /// Passes the gradient on: for every input i for which `pass.needsGradient(i)`, works out the
  /// gradient by that input from `pass.cotangent` (the gradient by this operation's result) and
  /// hands it to `pass.add(_:to:)`.
  ///
  /// Written in tensors, so that it can itself be recorded and differentiated. An input that was
  /// broadcast needs no care: the engine sums its gradient over the axes along which it was
  /// repeated.
  func backward(_ pass: inout BackwardPass)

  /// What this instance is set to, for drawings: `axis 1`. Empty for most.
  var details: String { get }
}

extension TensorOperation {
  public static var symbol: String { name }
  public var details: String { "" }
}

/// An operation that computes into memory it is given, rather than one that makes a view.
///
/// Keeping the two apart lets whoever runs the operation decide where its result lies.
public protocol KernelOperation: TensorOperation {
  /// The shape rule: the shape of the result, or why the inputs do not fit.
  func outputShape(_ inputs: Inputs) throws(ShapeError) -> Shape

  /// Computes the result into `output`, which is contiguous and has the shape of
  /// ``outputShape(_:)`` and the type of the first input.
  func compute(_ inputs: Inputs, into output: NDArray)
}

extension KernelOperation {
  @inline(__always)
  public func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    let output = NDArray(
      uninitialized: try outputShape(inputs), inputs[0].array.scalarType)
    compute(inputs, into: output)
    return output
  }
}

extension TensorOperation {
  /// Applies the operation to one tensor and records it if a gradient may be asked for. Traps where
  /// the shape rule says that the inputs do not fit; ``evaluate(_:)`` throws there.
  @inline(__always)
  public func callAsFunction(_ a: consuming Tensor) -> Tensor {
    let inputs = Inputs.allocate(1)
    inputs.initialize(to: a)
    return apply(inputs, count: 1)
  }

  /// Applies the operation to two tensors.
  @inline(__always)
  public func callAsFunction(_ a: consuming Tensor, _ b: consuming Tensor) -> Tensor {
    let inputs = Inputs.allocate(2)
    inputs.initialize(to: a)
    (inputs + 1).initialize(to: b)
    return apply(inputs, count: 2)
  }

  /// Applies the operation to three tensors.
  @inline(__always)
  public func callAsFunction(
    _ a: consuming Tensor, _ b: consuming Tensor, _ c: consuming Tensor
  ) -> Tensor {
    let inputs = Inputs.allocate(3)
    inputs.initialize(to: a)
    (inputs + 1).initialize(to: b)
    (inputs + 2).initialize(to: c)
    return apply(inputs, count: 3)
  }

  /// Computes the result for these inputs without recording it, or says why they do not fit.
  public func evaluate(_ tensors: [Tensor]) throws(ShapeError) -> NDArray {
    let memory = Inputs.allocate(copying: tensors)
    defer { Inputs.free(memory, count: tensors.count) }
    return try forward(Inputs(memory, count: tensors.count))
  }

  /// Computes the result, and records it if a gradient may be asked for. Takes over the memory of
  /// the inputs.
  @inline(__always)
  private func apply(_ memory: UnsafeMutablePointer<Tensor>, count: Int) -> Tensor {
    let inputs = Inputs(memory, count: count)
    do throws(ShapeError) {
      let output = try forward(inputs)
      guard Recording.isEnabled, inputs.requiresGradient else {
        Inputs.free(memory, count: count)
        return Tensor(output)
      }
      return Tensor(array: output, node: Node(self, taking: memory, count: count, output))
    } catch { error.trap() }
  }
}

/// Whether operations record themselves.
enum Recording {
  @inline(__always)
  static var isEnabled: Bool { bp_unrecorded_depth().pointee == 0 }
}

/// Computes without recording: results are constants, and nothing is kept for a gradient.
///
/// ```swift
/// let logits = withoutGradient { model(images) }
/// ```
///
/// This holds for what `body` computes itself, on the calling thread; a task that it starts records
/// again.
public func withoutGradient<R>(_ body: () throws -> R) rethrows -> R {
  bp_unrecorded_depth().pointee += 1
  // The body does not suspend, so that it ends on the thread on which it began.
  defer { bp_unrecorded_depth().pointee -= 1 }
  return try body()
}
