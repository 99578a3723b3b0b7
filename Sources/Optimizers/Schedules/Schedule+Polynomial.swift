extension Schedule {
  /// (1 − step / steps)^power, and 0 from `steps` on: PyTorch's `PolynomialLR(total_iters, power)`.
  ///
  /// ```swift
  /// Schedule.polynomial(over: 1000, power: 2)
  /// ```
  ///
  /// Traps if `steps` is not positive.
  public static func polynomial(over steps: Int, power exponent: Double = 1) -> Schedule {
    require(steps, for: "polynomial")
    return Schedule { power(1 - progress($0, of: steps), exponent) }
  }

  /// A straight line from `start` to `end` in `steps` steps, and `end` from then on:
  /// start + (end − start) · step / steps. PyTorch's
  /// `LinearLR(start_factor, end_factor, total_iters)`.
  ///
  /// ```swift
  /// Schedule.linear(from: 0.1, to: 1, over: 100)
  /// ```
  ///
  /// Traps if `steps` is not positive.
  ///
  /// - Parameters:
  ///   - start: the factor at step 0.
  ///   - end: the factor from step `steps` on.
  ///   - steps: how many steps the line takes.
  public static func linear(from start: Double, to end: Double, over steps: Int) -> Schedule {
    require(steps, for: "linear")
    return Schedule { start + (end - start) * progress($0, of: steps) }
  }
}
