import BackpropAutodiff
import Synchronization

/// Where numbers stop being numbers: see ``firstNonFinite(in:_:_:)``.
public struct NonFinitePlace: Sendable, Hashable, CustomStringConvertible {
  /// What of it is not finite.
  public enum Part: Sendable, Hashable {
    /// A parameter or a buffer of this name.
    case state(String)
    /// What the module was given.
    case input
    /// What the module gave.
    case result
    /// The gradient by the parameter of this name, of a result that is finite.
    case gradient(String)
  }

  /// The module, as errors name it: `Linear(50 -> 10), 'layers.1'`; `nil` for the result that was computed
  /// of what the modules gave.
  public let module: String?
  /// What of it is not finite.
  public let part: Part

  public var description: String {
    switch (module, part) {
    case (_, .gradient(let name)): "the gradient by '\(name)' is not finite"
    case (nil, _): "the result itself overflowed; all that the modules gave is finite"
    case (let module?, .state(let name)): "\(module) has a \(name) that is not finite"
    case (let module?, .input): "the input of \(module) is not finite"
    case (let module?, .result): "\(module) gives results that are not finite"
    }
  }
}

/// Finds where, in any model, numbers stop being numbers.
///
/// ```swift
/// let place = firstNonFinite(in: model) { mode in
///   crossEntropy(logits: model(images, mode), targets: labels)
/// }
/// if let place { print(place) }      // Linear(50 -> 10), 'layers.1' has a weight that is not finite
/// ```
///
/// Runs the computation once more, without recording it, and looks at each module's input,
/// parameters, buffers and result. Buffers are afterwards as they were.
///
/// - Parameters:
///   - model: whose modules to look at.
///   - mode: how the computation runs; with the pass of a step, what was drawn is drawn again.
///   - computation: what the model is used for, such as a loss.
/// - Returns: the first place where a number is infinite or NaN; `nil` if all are finite, in every module
///   and in the result.
public func firstNonFinite(
  in model: some Module, _ mode: Mode = .inference, _ computation: (Mode) throws -> Tensor
) rethrows -> NonFinitePlace? {
  let found = Mutex<NonFinitePlace?>(nil)
  let observer = ModuleObserver(onResult: { event in
    found.withLock { if $0 == nil { $0 = problem(of: event) } }
  })
  let buffers = model.namedBuffers.map { ($0.buffer, $0.buffer.array) }
  defer { for (buffer, array) in buffers { buffer.array = array } }
  let result = try withoutGradient {
    try computation(mode.observed(by: observer, in: model))
  }
  if let place = found.withLock({ $0 }) { return place }
  return result.allFinite ? nil : NonFinitePlace(module: nil, part: .result)
}

/// Finds the first parameter of a model, in the order of its names, by which a gradient is not finite.
///
/// - Parameters:
///   - model: whose parameters to look at.
///   - gradients: the gradients of some result.
/// - Returns: the place, without a module; `nil` if all gradients by its parameters are finite.
public func firstNonFiniteGradient(
  in model: some Module, _ gradients: Gradients
) -> NonFinitePlace? {
  for (name, parameter) in model.namedParameters {
    if let gradient = gradients[parameter], !isFinite(gradient) {
      return NonFinitePlace(module: nil, part: .gradient(name))
    }
  }
  return nil
}

private func problem(of event: ModuleObserver.Event) -> NonFinitePlace? {
  func place(_ part: NonFinitePlace.Part) -> NonFinitePlace {
    NonFinitePlace(module: "\(event.place)", part: part)
  }
  for entry in event.module.walk() {
    switch entry.content {
    case .parameter(let parameter) where !parameter.array.isFinite: return place(.state(entry.name))
    case .buffer(let buffer) where !isFinite(buffer.tensor): return place(.state(entry.name))
    default: break
    }
  }
  if let input = event.input, !isFinite(input) { return place(.input) }
  return isFinite(event.tensor) ? nil : place(.result)
}

private func isFinite(_ tensor: Tensor) -> Bool {
  !tensor.scalarType.isFloatingPoint || tensor.allFinite
}
