import BackpropArrays
import CBackpropKernels

/// The numbers that all elements of one Adam step share.
package struct AdamStep {
  package var rate, beta1, beta2, epsilon, correction1, correction2: Double
  /// λ that adds to the gradient, and λ that shrinks the weights themselves.
  package var decay, decoupledDecay: Double

  package init(
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, correction1: Double,
    correction2: Double, decay: Double, decoupledDecay: Double
  ) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.correction1 = correction1
    self.correction2 = correction2
    self.decay = decay
    self.decoupledDecay = decoupledDecay
  }
}

/// The numbers that all elements of one step of RMSProp or AdaGrad share.
package struct RMSPropStep {
  package var rate: Double
  /// How much of the running mean of the squared gradient is kept, and how much of a new one is added.
  package var keep, add: Double
  package var epsilon, momentum, decay: Double

  package init(
    rate: Double, keep: Double, add: Double, epsilon: Double, momentum: Double, decay: Double
  ) {
    self.rate = rate
    self.keep = keep
    self.add = add
    self.epsilon = epsilon
    self.momentum = momentum
    self.decay = decay
  }
}

/// Optimizer updates: one pass over memory each, in place where no one else holds the array. Where a
/// graph still does, the new numbers go to new memory in that same pass.
extension NDArray {
  /// w ← w − rate · (g + decay · w)
  package mutating func descend(_ gradient: NDArray, rate: Double, decay: Double) {
    update(gradient, { $0.pointee.sgd }) { sgd, count, _, w, g, out in
      sgd(count, w, g, rate, decay, out)
    }
  }

  /// v ← momentum · v + fresh · (g + decay · w); w ← w − rate · v
  package mutating func descend(
    _ gradient: NDArray, velocity: inout NDArray, rate: Double, momentum: Double, fresh: Double,
    decay: Double, isNesterov: Bool
  ) {
    let v = velocity.ownMemory()
    update(gradient, { $0.pointee.momentum }) { step, count, offset, w, g, out in
      step(count, w, g, v + offset, rate, momentum, fresh, decay, isNesterov, out)
    }
  }

  /// One step of Adam with the slots m and v, and with a third of AMSGrad.
  package mutating func adapt(_ gradient: NDArray, slots: inout [NDArray], _ step: AdamStep) {
    let (m, v, x) = slots.withUnsafeMutableBufferPointer { slots in
      (slots[0].ownMemory(), slots[1].ownMemory(), slots.count > 2 ? slots[2].ownMemory() : nil)
    }
    update(gradient, { $0.pointee.adam }) { adam, count, offset, w, g, out in
      adam(
        count, w, g, m + offset, v + offset, x.map { $0 + offset }, step.rate, step.beta1,
        step.beta2, step.epsilon, step.correction1, step.correction2, step.decay,
        step.decoupledDecay, out)
    }
  }

  /// One step of RMSProp or AdaGrad with the slot v at 0, the mean and the velocity where they are
  /// said to be.
  package mutating func adapt(
    _ gradient: NDArray, slots: inout [NDArray], meanAt meanSlot: Int? = nil,
    velocityAt velocitySlot: Int? = nil, _ step: RMSPropStep
  ) {
    let v = slots[0].ownMemory()
    let m = meanSlot.map { slots[$0].ownMemory() }
    let b = velocitySlot.map { slots[$0].ownMemory() }
    update(gradient, { $0.pointee.rmsprop }) { rmsprop, count, offset, w, g, out in
      rmsprop(
        count, w, g, v + offset, m.map { $0 + offset }, b.map { $0 + offset }, step.rate, step.keep,
        step.add, step.epsilon, step.momentum, step.decay, out)
    }
  }

  /// One step of Lion.
  package mutating func descendBySign(
    _ gradient: NDArray, mean: inout NDArray, rate: Double, beta1: Double, beta2: Double,
    decoupledDecay: Double
  ) {
    let m = mean.ownMemory()
    update(gradient, { $0.pointee.lion }) { lion, count, offset, w, g, out in
      lion(count, w, g, m + offset, rate, beta1, beta2, decoupledDecay, out)
    }
  }

  /// The memory of the numbers, which nobody else holds then.
  private mutating func ownMemory() -> UnsafeMutableRawPointer {
    makeUnique()
    return storage.base
  }

  /// Calls `body` with the kernel and parts of the array: how many numbers, how many bytes lie before
  /// them, the numbers now, the gradient, and where the new numbers go.
  @inline(__always)
  private mutating func update<Kernel>(
    _ gradient: NDArray, _ kernel: (UnsafePointer<bp_kernels>) -> Kernel?,
    _ body: (
      _ kernel: Kernel, _ count: Int, _ offset: Int, _ w: UnsafeMutableRawPointer,
      _ g: UnsafeMutableRawPointer, _ out: UnsafeMutableRawPointer
    ) -> Void
  ) {
    guard gradient.shape == shape, gradient.scalarType == scalarType else {
      ShapeError(
        "optimizer", [shape, gradient.shape], "a gradient has the shape and type of its parameter"
      ).trap()
    }
    guard gradient.isContiguous else { return update(gradient.contiguous(), kernel, body) }
    guard let step = kernel(scalarType.kernels) else {
      ShapeError.noKernel("optimizer", [shape], scalarType).trap()
    }
    let (count, size, g) = (count, scalarType.size, gradient.storage.base)
    func run(_ w: UnsafeMutableRawPointer, _ out: UnsafeMutableRawPointer) {
      // An update reads and writes up to seven arrays, so fewer elements are worth a thread.
      Parallel.forEachRange(of: count, grain: Parallel.elementGrain / 2) { part in
        let offset = part.lowerBound &* size
        body(step, part.count, offset, w + offset, g + offset, out + offset)
      }
    }
    if isUnique() {
      run(storage.base, storage.base)
    } else if isContiguous {
      let (old, new) = (self, NDArray(uninitialized: shape, scalarType))
      run(old.storage.base, new.storage.base)
      self = new
      // Nothing but these may hold the old numbers, and `run` sees only where they lie.
      withExtendedLifetime(old) {}
    } else {
      self = copy()
      run(storage.base, storage.base)
    }
  }
}
