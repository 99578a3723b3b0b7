import CKernels

/// The numbers that all elements of one Adam step share.
package struct AdamStep {
  package var rate, beta1, beta2, epsilon, correction1, correction2, decay: Double

  package init(
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, correction1: Double,
    correction2: Double, decay: Double
  ) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.correction1 = correction1
    self.correction2 = correction2
    self.decay = decay
  }
}

/// Optimizer updates: one pass over memory each, in place unless someone else holds the array.
extension NDArray {
  /// w ← w − rate · (g + decay · w)
  package mutating func descend(_ gradient: NDArray, rate: Double, decay: Double) {
    makeUnique()
    let (w, g) = (storage, gradient.contiguous().storage)
    Parallel.forEachRange(of: count, grain: Parallel.elementGrain) { part in
      if scalarType == .float32 {
        bp_sgd_f32(part.count, w.at(part), g.at(part), Float(rate), Float(decay))
      } else {
        bp_sgd_f64(part.count, w.at(part), g.at(part), rate, decay)
      }
    }
  }

  /// v ← momentum · v + g + decay · w; w ← w − rate · v
  package mutating func descend(
    _ gradient: NDArray, velocity: inout NDArray, rate: Double, momentum: Double, decay: Double,
    isNesterov: Bool
  ) {
    makeUnique()
    velocity.makeUnique()
    let (w, g, v) = (storage, gradient.contiguous().storage, velocity.storage)
    Parallel.forEachRange(of: count, grain: Parallel.elementGrain) { part in
      if scalarType == .float32 {
        bp_momentum_f32(
          part.count, w.at(part), g.at(part), v.at(part), Float(rate), Float(momentum),
          Float(decay), isNesterov)
      } else {
        bp_momentum_f64(
          part.count, w.at(part), g.at(part), v.at(part), rate, momentum, decay, isNesterov)
      }
    }
  }

  /// One step of Adam.
  package mutating func adapt(
    _ gradient: NDArray, mean: inout NDArray, square: inout NDArray, _ step: AdamStep
  ) {
    makeUnique()
    mean.makeUnique()
    square.makeUnique()
    let (w, g) = (storage, gradient.contiguous().storage)
    let (m, v) = (mean.storage, square.storage)
    Parallel.forEachRange(of: count, grain: Parallel.elementGrain) { part in
      if scalarType == .float32 {
        bp_adam_f32(
          part.count, w.at(part), g.at(part), m.at(part), v.at(part), Float(step.rate),
          Float(step.beta1), Float(step.beta2), Float(step.epsilon), Float(step.correction1),
          Float(step.correction2), Float(step.decay), 0)
      } else {
        bp_adam_f64(
          part.count, w.at(part), g.at(part), m.at(part), v.at(part), step.rate, step.beta1,
          step.beta2, step.epsilon, step.correction1, step.correction2, step.decay, 0)
      }
    }
  }
}

extension Storage {
  /// The first of the elements numbered `part`.
  fileprivate func at<S: BinaryFloatingPoint>(_ part: Range<Int>) -> UnsafeMutablePointer<S> {
    base.assumingMemoryBound(to: S.self) + part.lowerBound
  }
}
