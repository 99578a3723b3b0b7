extension Schedule {
  /// 1 at every step.
  public static var constant: Schedule { Schedule { _ in 1 } }

  /// `factor` for the first `steps` steps, then 1: PyTorch's `ConstantLR(factor, total_iters)`.
  ///
  /// ```swift
  /// Schedule.constant(0.1, over: 100)
  /// ```
  ///
  /// Traps if `steps` is not positive.
  public static func constant(_ factor: Double, over steps: Int) -> Schedule {
    require(steps, for: "constant")
    return Schedule { $0 < steps ? factor : 1 }
  }
}
