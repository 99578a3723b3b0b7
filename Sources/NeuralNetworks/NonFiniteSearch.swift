import BackpropAutodiff
import Synchronization

/// Finds where, in any model, numbers stop being numbers.
///
/// ```swift
/// let place = firstNonFinite(in: model) { mode in
///   crossEntropy(logits: model(images, mode), targets: labels)
/// }
/// print(place ?? "-")        // Linear(50 -> 10), 'layers.1' has a weight that is not finite
/// ```
///
/// Runs the computation once more, without recording it, and looks at each module's input,
/// parameters, buffers and result. Buffers are afterwards as they were.
///
/// - Parameters:
///   - model: whose modules to look at.
///   - mode: how the computation runs; with the pass of a step, what was drawn is drawn again.
///   - computation: what the model is used for, such as a loss.
/// - Returns: a description of the first place where a number is infinite or NaN; `nil` if all are
///   finite, in every module and in the result.
public func firstNonFinite(
  in model: some Module, _ mode: Mode = .inference, _ computation: (Mode) throws -> Tensor
) rethrows -> String? {
  let found = Mutex<String?>(nil)
  let observer = ModuleObserver(onResult: { event in
    found.withLock { if $0 == nil { $0 = problem(of: event) } }
  })
  let buffers = model.namedBuffers.map { ($0.buffer, $0.buffer.array) }
  defer { for (buffer, array) in buffers { buffer.array = array } }
  let result = try withoutGradient {
    try computation(mode.observed(by: observer, in: model))
  }
  if let place = found.withLock({ $0 }) { return place }
  return result.allFinite
    ? nil : "the result itself overflowed; all that the modules gave is finite"
}

private func problem(of event: ModuleObserver.Event) -> String? {
  let module = event.module
  for entry in module.walk() {
    switch entry.content {
    case .parameter(let parameter) where !parameter.array.isFinite:
      return "\(event.place) has a \(entry.name) that is not finite"
    case .buffer(let buffer) where !isFinite(buffer.tensor):
      return "\(event.place) has a \(entry.name) that is not finite"
    default: break
    }
  }
  if let input = event.input, !isFinite(input) {
    return "the input of \(event.place) is not finite"
  }
  return isFinite(event.tensor) ? nil : "\(event.place) gives results that are not finite"
}

private func isFinite(_ tensor: Tensor) -> Bool {
  !tensor.scalarType.isFloatingPoint || tensor.allFinite
}
