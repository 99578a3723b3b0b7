import BackpropAutodiff

/// What a module may give: tensors, which observers can look at.
public protocol ModuleResult {
  /// Each tensor of the result, which may be replaced by another of the same type.
  mutating func forEachTensor(_ body: (inout Tensor) -> Void)
}

extension Tensor: ModuleResult {
  public mutating func forEachTensor(_ body: (inout Tensor) -> Void) { body(&self) }
}

extension Array: ModuleResult where Element: ModuleResult {
  public mutating func forEachTensor(_ body: (inout Tensor) -> Void) {
    for index in indices { self[index].forEachTensor(body) }
  }
}

extension Optional: ModuleResult where Wrapped: ModuleResult {
  public mutating func forEachTensor(_ body: (inout Tensor) -> Void) {
    self?.forEachTensor(body)
  }
}

/// Two results, which as a tuple conform to nothing.
struct PairOfResults<A: ModuleResult, B: ModuleResult>: ModuleResult {
  var values: (A, B)

  mutating func forEachTensor(_ body: (inout Tensor) -> Void) {
    values.0.forEachTensor(body)
    values.1.forEachTensor(body)
  }
}
