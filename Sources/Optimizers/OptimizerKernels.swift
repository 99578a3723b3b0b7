import BackpropArrays
import CBackpropKernels

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

/// Optimizer updates: one pass over memory each, in place where no one else holds the array. Where a
/// graph still does, the new numbers go to new memory in that same pass.
extension NDArray {
  /// w ← w − rate · (g + decay · w)
  package mutating func descend(_ gradient: NDArray, rate: Double, decay: Double) {
    update(gradient) { isFloat, part, w, g, out in
      if isFloat {
        bp_sgd_f32(part.count, w.at(part), g.at(part), Float(rate), Float(decay), out.at(part))
      } else {
        bp_sgd_f64(part.count, w.at(part), g.at(part), rate, decay, out.at(part))
      }
    }
  }

  /// v ← momentum · v + g + decay · w; w ← w − rate · v
  package mutating func descend(
    _ gradient: NDArray, velocity: inout NDArray, rate: Double, momentum: Double, decay: Double,
    isNesterov: Bool
  ) {
    velocity.makeUnique()
    let v = velocity.storage.base
    update(gradient) { isFloat, part, w, g, out in
      if isFloat {
        bp_momentum_f32(
          part.count, w.at(part), g.at(part), v.at(part), Float(rate), Float(momentum),
          Float(decay), isNesterov, out.at(part))
      } else {
        bp_momentum_f64(
          part.count, w.at(part), g.at(part), v.at(part), rate, momentum, decay, isNesterov,
          out.at(part))
      }
    }
  }

  /// One step of Adam.
  package mutating func adapt(
    _ gradient: NDArray, mean: inout NDArray, square: inout NDArray, _ step: AdamStep
  ) {
    mean.makeUnique()
    square.makeUnique()
    let (m, v) = (mean.storage.base, square.storage.base)
    update(gradient) { isFloat, part, w, g, out in
      if isFloat {
        bp_adam_f32(
          part.count, w.at(part), g.at(part), m.at(part), v.at(part), Float(step.rate),
          Float(step.beta1), Float(step.beta2), Float(step.epsilon), Float(step.correction1),
          Float(step.correction2), Float(step.decay), 0, out.at(part))
      } else {
        bp_adam_f64(
          part.count, w.at(part), g.at(part), m.at(part), v.at(part), step.rate, step.beta1,
          step.beta2, step.epsilon, step.correction1, step.correction2, step.decay, 0, out.at(part))
      }
    }
  }

  /// Calls `body` with parts of the array: its numbers now, the gradient, and where the new numbers
  /// go.
  @inline(__always)
  private mutating func update(
    _ gradient: NDArray,
    _ body: (
      _ isFloat: Bool, _ part: Range<Int>, _ w: UnsafeMutableRawPointer,
      _ g: UnsafeMutableRawPointer, _ out: UnsafeMutableRawPointer
    ) -> Void
  ) {
    guard gradient.shape == shape, gradient.scalarType == scalarType else {
      ShapeError(
        "optimizer", [shape, gradient.shape], "a gradient has the shape and type of its parameter"
      ).trap()
    }
    guard gradient.isContiguous else { return update(gradient.contiguous(), body) }
    let isFloat = scalarType == .float32
    let (w, g) = (storage.base, gradient.storage.base)
    // An update reads and writes up to seven arrays, so fewer elements are worth a thread.
    let grain = Parallel.elementGrain / 2
    if isUnique() {
      Parallel.forEachRange(of: count, grain: grain) { body(isFloat, $0, w, g, w) }
    } else if isContiguous {
      let new = NDArray(uninitialized: shape, scalarType)
      let out = new.storage.base
      Parallel.forEachRange(of: count, grain: grain) { body(isFloat, $0, w, g, out) }
      self = new
    } else {
      self = copy()
      update(gradient, body)
    }
  }
}

extension UnsafeMutableRawPointer {
  /// The first of the elements numbered `part`, of an array that begins here.
  fileprivate func at<S: BinaryFloatingPoint>(_ part: Range<Int>) -> UnsafeMutablePointer<S> {
    assumingMemoryBound(to: S.self) + part.lowerBound
  }
}
