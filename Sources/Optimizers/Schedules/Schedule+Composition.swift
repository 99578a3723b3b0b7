extension Schedule {
  /// This schedule for the first `steps` steps, then `next`, for which that is step 0: PyTorch's
  /// `SequentialLR` with one milestone.
  ///
  /// ```swift
  /// Schedule.constant.then(.cosine(over: 900), after: 100)
  /// ```
  public func then(_ next: Schedule, after steps: Int) -> Schedule {
    Schedule { $0 < steps ? self($0) : next($0 - steps) }
  }

  /// A straight line from `start` to this schedule's first factor in `steps` steps, and then this
  /// schedule from its beginning: PyTorch's `LinearLR` and this one in a `SequentialLR`.
  ///
  /// ```swift
  /// Schedule.exponential(0.999).warmedUp(over: 100)
  /// ```
  ///
  /// Traps if `steps` is not positive.
  ///
  /// - Parameters:
  ///   - steps: how many steps the line takes; the step after them is this schedule's first.
  ///   - start: the factor at step 0, as a part of this schedule's first. Above 0, so that the first
  ///     step is one.
  ///
  /// Source: Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour" (2017).
  public func warmedUp(over steps: Int, from start: Double = 0.01) -> Schedule {
    let first = self(0)
    return Schedule.linear(from: start * first, to: first, over: steps).then(self, after: steps)
  }

  /// Both at once, their factors multiplied: PyTorch's `ChainedScheduler`.
  ///
  /// ```swift
  /// Schedule.linear(from: 0.1, to: 1, over: 100) * .exponential(0.999)
  /// ```
  public static func * (a: Schedule, b: Schedule) -> Schedule { Schedule { a($0) * b($0) } }
}
